"""Where two entries of one pass meet: at two sites at once, and one way in after another.

Asked of the log each time it is read. So it does not matter which of the two came first, nor
whether the way out between them came last of all; nothing is stored that could grow false.
An admission that was annulled meets nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    asc,
    desc,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from checkpoint.storage.citing import Columns, Place, annulled, at
from checkpoint.storage.tables import Entry

_WAYS = (-1, 1)
_IN = Direction.IN.value
_OVERRIDE = EntryKind.OVERRIDE.value
_PASSED = (EntryKind.PASSAGE.value, _OVERRIDE)
_TAKEN = (Outcome.ADMIT.value, Outcome.REFER.value)
_COPIES = (Reason.REPLAYED.value, Reason.STALE_CODE.value)
"""Refusals that a copy meets: the code was used by another one, or is a screenshot."""


@dataclass(frozen=True, slots=True)
class Met:
    """An entry and those it meets.

    `elsewhere` is the nearest showing of its pass at another site, where both speak of a person;
    `beside` are the passings next to it in time, before and after it.
    """

    entry: Entry
    elsewhere: Entry | None
    beside: tuple[Entry, ...]


def meetings(session: Session, places: Sequence[Place], within_ms: int) -> list[Met]:
    """What each of the entries at these places meets, if anything."""
    if not places:
        return []
    me, asked = _asked(within_ms)
    asked = asked.where(at(me, places))
    rows = [(row[0], row[1:]) for row in session.execute(asked)]
    ids = {other for _, found in rows for other in found}
    known = {e.id: e for e in session.scalars(select(Entry).where(Entry.id.in_(ids - {None})))}
    met = []
    for entry, found in rows:
        shown, passed = (
            tuple(known[other] for other in half if other is not None)
            for half in (found[:2], found[2:])
        )
        met.append(Met(entry, _nearest(entry, shown), passed))
    return met


def enters(entry: Entry | None) -> bool:
    """Whether somebody is known to have come in by it."""
    if entry is None or entry.kind not in _PASSED:
        return False
    return entry.outcome == Outcome.ADMIT.value and entry.direction == _IN


@cache
def _asked(within_ms: int) -> tuple[Columns, Any]:
    """Entries, not annulled, with the numbers of those they meet.

    Kept, as making the question costs more than answering it.
    """
    me = aliased(Entry)
    others = [meets(me, way) for meets in (_shown(within_ms), _passed) for way in _WAYS]
    return me, select(me, *others).where(~annulled(me))


def _nearest(entry: Entry, others: Sequence[Entry]) -> Entry | None:
    return min(others, key=lambda each: (abs(each.at - entry.at), each.hash), default=None)


def _shown(within_ms: int) -> Callable[[Columns, int], ScalarSelect[int]]:
    """The next showing of the pass at another site, forwards or backwards in time."""

    def meets(me: Columns, way: int) -> ScalarSelect[int]:
        other = aliased(Entry)
        return _next(
            (me, other, way),
            _speaks(me),
            _speaks(other),
            other.kiosk_site_id != me.kiosk_site_id,
            other.at.between(me.at - within_ms, me.at + within_ms),
        )

    return meets


def _speaks(entry: Columns) -> ColumnElement[bool]:
    """Whether a showing is a sign of a person with a copy of their own; see docs/formats.md."""
    let_in = and_(entry.kind == _OVERRIDE, entry.outcome == Outcome.ADMIT.value)
    taken = or_(
        entry.outcome.in_(_TAKEN),
        *(entry.reasons.contains(f" {code} ", autoescape=True) for code in _COPIES),
    )
    return or_(let_in, and_(entry.kind == EntryKind.PASSAGE.value, taken))


def _passed(me: Columns, way: int) -> ScalarSelect[int]:
    """The next passing with the pass, forwards or backwards in time."""
    other = aliased(Entry)
    return _next(
        (me, other, way),
        other.kind.in_(_PASSED),
        other.outcome == Outcome.ADMIT.value,
        other.direction.is_not(None),
    )


def _next(
    pair: tuple[Columns, Columns, int], *conditions: ColumnElement[bool]
) -> ScalarSelect[int]:
    """The first entry of the same pass that meets the conditions, forwards or backwards."""
    me, other, way = pair
    mine, theirs = tuple_(me.at, me.hash), tuple_(other.at, other.hash)
    beyond = (other.at >= me.at, theirs > mine) if way > 0 else (other.at <= me.at, theirs < mine)
    order = [asc(c) if way > 0 else desc(c) for c in (other.at, other.hash)]
    there = (*beyond, *conditions, ~annulled(other))
    # The index of passes holds only rows with one; SQLite must see it said in the same words.
    has_one = other.pass_id != literal_column("''")
    found = select(other.id).where(other.pass_id == me.pass_id, has_one, *there)
    return found.order_by(*order).limit(1).correlate(me).scalar_subquery()
