"""Warrants and policy versions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
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


def latest_policy(session: Session, enterprise_id: str | None) -> Policy | None:
    """The last version of the bureau (None) or of an enterprise."""
    whose = (
        Policy.enterprise_id.is_(None)
        if enterprise_id is None
        else Policy.enterprise_id == enterprise_id
    )
    return session.scalar(select(Policy).where(whose).order_by(Policy.version.desc()).limit(1))


def policy_until(session: Session, enterprise_id: str | None, version: int) -> Policy | None:
    """The last version of the bureau (None) or of an enterprise that is not after this one."""
    whose = Policy.enterprise_id.is_not_distinct_from(enterprise_id)
    upto = select(Policy).where(whose, Policy.version <= version)
    return session.scalar(upto.order_by(Policy.version.desc()).limit(1))


def bureau_policies(session: Session) -> Sequence[Policy]:
    """Every version of the bureau, the oldest first."""
    own = select(Policy).where(Policy.enterprise_id.is_(None))
    return session.scalars(own.order_by(Policy.version)).all()


def next_version(session: Session) -> int:
    """The version after all others; call it alone. The default policy is version 1."""
    return (session.scalar(select(func.max(Policy.version))) or 1) + 1
