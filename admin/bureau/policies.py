"""The policy: what is in force and what is to come, every version, and how another one is made."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.validators import Optional

from admin.access import actor
from admin.auth import accounts, officers
from admin.bureau.home import blueprint
from admin.bureau.policy_form import PolicyForm, effect_of, form_of, policy_of
from admin.db import office
from admin.forms import policy_words, rules, times
from admin.forms.fields import objections
from admin.forms.jobs import begin_job
from checkpoint.domain.policy import Policy
from checkpoint.screening import RULES
from checkpoint.services import authorizing, confirming, jobs, policy_versions
from checkpoint.services import policy as policies
from checkpoint.services.jobs import JobForm
from checkpoint.services.policy_versions import Stand, VersionRow
from checkpoint.services.proposals import Wanted
from checkpoint.storage.scope import Scope


@blueprint.get("/policy")
def policy() -> ResponseReturnValue:
    """The policy in force, and what comes next."""
    now = policies.in_force(office())
    off = [name for name in RULES if name not in now.rules]
    return render_template(
        "bureau/policy.html",
        policy=now,
        off=off,
        new=policies.never_on(office()),
        rules=rules,
        coming=_coming(),
        policy_words=policy_words,
    )


def _coming() -> list[VersionRow]:
    """The versions that are published and not in force yet, the next one first."""
    rows = policy_versions.history(office())
    return [row for row in reversed(rows) if row.stand is Stand.COMING]


@blueprint.get("/policy/history")
def policy_history() -> ResponseReturnValue:
    """Every version: who, when, from when, what changed and why."""
    names = {row.account_id: row.name for row in accounts.everyone(office())}
    return render_template(
        "bureau/policy_history.html",
        rows=policy_versions.history(office()),
        names=names,
        policy_words=policy_words,
        section="bureau.policy",
    )


@blueprint.post("/policy/<int(max=999999999):version>/call-off")
def call_off_policy(version: int) -> ResponseReturnValue:
    """A version that is still to come shall not come."""
    policies.call_off(office(), actor(), version, request.form.get("why", ""))
    flash(gettext("Version %(version)s was called off.", version=version), "warning")
    return redirect(url_for("bureau.policy"))


@blueprint.route("/policy/edit", methods=["GET", "POST"])
def edit_policy() -> ResponseReturnValue:
    """Propose other numbers, or put them in force where there is one officer only."""
    newest = confirming.newest_version(office())
    now = policies.in_force(office())
    form = form_of(_draft() or now, newest)
    alone = officers.alone(office())
    if form.validate_on_submit() and _unchanged(form, newest):
        with objections(form):
            _propose(policy_of(form, now), form, alone)
            return redirect(url_for("bureau.policy" if alone else "bureau.proposals"))
    return _asked(form, now)


@blueprint.post("/policy/preview")
def preview_policy() -> ResponseReturnValue:
    """Replay past passings under the numbers of the form, in the background; changes nothing."""
    now = policies.in_force(office())
    form = form_of(now, confirming.newest_version(office()))
    form.why.validators = (Optional(),)
    if form.validate_on_submit():
        with objections(form):
            fields = policy_of(form, now).to_fields()
            asked = {"fields": fields, "days": int(form.days.data or 1)}
            return begin_job(actor(), JobForm("replay_policy", asked))
    return _asked(form, now)


def _draft() -> Policy | None:
    """The numbers of a replay that the officer goes on with."""
    job_id = request.args.get("draft", "")
    if not job_id:
        return None
    fields = jobs.job(office(), actor(), job_id).asked.get("fields")
    return Policy.of(fields) if fields else None


def _asked(form: PolicyForm, now: Policy) -> ResponseReturnValue:
    return render_template(
        "bureau/edit_policy.html",
        form=form,
        policy=now,
        alone=officers.alone(office()),
        coming=_coming(),
        new=[rules.words(name) for name in RULES if name in policies.never_on(office())],
        section="bureau.policy",
    )


def _propose(wanted: Policy, form: PolicyForm, alone: bool) -> None:
    at = effect_of(form)
    terms = confirming.policy_terms(office(), wanted, at, confirming.newest_version(office()))
    enterprises = authorizing.enterprises(office(), Scope.whole_district())
    told = Wanted("publish_policy", terms, form.why.data, len(enterprises))
    made = confirming.propose(office(), actor(), told, alone=alone)
    version = confirming.newest_version(office())
    if not alone:
        flash(
            gettext("Proposed as %(id)s. A colleague must confirm it.", id=made.proposal_id),
            "warning",
        )
    elif at is None:
        flash(gettext("Version %(version)s is in force.", version=version), "success")
    else:
        when = times.day(at)
        flash(
            gettext("Version %(version)s takes effect at %(at)s.", version=version, at=when),
            "success",
        )


def _unchanged(form: PolicyForm, newest: int) -> bool:
    """Whether the form was made from the last version; else it is told who published meanwhile."""
    if form.newest.data in ("", None, str(newest)):
        return True
    last = policy_versions.history(office())[0]
    names = {row.account_id: row.name for row in accounts.everyone(office())}
    form.form_errors.append(
        gettext(
            "Meanwhile %(name)s published version %(version)s, at %(at)s. Nothing was changed:"
            " open the form anew and start from those numbers.",
            name=names.get(last.account_id, last.account_id),
            version=last.version,
            at=times.moment(last.published_at),
        )
    )
    return False
