"""Sign-ins that the server checks at each request: signing out ends them wherever they are."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from flask import session as cookie
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from admin.auth import browsers
from admin.auth.account import Account, Invitation, SignIn
from admin.config import Settings
from admin.db import reading, transaction
from checkpoint.clock import to_ms
from checkpoint.services.office import Office

EXTENSION = "sibao_sign_ins"
PASSWORD, PASSKEY = "password", "passkey"
KEPT = timedelta(days=90)
"""How long a sign-in is told of after its beginning."""
_COOKIE_KEY = "sign_in"
_MARK_EVERY_MS = 60_000
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Begun:
    """How a sign-in begins: by what means, and whether nothing more is to be shown."""

    means: str
    complete: bool


class SignIns:
    """The sign-ins of one server."""

    def __init__(self, office: Office, settings: Settings) -> None:
        self._office = office
        self._idle_ms = timedelta(minutes=settings.session_minutes) // _MS
        self._life_ms = timedelta(hours=settings.session_hours) // _MS

    def begin(self, account: Account, begun: Begun) -> None:
        """Note a sign-in and give its secret to the browser; the browser's last one ends."""
        self.end()
        secret = secrets.token_urlsafe(32)
        now = self._now()
        with transaction(self._office) as session:
            session.execute(delete(SignIn).where(SignIn.began_at < now - KEPT // _MS))
            session.add(
                SignIn(
                    secret_hash=_hash(secret),
                    account_id=account.account_id,
                    began_at=now,
                    seen_at=now,
                    confirmed_at=now,
                    complete=begun.complete,
                    means=begun.means,
                    network=browsers.network(request.remote_addr or ""),
                    browser=browsers.browser(request.user_agent.string),
                    ended_at=None,
                )
            )
        cookie[_COOKIE_KEY] = secret

    def holds(self, account: Account, *, used: bool = True) -> SignIn | None:
        """The browser's sign-in if it is this account's and has not ended.

        `used` is whether a person asked; a page that refreshes itself keeps nobody signed in.
        """
        row = self.present()
        now = self._now()
        if row is None or row.account_id != account.account_id or not self._lasts(row, now):
            return None
        if used and now - row.seen_at > _MARK_EVERY_MS:
            self._set(SignIn.secret_hash == row.secret_hash, seen_at=now)
        return row

    def present(self) -> SignIn | None:
        """The sign-in that the browser's cookie names, ended or not."""
        secret = cookie.get(_COOKIE_KEY)
        if not isinstance(secret, str):
            return None
        with reading(self._office) as session:
            return session.get(SignIn, _hash(secret))

    def complete(self, means: str) -> None:
        """The second factor was shown in the browser's sign-in; by what."""
        row = self.present()
        if row is not None:
            mine = SignIn.secret_hash == row.secret_hash
            both = f"{row.means} {means}"
            self._set(mine, complete=True, confirmed_at=self._now(), means=both)

    def confirm(self) -> None:
        """The person has just proven to be there."""
        row = self.present()
        if row is not None:
            self._set(SignIn.secret_hash == row.secret_hash, confirmed_at=self._now())

    def confirmed_within(self, term: timedelta) -> bool:
        """Whether the person proved to be there so short a time ago."""
        row = self.present()
        return row is not None and self._now() - row.confirmed_at <= term // _MS

    def end(self) -> None:
        """End the browser's sign-in."""
        secret = cookie.pop(_COOKIE_KEY, None)
        if isinstance(secret, str):
            open_ = (SignIn.secret_hash == _hash(secret)) & SignIn.ended_at.is_(None)
            self._set(open_, ended_at=self._now())

    def end_others(self, account_id: str) -> None:
        """End every sign-in of an account but the browser's own."""
        row = self.present()
        kept = row.secret_hash if row else ""
        with transaction(self._office) as session:
            end_all(session, account_id, self._now(), kept)

    def open(self, account_id: str) -> list[SignIn]:
        """The account's sign-ins that have not ended, the one used last first."""
        now = self._now()
        wanted = (SignIn.account_id == account_id) & SignIn.ended_at.is_(None)
        with reading(self._office) as session:
            rows = session.scalars(select(SignIn).where(wanted).order_by(SignIn.seen_at.desc()))
            return [row for row in rows if self._lasts(row, now)]

    def last(self, account_id: str, most: int) -> Sequence[SignIn]:
        """The account's last complete sign-ins, the latest first."""
        wanted = (SignIn.account_id == account_id) & SignIn.complete
        rows = select(SignIn).where(wanted).order_by(SignIn.began_at.desc()).limit(most)
        with reading(self._office) as session:
            return session.scalars(rows).all()

    def _lasts(self, row: SignIn, now: int) -> bool:
        idle, age = now - row.seen_at, now - row.began_at
        return row.ended_at is None and idle <= self._idle_ms and age <= self._life_ms

    def _set(self, which: ColumnElement[bool], **values: object) -> None:
        with transaction(self._office) as session:
            session.execute(update(SignIn).where(which).values(**values))

    def _now(self) -> int:
        return to_ms(self._office.clock.now())


def end_all(session: Session, account_id: str, now: int, but: str = "") -> None:
    """End every sign-in of an account, but one where its secret's hash is given."""
    which = (SignIn.account_id == account_id) & SignIn.ended_at.is_(None)
    which &= SignIn.secret_hash != but
    session.execute(update(SignIn).where(which).values(ended_at=now))


def end_everywhere(office: Office) -> None:
    """End every sign-in and every open invitation: an older database may hold what had ended."""
    now = to_ms(office.clock.now())
    with transaction(office) as session:
        session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=now))
        session.execute(update(Invitation).values(expires_at=now))


def sign_ins() -> SignIns:
    """The sign-ins of this application."""
    held: SignIns = current_app.extensions[EXTENSION]
    return held


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
