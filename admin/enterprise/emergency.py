"""Emergency passes as the enterprise asks for them, and those that its gates let in."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField

from admin.access import actor, own_enterprise, scope
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import passes as shown
from admin.forms.fields import Form, begin_of, end_of, line, objections, today
from admin.forms.warrants import DATE, LAST_DATE, step
from checkpoint.domain.place import BUREAU
from checkpoint.services import asking, emergency_requests
from checkpoint.services.emergency_requests import AskForm


class EmergencyAskForm(Form):
    """A vehicle that must come in."""

    plate = line(
        _("Plate"),
        most=12,
        description=_("As painted, like 京A12345, or 京AD12345 for new energy."),
    )
    driver = line(_("Driver"), render_kw={"autocomplete": "off"})
    route = line(_("Goods and route"), optional=True)
    valid_from = DateField(_("From"), validators=DATE)
    valid_until = DateField(_("Until"), validators=LAST_DATE, description=_("This day included."))
    why = line(_("What for"), most=200, description=_("The bureau reads it."))


@blueprint.get("/emergency")
def emergency() -> ResponseReturnValue:
    """What was asked, and what became of it."""
    after = request.args.get("after")
    return render_template(
        "emergency_requests.html",
        area="enterprise",
        asked=emergency_requests.some(office(), scope()).rows,
        closed=emergency_requests.some(office(), scope(), after, still_open=False),
        section="enterprise.passes",
    )


@blueprint.get("/emergency/in-force")
def emergency_in_force() -> ResponseReturnValue:
    """The list for the own gates."""
    return render_template(
        "emergency_in_force.html",
        rows=emergency_requests.in_force(office(), scope()),
        now=office().clock.now(),
        section="enterprise.passes",
    )


@blueprint.route("/emergency/ask", methods=["GET", "POST"])
def ask_emergency() -> ResponseReturnValue:
    """Ask the bureau for a pass."""
    first = today(office().clock.now())
    form = EmergencyAskForm(valid_from=first, valid_until=first + timedelta(days=1))
    if form.validate_on_submit():
        with objections(form):
            wanted = AskForm(
                own_enterprise(),
                form.plate.data,
                form.driver.data,
                begin_of(form.valid_from.data),
                end_of(form.valid_until.data),
                form.why.data,
                form.route.data or "",
            )
            request_id = emergency_requests.ask(office(), actor(), wanted)
            flash(gettext("The bureau has it. You read the answer here."), "success")
            return _to(request_id)
    return render_template("enterprise/ask_emergency.html", form=form, section="enterprise.passes")


@blueprint.get("/emergency/<request_id>")
def emergency_request(request_id: str) -> ResponseReturnValue:
    """One request with its result."""
    row = emergency_requests.one(office(), scope(), request_id)
    return render_template(
        "emergency_request.html",
        area="enterprise",
        row=row,
        lines=asking.timeline(office(), row.enterprise_id, request_id),
        section="enterprise.passes",
    )


@blueprint.get("/emergency/<request_id>/permit.pdf")
def emergency_permit(request_id: str) -> ResponseReturnValue:
    """The pass that was issued, for the windscreen."""
    pass_id = emergency_requests.issued_for(office(), own_enterprise(), request_id)
    return shown.permit(BUREAU, pass_id)


@blueprint.post("/emergency/<request_id>/withdraw")
def withdraw_emergency(request_id: str) -> ResponseReturnValue:
    """Take the request back."""
    emergency_requests.withdraw(office(), actor(), own_enterprise(), step(request_id))
    flash(gettext("The request is withdrawn."), "warning")
    return _to(request_id)


def _to(request_id: str) -> ResponseReturnValue:
    return redirect(url_for("enterprise.emergency_request", request_id=request_id))
