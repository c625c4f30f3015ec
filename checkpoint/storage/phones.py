"""Phone links and the passes that came of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from checkpoint.storage.tables import IssuedPass, PhoneLink


def use(session: Session, link_hash: bytes, now: int) -> PhoneLink | None:
    """Use a link up; None for one that is unknown, used or expired.

    Compare and set in one statement: of two that come at once, one gets it.
    """
    return session.scalar(
        update(PhoneLink)
        .where(
            PhoneLink.link_hash == link_hash,
            PhoneLink.used_at.is_(None),
            PhoneLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(PhoneLink)
    )


def on_phones(session: Session, pass_ids: Sequence[str]) -> frozenset[str]:
    """Which of these passes a phone holds."""
    held = select(PhoneLink.pass_id).where(PhoneLink.pass_id.in_(pass_ids))
    return frozenset(pass_id for pass_id in session.scalars(held) if pass_id)


def forget_unused(session: Session, now: int) -> None:
    """Delete the links that ran out before anybody used them."""
    session.execute(
        delete(PhoneLink).where(PhoneLink.used_at.is_(None), PhoneLink.expires_at <= now)
    )


def unused(session: Session, issuer: str, now: int, most: int) -> Sequence[PhoneLink]:
    """An issuer's links that may still be used, the newest first."""
    return session.scalars(
        select(PhoneLink)
        .where(PhoneLink.issuer == issuer, PhoneLink.used_at.is_(None), PhoneLink.expires_at > now)
        .order_by(PhoneLink.made_at.desc(), PhoneLink.link_hash)
        .limit(most)
    ).all()


def end_unused(session: Session, holder_id: str, now: int) -> int:
    """Delete a holder's unused links; how many of them had not run out."""
    gone = session.scalars(
        delete(PhoneLink)
        .where(PhoneLink.holder_id == holder_id, PhoneLink.used_at.is_(None))
        .returning(PhoneLink.expires_at)
    )
    return sum(expires_at > now for expires_at in gone)


def passes_in_force(session: Session, holder_id: str, now: int) -> Sequence[IssuedPass]:
    """The phone passes of a holder that are neither revoked nor expired."""
    return session.scalars(
        select(IssuedPass)
        .join(PhoneLink, PhoneLink.pass_id == IssuedPass.pass_id)
        .where(
            PhoneLink.holder_id == holder_id,
            IssuedPass.revoked_at.is_(None),
            IssuedPass.expires_at > now,
        )
    ).all()
