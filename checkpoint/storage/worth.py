"""Which passes are worth something, as conditions: not revoked, not expired, by a key believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.util import AliasedClass

from checkpoint.storage.tables import Holder, IssuedPass, Withdrawal

Passes = type[IssuedPass] | AliasedClass[IssuedPass]


def barred() -> ColumnElement[bool]:
    """Whether the holder is blocked or has left: none of their passes is worth anything."""
    return or_(Holder.blocked_at.is_not(None), Holder.left_at.is_not(None))


def withdrawn(passes: Passes = IssuedPass) -> ColumnElement[bool]:
    """Whether the key that signed the pass was withdrawn, as `keys.Withdrawal.covers` says."""
    return exists().where(
        Withdrawal.owner == passes.issuer,
        Withdrawal.key_id == passes.key_id,
        or_(Withdrawal.since.is_(None), passes.issued_at >= Withdrawal.since),
        or_(Withdrawal.until.is_(None), passes.issued_at < Withdrawal.until),
    )


def stands(passes: Passes = IssuedPass) -> ColumnElement[bool]:
    """Whether neither the pass was revoked nor its key withdrawn; its term is another matter."""
    return and_(passes.revoked_at.is_(None), ~withdrawn(passes))


def in_need(session: Session, issuer: str, now: int, most: int) -> Sequence[IssuedPass]:
    """The passes that only a withdrawal took from their holders, the soonest to end first.

    Without blocked and erased holders, and those who hold another one of the kind that stands.
    """
    rows = _in_need(issuer, now).order_by(IssuedPass.expires_at, IssuedPass.pass_id)
    return session.scalars(rows.limit(most)).all()


def count_in_need(session: Session, issuer: str, now: int) -> int:
    """How many holders those passes are of."""
    found = _in_need(issuer, now).with_only_columns(IssuedPass.holder_id).distinct()
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


@dataclass(frozen=True, slots=True)
class Signed:
    """The passes that an issuer signed: of a kind or any, from a time until another (ms) or any."""

    issuer: str
    kind: str = ""
    since: int | None = None
    until: int | None = None


def standing_ids(session: Session, signed: Signed, now: int) -> Sequence[str]:
    """Those of them that stand and have not expired, in the order of their ids."""
    rows = select(IssuedPass.pass_id).where(
        IssuedPass.issuer == signed.issuer, IssuedPass.expires_at > now, stands()
    )
    if signed.kind:
        rows = rows.where(IssuedPass.kind == signed.kind)
    if signed.since is not None:
        rows = rows.where(IssuedPass.issued_at >= signed.since)
    if signed.until is not None:
        rows = rows.where(IssuedPass.issued_at <= signed.until)
    return session.scalars(rows.order_by(IssuedPass.pass_id)).all()


def revoked_for(session: Session, issuer: str, since: int, why: str) -> int:
    """How many passes were revoked from a time (ms) on for this reason."""
    rows = (
        select(func.count())
        .select_from(IssuedPass)
        .where(
            IssuedPass.issuer == issuer,
            IssuedPass.revoked_at >= since,
            IssuedPass.revoked_why == why,
        )
    )
    return session.scalar(rows) or 0


def _in_need(issuer: str, now: int) -> Select[IssuedPass]:
    other = aliased(IssuedPass)
    served = exists().where(
        other.holder_id == IssuedPass.holder_id,
        other.kind == IssuedPass.kind,
        other.issuer == issuer,
        other.expires_at > now,
        stands(other),
    )
    return (
        select(IssuedPass)
        .join(Holder, Holder.holder_id == IssuedPass.holder_id)
        .where(
            IssuedPass.issuer == issuer,
            IssuedPass.expires_at > now,
            IssuedPass.revoked_at.is_(None),
            IssuedPass.text_sealed != b"",
            ~barred(),
            withdrawn(),
            ~served,
        )
    )


def standing_of(
    session: Session, issuer: str, holder_ids: str | Sequence[str], now: int
) -> Sequence[IssuedPass]:
    """The passes of a holder, or of several, that stand and have not expired, the newest first."""
    rows = select(IssuedPass).where(
        IssuedPass.issuer == issuer,
        IssuedPass.holder_id.in_([holder_ids] if isinstance(holder_ids, str) else holder_ids),
        IssuedPass.expires_at > now,
        stands(),
    )
    return session.scalars(rows.order_by(IssuedPass.issued_at.desc(), IssuedPass.pass_id)).all()
