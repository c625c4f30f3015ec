"""Whom to trust: a kiosk's code, key and bundle version; issuers' keys that were withdrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.keys import Keyring, Purpose, TrustedKey, Withdrawal
from checkpoint.storage import tables
from checkpoint.storage.places import kiosks
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Bundle, EnrolmentCode, Kiosk
from checkpoint.storage.worth import barred, stands

# A kiosk's clock may be behind the server's when it signs its first head.
_SLACK = timedelta(days=1)
_TERM = timedelta(days=3650)
_FAR = 1 << 53
"""No true version comes near: a kiosk that lies can't use the numbers up."""


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


def enrolment_words(kiosk: Kiosk) -> str:
    """What the action record says of an enrolment, so that the kiosk's row can be held to it."""
    key = hashlib.sha256(kiosk.public_key).hexdigest()[:32]
    return f"site {kiosk.site_id} gate {kiosk.gate_id} key {key}"


def keyring(session: Session, scope: Scope | None = None) -> Keyring:
    """The head keys of the kiosks in scope, of all without one."""
    rows = kiosks(session, scope or Scope.whole_district())
    return Keyring(trusted_key(row) for row in rows)


def next_version(session: Session, kiosk: Kiosk) -> int:
    """The bundle version after all that this kiosk was given or says it has; call it alone.

    A server that was restored from a backup learns from its kiosks how far it had come. Each has
    a sequence of its own, so that one that lies moves nobody else's.
    """
    given = select(Bundle.version).where(Bundle.kiosk_id == kiosk.kiosk_id)
    return max(session.scalar(given) or 0, seen_version(kiosk)) + 1


def seen_version(kiosk: Kiosk) -> int:
    """The bundle that the kiosk says it has, 0 when that can't be."""
    return kiosk.bundle_version if kiosk.bundle_version < _FAR else 0


def withdrawals(session: Session, owners: Sequence[str]) -> tuple[Withdrawal, ...]:
    """What was withdrawn of these owners' keys, in order."""
    return tuple(withdrawal_of(row) for row in withdrawn_rows(session, owners))


def withdrawn_rows(session: Session, owners: Sequence[str]) -> Sequence[tables.Withdrawal]:
    """As `withdrawals`, with when and why."""
    return session.scalars(
        select(tables.Withdrawal)
        .where(tables.Withdrawal.owner.in_(owners))
        .order_by(tables.Withdrawal.id)
    ).all()


def withdrawal_of(row: tables.Withdrawal) -> Withdrawal:
    """What a stored line means."""
    return Withdrawal(row.owner, row.key_id, _at(row.since), _at(row.until))


def passes_of(session: Session, withdrawal: Withdrawal, now: int) -> int:
    """How many passes in force a withdrawal would make worthless; ask before it is stored.

    Of passes that have begun, are not expired, revoked or withdrawn before, of holders who are
    not blocked.
    """
    passes = tables.IssuedPass
    rows = (
        select(func.count())
        .select_from(passes)
        .join(tables.Holder, tables.Holder.holder_id == passes.holder_id)
        .where(
            passes.issuer == withdrawal.owner,
            passes.key_id == withdrawal.key_id,
            passes.not_before <= now,
            passes.expires_at > now,
            stands(),
            ~barred(),
        )
    )
    if withdrawal.since is not None:
        rows = rows.where(passes.issued_at >= to_ms(withdrawal.since))
    if withdrawal.until is not None:
        rows = rows.where(passes.issued_at < to_ms(withdrawal.until))
    return session.scalar(rows) or 0


def signed_passes(session: Session) -> dict[tuple[str, str], int]:
    """How many passes each key signed, by owner and key id."""
    passes = tables.IssuedPass
    rows = select(passes.issuer, passes.key_id, func.count()).group_by(passes.issuer, passes.key_id)
    return {(issuer, key_id): count for issuer, key_id, count in session.execute(rows)}


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
