"""The page of one's own account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_security import verify_password
from wtforms import PasswordField
from wtforms.validators import DataRequired

from admin.auth import factors, required
from admin.auth.account import SignIn
from admin.auth.current import account
from admin.auth.guessing import held_back
from admin.auth.lockout import lockout
from admin.auth.passkeys import PasskeyDesk
from admin.auth.passwords import normal
from admin.auth.sign_ins import sign_ins
from admin.db import office
from admin.forms.fields import Form
from checkpoint.clock import from_ms

SHOWN = 10
"""Sign-ins that are listed."""
CONFIRMED = timedelta(minutes=10)
"""How long ago the person must have proven to be there to change a second factor."""
_NEXT = {"app": "own.add_app", "passkey": "own.add_passkey"}
P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

blueprint = Blueprint(
    "own",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/assets/own",
)


@dataclass(frozen=True, slots=True)
class SignInLine:
    """One sign-in as its owner sees it."""

    browser: str
    network: str
    means: str
    began_at: datetime
    seen_at: datetime
    complete: bool
    here: bool


class ConfirmForm(Form):
    """The present password once more."""

    password = PasswordField(
        _("Password"),
        validators=[DataRequired(_("Enter your password."))],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


@blueprint.get("/account")
def page() -> ResponseReturnValue:
    """How one comes in, and from where one came in of late."""
    me = account()
    present = sign_ins().present()
    here = present.secret_hash if present else ""
    return render_template(
        "own/account.html",
        me=me,
        factors=factors.held(office(), me.account_id),
        codes=factors.recovery_codes_left(office(), me.account_id),
        passkeys=passkeys().possible,
        deadline=required.deadline(me),
        overdue=required.overdue(me),
        open=[_line(row, here) for row in sign_ins().open(me.account_id)],
        last=[_line(row, here) for row in sign_ins().last(me.account_id, SHOWN)],
    )


@blueprint.route("/account/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Prove by the password to be there still, before something is changed that lets one in."""
    me, form = account(), ConfirmForm()
    if form.validate_on_submit():
        if told := held_back(me.username):
            form.form_errors.append(told)
        elif verify_password(normal(form.password.data), me.password):
            lockout().forget(me.username)
            sign_ins().confirm()
            return redirect(url_for(_NEXT.get(request.args.get("wanted", ""), "own.page")))
        else:
            form.password.errors = [gettext("This is not your password.")]
    return render_template("own/confirm.html", form=form)


@blueprint.post("/account/sign-ins/end")
def end_others() -> ResponseReturnValue:
    """End every sign-in of one's own but this one."""
    sign_ins().end_others(account().account_id)
    flash(gettext("All other sign-ins have ended."), "success")
    return redirect(url_for("own.page"))


def _line(row: SignIn, here: str) -> SignInLine:
    return SignInLine(
        browser=row.browser,
        network=row.network,
        means=row.means,
        began_at=from_ms(row.began_at),
        seen_at=from_ms(row.seen_at),
        complete=row.complete,
        here=row.secret_hash == here,
    )


def confirmed(view: View[P]) -> View[P]:
    """Ask for the password first, where it was not given a short time ago."""

    @wraps(view)
    def asked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if sign_ins().confirmed_within(CONFIRMED):
            return view(*args, **kwargs)
        wanted = next((name for name, view in _NEXT.items() if view == request.endpoint), None)
        return redirect(url_for("own.confirm", wanted=wanted))

    return asked


def passkeys() -> PasskeyDesk:
    """Where passkeys are made and shown in this application."""
    held: PasskeyDesk = current_app.extensions["sibao_passkeys"]
    return held
