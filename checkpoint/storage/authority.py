"""Warrants and policy versions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from checkpoint.errors import NotFound
from checkpoint.storage.tables import Policy, Warrant


def warrant(session: Session, warrant_id: str) -> Warrant:
    """A warrant. Raises NotFound."""
    row = session.get(Warrant, warrant_id, with_for_update=True)
    if row is None:
        raise NotFound(f"no warrant {warrant_id!r}")
    return row


def warrants(session: Session, enterprise_ids: Sequence[str]) -> Sequence[Warrant]:
    """All warrants of enterprises, the newest first."""
    return session.scalars(
        select(Warrant)
        .where(Warrant.enterprise_id.in_(enterprise_ids))
        .order_by(Warrant.granted_at.desc(), Warrant.warrant_id)
    ).all()


def warrants_in_force(session: Session, account_id: str, now: int) -> Sequence[Warrant]:
    """The warrants under which an account may inspect now."""
    return session.scalars(
        select(Warrant).where(
            Warrant.account_id == account_id,
            Warrant.valid_from <= now,
            Warrant.valid_until > now,
            Warrant.revoked_at.is_(None),
        )
    ).all()


def warrants_of(session: Session, account_id: str) -> Sequence[Warrant]:
    """Every warrant of an account, the newest first."""
    rows = select(Warrant).where(Warrant.account_id == account_id, Warrant.account_id != "")
    return session.scalars(rows.order_by(Warrant.granted_at.desc(), Warrant.warrant_id)).all()


def count_not_ended(session: Session, account_ids: Sequence[str], now: int) -> dict[str, int]:
    """How many warrants each of these accounts holds or will hold."""
    rows = select(Warrant.account_id, func.count()).where(
        Warrant.account_id.in_(account_ids),
        Warrant.valid_until > now,
        Warrant.revoked_at.is_(None),
    )
    found = session.execute(rows.group_by(Warrant.account_id)).all()
    return {row[0]: row[1] for row in found}


def warrants_not_ended(session: Session, account_id: str, now: int) -> Sequence[Warrant]:
    """The warrants that an account holds now or will hold, locked."""
    rows = select(Warrant).where(
        Warrant.account_id == account_id,
        Warrant.account_id != "",
        Warrant.valid_until > now,
        Warrant.revoked_at.is_(None),
    )
    return session.scalars(rows.order_by(Warrant.warrant_id).with_for_update()).all()


def policy_at(session: Session, enterprise_id: str | None, at: int) -> Policy | None:
    """The bureau's version (None) or an enterprise's that is in force at a time (ms)."""
    standing = Policy.withdrawn_at.is_(None)
    return _last(session, enterprise_id, Policy.effective_at <= at, standing)


def policy_beside(session: Session, enterprise_id: str | None, row: Policy) -> Policy | None:
    """The bureau's version (None) or an enterprise's that was in force when another one came.

    What was called off with that other one counts, as a gate without network goes by both.
    """
    standing = or_(
        Policy.withdrawn_at.is_(None), Policy.withdrawn_at.is_not_distinct_from(row.withdrawn_at)
    )
    upto = and_(Policy.version <= row.version, Policy.effective_at <= row.effective_at)
    return _last(session, enterprise_id, upto, standing)


def _last(
    session: Session, enterprise_id: str | None, *conditions: ColumnElement[bool]
) -> Policy | None:
    whose = Policy.enterprise_id.is_not_distinct_from(enterprise_id)
    rows = select(Policy).where(whose, *conditions)
    return session.scalar(rows.order_by(Policy.version.desc()).limit(1))


def coming_policies(session: Session, at: int) -> Sequence[Policy]:
    """The bureau's versions that take effect after a time (ms), in that order."""
    rows = select(Policy).where(
        Policy.enterprise_id.is_(None), Policy.withdrawn_at.is_(None), Policy.effective_at > at
    )
    return session.scalars(rows.order_by(Policy.effective_at)).all()


def withdraw_policy(session: Session, row: Policy, at: int) -> None:
    """Take back a version that is still to come, and what enterprises have for it."""
    along = select(Policy).where(
        Policy.enterprise_id.is_not(None),
        Policy.effective_at == row.effective_at,
        Policy.published_at < row.effective_at,
        Policy.version > row.version,
        Policy.withdrawn_at.is_(None),
    )
    for each in (row, *session.scalars(along)):
        each.withdrawn_at = at


def bureau_policies(session: Session) -> Sequence[Policy]:
    """Every version of the bureau, the oldest first."""
    own = select(Policy).where(Policy.enterprise_id.is_(None))
    return session.scalars(own.order_by(Policy.version)).all()


def next_version(session: Session) -> int:
    """The version after all others; call it alone. The default policy is version 1."""
    return (session.scalar(select(func.max(Policy.version))) or 1) + 1
