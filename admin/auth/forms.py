"""The sign-in form: one message for every failure, and a delay that grows."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext, ngettext
from flask_security.forms import ChangePasswordForm, LoginForm
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, EqualTo, Length

from admin.auth.accounts import PASSWORD_MAX, PASSWORD_MIN, by_username
from admin.auth.lockout import lockout
from admin.db import office


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

    def validate(self, **kwargs: Any) -> bool:
        """Refuse while the name is locked; say the same of every other failure."""
        username = (self.username.data or "").strip().casefold()
        self.username.data = username
        wait = self._wait(username)
        if wait:
            minutes = math.ceil(wait / timedelta(minutes=1))
            self.form_errors.append(
                ngettext(
                    "Too many failed attempts. Try again in %(num)s minute.",
                    "Too many failed attempts. Try again in %(num)s minutes.",
                    minutes,
                )
            )
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

    def _wait(self, username: str) -> timedelta:
        if not username or not self.password.data:
            return timedelta()
        return lockout().attempt(username, request.remote_addr or "")


class NewPasswordForm(ChangePasswordForm):
    """The present password and a new one, twice."""

    password = PasswordField(
        lazy_gettext("Present password"),
        validators=[DataRequired(lazy_gettext("Enter your password."))],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )
    new_password = PasswordField(
        lazy_gettext("New password"),
        description=lazy_gettext("At least %(least)s characters.", least=PASSWORD_MIN),
        validators=[
            DataRequired(lazy_gettext("Enter a new password.")),
            Length(
                PASSWORD_MIN,
                PASSWORD_MAX,
                lazy_gettext("At least %(least)s characters.", least=PASSWORD_MIN),
            ),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        lazy_gettext("New password again"),
        validators=[EqualTo("new_password", lazy_gettext("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(lazy_gettext("Change password"))
