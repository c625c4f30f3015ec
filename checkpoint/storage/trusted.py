"""What makes a kiosk trusted: enrolment codes, its key, the version of its bundle."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.keys import Keyring, Purpose, TrustedKey
from checkpoint.storage.places import kiosks
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Bundle, EnrolmentCode, Kiosk

# A kiosk's clock may be behind the server's when it signs its first head.
_SLACK = timedelta(days=1)
_TERM = timedelta(days=3650)


def use_code(session: Session, code_hash: bytes, now: int) -> str | None:
    """Use a code up; the gate it is for, or None for one that is unknown, used or expired.

    Compare and set in one statement: of two that come at once, one gets it.
    """
    return session.scalar(
        update(EnrolmentCode)
        .where(
            EnrolmentCode.code_hash == code_hash,
            EnrolmentCode.used_at.is_(None),
            EnrolmentCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(EnrolmentCode.gate_id)
    )


def trusted_key(kiosk: Kiosk) -> TrustedKey:
    """The key with which a kiosk signs heads and requests, until its revocation."""
    enrolled = from_ms(kiosk.enrolled_at)
    revoked = kiosk.revoked_at
    return TrustedKey(
        key_id=hashlib.sha256(kiosk.public_key).hexdigest()[:8],
        owner=kiosk.kiosk_id,
        purposes=frozenset({Purpose.HEAD}),
        public=kiosk.public_key,
        since=enrolled - _SLACK,
        until=enrolled + _TERM if revoked is None else from_ms(revoked),
    )


def keyring(session: Session, scope: Scope | None = None) -> Keyring:
    """The head keys of the kiosks in scope, of all without one."""
    rows = kiosks(session, scope or Scope.whole_district())
    return Keyring(trusted_key(row) for row in rows)


def next_version(session: Session) -> int:
    """The bundle version after all others of the server; call it alone."""
    return (session.scalar(select(func.max(Bundle.version))) or 0) + 1
