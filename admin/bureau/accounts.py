"""Accounts that the bureau makes, for enterprise admins and inspectors; disabling them."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from admin.access import actor, scope
from admin.auth import accounts
from admin.auth.account import Account, Role
from admin.auth.current import account as current_account
from admin.auth.lockout import lockout
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.fields import Form, choices, line, objections
from checkpoint.errors import NotFound, Refused
from checkpoint.services import authorizing, lookup
from checkpoint.services.fields import reason


class AccountForm(Form):
    """A person's account."""

    name = line(_("Name"))
    username = line(
        _("Username"),
        most=32,
        description=_("2 to 32 of a-z, 0-9, dot and line, beginning with a letter."),
        render_kw={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"},
    )


class InspectorForm(AccountForm):
    """An inspector's account; what may be inspected is granted by a warrant."""

    enterprise_id = SelectField(_("Belongs to"))


@blueprint.get("/accounts", endpoint="accounts")
def list_accounts() -> ResponseReturnValue:
    """Everybody who can sign in."""
    return render_template(
        "bureau/accounts.html", rows=accounts.everyone(office()), me=current_account().account_id
    )


@blueprint.route("/enterprises/<enterprise_id>/admins/new", methods=["GET", "POST"])
def add_admin(enterprise_id: str) -> ResponseReturnValue:
    """The account of an enterprise's admin."""
    owner = authorizing.enterprise(office(), enterprise_id)
    form = AccountForm()
    if form.validate_on_submit():
        new = _new(form, Role.ENTERPRISE, enterprise_id)
        with objections(form):
            return _made(new)
    return render_template("bureau/account.html", form=form, owner=owner, role=Role.ENTERPRISE)


@blueprint.route("/inspectors/new", methods=["GET", "POST"])
def add_inspector() -> ResponseReturnValue:
    """The account of an inspector."""
    form = InspectorForm(enterprise_id=request.args.get("enterprise"))
    rows = authorizing.enterprises(office(), scope())
    form.enterprise_id.choices = choices(
        *((r.enterprise.enterprise_id, r.enterprise.name) for r in rows)
    )
    if form.validate_on_submit():
        new = _new(form, Role.INSPECTOR, form.enterprise_id.data)
        with objections(form):
            return _made(new)
    return render_template("bureau/account.html", form=form, owner=None, role=Role.INSPECTOR)


@blueprint.post("/accounts/<account_id>/disable")
def disable_account(account_id: str) -> ResponseReturnValue:
    """Let an account sign in no more; where it is signed in, it is signed out."""
    if account_id == current_account().account_id:
        raise Refused("nobody disables the account in use", remedy="ask a colleague")
    why = reason(request.form.get("why", ""))
    changed = accounts.set_active(office(), actor(), account_id, active=False, why=why)
    flash(gettext("%(name)s can sign in no more.", name=changed.name), "warning")
    return redirect(url_for("bureau.accounts"))


@blueprint.post("/accounts/<account_id>/enable")
def enable_account(account_id: str) -> ResponseReturnValue:
    """Let an account sign in again."""
    why = reason(request.form.get("why", ""))
    changed = accounts.set_active(office(), actor(), account_id, active=True, why=why)
    lockout().forget(changed.username)
    flash(gettext("%(name)s can sign in again.", name=changed.name), "success")
    return redirect(url_for("bureau.accounts"))


@blueprint.post("/accounts/<account_id>/password")
def reset_password(account_id: str) -> ResponseReturnValue:
    """A new initial password, shown once; every sign-in of the account ends."""
    why = reason(request.form.get("why", ""))
    password = accounts.initial_password()
    changed = accounts.set_password(
        office(), actor(), account_id, accounts.InitialPassword(password), why
    )
    lockout().forget(changed.username)
    return _show_once(changed, password)


@blueprint.get("/actions")
def actions() -> ResponseReturnValue:
    """Who did what, when and why."""
    page = lookup.actions(office(), scope(), request.args.get("after"))
    return render_template("bureau/actions.html", page=page)


def _new(form: AccountForm, role: Role, enterprise_id: str) -> accounts.NewAccount:
    return accounts.NewAccount(form.username.data, form.name.data, role, enterprise_id)


def _made(new: accounts.NewAccount) -> ResponseReturnValue:
    if new.enterprise_id is None or not _known(new.enterprise_id):
        raise NotFound("no such enterprise")
    password = accounts.initial_password()
    made = accounts.add(office(), actor(), new, accounts.InitialPassword(password))
    current_app.logger.info("account %s made", made.account_id)
    return _show_once(made, password)


def _known(enterprise_id: str) -> bool:
    rows = authorizing.enterprises(office(), scope())
    return any(row.enterprise.enterprise_id == enterprise_id for row in rows)


def _show_once(made: Account, password: str) -> ResponseReturnValue:
    return render_template(
        "bureau/password.html", made=made, password=password, section="bureau.accounts"
    )
