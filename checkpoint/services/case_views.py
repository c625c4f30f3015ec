"""Cases as people see them: the list, one case with its steps, what an enterprise was told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.inspection_case import CaseKind, CaseState, StepKind
from checkpoint.errors import NotFound
from checkpoint.services import lookup, lookup_record
from checkpoint.services.actor import Actor
from checkpoint.services.case_steps import StepRow, step_row
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryPlace, EntryRow
from checkpoint.storage import cases, finding, tables
from checkpoint.storage.scope import Page, Scope

LIVE = (CaseState.OPEN, CaseState.WAITING)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list; `title` is empty once erased, `steps` the number of its last step."""

    case_id: str
    enterprise_id: str
    site_id: str
    kind: CaseKind
    state: CaseState
    title: str
    opened_at: datetime
    opened_by: str
    assigned_to: str
    released_at: datetime | None
    closed_at: datetime | None
    steps: int


@dataclass(frozen=True, slots=True)
class LinkedEntry:
    """An entry of a case; `row` None where it is gone, `same` whether it is as it was linked."""

    place: EntryPlace
    hash: str
    row: EntryRow | None
    same: bool


@dataclass(frozen=True, slots=True)
class LinkedLookup:
    """A lookup of a case; only its number once its time was over."""

    number: int
    at: datetime | None = None
    verb: str = ""
    asked: dict[str, str] | None = None
    found: int = 0


@dataclass(frozen=True, slots=True)
class CaseView:
    """All of one case."""

    row: CaseRow
    steps: tuple[StepRow, ...]
    entries: tuple[LinkedEntry, ...]
    lookups: tuple[LinkedLookup, ...]


@dataclass(frozen=True, slots=True)
class ReleasedView:
    """What an enterprise sees of a case: what it was told and what it answered, in order."""

    row: CaseRow
    told: tuple[StepRow, ...]


def listed(
    office: Office, scope: Scope, states: Iterable[CaseState], after: str | None = None
) -> Page[CaseRow]:
    """Cases in scope, the newest first."""
    with office.db.read() as session:
        found, cursor = cases.listed(session, scope, states, after)
        return Page(_rows(office, session, found), cursor)


def about(office: Office, scope: Scope, place: EntryPlace) -> tuple[CaseRow, ...]:
    """The cases in scope that link an entry."""
    with office.db.read() as session:
        spot = (place.kiosk_id, place.epoch, place.seq)
        return _rows(office, session, cases.about(session, scope, spot))


def fitting(office: Office, scope: Scope, place: EntryPlace) -> tuple[CaseRow, ...]:
    """The newest cases in scope that are not closed and that an entry may still be linked to."""
    spot = (place.kiosk_id, place.epoch, place.seq)
    with office.db.read() as session:
        entry = finding.one(session, scope, spot)
        linked = {case.case_id for case in cases.about(session, scope, spot)}
        found = [
            case
            for case in cases.listed(session, scope, LIVE, None)[0]
            if entry is not None and cases.takes(case, entry) and case.case_id not in linked
        ]
        return _rows(office, session, found)


def view(office: Office, by: Actor, scope: Scope, case_id: str) -> CaseView:
    """All of one case, persons masked. Recorded as a lookup. Raises NotFound."""
    with office.db.read() as session:
        case = cases.one(session, scope, case_id)
        (shown_row,) = _rows(office, session, [case])
        steps = tuple(step_row(office, step) for step in cases.steps(session, case_id))
        linked = cases.entries(session, case_id)
        shown = lookup.rows(office, session, [entry for _, entry in linked if entry])
        by_place = {one.place: one for one in shown}
        entries = tuple(
            _entry(link, held, by_place if _seen(scope, held) else {}) for link, held in linked
        )
        lookups = tuple(_lookup(*each) for each in cases.lookups(session, case_id))
    with office.db.write() as session:
        asked = lookup_record.Asked("read_case", {"case": case_id}, len(entries))
        lookup_record.note(office, session, by, scope, asked)
    return CaseView(shown_row, steps, entries, lookups)


def row(office: Office, scope: Scope, case_id: str) -> CaseRow:
    """One case without its steps. Raises NotFound."""
    with office.db.read() as session:
        return _rows(office, session, [cases.one(session, scope, case_id)])[0]


def home_of(case: CaseRow) -> Scope:
    """The scope of those whom a case concerns: all who inspect its enterprise."""
    return Scope.of(case.enterprise_id)


def places(office: Office, scope: Scope, case_id: str) -> list[EntryPlace]:
    """Where the entries of a case are. Raises NotFound."""
    with office.db.read() as session:
        cases.one(session, scope, case_id)
        linked = cases.entries(session, case_id)
        return [EntryPlace(link.kiosk_id, link.epoch, link.seq) for link, _ in linked]


def released(office: Office, enterprise_id: str) -> tuple[CaseRow, ...]:
    """The cases that an enterprise was told of, without their titles."""
    with office.db.read() as session:
        return tuple(_row(case, None) for case in cases.released(session, enterprise_id))


def released_view(office: Office, enterprise_id: str, case_id: str) -> ReleasedView:
    """What an enterprise was told of one case, and what it answered. Raises NotFound."""
    with office.db.read() as session:
        case = cases.one(session, Scope.of(enterprise_id), case_id)
        if case.released_at is None:
            raise NotFound("no such case in the scope")
        told = tuple(
            step_row(office, step)
            for step in cases.steps(session, case_id)
            if step.kind in (StepKind.RELEASED, StepKind.ANSWERED)
        )
        return ReleasedView(_row(case, None), told)


def found_in(step: StepRow) -> dict[str, object]:
    """The result of a verification that a step keeps; empty for another step."""
    if step.kind is not StepKind.VERIFIED:
        return {}
    told: dict[str, object] = json.loads(step.detail)
    return told


def _rows(
    office: Office, session: Session, found: Iterable[tables.InspectionCase]
) -> tuple[CaseRow, ...]:
    held = list(found)
    first = cases.first_steps(session, (case.case_id for case in held))
    return tuple(
        _row(case, step_row(office, first[case.case_id]) if case.case_id in first else None)
        for case in held
    )


def _row(case: tables.InspectionCase, opened: StepRow | None) -> CaseRow:
    return CaseRow(
        case_id=case.case_id,
        enterprise_id=case.enterprise_id,
        site_id=case.site_id,
        kind=CaseKind(case.kind),
        state=CaseState(case.state),
        title=opened.words if opened else "",
        opened_at=from_ms(case.opened_at),
        opened_by=opened.name if opened else "",
        assigned_to=case.assigned_to,
        released_at=from_ms(case.released_at) if case.released_at else None,
        closed_at=from_ms(case.closed_at) if case.closed_at else None,
        steps=case.steps,
    )


def _seen(scope: Scope, held: tables.Entry | None) -> bool:
    return bool(held and scope.covers(held.kiosk_enterprise_id, held.kiosk_site_id))


def _entry(
    link: tables.CaseEntry, held: tables.Entry | None, rows: dict[EntryPlace, EntryRow]
) -> LinkedEntry:
    place = EntryPlace(link.kiosk_id, link.epoch, link.seq)
    same = held is not None and held.hash == link.entry_hash
    return LinkedEntry(place, link.entry_hash.hex(), rows.get(place), same)


def _lookup(number: int, line: tables.Lookup | None) -> LinkedLookup:
    if line is None:
        return LinkedLookup(number)
    return LinkedLookup(number, from_ms(line.at), line.verb, json.loads(line.asked), line.found)
