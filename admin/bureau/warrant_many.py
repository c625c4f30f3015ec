"""Warrants for many enterprises at once: chosen, previewed, confirmed by their number.

What is granted is a job, of whoever agreed last: of the second officer, or of the only one.
"""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin.access import actor
from admin.auth import officers
from admin.bureau.enterprises import find_form
from admin.bureau.home import blueprint
from admin.bureau.proposing import proposed
from admin.db import office
from admin.forms import warrants as forms
from admin.forms.fields import YEARS, end_of, objections, today
from checkpoint.clock import from_ms, to_ms
from checkpoint.services import confirming, register, warrant_terms
from checkpoint.services.agreed import GRANT
from checkpoint.services.job_runs import Outcome, Progress, Run
from checkpoint.services.office import Office
from checkpoint.services.proposals import Wanted
from checkpoint.services.warrant_terms import Inspector, ManyForm, Share


@blueprint.route("/warrants/many", methods=["GET", "POST"])
def grant_many() -> ResponseReturnValue:
    """Who would get what; and, once the number is confirmed, the proposal or the job."""
    wanted = find_form()
    rows = register.every(office(), wanted.wanted())
    form = forms.ManyForm(valid_until=today(office().clock.now()) + forms.TERM)
    ticked = {*request.form.getlist("enterprise_id")}
    chosen = [
        row.enterprise.enterprise_id
        for row in rows
        if not form.is_submitted() or row.enterprise.enterprise_id in ticked
    ]
    people = _inspectors()
    shares: tuple[Share, ...] = ()
    last = form.valid_until.data
    if last and last.year in YEARS:
        shares = warrant_terms.preview(office(), chosen, people, end_of(last))
    elif form.is_submitted():
        form.validate()
    due = sum(share.left_out is None for share in shares)
    alone = officers.alone(office())
    if request.form.get("confirmed") and form.validate_on_submit():
        told = request.form.get("count", "")
        count = int(told) if told.isdecimal() and len(told) < 6 else -1
        with objections(form):
            order = ManyForm(end_of(form.valid_until.data), form.why.data, count)
            named = warrant_terms.due(office(), (chosen, people), order)
            terms = _terms(named, order)
            one = Wanted(GRANT, terms, order.why, len(named))
            return proposed(confirming.propose(office(), actor(), one, alone=alone))
    return render_template(
        "bureau/grant_many.html",
        find=wanted,
        form=form,
        rows=rows,
        chosen={*chosen},
        shares=shares,
        due=due,
        alone=alone,
        section="bureau.warrants",
    )


def work(office: Office, run: Run, progress: Progress) -> Outcome:
    """Grant to the accounts that were agreed on, as far as they still can get a warrant."""
    named = {*run.asked["accounts"]}
    people = [one for one in _inspectors() if one.account_id in named]
    order = ManyForm(from_ms(run.asked["valid_until"]), run.asked["why"], len(people))
    told = warrant_terms.grant_many(office, run.by, people, order, progress)
    if gone := len(named) - len(people):
        told["no_account"] = gone
    return Outcome(told)


def _inspectors() -> list[Inspector]:
    return [Inspector(p.account_id, p.name, p.enterprise_id or "") for p in forms.inspectors()]


def _terms(people: tuple[Inspector, ...], order: ManyForm) -> dict[str, object]:
    return {
        "enterprises": sorted({one.enterprise_id for one in people}),
        "accounts": sorted(one.account_id for one in people),
        "valid_until": to_ms(order.valid_until),
    }
