"""Finding entries within one's scope; every lookup leaves a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link, decode_personal
from checkpoint.errors import EntryError, KeyFault, NotFound
from checkpoint.services import fields, remarks, sealed, subjects
from checkpoint.services.actor import Actor
from checkpoint.services.lookup_record import Asked, note
from checkpoint.services.office import Office
from checkpoint.services.rows import ActionRow, Citation, EntryPlace, EntryRow
from checkpoint.storage import finding, tables
from checkpoint.storage.citing import Cited, citing
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.storage.scope import Page, Scope
from checkpoint.wire.entries import Standing

_NOBODY = Personal("", "", "")


@dataclass(frozen=True, slots=True)
class Found(Page[EntryRow]):
    """A page of entries; `number` is the line of its lookup in the record."""

    number: int = 0


def find(
    office: Office, by: Actor, scope: Scope, wanted: EntryFilter, after: str | None = None
) -> Found:
    """Entries, the newest first, names masked. The lookup is recorded."""
    person = person_of(office, wanted)
    with office.db.read() as session:
        found, cursor = finding.find(session, scope, wanted, person, after)
        shown = rows(office, session, found)
    with office.db.write() as session:
        line = note(office, session, by, scope, Asked("find", wanted.asked(), len(shown)))
        number = line.id
    return Found(shown, cursor, number)


def person_of(office: Office, wanted: EntryFilter) -> dict[str, tuple[bytes, ...]]:
    """The blind indexes of the person that a filter asks for."""
    return {
        column: sealed.indexes(office, kind, value)
        for column, kind, value in (
            ("name_index", "name", wanted.name),
            ("tail_index", "id_tail", wanted.id_tail.upper()),
        )
        if value
    }


def person_at(office: Office, entry: tables.Entry) -> Personal:
    """Who stands in an entry; nobody where the person was erased or can't be read."""
    try:
        return personal_of(office, entry) or _NOBODY
    except (EntryError, KeyFault):
        # One unreadable person must not hide the page; an audit names the entry.
        return _NOBODY


def rows(
    office: Office,
    session: Session,
    found: Sequence[tables.Entry],
    people: Sequence[Personal] | None = None,
) -> tuple[EntryRow, ...]:
    """These entries for pages: masked, with what gates and people said of them later.

    `people` are who stands in them, where the caller has read that already.
    """
    who = people or [person_at(office, entry) for entry in found]
    about = citing(session, ((e.kiosk_id, e.epoch, e.seq) for e in found))
    said = remarks.said(session, (EntryPlace(e.kiosk_id, e.epoch, e.seq) for e in found))
    shown = (_row(entry, about, person) for entry, person in zip(found, who, strict=True))
    return tuple(replace(row, remarks=said.get(row.place, ())) for row in shown)


def unmask(office: Office, by: Actor, scope: Scope, place: EntryPlace, why: str) -> Personal:
    """The person of one entry. Recorded with the reason, which must be given.

    Raises NotFound outside the scope, or when the entry has no person or was erased.
    """
    why = fields.reason(why)
    spot = (place.kiosk_id, place.epoch, place.seq)
    asked = {"kiosk_id": place.kiosk_id, "epoch": str(place.epoch), "seq": str(place.seq)}
    with office.db.read() as session:
        entry = finding.one(session, scope, spot)
        personal = personal_of(office, entry) if entry else None
    with office.db.write() as session:
        # An attempt is recorded as well: the refusal comes after the commit.
        found = 0 if personal is None else 1
        note(office, session, by, scope, Asked("unmask", asked, found, why))
    if personal is None:
        raise NotFound(f"no person at entry {place.kiosk_id}/{place.epoch}/{place.seq}")
    return personal


def proof_noted(
    office: Office, by: Actor, scope: Scope, place: EntryPlace, why: str | None
) -> None:
    """Record that one entry was handed out as a proof; with a reason for one with its person."""
    asked = {"kiosk_id": place.kiosk_id, "epoch": str(place.epoch), "seq": str(place.seq)}
    told = Asked("prove", asked, 1) if why is None else Asked("unmask", asked, 1, why)
    with office.db.write() as session:
        note(office, session, by, scope, told)


def actions(office: Office, scope: Scope, after: str | None = None) -> Page[ActionRow]:
    """The action record of the enterprises in scope (of the district), the newest first.

    Each with the name of what it was done to; over the whole district people's are masked.
    """
    with office.db.read() as session:
        found, cursor = finding.actions(session, scope, after)
        ids = {row.subject for row in found}
        named = subjects.names(office, session, ids, whole=not scope.district)
        rows = tuple(
            ActionRow(
                at=from_ms(row.at),
                account_id=row.account_id,
                role=row.role,
                name=row.name,
                verb=row.verb,
                subject=row.subject,
                enterprise_id=row.enterprise_id,
                why=row.why,
                named=named.get(row.subject, ""),
            )
            for row in found
        )
    return Page(rows, cursor)


def rows_of(
    office: Office, session: Session, found: Sequence[tables.Entry]
) -> tuple[EntryRow, ...]:
    """Stored entries as people see them, names masked."""
    about = citing(session, ((e.kiosk_id, e.epoch, e.seq) for e in found))
    return tuple(_row(entry, about, person_at(office, entry)) for entry in found)


def personal_of(office: Office, entry: tables.Entry) -> Personal | None:
    """The person of an entry; None without one. Raises KeyFault, EntryError for a spoilt one."""
    place = (entry.kiosk_id, entry.epoch, entry.seq)
    link = Link(*place, entry.hash, entry.body, b"", entry.personal)
    _, blob = sealed.personal_side(office, link)
    return decode_personal(blob) if blob else None


def _row(entry: tables.Entry, about: Cited, personal: Personal) -> EntryRow:
    here = (entry.kiosk_id, entry.epoch, entry.seq)
    return EntryRow(
        place=EntryPlace(*here),
        at=from_ms(entry.at),
        kind=EntryKind(entry.kind),
        direction=Direction(entry.direction) if entry.direction else None,
        outcome=Outcome(entry.outcome) if entry.outcome else None,
        reasons=tuple(Reason(reason) for reason in entry.reasons.split()),
        enterprise_id=entry.enterprise_id,
        site_id=entry.site_id,
        gate_id=entry.gate_id,
        warrant_id=entry.warrant_id,
        pass_id=entry.pass_id,
        pass_kind=PassKind(entry.pass_kind) if entry.pass_kind else None,
        name=sealed.masked(personal.name),
        id_tail=personal.id_tail,
        plate=personal.plate,
        temperature_c=entry.temperature_c,
        mask=Mask(entry.mask) if entry.mask else None,
        clock_quality=ClockQuality(entry.clock_quality),
        standing=Standing(entry.standing),
        why=entry.why,
        received_at=from_ms(entry.received_at),
        cited_by=tuple(
            Citation(replace(EntryPlace(*here), seq=seq), kind) for seq, kind in about.get(here, ())
        ),
    )
