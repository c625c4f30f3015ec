"""One person's way through the log: entries and stays. Every question is recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, rfc3339, to_ms
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.observation import Direction
from checkpoint.errors import NotFound, Refused
from checkpoint.services import lookup, sealed
from checkpoint.services.actor import Actor
from checkpoint.services.lookup_record import Asked, note
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryPlace, EntryRow
from checkpoint.services.stays import CAP_MS, Movement, Stay, stays
from checkpoint.storage import finding, movements, tables
from checkpoint.storage.citing import citing
from checkpoint.storage.movements import Known
from checkpoint.storage.scope import Scope

LONGEST_SPAN = timedelta(days=31)
_TOUCH_MS = 1
"""A stay ends before the moment of its way out: so much around an entry touches both kinds."""


@dataclass(frozen=True, slots=True)
class Question:
    """Of whom (the person of an entry), from when on and until when (exclusive), UTC."""

    place: EntryPlace
    since: datetime
    until: datetime

    @property
    def span(self) -> tuple[int, int]:
        """In milliseconds since 1970."""
        return to_ms(self.since), to_ms(self.until)

    def asked(self) -> dict[str, str]:
        """For the lookup record."""
        place = self.place
        where = {"kiosk_id": place.kiosk_id, "epoch": str(place.epoch), "seq": str(place.seq)}
        return where | {"since": rfc3339(self.since), "until": rfc3339(self.until)}


@dataclass(frozen=True, slots=True)
class Timeline:
    """All entries of a person, the earliest first, and the stays that they make.

    `by_name` are the places of entries that only name and ID ending say to be the same person's.
    """

    person: EntryRow
    rows: tuple[EntryRow, ...]
    stays: tuple[Stay, ...]
    by_name: frozenset[EntryPlace]


def timeline(office: Office, by: Actor, scope: Scope, question: Question) -> Timeline:
    """The entries of the person of an entry within a span. Recorded.

    Raises NotFound outside the scope, Refused for a span that is empty or too long and for an
    entry without a person.
    """
    with office.db.read() as session:
        asked, known = person_of(office, session, scope, question)
        (person,) = lookup.rows_of(office, session, [asked])
        found = movements.of_person(session, scope, known, question.span)
        rows = lookup.rows_of(office, session, found)
        inside = stays_of(office, session, scope, known, question)
    by_name = frozenset(
        EntryPlace(e.kiosk_id, e.epoch, e.seq) for e in found if not _same(e, known)
    )
    with office.db.write() as session:
        note(office, session, by, scope, Asked("trace", question.asked(), len(rows)))
    return Timeline(person, rows, tuple(inside), by_name)


def whole(office: Office, scope: Scope, question: Question) -> Question:
    """The question, long enough that the stays that its entry begins, ends or lies in are whole.

    Not recorded: nothing of the person is told by it. Raises as `timeline` does.
    """
    with office.db.read() as session:
        asked, known = person_of(office, session, scope, question)
        moment = replace(
            question, since=from_ms(asked.at - _TOUCH_MS), until=from_ms(asked.at + _TOUCH_MS)
        )
        touching = stays_of(office, session, scope, known, moment)
    since, until = question.span
    return replace(
        question,
        since=from_ms(min([since, *(stay.since for stay in touching)])),
        until=from_ms(max([until, *(stay.until for stay in touching)])),
    )


def unmask(
    office: Office, by: Actor, scope: Scope, places: list[EntryPlace], why: str
) -> dict[EntryPlace, Personal]:
    """The people of several entries; each is recorded as an unmasking with the reason."""
    found = {}
    for place in places:
        try:
            found[place] = lookup.unmask(office, by, scope, place, why)
        except NotFound:
            continue  # erased, or never there: recorded, and nobody to show
    return found


def _check(question: Question) -> None:
    if question.until <= question.since:
        raise Refused("until must be after since", remedy="choose a later end")
    if question.until - question.since > LONGEST_SPAN:
        raise Refused(
            f"until is more than {LONGEST_SPAN.days} days after since", remedy="ask for less"
        )


def person_of(
    office: Office, session: Session, scope: Scope, question: Question
) -> tuple[tables.Entry, Known]:
    """The entry that is asked about, and what is known of its person."""
    _check(question)
    place = question.place
    entry = finding.one(session, scope, (place.kiosk_id, place.epoch, place.seq))
    if entry is None:
        raise NotFound("no such entry in the scope")
    if not (entry.holder_id or entry.pass_id):
        raise Refused("nobody is named in this entry", remedy="choose another entry")
    return entry, _known(office, entry)


def _known(office: Office, entry: tables.Entry) -> Known:
    person = lookup.personal_of(office, entry)
    if person is None or not (person.name and person.id_tail):
        return Known(entry.holder_id, entry.pass_id)
    return Known(
        entry.holder_id,
        entry.pass_id,
        sealed.indexes(office, "name", person.name),
        sealed.indexes(office, "id_tail", person.id_tail),
    )


def _same(entry: tables.Entry, known: Known) -> bool:
    holder = bool(known.holder_id) and entry.holder_id == known.holder_id
    return holder or (bool(known.pass_id) and entry.pass_id == known.pass_id)


def stays_of(
    office: Office, session: Session, scope: Scope, known: Known, question: Question
) -> list[Stay]:
    """A person's stays that touch the span; ways before and after it tell where they end."""
    since, until = question.span
    found = movements.of_person(session, scope, known, (since - CAP_MS, until + CAP_MS))
    places = [(e.kiosk_id, e.epoch, e.seq) for e in found]
    about = citing(session, places) if places else {}
    ways = [
        Movement("", e.at, Direction(e.direction), e.kiosk_site_id, EntryPlace(*place))
        for e, place in zip(found, places, strict=True)
        if e.direction and movements.let_through(e)
        if EntryKind.ANNULMENT not in {kind for _, kind in about.get(place, ())}
    ]
    return [stay for stay in stays(ways, office.now_ms()) if stay.overlap(since, until)]
