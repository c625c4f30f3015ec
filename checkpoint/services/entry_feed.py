"""What happened at an enterprise's own gates, for its own systems.

Entries as they come, and who is inside. Persons are masked; each question that names somebody is
a recorded lookup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.services import lookup, sealed
from checkpoint.services.actor import Actor
from checkpoint.services.gate_day import LONGEST_STAY
from checkpoint.services.lookup_record import Asked, note
from checkpoint.services.office import Office
from checkpoint.services.roster import name_of
from checkpoint.services.rows import EntryRow
from checkpoint.storage import feed, passages, people
from checkpoint.storage.passages import Span
from checkpoint.storage.scope import Page, Scope

INSIDE_PAGE = 500
_AHEAD = timedelta(days=1)
"""Entries of a gate whose clock is ahead count as well."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry and the holder that it is about: the roster's id, empty for none."""

    entry: EntryRow
    holder_id: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Entries in the order in which they came; `more` while the cursor is not at the end."""

    rows: tuple[FeedEntry, ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True)
class InsideRow:
    """Somebody who came in and was not seen to leave."""

    holder_id: str
    pass_id: str
    person: str
    since: datetime
    site_id: str
    gate_id: str


def since(office: Office, by: Actor, enterprise_id: str, cursor: str, limit: int = 100) -> FeedPage:
    """Entries of the enterprise's kiosks that came after a cursor, `limit` at most.

    Raises NotFound for a cursor that is none of ours.
    """
    after = feed.place_of(cursor)
    with office.db.read() as session:
        found, last = feed.since(session, enterprise_id, after, limit)
        rows = tuple(
            FeedEntry(row, entry.holder_id)
            for row, entry in zip(lookup.rows_of(office, session, found), found, strict=True)
        )
        more = last < feed.end(session)
    if any(row.holder_id for row in rows):
        _note(office, by, enterprise_id, Asked("find", {"since": cursor or "-"}, len(rows)))
    return FeedPage(rows, f"{last[0]}.{last[1]}", more)


def inside(office: Office, by: Actor, enterprise_id: str, after: str = "") -> Page[InsideRow]:
    """Who is inside now, by holder, `INSIDE_PAGE` at a time."""
    scope, now = Scope.of(enterprise_id), office.clock.now()
    span = Span(scope, to_ms(now - LONGEST_STAY), to_ms(now + _AHEAD))
    with office.db.read() as session:
        found = passages.insiders(session, span, after, INSIDE_PAGE + 1)
        names = _names(office, session, [row.holder_id for row in found])
    rows = tuple(
        InsideRow(
            row.holder_id,
            row.pass_id,
            names.get(row.holder_id, ""),
            from_ms(row.at),
            row.kiosk_site_id,
            row.gate_id,
        )
        for row in found[:INSIDE_PAGE]
    )
    if rows:
        _note(office, by, enterprise_id, Asked("find", {"inside": "now"}, len(rows)))
    more = found[INSIDE_PAGE - 1].who if len(found) > INSIDE_PAGE else None
    return Page(rows, more)


def _note(office: Office, by: Actor, enterprise_id: str, asked: Asked) -> None:
    with office.db.write() as session:
        note(office, session, by, Scope.of(enterprise_id), asked)


def _names(office: Office, session: Session, holder_ids: Sequence[str]) -> dict[str, str]:
    holders = people.holders_by_id(session, {one for one in holder_ids if one})
    return {holder_id: sealed.masked(name_of(office, row)) for holder_id, row in holders.items()}
