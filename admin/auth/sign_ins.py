"""Sign-ins that the server checks at each request: signing out ends them wherever they are."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import session as cookie
from sqlalchemy import delete, update

from admin.auth.account import Account, SignIn
from admin.config import Settings
from admin.db import reading, transaction
from checkpoint.clock import to_ms
from checkpoint.services.office import Office

_COOKIE_KEY = "sign_in"
_MARK_EVERY_MS = 60_000


class SignIns:
    """The sign-ins of one server."""

    def __init__(self, office: Office, settings: Settings) -> None:
        self._office = office
        self._idle_ms = timedelta(minutes=settings.session_minutes) // timedelta(milliseconds=1)
        self._life_ms = timedelta(hours=settings.session_hours) // timedelta(milliseconds=1)

    def begin(self, account: Account) -> None:
        """Note a sign-in and give its secret to the browser; clear away those that ran out."""
        secret = secrets.token_urlsafe(32)
        now = to_ms(self._office.clock.now())
        with transaction(self._office) as session:
            session.execute(delete(SignIn).where(SignIn.began_at < now - self._life_ms))
            session.add(
                SignIn(
                    secret_hash=_hash(secret),
                    account_id=account.account_id,
                    began_at=now,
                    seen_at=now,
                )
            )
        cookie[_COOKIE_KEY] = secret

    def holds(self, account: Account, *, used: bool = True) -> bool:
        """Whether the browser's sign-in is this account's and has not ended.

        `used` is whether a person asked; a page that refreshes itself keeps nobody signed in.
        """
        secret = cookie.get(_COOKIE_KEY)
        if not isinstance(secret, str):
            return False
        now = to_ms(self._office.clock.now())
        with reading(self._office) as session:
            row = session.get(SignIn, _hash(secret))
            if row is None or row.account_id != account.account_id:
                return False
            idle, age = now - row.seen_at, now - row.began_at
        if idle > self._idle_ms or age > self._life_ms:
            return False
        if used and idle > _MARK_EVERY_MS:
            with transaction(self._office) as session:
                mark = update(SignIn).where(SignIn.secret_hash == _hash(secret))
                session.execute(mark.values(seen_at=now))
        return True

    def end(self) -> None:
        """Forget the browser's sign-in."""
        secret = cookie.pop(_COOKIE_KEY, None)
        if isinstance(secret, str):
            with transaction(self._office) as session:
                session.execute(delete(SignIn).where(SignIn.secret_hash == _hash(secret)))

    def end_all(self, account_id: str) -> None:
        """Forget every sign-in of an account."""
        with transaction(self._office) as session:
            session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
