"""Adding, naming and removing one's own second factors."""

from __future__ import annotations

import re

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Regexp

from admin.auth import factors, required
from admin.auth.account import Account
from admin.auth.current import account
from admin.auth.guessing import held_back
from admin.auth.lockout import lockout
from admin.db import office
from admin.forms import code as qr
from admin.forms.fields import Form, line, objections
from admin.own.home import blueprint, confirmed, passkeys
from checkpoint.errors import NotFound, Refused

_SEED = re.compile(r"[A-Z2-7]{32}")
CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class AppForm(Form):
    """An authenticator app, proven by a code that it shows."""

    seed = HiddenField(validators=[Regexp(_SEED)])
    name = line(_("Name of the app or phone"), description=_("So that you know it again."))
    code = StringField(
        _("Code that the app shows"),
        validators=[DataRequired(_("Enter the code."))],
        render_kw={**CODE, "inputmode": "numeric", "maxlength": 12},
    )


class PasskeyForm(Form):
    """A passkey; the browser fills in what the authenticator answers."""

    answer = HiddenField()
    name = line(_("Name of the device"), description=_("So that you know it again."))


@blueprint.route("/account/apps/new", methods=["GET", "POST"])
@confirmed
def add_app() -> ResponseReturnValue:
    """Add an authenticator app: its seed is shown, and a first code proves that it was taken."""
    me, form = account(), AppForm()
    if form.validate_on_submit():
        if told := held_back(guesses(me)):
            form.form_errors.append(told)
        else:
            with objections(form):
                factors.add_app(office(), me, form.name.data, form.seed.data, form.code.data)
                lockout().forget(guesses(me))
                return _added(me)
    if not _SEED.fullmatch(form.seed.data or ""):
        form.seed.data = factors.fresh_seed()
    seed = form.seed.data
    picture = qr.data_url(factors.uri(me, seed))
    groups = " ".join(re.findall("....", seed))
    return render_template("own/app.html", form=form, picture=picture, groups=groups)


@blueprint.route("/account/passkeys/new", methods=["GET", "POST"])
@confirmed
def add_passkey() -> ResponseReturnValue:
    """Add a passkey."""
    if not passkeys().possible:
        raise NotFound("no passkeys under an address of numbers")
    form = PasskeyForm()
    if form.validate_on_submit():
        me = account()
        with objections(form):
            passkeys().add(me, form.name.data, form.answer.data or "")
            return _added(me)
    return render_template("own/passkey.html", form=form)


@blueprint.post("/account/passkeys/options")
def passkey_options() -> Response:
    """What the browser makes a passkey with."""
    return Response(passkeys().options_to_add(account()), mimetype="application/json")


@blueprint.post("/account/factors/<factor_id>/name")
def rename_factor(factor_id: str) -> ResponseReturnValue:
    """Give a second factor another name."""
    try:
        factors.rename(office(), account(), factor_id, request.form.get("name", ""))
    except Refused:
        flash(gettext("Give a name of 1 to 64 characters that can be shown."), "error")
    return redirect(url_for("own.page"))


@blueprint.post("/account/factors/<factor_id>/remove")
@confirmed
def remove_factor(factor_id: str) -> ResponseReturnValue:
    """Take a second factor away."""
    me = account()
    try:
        factors.remove(office(), me, factor_id, needed=required.needed(me))
        flash(gettext("It opens your account no more."), "success")
    except Refused:
        told = gettext("Your role needs a second factor: add another one before you remove this.")
        flash(told, "error")
    return redirect(url_for("own.page"))


@blueprint.post("/account/recovery-codes")
@confirmed
def recovery_codes() -> ResponseReturnValue:
    """Fresh recovery codes, shown once; those before are worth nothing."""
    me = account()
    if not factors.held(office(), me.account_id):
        raise NotFound("no second factor to stand in for")
    return _codes(me)


def guesses(me: Account) -> str:
    """The name under which guesses at an account's second factor are counted."""
    return f"second/{me.account_id}"


def _added(me: Account) -> ResponseReturnValue:
    """With the first factor the recovery codes are made."""
    if not factors.recovery_codes_left(office(), me.account_id):
        return _codes(me)
    flash(gettext("From now on it opens your account."), "success")
    return redirect(url_for("own.page"))


def _codes(me: Account) -> ResponseReturnValue:
    codes = factors.fresh_recovery_codes(office(), me)
    return render_template("own/codes.html", codes=codes, me=me)
