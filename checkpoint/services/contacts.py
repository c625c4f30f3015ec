"""Who was inside with somebody: people whose stays at a site overlap. The question is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.observation import Direction
from checkpoint.services import lookup, tracing
from checkpoint.services.actor import Actor
from checkpoint.services.lookup_record import Asked, note
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryPlace, EntryRow
from checkpoint.services.stays import CAP_MS, Movement, Stay, stays
from checkpoint.services.tracing import Question
from checkpoint.storage import movements
from checkpoint.storage.scope import Scope

MOST = 300
"""So many contacts are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two stays at one site at the same time, within the span that was asked for, in ms."""

    mine: Stay
    theirs: Stay
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who was at a site at the same time; `entry` is one of theirs, the name masked."""

    entry: EntryRow
    site_id: str
    meetings: tuple[Meeting, ...]

    @property
    def together(self) -> timedelta:
        """How long, all meetings taken together."""
        return timedelta(milliseconds=_length(self.meetings))

    @property
    def first(self) -> datetime:
        """When the first meeting began."""
        return from_ms(min(met.since for met in self.meetings))

    @property
    def last(self) -> datetime:
        """When the last meeting ended."""
        return from_ms(max(met.until for met in self.meetings))

    @property
    def doubtful(self) -> bool:
        """Whether one end of a stay, theirs or the other's, was not seen."""
        return any(met.mine.doubt or met.theirs.doubt for met in self.meetings)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Whom a person was inside with, the longest together first; `total` with those not named."""

    person: EntryRow
    stays: tuple[Stay, ...]
    rows: tuple[Contact, ...]
    total: int


def contacts(office: Office, by: Actor, scope: Scope, question: Question) -> Contacts:
    """Who was inside together with the person of an entry within a span. Recorded.

    Raises NotFound outside the scope, Refused for a span that is empty or too long and for an
    entry without a person.
    """
    with office.db.read() as session:
        asked, known = tracing.person_of(office, session, scope, question)
        (person,) = lookup.rows_of(office, session, [asked])
        mine = tracing.stays_of(office, session, scope, known, question)
        others = _others(office, session, mine, question.span)
        met = sorted(_met(mine, others, question.span), key=_longest_first)
        rows = _named(office, session, met[:MOST])
    with office.db.write() as session:
        note(office, session, by, scope, Asked("contacts", question.asked(), len(met)))
    return Contacts(person, tuple(mine), rows, len(met))


def _others(
    office: Office, session: Session, mine: list[Stay], asked: tuple[int, int]
) -> list[Stay]:
    """The stays of everybody else at the sites where the person was, about that time.

    No stay is longer than CAP_MS: what touches the time has its ways within as much around it.
    """
    if not mine:
        return []
    sites = sorted({stay.site_id for stay in mine})
    since, until = min(s.since for s in mine), max(s.until for s in mine)
    span = (max(since, asked[0]) - CAP_MS, min(until, asked[1]) + CAP_MS)
    ways = [
        Movement(who, at, Direction(way), site, EntryPlace(*place))
        for who, at, way, site, place in movements.ways(session, sites, span)
    ]
    own = {stay.entry for stay in mine}
    me = {way.who for way in ways if way.place in own}
    return stays((way for way in ways if way.who not in me), office.now_ms())


def _met(
    mine: list[Stay], others: Iterable[Stay], span: tuple[int, int]
) -> Iterator[tuple[Meeting, ...]]:
    """The meetings with each person at each site."""
    met: dict[tuple[str, str], list[Meeting]] = {}
    for theirs in others:
        for one in mine:
            common = one.overlap(*span) if one.site_id == theirs.site_id else None
            common = theirs.overlap(*common) if common else None
            if common:
                key = (theirs.who, theirs.site_id)
                met.setdefault(key, []).append(Meeting(one, theirs, *common))
    return (tuple(each) for each in met.values())


def _length(meetings: Iterable[Meeting]) -> int:
    return sum(met.until - met.since for met in meetings)


def _longest_first(meetings: tuple[Meeting, ...]) -> tuple[int, str, str]:
    theirs = meetings[0].theirs
    return -_length(meetings), theirs.who, theirs.site_id


def _named(office: Office, session: Session, met: list[tuple[Meeting, ...]]) -> tuple[Contact, ...]:
    places = [meetings[0].theirs.entry for meetings in met]
    found = movements.entries_at(session, [(p.kiosk_id, p.epoch, p.seq) for p in places])
    entries = {row.place: row for row in lookup.rows_of(office, session, found)}
    return tuple(
        Contact(entries[place], meetings[0].theirs.site_id, meetings)
        for place, meetings in zip(places, met, strict=True)
    )
