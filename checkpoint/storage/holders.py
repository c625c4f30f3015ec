"""The roster as a list: found by keys, filtered, and with each holder's latest pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, select
from sqlalchemy.orm import Session, aliased

from checkpoint.storage.base import Base
from checkpoint.storage.keyset import page
from checkpoint.storage.tables import Holder, HolderKey, IssuedPass
from checkpoint.storage.worth import barred, stands

PAGE = 50
_KEYS = Base.metadata.tables["holder_key"]
Keys = tuple[int, ...]
"""The keys of one text: two while the sealing key is being replaced."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which holders: those that have a key of each of `keys`, and for whom all of `only` hold."""

    keys: tuple[Keys, ...] = ()
    only: tuple[ColumnElement[bool], ...] = field(default=())


def holders(
    session: Session, enterprise_id: str, wanted: Wanted, after: str | None
) -> tuple[Sequence[Holder], str | None]:
    """Workers and vehicles of an enterprise, the newest first."""
    rows: Select[Any] = select(Holder).where(
        Holder.enterprise_id == enterprise_id,
        Holder.kind != "visitor",
        Holder.name_sealed != b"",
        *wanted.only,
    )
    if not wanted.keys:
        return page(session, rows, (Holder.added_at, Holder.holder_id), after, PAGE)
    first, *others = wanted.keys
    rows = rows.join(HolderKey, HolderKey.holder_id == Holder.holder_id).where(_is(first))
    rows = _with(rows, others)
    return page(session, rows, (HolderKey.added_at, HolderKey.holder_id), after, PAGE)


def known(session: Session, keys: Keys) -> bool:
    """Whether anybody has this key."""
    return session.scalar(select(HolderKey.key).where(_is(keys)).limit(1)) is not None


def put_keys(session: Session, found: Sequence[tuple[Holder, set[int]]]) -> None:
    """Let holders be found by these keys and no others."""
    known = [row.holder_id for row, _ in found if row not in session.new]
    session.flush()
    connection = session.connection()
    if known:
        drop_keys(session, known)
    lines = [
        {"key": key, "added_at": row.added_at, "holder_id": row.holder_id}
        for row, keys in found
        for key in sorted(keys)
    ]
    if lines:
        connection.execute(insert(_KEYS), lines)


def drop_keys(session: Session, holder_ids: Sequence[str]) -> None:
    """Let nobody find these holders, until keys are put again."""
    session.execute(delete(HolderKey).where(HolderKey.holder_id.in_(holder_ids)))


def without_keys(session: Session, limit: int) -> Sequence[Holder]:
    """Some holders of rosters who can't be found yet."""
    keyed = exists().where(HolderKey.holder_id == Holder.holder_id)
    rows = select(Holder).where(
        Holder.enterprise_id.is_not(None),
        Holder.kind != "visitor",
        Holder.name_sealed != b"",
        ~keyed,
    )
    return session.scalars(rows.limit(limit)).all()


def only(
    kind: str, site_id: str, state: str, term: tuple[int, int]
) -> Iterator[ColumnElement[bool]]:
    """The conditions of a filter, of which empty parts ask for nothing.

    `state` is blocked, left, no_pass or soon; `term` is from now until when a pass ends soon.
    """
    if kind:
        yield Holder.kind == kind
    if site_id:
        yield Holder.site_id == site_id
    if state == "blocked":
        yield Holder.blocked_at.is_not(None) & Holder.left_at.is_(None)
    elif state == "left":
        yield Holder.left_at.is_not(None)
    elif state == "no_pass":
        yield ~barred() & ~_holds(term[0])
    elif state == "soon":
        yield ~barred() & _holds(term[0]) & ~_holds(term[1])


def _holds(until: int) -> ColumnElement[bool]:
    """Whether the holder has a pass that stands and ends after a time."""
    return exists().where(
        IssuedPass.holder_id == Holder.holder_id, IssuedPass.expires_at > until, stands()
    )


def last_ends(session: Session, holder_ids: Sequence[str], now: int) -> dict[str, int]:
    """When the last pass of each of these that stands and has not expired ends."""
    rows = (
        select(IssuedPass.holder_id, func.max(IssuedPass.expires_at))
        .where(IssuedPass.holder_id.in_(holder_ids), IssuedPass.expires_at > now, stands())
        .group_by(IssuedPass.holder_id)
    )
    return {row[0]: row[1] for row in session.execute(rows)}


def _is(keys: Keys) -> ColumnElement[bool]:
    return HolderKey.key == keys[0] if len(keys) == 1 else HolderKey.key.in_(keys)


def _with(rows: Select[Any], others: Sequence[Keys]) -> Select[Any]:
    for keys in others:
        one = aliased(HolderKey)
        rows = rows.where(exists().where(one.holder_id == Holder.holder_id, one.key.in_(keys)))
    return rows
