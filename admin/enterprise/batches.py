"""Passes for a whole roster in one go, and their printed sheets."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import passes as shown
from admin.forms.fields import choices, objections, today
from admin.forms.jobs import begin_job
from admin.forms.terms import TermForm, sites_of, term_of
from checkpoint.errors import Refused
from checkpoint.services import batches as batching
from checkpoint.services import issuing_roster, revoking
from checkpoint.services.forms import RosterForm
from checkpoint.services.jobs import JobForm
from checkpoint.services.rows import HolderKind, IssuedMany, IssuedPass

AT_ONCE = 200
"""Passes that a page waits for; more are a job."""
_LIFE = timedelta(days=30)
_NUMBER = "<int(max=9223372036854775807):number>"


class BatchForm(TermForm):
    """For whom, on which terms."""

    kind = SelectField(
        _("For"),
        choices=choices(
            (HolderKind.WORKER.value, _("All workers")),
            (HolderKind.VEHICLE.value, _("All vehicles")),
        ),
    )
    again = BooleanField(_("Also for those who hold a pass until then or longer"))


@blueprint.route("/roster/passes", methods=["GET", "POST"])
def issue_roster() -> ResponseReturnValue:
    """Issue passes to all workers or vehicles of the roster."""
    mine = own_enterprise()
    first = today(office().clock.now())
    form = BatchForm(since=first, until=first + _LIFE)
    form.sites.choices = choices(*sites_of(mine))
    if form.validate_on_submit():
        kind = HolderKind(form.kind.data)
        wanted = RosterForm(kind=kind, again=form.again.data, **term_of(form))
        with objections(form):
            if issuing_roster.wanted(office(), mine, wanted) > AT_ONCE:
                asked = issuing_roster.asked(wanted)
                return begin_job(actor(), JobForm("issue_roster", asked, mine))
            return _issued(issuing_roster.issue_roster(office(), actor(), mine, wanted))
    return render_template("enterprise/issue_roster.html", form=form, section="enterprise.holders")


@blueprint.get("/passes/batches")
def batches() -> ResponseReturnValue:
    """Earlier batches, the newest first."""
    page = batching.batches(office(), own_enterprise(), request.args.get("after"))
    return render_template("enterprise/batches.html", page=page, section="enterprise.passes")


@blueprint.get(f"/passes/batches/{_NUMBER}")
def batch(number: int) -> ResponseReturnValue:
    """The passes that were issued in one go."""
    found = batching.batch(office(), own_enterprise(), number)
    return render_template(
        "enterprise/batch.html",
        row=found.row,
        first=found.passes[0].health_pass if found.passes else None,
        tally=batching.tally(office(), found),
        section="enterprise.passes",
    )


@blueprint.get(f"/passes/batches/{_NUMBER}/sheets.pdf")
def print_batch(number: int) -> ResponseReturnValue:
    """All of them that are still worth something, ready to print, as often as needed."""
    passes = batching.batch(office(), own_enterprise(), number).passes
    now = office().clock.now()
    worthy = [p for p in passes if p.health_pass.expires_at > now and not _ended(p)]
    if not worthy:
        raise Refused("no pass of this batch is in force", remedy="issue a new batch")
    return shown.many(worthy, str(number))


@blueprint.post(f"/passes/batches/{_NUMBER}/revoke")
def revoke_batch(number: int) -> ResponseReturnValue:
    """Revoke what still stands of a batch, in the background."""
    why = request.form.get("why", "")
    job_id = revoking.begin_batch(office(), actor(), own_enterprise(), number, why)
    return redirect(url_for("own.job", job_id=job_id))


def _ended(issued: IssuedPass) -> bool:
    return issued.revoked or issued.withdrawn or issued.blocked


def _issued(made: IssuedMany) -> ResponseReturnValue:
    if made.held:
        flash(
            ngettext(
                "%(num)d holder has a pass until then or longer and got no other.",
                "%(num)d holders have a pass until then or longer and got no other.",
                made.held,
            ),
            "info",
        )
    if not made.passes:
        flash(gettext("No pass was issued."), "warning")
        return redirect(url_for("enterprise.issue_roster"))
    return redirect(url_for("enterprise.batch", number=made.number))
