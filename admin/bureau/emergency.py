"""Requests for emergency passes as the bureau checks them; the passes that gates let in now."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, scope
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.warrants import step
from checkpoint.services import asking, authorizing, emergency_requests


@blueprint.get("/emergency")
def emergency() -> ResponseReturnValue:
    """What waits, and what was decided."""
    after = request.args.get("after")
    return render_template(
        "emergency_requests.html",
        area="bureau",
        asked=emergency_requests.some(office(), scope()).rows,
        closed=emergency_requests.some(office(), scope(), after, still_open=False),
        section="bureau.passes",
    )


@blueprint.get("/emergency/in-force")
def emergency_in_force() -> ResponseReturnValue:
    """The list for the checkpoints of the whole district."""
    return render_template(
        "emergency_in_force.html",
        rows=emergency_requests.in_force(office(), scope()),
        now=office().clock.now(),
        section="bureau.passes",
    )


@blueprint.get("/emergency/<request_id>")
def emergency_request(request_id: str) -> ResponseReturnValue:
    """One request, with every pass that its plate has or had."""
    row = emergency_requests.one(office(), scope(), request_id)
    return render_template(
        "emergency_request.html",
        area="bureau",
        row=row,
        others=emergency_requests.others(office(), row.plate),
        stopped=authorizing.enterprise(office(), row.enterprise_id).suspended,
        lines=asking.timeline(office(), row.enterprise_id, request_id),
        now=office().clock.now(),
        section="bureau.passes",
    )


@blueprint.post("/emergency/<request_id>/issue")
def issue_emergency(request_id: str) -> ResponseReturnValue:
    """Sign the pass as asked."""
    issued = emergency_requests.issue(office(), actor(), step(request_id))
    flash(gettext("Issued. The enterprise can print it."), "success")
    return redirect(url_for("bureau.show_pass", pass_id=issued.health_pass.pass_id))


@blueprint.post("/emergency/<request_id>/refuse")
def refuse_emergency(request_id: str) -> ResponseReturnValue:
    """Refuse it."""
    emergency_requests.refuse(office(), actor(), step(request_id))
    flash(gettext("Refused. The enterprise reads the reason."), "warning")
    return redirect(url_for("bureau.emergency_request", request_id=request_id))
