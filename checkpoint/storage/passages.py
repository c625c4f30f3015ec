"""Passages of a span of time, counted by the database: by hour, by reason, by temperature.

An admission that was annulled is no passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.storage.citing import annulled
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Enterprise, Entry

HOUR_MS = 3_600_000
_PASSED = (EntryKind.PASSAGE.value, EntryKind.OVERRIDE.value)
_JUDGED = Entry.kind == EntryKind.PASSAGE.value
_WHO = case((Entry.holder_id != "", Entry.holder_id), else_=Entry.pass_id)
_Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Span:
    """Entries of a scope from a moment on, before another; milliseconds since 1970, UTC."""

    scope: Scope
    since_ms: int
    until_ms: int

    def holds(self) -> ColumnElement[bool]:
        """The condition that an entry lies in it and was not annulled."""
        return (
            within(self.scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id)
            & (Entry.at >= self.since_ms)
            & (Entry.at < self.until_ms)
            & ~annulled(Entry)
        )


def movements(session: Session, span: Span) -> dict[tuple[int, str], int]:
    """How many came in and went out, by (hour of the span from 0, direction)."""
    hour = ((Entry.at - span.since_ms) // HOUR_MS).label("hour")
    rows = (
        select(hour, Entry.direction, func.count())
        .where(span.holds(), Entry.kind.in_(_PASSED), Entry.outcome == Outcome.ADMIT.value)
        .group_by(hour, Entry.direction)
    )
    return {(at, way or ""): n for at, way, n in session.execute(rows)}


def outcomes(session: Session, span: Span) -> dict[str, int]:
    """How often the rules decided what."""
    rows = select(Entry.outcome, func.count()).where(span.holds(), _JUDGED).group_by(Entry.outcome)
    return {outcome or "": n for outcome, n in session.execute(rows)}


def objections(session: Session, span: Span) -> dict[str, int]:
    """How many referred or refused passages name a reason; one may name several."""
    rows = (
        select(Entry.reasons, func.count())
        .where(span.holds(), _JUDGED, Entry.outcome != Outcome.ADMIT.value)
        .group_by(Entry.reasons)
    )
    found: dict[str, int] = {}
    for reasons, n in session.execute(rows):
        for reason in reasons.split():
            found[reason] = found.get(reason, 0) + n
    return found


def temperatures(session: Session, span: Span, step: int) -> dict[int, int]:
    """How many passages had a temperature from k × step on, below (k + 1) × step, in 0.01 °C."""
    lowest = ((Entry.temperature_c // step) * step).label("lowest")
    rows = (
        select(lowest, func.count())
        .where(span.holds(), _JUDGED, Entry.temperature_c.is_not(None))
        .group_by(lowest)
    )
    return {at: n for at, n in session.execute(rows) if at is not None}


def inside(session: Session, span: Span) -> int:
    """How many holders came in within the span and were not seen to leave after it."""
    last = _last_movements(span).subquery()
    rows = select(func.count()).where(last.c.place == 1, last.c.way == Direction.IN.value)
    return session.scalar(rows) or 0


def insiders(session: Session, span: Span, after: str, limit: int) -> Sequence[Any]:
    """Who came in within the span and was not seen to leave after it, in the order of `who`.

    Rows of `who` (the holder's id, else the pass's), `holder_id`, `pass_id`, `at`, `gate_id` and
    `kiosk_site_id`; those after one.
    """
    told = (Entry.holder_id, Entry.pass_id, Entry.at, Entry.gate_id, Entry.kiosk_site_id)
    last = _last_movements(span, _WHO.label("who"), *told).subquery()
    rows = select(last).where(
        last.c.place == 1, last.c.way == Direction.IN.value, last.c.who > after
    )
    return session.execute(rows.order_by(last.c.who).limit(limit)).all()


def enterprises_that_admitted(session: Session, since_ms: int) -> frozenset[str]:
    """The enterprises at whose gates somebody was let in from then on."""
    let_in = exists().where(
        Entry.kiosk_enterprise_id == Enterprise.enterprise_id,
        Entry.at >= since_ms,
        Entry.kind.in_(_PASSED),
        Entry.outcome == Outcome.ADMIT.value,
        ~annulled(Entry),
    )
    return frozenset(session.scalars(select(Enterprise.enterprise_id).where(let_in)))


def _last_movements(span: Span, *more: ColumnElement[Any] | _Column) -> Select[Any]:
    place = func.row_number().over(partition_by=_WHO, order_by=(Entry.at.desc(), Entry.id.desc()))
    return select(place.label("place"), Entry.direction.label("way"), *more).where(
        span.holds(),
        Entry.kind.in_(_PASSED),
        Entry.outcome == Outcome.ADMIT.value,
        _WHO != "",
    )
