"""Flask-Security, set up for accounts that the bureau makes and nobody registers."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_login import LoginManager
from flask_security import Security, uia_username_mapper

from admin.auth import guard, lockout
from admin.auth.forms import NewPasswordForm, SignInForm
from admin.auth.passkeys import PasskeyDesk
from admin.auth.passwords import PASSWORD_MIN
from admin.auth.sign_ins import EXTENSION, SignIns
from admin.auth.store import AccountStore
from admin.config import Settings
from checkpoint.services.office import Office


def configuration(settings: Settings) -> dict[str, object]:
    """What Flask and Flask-Security are told about accounts and cookies."""
    secret = settings.secret_key()
    return {
        "SECRET_KEY": secret,
        "SECURITY_PASSWORD_SALT": secret[::-1],
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_MIN,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"username": {"mapper": uia_username_mapper}}],
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_LOGIN_USER_TEMPLATE": "account/sign_in.html",
        "SECURITY_CHANGE_PASSWORD_TEMPLATE": "account/password.html",
        "SESSION_COOKIE_NAME": "__Host-sibao" if settings.secure_cookies else "sibao",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.secure_cookies,
    }


def set_up(app: Flask, office: Office, settings: Settings) -> None:
    """Give the application its accounts."""
    store = AccountStore(office)
    Security(app, store, login_form=SignInForm, change_password_form=NewPasswordForm)
    # Nobody is signed in by a token: a cookie of a sign-in that holds is the one way.
    login_manager: LoginManager = vars(app)["login_manager"]
    login_manager.request_loader(lambda _request: None)
    sign_ins = SignIns(office, settings)
    app.extensions[lockout.EXTENSION] = lockout.Lockout(office, settings.secret_key())
    app.extensions[EXTENSION] = sign_ins
    app.extensions["sibao_passkeys"] = PasskeyDesk(office, settings)
    guard.set_up(app, store, sign_ins)
