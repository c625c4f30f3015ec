"""Coming in by a passkey, and showing the second factor after the password."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_security.utils import validate_redirect_url
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from admin.auth import factors, guard
from admin.auth.current import account, signed_in
from admin.auth.guessing import held_back
from admin.auth.lockout import lockout
from admin.auth.sign_ins import sign_ins
from admin.db import office
from admin.forms.fields import Form
from admin.own.factors import CODE, guesses
from admin.own.home import blueprint, passkeys
from checkpoint.errors import Refused

APP, RECOVERY = "app", "recovery"
_DIGITS = 6


class SecondForm(Form):
    """A code of an app, or a recovery code."""

    code = StringField(
        _("Code"),
        validators=[DataRequired(_("Enter the code.")), Length(max=64)],
        render_kw={**CODE, "autofocus": True},
    )


@blueprint.route("/sign-in/second", methods=["GET", "POST"])
def second() -> ResponseReturnValue:
    """Show the second factor; until then the sign-in opens nothing."""
    me, form = account(), SecondForm()
    present = sign_ins().present()
    if present is not None and present.complete:
        return redirect(url_for("home"))
    if form.validate_on_submit():
        if told := held_back(guesses(me)):
            form.form_errors.append(told)
        elif by := _shown(form.code.data):
            lockout().forget(guesses(me))
            guard.completed(me, by)
            return _on()
        else:
            form.code.errors = [
                gettext("This code does not hold. A code of the app is good once and for a minute.")
            ]
    kinds = {factor.kind for factor in factors.held(office(), me.account_id)}
    return render_template("own/second.html", form=form, kinds=kinds, passkeys=passkeys().possible)


@blueprint.post("/sign-in/second/options")
def second_options() -> Response:
    """What the browser shows one of the account's own passkeys with."""
    return Response(passkeys().options_to_show(account()), mimetype="application/json")


@blueprint.post("/sign-in/second/passkey")
def second_passkey() -> ResponseReturnValue:
    """Show a passkey of one's own as the second factor."""
    me = account()
    try:
        owner = passkeys().shown(request.form.get("answer", ""))
    except Refused:
        owner = None
    if owner is None or owner.account_id != me.account_id:
        flash(gettext("The passkey does not open this account."), "error")
        return redirect(url_for("own.second"))
    guard.completed(me, factors.PASSKEY)
    return _on()


@blueprint.post("/sign-in/passkey/options")
def sign_in_options() -> Response:
    """What the browser shows any passkey with."""
    return Response(passkeys().options_to_show(None), mimetype="application/json")


@blueprint.post("/sign-in/passkey")
def sign_in_by_passkey() -> ResponseReturnValue:
    """Sign in by a passkey alone."""
    if signed_in() is not None:
        return redirect(url_for("home"))
    try:
        owner = passkeys().shown(request.form.get("answer", ""))
    except Refused:
        flash(
            gettext("The passkey opens no account here. Try again, or use your password."), "error"
        )
        return redirect(url_for("security.login"))
    guard.by_passkey(owner)
    return _on()


def _shown(code: str) -> str:
    """By what the code completes the sign-in, empty for a wrong one."""
    me, plain = account(), code.replace(" ", "")
    if plain.isdecimal() and len(plain) == _DIGITS:
        return APP if factors.check_app(office(), me.account_id, plain) else ""
    if not factors.use_recovery_code(office(), me, plain):
        return ""
    left = factors.recovery_codes_left(office(), me.account_id)
    told = ngettext("%(num)s recovery code is left.", "%(num)s recovery codes are left.", left)
    flash(told, "warning")
    return RECOVERY


def _on() -> ResponseReturnValue:
    """Where the person wanted to go, within our pages."""
    wanted = request.args.get("next", "")
    inside = wanted.startswith("/") and "\\" not in wanted and validate_redirect_url(wanted)
    return redirect(wanted if inside else url_for("home"))
