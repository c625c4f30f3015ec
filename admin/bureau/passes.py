"""Emergency vehicle passes 车辆应急通行证, which only the bureau signs."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField
from wtforms.validators import DataRequired

from admin.access import actor, scope
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import passes as shown
from admin.forms.fields import ZONE, Form, choices, line, objections, today
from admin.forms.phone_links import PHONE, carrier_field, list_links, show_link, withdraw_link
from admin.forms.terms import days
from checkpoint.domain.health_pass import PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.services import authorizing, issuing, pass_history, phone
from checkpoint.services.forms import PassForm


class EmergencyForm(Form):
    """A vehicle that must get through."""

    plate = line(
        _("Plate"),
        most=12,
        description=_("As painted, like 京A12345, or 京AD12345 for new energy."),
    )
    name = line(_("Driver"))
    route = line(_("Purpose or route"), optional=True)
    enterprise_id = SelectField(_("Goes to"))
    since = DateField(_("Valid from"), validators=[DataRequired(_("Give a date."))])
    until = DateField(
        _("Valid to"),
        validators=[DataRequired(_("Give a date."))],
        description=_("This day included."),
    )
    carrier = carrier_field()


@blueprint.get("/passes")
def passes() -> ResponseReturnValue:
    """The emergency passes, the newest first."""
    page = issuing.passes(office(), BUREAU, request.args.get("after"))
    return render_template(
        "bureau/passes.html",
        page=page,
        need=issuing.in_need(office(), BUREAU),
        now=office().clock.now(),
    )


@blueprint.route("/passes/new", methods=["GET", "POST"])
def issue_pass() -> ResponseReturnValue:
    """Issue an emergency pass."""
    first = today(office().clock.now())
    form = EmergencyForm(since=first, until=first + timedelta(days=1))
    rows = authorizing.enterprises(office(), scope())
    form.enterprise_id.choices = choices(
        ("", gettext("Every enterprise")),
        *((row.enterprise.enterprise_id, row.enterprise.name) for row in rows),
    )
    if form.validate_on_submit():
        wanted = PassForm(
            PassKind.EMERGENCY_VEHICLE,
            name=form.name.data,
            vehicle=Vehicle(form.plate.data, route=form.route.data or ""),
            enterprise_id=form.enterprise_id.data or "",
            **days(form.since.data, form.until.data, ZONE),
        )
        with objections(form):
            if form.carrier.data == PHONE:
                secret = phone.make_link(office(), actor(), BUREAU, wanted)
                known = pass_history.of_same(office(), BUREAU, wanted)
                back = url_for("bureau.passes")
                return show_link(secret, form.plate.data, back, "bureau.passes", known)
            issued = issuing.issue_once(office(), actor(), BUREAU, wanted)
            return redirect(url_for("bureau.show_pass", pass_id=issued.health_pass.pass_id))
    return render_template("bureau/issue.html", form=form, section="bureau.passes")


@blueprint.get("/passes/links")
def phone_links() -> ResponseReturnValue:
    """Links for phones that nobody has used."""
    return list_links(BUREAU, "bureau")


@blueprint.post("/passes/links/<holder_id>/withdraw")
def withdraw_phone_link(holder_id: str) -> ResponseReturnValue:
    """End a link before a phone uses it."""
    return withdraw_link(actor(), BUREAU, holder_id, "bureau")


@blueprint.get("/passes/<pass_id>")
def show_pass(pass_id: str) -> ResponseReturnValue:
    """One pass on the screen."""
    return shown.show(BUREAU, pass_id, "bureau/pass.html", section="bureau.passes")


@blueprint.get("/passes/<pass_id>/print")
def print_pass(pass_id: str) -> ResponseReturnValue:
    """One pass on paper."""
    return shown.show(BUREAU, pass_id, shown.PRINTED, area="bureau", section="bureau.passes")


@blueprint.get("/passes/<pass_id>/code.png")
def pass_code(pass_id: str) -> ResponseReturnValue:
    """One pass's code as a picture."""
    return shown.picture(BUREAU, pass_id)


@blueprint.get("/passes/<pass_id>/card.pdf")
def print_card(pass_id: str) -> ResponseReturnValue:
    """One pass as a card to carry."""
    return shown.card(BUREAU, pass_id)


@blueprint.get("/passes/<pass_id>/permit.pdf")
def print_permit(pass_id: str) -> ResponseReturnValue:
    """A vehicle's pass for its windscreen."""
    return shown.permit(BUREAU, pass_id)


@blueprint.post("/passes/<pass_id>/lost")
def reissue_pass(pass_id: str) -> ResponseReturnValue:
    """The permit or phone is lost: revoke its pass, and issue the same once more."""
    return shown.reissue(actor(), BUREAU, pass_id, area="bureau")


@blueprint.post("/passes/<pass_id>/others")
def revoke_others(pass_id: str) -> ResponseReturnValue:
    """Revoke every other pass of this one's holder."""
    return shown.revoke_others(actor(), BUREAU, pass_id, area="bureau")


@blueprint.post("/passes/<pass_id>/revoke")
def revoke_pass(pass_id: str) -> ResponseReturnValue:
    """Make a pass worthless."""
    issuing.revoke_pass(office(), actor(), BUREAU, pass_id, request.form.get("why", ""))
    flash(gettext("The pass is revoked. Gates refuse it as soon as they hear of it."), "warning")
    return redirect(url_for("bureau.show_pass", pass_id=pass_id))
