"""What stands before every page: whether the sign-in holds, and what the person must do first."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import user_logged_in, user_logged_out
from flask_security.signals import password_changed
from flask_security.utils import login_user, logout_user

from admin.auth import factors, required
from admin.auth.account import Account
from admin.auth.current import signed_in
from admin.auth.lockout import lockout
from admin.auth.sign_ins import PASSKEY, PASSWORD, Begun, SignIns, sign_ins
from admin.auth.store import AccountStore
from admin.config import Settings
from admin.db import office

MARK_DAYS = 400
"""How long a browser is known again; the longest that browsers keep a cookie."""
_CHANGE = "security.change_password"
_FILES = {"static", "bootstrap.static", "security.static", "own.static", "htmx"}
_BY_ITSELF = {"inspector.news"}
_ALWAYS = {"security.logout", "language"}
_SECOND = {"own.second", "own.second_options", "own.second_passkey"}
_ENROLLING = {
    *("own.page", "own.add_app", "own.add_passkey", "own.passkey_options", "own.confirm"),
    *("own.recovery_codes", _CHANGE),
}


def set_up(app: Flask, store: AccountStore, held: SignIns) -> None:
    """Follow who signs in and out, and look at each request."""

    def begin(_app: Flask, user: Account, **_: object) -> None:
        held.begin(user, _begun(user))
        required.begin_grace(user)
        g.mark_for = user.username

    def end(_app: Flask, **_: object) -> None:
        held.end()

    def changed(_app: Flask, user: Account, **_: object) -> None:
        user.must_change = False
        store.put(user)
        held.end_others(user.account_id)

    user_logged_in.connect(begin, app, weak=False)
    user_logged_out.connect(end, app, weak=False)
    password_changed.connect(changed, app, weak=False)
    app.before_request(_look)
    app.after_request(_mark)


def by_passkey(account: Account) -> None:
    """Sign in whoever showed a passkey: nothing more is asked for."""
    g.means = PASSKEY
    login_user(account, authn_via=["webauthn"])


def completed(account: Account, means: str) -> None:
    """The second factor was shown; from now on the sign-in opens what the role may."""
    sign_ins().complete(means)
    g.mark_for = account.username


def inside() -> bool:
    """Whether somebody is signed in of whom nothing more is asked before the pages open."""
    return bool(g.get("inside"))


def mark_name() -> str:
    """The cookie that a browser is known by."""
    return "__Host-sibao-known" if _settings().secure_cookies else "sibao-known"


def _begun(account: Account) -> Begun:
    means = getattr(g, "means", PASSWORD)
    if request.endpoint == _CHANGE:  # the person is here already, and goes on
        last = sign_ins().present()
        return Begun(last.means if last else means, complete=True)
    done = means == PASSKEY or not factors.held(office(), account.account_id)
    return Begun(means, complete=done)


def _look() -> ResponseReturnValue | None:
    """End what no longer holds; lead to what must be done before anything else."""
    account = None if request.endpoint in _FILES else signed_in()
    if account is None:
        return None
    row = sign_ins().holds(account, used=request.endpoint not in _BY_ITSELF)
    if row is None:
        logout_user()
        return None
    if request.endpoint in _ALWAYS:
        return None
    if not row.complete:
        wanted = request.path if request.method == "GET" else None
        return None if request.endpoint in _SECOND else _lead("own.second", wanted)
    if account.must_change:
        return None if request.endpoint == _CHANGE else _lead(_CHANGE)
    g.inside = not required.overdue(account)
    return None if g.inside or request.endpoint in _ENROLLING else _lead("own.page")


def _lead(endpoint: str, wanted: str | None = None) -> ResponseReturnValue:
    """To a page, and from there to what was wanted; htmx is told to load it whole."""
    url = url_for(endpoint, next=wanted)
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url}
    return redirect(url)


def _mark(response: Response) -> Response:
    """Let the browser be known again in which somebody has signed in completely."""
    username = g.pop("mark_for", "")
    row = sign_ins().present() if username else None
    if row is not None and row.complete:
        response.set_cookie(
            mark_name(),
            lockout().mark(username),
            max_age=timedelta(days=MARK_DAYS),
            secure=_settings().secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    return response


def _settings() -> Settings:
    settings: Settings = current_app.config["SIBAO"]
    return settings
