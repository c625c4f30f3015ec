"""What takes two officers: waiting, decided; confirmed, declined, taken back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField

from admin.access import actor, scope
from admin.auth import officers
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import policy_words, proposal_words
from admin.forms.fields import Form, choices, line, objections
from checkpoint.clock import from_ms
from checkpoint.domain.policy import Policy
from checkpoint.domain.policy_changes import differences
from checkpoint.services import authorizing, confirming, proposals
from checkpoint.services import policy as policies
from checkpoint.services.proposals import ProposalRow, Wanted


class SuspendForm(Form):
    """Enterprises to be suspended together."""

    enterprises = SelectMultipleField(
        _("Enterprises"), description=_("Those that are suspended already are not listed.")
    )
    why = line(_("Reason"), most=200, description=_("The enterprises are shown it."))


@blueprint.get("/proposals", endpoint="proposals")
def list_proposals() -> ResponseReturnValue:
    """What waits for a second officer, and what was decided."""
    me, rows = actor().account_id, proposals.proposals(office())
    return render_template(
        "bureau/proposals.html",
        waiting=[row for row in rows if row.waits],
        decided=[row for row in rows if not row.waits],
        told={row.proposal_id: _told(row) for row in rows},
        words_=proposal_words,
        me=me,
        officers=officers.standing(office(), me),
        section="bureau.policy",
    )


@blueprint.post("/proposals/<proposal_id>/confirm")
def confirm_proposal(proposal_id: str) -> ResponseReturnValue:
    """Agree to a colleague's proposal: it is done."""
    row = confirming.confirm(office(), actor(), proposal_id)
    if row.job_id:
        return redirect(url_for("own.job", job_id=row.job_id))
    seen = gettext("Noted: you have seen it.")
    flash(seen if row.at_once else gettext("Confirmed and done."), "success")
    return redirect(url_for("bureau.proposals"))


@blueprint.post("/proposals/<proposal_id>/decline")
def decline_proposal(proposal_id: str) -> ResponseReturnValue:
    """Object to a colleague's proposal."""
    row = confirming.decline(office(), actor(), proposal_id, request.form.get("why", ""))
    kept = gettext("Your objection stands beside it. What was done at once stays done.")
    flash(kept if row.at_once else gettext("Declined: it is not done."), "warning")
    return redirect(url_for("bureau.proposals"))


@blueprint.post("/proposals/<proposal_id>/withdraw")
def withdraw_proposal(proposal_id: str) -> ResponseReturnValue:
    """Take an own proposal back."""
    confirming.withdraw(office(), actor(), proposal_id, request.form.get("why", ""))
    flash(gettext("Taken back."), "success")
    return redirect(url_for("bureau.proposals"))


@blueprint.route("/enterprises/suspend", methods=["GET", "POST"])
def suspend_enterprises() -> ResponseReturnValue:
    """Suspend several enterprises together: two officers."""
    form = SuspendForm()
    rows = authorizing.enterprises(office(), scope())
    going = [row.enterprise for row in rows if not row.enterprise.suspended]
    form.enterprises.choices = choices(*((each.enterprise_id, each.name) for each in going))
    alone = officers.alone(office())
    if form.validate_on_submit():
        chosen = sorted(form.enterprises.data)
        if not chosen:
            form.enterprises.errors = [gettext("Tick at least one.")]
        else:
            with objections(form):
                wanted = Wanted(
                    "suspend_enterprises", {"enterprises": chosen}, form.why.data, len(chosen)
                )
                made = confirming.propose(office(), actor(), wanted, alone=alone)
                done = gettext("Suspended. Their gates refuse everybody when they hear of it.")
                waits = gettext(
                    "Proposed as %(id)s. A colleague must confirm it.", id=made.proposal_id
                )
                flash(done if alone else waits, "warning")
                return redirect(url_for("bureau.proposals"))
    return render_template(
        "bureau/suspend_enterprises.html",
        form=form,
        alone=alone,
        going=going,
        section="bureau.enterprises",
    )


def _told(row: ProposalRow) -> dict[str, Any]:
    """What a proposal would do, for its card."""
    if row.kind == "publish_policy":
        wanted = Policy.of(row.terms["fields"])
        at = row.terms["effective_at"]
        found = differences(policies.in_force(office()), wanted) if row.waits else ()
        return {
            "changes": [policy_words.change(one) for one in found],
            "at": from_ms(at) if at else None,
        }
    if row.kind in ("suspend_enterprises", "grant_warrants"):
        return {"enterprises": row.terms["enterprises"], "facts": proposal_words.facts(row)}
    owner = row.terms.get("issuer") or row.terms.get("owner", "")
    return {
        "enterprises": [row.terms.get("enterprise_id") or owner],
        "facts": proposal_words.facts(row),
    }
