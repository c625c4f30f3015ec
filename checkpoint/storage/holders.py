"""The roster as a list: found by keys, filtered, and with each holder's latest pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, undefer
from sqlalchemy.sql.functions import FunctionElement

from checkpoint.storage.base import Base
from checkpoint.storage.keyset import page
from checkpoint.storage.tables import Holder, IssuedPass
from checkpoint.storage.worth import barred, stands

PAGE = 50
_LINES = Base.metadata.tables["holder"]
Keys = tuple[bytes, ...]
"""The keys of one text: two while the sealing key is being replaced."""
Found = tuple[tuple[Keys, ...], ...]
"""By what a word is found: all keys of one of these."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which holders: those that are found by each of `words`, and for whom all of `only` hold."""

    words: tuple[Found, ...] = ()
    only: tuple[ColumnElement[bool], ...] = field(default=())


def holders(
    session: Session, enterprise_id: str, wanted: Wanted, after: str | None
) -> tuple[Sequence[Holder], str | None]:
    """Workers and vehicles of an enterprise, the newest first."""
    rows = _of(select(Holder), enterprise_id, wanted)
    return page(session, rows, (Holder.added_at, Holder.holder_id), after, PAGE)


def count(session: Session, enterprise_id: str, wanted: Wanted) -> int:
    """How many these are, on all pages."""
    return session.scalar(_of(select(func.count(Holder.holder_id)), enterprise_id, wanted)) or 0


def _of(rows: Select[Any], enterprise_id: str, wanted: Wanted) -> Select[Any]:
    rows = rows.where(
        Holder.enterprise_id == enterprise_id,
        Holder.kind != "visitor",
        Holder.name_sealed != b"",
        *wanted.only,
    )
    for word in wanted.words:
        rows = rows.where(or_(*(_all(keys) for keys in word)))
    return rows


def without_keys(session: Session, after: str, limit: int) -> Sequence[Holder]:
    """Some holders of rosters who can't be found yet, by id from `after` on; locked."""
    rows = select(Holder).where(
        Holder.holder_id > after,
        Holder.enterprise_id.is_not(None),
        Holder.kind != "visitor",
        Holder.name_sealed != b"",
        Holder.found_by.is_(None),
    )
    rows = rows.order_by(Holder.holder_id).limit(limit).options(undefer(Holder.found_by))
    return session.scalars(rows.with_for_update()).all()


def add(session: Session, lines: Sequence[dict[str, Any]]) -> None:
    """Add lines, all with the same columns, as the driver takes them: others wait meanwhile."""
    if not lines:
        return
    connection = session.connection()
    style: Any = type(connection.dialect)
    dialect = style(paramstyle="named" if style.name == "sqlite" else style.default_paramstyle)
    statement = insert(_LINES).compile(dialect=dialect, column_keys=list(lines[0]))
    connection.exec_driver_sql(str(statement), list(lines))


def change(session: Session, lines: Sequence[dict[str, Any]]) -> None:
    """Write the given columns, the same of each, into the lines with these ids."""
    if lines:
        session.execute(update(Holder), lines)


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


class _At(FunctionElement[int]):
    """Where in some bytes others stand, from 1; 0 where they do not."""

    name = "at"
    inherit_cache = True


@compiles(_At)
def _in_sqlite(element: _At, compiler: Any, **told: Any) -> str:
    return f"instr({compiler.process(element.clauses, **told)})"


@compiles(_At, "postgresql")
def _in_postgresql(element: _At, compiler: Any, **told: Any) -> str:
    return f"pg_catalog.position({compiler.process(element.clauses, **told)})"


def _all(texts: tuple[Keys, ...]) -> ColumnElement[bool]:
    return and_(*(or_(*(_At(Holder.found_by, key) > 0 for key in keys)) for keys in texts))
