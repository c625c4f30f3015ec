"""The numbers that one's own gates decide by: the bureau's, and stricter ones of one's own."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise
from admin.auth import accounts
from admin.db import office
from admin.enterprise.home import blueprint
from admin.enterprise.policy_form import TightenForm, changes_of, form_of, lines
from admin.enterprise.policy_news import news
from admin.forms import policy_words, times
from admin.forms.fields import objections
from checkpoint.services import policy as policies
from checkpoint.services import policy_versions


@blueprint.route("/policy", methods=["GET", "POST"])
def policy() -> ResponseReturnValue:
    """What is in force, and stricter numbers of one's own."""
    mine = own_enterprise()
    bureau, now = policies.in_force(office()), policies.in_force(office(), mine)
    own = policies.own_changes(office(), mine)
    form = form_of(bureau, own, now.version)
    if form.validate_on_submit() and _unchanged(form, now.version):
        wanted = changes_of(form, bureau)
        if wanted is not None:
            with objections(form):
                made = policies.tighten(office(), actor(), mine, wanted)
                flash(gettext("In force as version %(version)s.", version=made.version), "success")
                return redirect(url_for("enterprise.policy"))
    return render_template(
        "enterprise/policy.html",
        form=form,
        lines=lines(form, bureau, now, own),
        own=own,
        now=now,
        news=news(),
        policy_words=policy_words,
        section="enterprise.today",
    )


@blueprint.post("/policy/reset")
def reset_policy() -> ResponseReturnValue:
    """Nothing of one's own: the bureau's numbers."""
    policies.tighten(office(), actor(), own_enterprise(), {})
    flash(gettext("Your gates decide by the bureau's numbers."), "success")
    return redirect(url_for("enterprise.policy"))


def _unchanged(form: TightenForm, version: int) -> bool:
    """Whether the form was made from what is in force; else it is told who changed it and when."""
    if form.version.data in ("", None, str(version)):
        return True
    made = policy_versions.made(office(), version)
    people = {row.account_id: row.name for row in accounts.everyone(office(), own_enterprise())}
    form.form_errors.append(
        gettext(
            "Meanwhile %(name)s changed the numbers, at %(at)s. Nothing of yours was saved: open"
            " the page anew.",
            name=people.get(made[0], gettext("the bureau")) if made else "—",
            at=times.moment(made[1]) if made else "—",
        )
    )
    return False
