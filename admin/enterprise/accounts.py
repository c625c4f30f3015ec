"""The accounts of the own enterprise: invited, disabled and given another role by its admin."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from admin.access import actor, own_enterprise
from admin.auth.account import Role
from admin.auth.accounts import NewAccount
from admin.enterprise.home import blueprint
from admin.forms import words
from admin.forms.accounts import AccountDesk, AccountForm
from admin.forms.fields import choices, objections

_ROLES = (Role.INSPECTOR, Role.ENTERPRISE)
"""The weaker one first: it is what a hurried admin gets."""


class ColleagueForm(AccountForm):
    """The account of somebody of the enterprise."""

    role = SelectField(
        _("Role"),
        description=_("An inspector sees nothing before the bureau grants a warrant."),
    )


@blueprint.get("/accounts", endpoint="accounts")
def list_accounts() -> ResponseReturnValue:
    """Everybody of the enterprise who can sign in."""
    return _desk().show()


@blueprint.post("/accounts/search")
def find_accounts() -> ResponseReturnValue:
    """Those with a text in the name or username."""
    return _desk().show()


@blueprint.route("/accounts/new", methods=["GET", "POST"])
def add_account() -> ResponseReturnValue:
    """Invite a colleague."""
    form = ColleagueForm()
    form.role.choices = choices(
        *((role.value, words.of(words.ROLES, role.value)) for role in _ROLES)
    )
    if form.validate_on_submit():
        with objections(form):
            new = NewAccount(
                form.username.data, form.name.data, Role(form.role.data), own_enterprise()
            )
            return _desk().invite(new)
    return render_template("enterprise/account.html", form=form)


@blueprint.post("/accounts/<account_id>/disable")
def disable_account(account_id: str) -> ResponseReturnValue:
    """Let an account sign in no more."""
    return _desk().disable(account_id)


@blueprint.post("/accounts/<account_id>/enable")
def enable_account(account_id: str) -> ResponseReturnValue:
    """Let an account sign in again."""
    return _desk().enable(account_id)


@blueprint.post("/accounts/<account_id>/invitation")
def reset_account(account_id: str) -> ResponseReturnValue:
    """Another invitation in place of the password."""
    return _desk().reset(account_id)


@blueprint.post("/accounts/<account_id>/role")
def change_role(account_id: str) -> ResponseReturnValue:
    """Make an admin an inspector, or the other way."""
    return _desk().change_role(account_id)


def _desk() -> AccountDesk:
    return AccountDesk(actor(), "enterprise", own_enterprise())
