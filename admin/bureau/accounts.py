"""Accounts in the district, and the invitations of enterprise admins and inspectors."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from admin.access import actor, scope
from admin.auth.account import Role
from admin.auth.accounts import NewAccount
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.accounts import AccountDesk, AccountForm
from admin.forms.fields import choices, objections
from checkpoint.errors import NotFound
from checkpoint.services import authorizing, lookup


class InspectorForm(AccountForm):
    """An inspector's account; what may be inspected is granted by a warrant."""

    enterprise_id = SelectField(_("Belongs to"))


@blueprint.get("/accounts", endpoint="accounts")
def list_accounts() -> ResponseReturnValue:
    """Everybody who can sign in."""
    return _desk().show()


@blueprint.post("/accounts/search")
def find_accounts() -> ResponseReturnValue:
    """Those with a text in the name or username."""
    return _desk().show()


@blueprint.route("/enterprises/<enterprise_id>/admins/new", methods=["GET", "POST"])
def add_admin(enterprise_id: str) -> ResponseReturnValue:
    """Invite an enterprise's admin."""
    owner = authorizing.enterprise(office(), enterprise_id)
    form = AccountForm()
    if form.validate_on_submit():
        with objections(form):
            return _invited(form, Role.ENTERPRISE, enterprise_id)
    return render_template("bureau/account.html", form=form, owner=owner, role=Role.ENTERPRISE)


@blueprint.route("/inspectors/new", methods=["GET", "POST"])
def add_inspector() -> ResponseReturnValue:
    """Invite an inspector."""
    form = InspectorForm(enterprise_id=request.args.get("enterprise"))
    rows = authorizing.enterprises(office(), scope())
    form.enterprise_id.choices = choices(
        *((r.enterprise.enterprise_id, r.enterprise.name) for r in rows)
    )
    if form.validate_on_submit():
        with objections(form):
            return _invited(form, Role.INSPECTOR, form.enterprise_id.data)
    return render_template("bureau/account.html", form=form, owner=None, role=Role.INSPECTOR)


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
    """Make an enterprise's admin its inspector, or the other way."""
    return _desk().change_role(account_id)


@blueprint.get("/actions")
def actions() -> ResponseReturnValue:
    """Who did what, when and why."""
    page = lookup.actions(office(), scope(), request.args.get("after"))
    return render_template("actions.html", page=page, area="bureau")


def _desk() -> AccountDesk:
    return AccountDesk(actor(), "bureau", None)


def _invited(form: AccountForm, role: Role, enterprise_id: str) -> ResponseReturnValue:
    rows = authorizing.enterprises(office(), scope())
    if not any(row.enterprise.enterprise_id == enterprise_id for row in rows):
        raise NotFound("no such enterprise")
    return _desk().invite(NewAccount(form.username.data, form.name.data, role, enterprise_id))
