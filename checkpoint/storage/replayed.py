"""Passings of a time, in order, as a replay reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, func, select, tuple_
from sqlalchemy.orm import Session

from checkpoint.domain.entry import EntryKind
from checkpoint.storage.tables import Entry

Period = tuple[int, int]
"""From a time until another one, exclusive; ms."""


def count(session: Session, period: Period) -> int:
    """How many passings there are."""
    return session.scalar(select(func.count()).select_from(Entry).where(_of(period))) or 0


def some(
    session: Session, period: Period, after: tuple[int, int], limit: int
) -> Sequence[Row[int, int, bytes, str, str]]:
    """Time, row number, body, enterprise and site of the next passings after one of them."""
    # As two bounds of one index: an OR of them would read the time from its beginning each time.
    later = tuple_(Entry.at, Entry.id) > tuple_(*after)
    rows = select(
        Entry.at, Entry.id, Entry.body, Entry.kiosk_enterprise_id, Entry.kiosk_site_id
    ).where(_of(period), later)
    return session.execute(rows.order_by(Entry.at, Entry.id).limit(limit)).all()


def _of(period: Period) -> Any:
    since, until = period
    return and_(Entry.at >= since, Entry.at < until, Entry.kind == EntryKind.PASSAGE.value)
