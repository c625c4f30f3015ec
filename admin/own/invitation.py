"""Taking up an invitation: the code from the link, then a password of one's own.

The link carries its code behind the #, which browsers keep to themselves; a script puts it into
the form. Where none runs it is typed.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from admin.auth import invitations
from admin.auth.account import Account
from admin.auth.forms import ADVICE, weak
from admin.auth.lockout import lockout
from admin.db import office
from admin.forms.fields import Form
from admin.own.factors import CODE
from admin.own.home import blueprint
from checkpoint.errors import NotFound

_KEY = "invitation"


class CodeForm(Form):
    """The code of an invitation."""

    code = StringField(
        _("Code of the invitation"),
        validators=[DataRequired(_("Enter the code of the invitation.")), Length(max=64)],
        render_kw={**CODE, "autocomplete": "off", "autofocus": True, "data-fragment": True},
    )


class ChoosePasswordForm(Form):
    """One's first own password, twice."""

    username = StringField(_("Username"), render_kw={"autocomplete": "username", "readonly": True})
    password = PasswordField(
        _("New password"),
        description=ADVICE,
        validators=[DataRequired(_("Enter a new password."))],
        render_kw={"autocomplete": "new-password", "autofocus": True},
    )
    again = PasswordField(
        _("New password again"),
        validators=[EqualTo("password", _("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


@blueprint.route("/invitation", methods=["GET", "POST"])
def invitation() -> ResponseReturnValue:
    """Show the code of an invitation."""
    form = CodeForm()
    if form.validate_on_submit():
        secret = form.code.data.strip().casefold()
        if invitations.found(office(), secret):
            session[_KEY] = secret
            return redirect(url_for("own.accept"))
        form.code.errors = [
            gettext("This invitation is used, too old or mistyped. Ask for another one.")
        ]
    return render_template("own/invitation.html", form=form)


@blueprint.route("/invitation/password", methods=["GET", "POST"])
def accept() -> ResponseReturnValue:
    """Choose a password, which ends the invitation."""
    secret = session.get(_KEY, "")
    invited = invitations.found(office(), secret)
    if invited is None:
        return _over()
    form = ChoosePasswordForm()
    if form.validate_on_submit():
        if told := weak(form.password.data, invited):
            form.password.errors = [told]
        else:
            return _accepted(secret, form.password.data, invited)
    form.username.data = invited.username
    return render_template("own/accept.html", form=form, invited=invited)


def _accepted(secret: str, password: str, invited: Account) -> ResponseReturnValue:
    try:
        invitations.accept(office(), secret, password)
    except NotFound:  # somebody was faster
        return _over()
    lockout().forget(invited.username)
    session.pop(_KEY, None)
    flash(gettext("Your password is set. Sign in with it."), "success")
    return redirect(url_for("security.login"))


def _over() -> ResponseReturnValue:
    session.pop(_KEY, None)
    flash(gettext("This invitation is used, too old or mistyped. Ask for another one."), "error")
    return redirect(url_for("own.invitation"))
