"""Batches of passes, and how many of each are worth something still."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from checkpoint.errors import NotFound
from checkpoint.storage.keyset import page
from checkpoint.storage.tables import Holder, IssuedPass, PassBatch, PhoneLink
from checkpoint.storage.worth import stands

PAGE = 20
_MEMBER = and_(
    IssuedPass.issuer == PassBatch.issuer,
    IssuedPass.kind == PassBatch.kind,
    IssuedPass.issued_at == PassBatch.at,
    IssuedPass.pass_id.not_in(select(PhoneLink.pass_id).where(PhoneLink.pass_id.is_not(None))),
)
"""A phone may have fetched its pass at the very moment."""


def known(session: Session, issuer: str, kind: str, at: int) -> PassBatch | None:
    """The batch of that moment, if there is one."""
    return session.scalar(
        select(PassBatch).where(
            PassBatch.issuer == issuer, PassBatch.at == at, PassBatch.kind == kind
        )
    )


def batch(session: Session, issuer: str, number: int) -> PassBatch:
    """A batch of the issuer. Raises NotFound for another's."""
    row = session.get(PassBatch, number)
    if row is None or row.issuer != issuer:
        raise NotFound("no such batch here", remedy="see the list of batches")
    return row


def batches(
    session: Session, issuer: str, after: str | None
) -> tuple[Sequence[PassBatch], str | None]:
    """The batches of an issuer, the newest first."""
    rows = select(PassBatch).where(PassBatch.issuer == issuer)
    return page(session, rows, (PassBatch.at, PassBatch.id), after, PAGE)


def counts(session: Session, numbers: Iterable[int], now: int) -> dict[int, tuple[int, int, int]]:
    """By batch: how many passes, how many stand and have not expired, the last end."""
    living = and_(stands(), IssuedPass.expires_at > now)
    rows = (
        select(
            PassBatch.id,
            func.count(),
            func.count(case((living, 1))),
            func.max(IssuedPass.expires_at),
        )
        .join(IssuedPass, _MEMBER)
        .where(PassBatch.id.in_(sorted(numbers)))
        .group_by(PassBatch.id)
    )
    return {number: (count, usable, ends) for number, count, usable, ends in session.execute(rows)}


def standing(session: Session, number: int, now: int) -> Sequence[str]:
    """The ids of a batch's passes that stand and have not expired."""
    rows = select(IssuedPass.pass_id).join(PassBatch, _MEMBER).where(PassBatch.id == number)
    living = rows.where(stands(), IssuedPass.expires_at > now)
    return session.scalars(living.order_by(IssuedPass.pass_id)).all()


def members(session: Session, number: int) -> Sequence[IssuedPass]:
    """The passes of a batch: by plate, then in the order in which the holders came."""
    return session.scalars(
        select(IssuedPass)
        .join(PassBatch, _MEMBER)
        .join(Holder, Holder.holder_id == IssuedPass.holder_id)
        .where(PassBatch.id == number, IssuedPass.text_sealed != b"")
        .order_by(Holder.plate, Holder.added_at, Holder.holder_id, IssuedPass.pass_id)
    ).all()
