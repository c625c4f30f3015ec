"""The sign-in form: one message for every failure, and a delay that grows."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_security.forms import ChangePasswordForm, LoginForm
from flask_security.utils import validate_redirect_url
from wtforms import HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, EqualTo, Length

from admin.auth import passwords
from admin.auth.account import Account
from admin.auth.accounts import by_username
from admin.auth.current import account
from admin.auth.guessing import held_back
from admin.auth.lockout import lockout
from admin.auth.passwords import PASSWORD_MAX, PASSWORD_MIN, Weakness
from admin.db import office

ADVICE = lazy_gettext(
    "At least %(least)s characters; several words do well. It never has to be changed by date.",
    least=PASSWORD_MIN,
)
_WEAK = {
    Weakness.SHORT: lazy_gettext("At least %(least)s characters.", least=PASSWORD_MIN),
    Weakness.LONG: lazy_gettext("At most %(most)s characters.", most=PASSWORD_MAX),
    Weakness.ABOUT: lazy_gettext("Your name or username is in it: leave it out."),
    Weakness.GUESSED: lazy_gettext("This is guessed too easily: take several words of your own."),
}


def weak(password: str, about: Account) -> str:
    """Why a password is not taken for an account, in words; empty for a good one."""
    found = passwords.weakness(password, (about.username, about.name))
    return str(_WEAK[found]) if found else ""


class SignInForm(LoginForm):
    """Username and password."""

    username = StringField(
        lazy_gettext("Username"),
        validators=[DataRequired(lazy_gettext("Enter your username.")), Length(max=64)],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        },
    )
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[
            DataRequired(lazy_gettext("Enter your password.")),
            Length(max=PASSWORD_MAX),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    remember = None
    email = None
    submit = SubmitField(lazy_gettext("Sign in"))

    def validate_next(self, field: HiddenField) -> None:
        """An address outside our pages is left out: whoever made the link is not who signs in."""
        if not validate_redirect_url(field.data or ""):
            field.data = ""

    def validate(self, **kwargs: Any) -> bool:
        """Refuse while the name is locked; say the same of every other failure."""
        username = (self.username.data or "").strip().casefold()
        self.username.data = username
        if username and self.password.data and (told := held_back(username)):
            self.form_errors.append(told)
            return False
        self.ifield = self.username
        self.user = by_username(office(), username)
        if super().validate(**kwargs):
            lockout().forget(username)
            return True
        if username and self.password.data and not self.csrf_token.errors:
            self.username.errors = []
            self.password.errors = []
            self.form_errors.append(gettext("Username or password is wrong."))
        return False


class NewPasswordForm(ChangePasswordForm):
    """The present password and a new one, twice."""

    password = PasswordField(
        lazy_gettext("Present password"),
        validators=[DataRequired(lazy_gettext("Enter your password."))],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )
    new_password = PasswordField(
        lazy_gettext("New password"),
        description=ADVICE,
        validators=[DataRequired(lazy_gettext("Enter a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        lazy_gettext("New password again"),
        validators=[EqualTo("new_password", lazy_gettext("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(lazy_gettext("Change password"))

    def validate(self, **kwargs: Any) -> bool:
        """As the library does; guesses at the present password count as those at the sign-in."""
        me = account()
        if self.password.data and (told := held_back(me.username)):
            self.form_errors.append(told)
            return False
        if self.new_password.data and (told := weak(self.new_password.data, me)):
            self.new_password.errors = [told]
            return False
        if not super().validate(**kwargs):
            return False
        lockout().forget(me.username)
        return True
