"""A growing delay after failed sign-ins, kept in the database: a restart does not lift it.

The attempt is counted before the password is looked at, so that many attempts at the same
time can't share one delay. Names that no account has are delayed alike, so that a delay tells
nobody which names exist.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import delete

from admin.auth.account import Attempts
from admin.db import transaction
from checkpoint.clock import to_ms
from checkpoint.services.office import Office

FREE_ATTEMPTS = 5
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
FORGET_AFTER = timedelta(hours=24)


def delay_after(failures: int) -> timedelta:
    """How long a name is locked once it has failed so many times."""
    if failures < FREE_ATTEMPTS:
        return timedelta()
    doublings = min(failures - FREE_ATTEMPTS, 16)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


class Lockout:
    """The delays of one server. `secret` keys the hashes of the names."""

    def __init__(self, office: Office, secret: str) -> None:
        self._office = office
        self._secret = secret.encode()

    def attempt(self, username: str) -> timedelta:
        """Count an attempt. Zero when it may go on, else how long the name is locked still."""
        now = to_ms(self._office.clock.now())
        with transaction(self._office) as session:
            row = session.get(Attempts, self._hash(username))
            if row is None:
                row = Attempts(
                    name_hash=self._hash(username), failures=0, last_at=now, locked_until=0
                )
                session.add(row)
            if row.locked_until > now:
                return timedelta(milliseconds=row.locked_until - now)
            if now - row.last_at > FORGET_AFTER // timedelta(milliseconds=1):
                row.failures = 0
            row.failures += 1
            row.last_at = now
            row.locked_until = now + delay_after(row.failures) // timedelta(milliseconds=1)
        return timedelta()

    def succeeded(self, username: str) -> None:
        """The password was right: forget the attempts."""
        with transaction(self._office) as session:
            session.execute(delete(Attempts).where(Attempts.name_hash == self._hash(username)))

    def _hash(self, username: str) -> str:
        return hmac.new(self._secret, username.casefold().encode(), hashlib.sha256).hexdigest()
