"""A growing delay after failed sign-ins, kept in the database: a restart does not lift it.

The attempt is counted before the password is looked at, so that many attempts at the same
time can't share one delay. Names that no account has are delayed alike, so that a delay tells
nobody which names exist. The delay holds for the address that failed; for all of them only
after many more failures. Whoever guesses from many addresses could keep that one up for ever:
so a browser in which the person has signed in before is counted by itself alone, and a passkey
is not counted at all, as nobody guesses one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session

from admin.auth import browsers
from admin.auth.account import Attempts
from admin.db import transaction
from checkpoint.clock import to_ms
from checkpoint.services.office import Office

EXTENSION = "sibao_lockout"
FREE_ATTEMPTS = 5
FREE_FROM_ALL = 50
"""Attempts at one name from all addresses together: whoever guesses elsewhere locks nobody out."""
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
FORGET_AFTER = timedelta(hours=24)
_MS = timedelta(milliseconds=1)


def delay_after(failures: int, free: int = FREE_ATTEMPTS) -> timedelta:
    """How long a name is locked once it has failed so many times."""
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 16)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


class Lockout:
    """The delays of one server. `secret` keys the hashes of the names."""

    def __init__(self, office: Office, secret: str) -> None:
        self._office = office
        self._secret = secret.encode()

    def attempt(self, username: str, address: str = "", browser: str = "") -> timedelta:
        """Count an attempt from an address. Zero when it may go on, else how long to wait.

        `browser` is what `mark` gave to it; one that was marked for this name has its own count.
        """
        now = to_ms(self._office.clock.now())
        name = self._hash(username)
        near = browsers.neighbourhood(address)
        counted: tuple[tuple[str, int], ...]
        counted = ((f"{name}/{self._hash(near)}", FREE_ATTEMPTS), (name, FREE_FROM_ALL))
        if self._marked(username, browser):
            counted = ((f"{name}/{self._hash(browser)}", FREE_ATTEMPTS),)
        with transaction(self._office) as session:
            rows = [(_row(session, key, now), free) for key, free in counted]
            locked = max(row.locked_until for row, _ in rows)
            if locked > now:
                return (locked - now) * _MS
            for row, free in rows:
                row.failures += 1
                row.last_at = now
                row.locked_until = now + delay_after(row.failures, free) // _MS
        return timedelta()

    def forget(self, username: str) -> None:
        """The password was right, or the bureau vouches for the person: no delay is left."""
        name = self._hash(username)
        mine = (Attempts.name_hash == name) | Attempts.name_hash.startswith(f"{name}/")
        with transaction(self._office) as session:
            session.execute(delete(Attempts).where(mine))

    def mark(self, username: str) -> str:
        """What a browser keeps that the person has signed in with; it says nothing by itself."""
        chance = secrets.token_urlsafe(16)
        return f"{chance}.{self._hash(f'{chance}/{username}')}"

    def _marked(self, username: str, browser: str) -> bool:
        chance, _dot, proof = browser.partition(".")
        made = self._hash(f"{chance}/{username}")
        return hmac.compare_digest(made.encode(), proof.encode())

    def _hash(self, text: str) -> str:
        return hmac.new(self._secret, text.casefold().encode(), hashlib.sha256).hexdigest()


def lockout() -> Lockout:
    """The delays of this application."""
    held: Lockout = current_app.extensions[EXTENSION]
    return held


def _row(session: Session, key: str, now: int) -> Attempts:
    """The count under a key; old counts are cleared away when a new one begins."""
    row = session.get(Attempts, key)
    forgotten = now - FORGET_AFTER // _MS
    if row is None:
        session.execute(delete(Attempts).where(Attempts.last_at < forgotten))
        row = Attempts(name_hash=key, failures=0, last_at=now, locked_until=0)
        session.add(row)
    elif row.last_at < forgotten:
        row.failures = 0
    return row
