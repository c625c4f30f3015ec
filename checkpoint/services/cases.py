"""Cases 核查事项: what an inspector looks into, step by step, add-only.

Inspectors work on the cases of their warrants, the bureau reads and notes, the enterprise learns of
those that were released to it and answers. Every step is an act with a commitment to its words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.domain.inspection_case import TITLE_MOST, CaseKind, CaseState, StepKind
from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import case_steps, fields
from checkpoint.services.actor import Actor
from checkpoint.services.case_steps import Step
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryPlace
from checkpoint.services.verifying import Verified
from checkpoint.storage import cases, finding, tables
from checkpoint.storage.scope import Scope

ENTRIES_MOST = 500
"""Entries that a case may link."""
_ID = re.compile(r"[0-9a-f]{16}")
_BREACHES = 20
_ENTRIES_A_STEP = 100
_NOTES = frozenset({StepKind.NOTE, StepKind.CORRECTION, StepKind.ANSWERED})
"""Steps that only add words: two may be made at once."""


@dataclass(frozen=True, slots=True)
class CaseForm:
    """A case to be opened.

    `case_id` is 16 hex digits made with the form, so that it is opened once;
    `found` is the result of a verification of the entries.
    """

    case_id: str
    kind: CaseKind
    title: str
    places: tuple[EntryPlace, ...]
    found: Verified | None = None


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step to be made. `seen` is the number of the last step on the page that it comes from."""

    case_id: str
    step: Step
    seen: int = 0


def open_case(office: Office, by: Actor, scope: Scope, form: CaseForm) -> str:
    """Open a case about entries in scope; its id. Opening it again with that id does nothing.

    Raises NotFound for entries outside of the scope, Refused for a bad title.
    """
    title = fields.line("title", form.title, most=TITLE_MOST)
    if not _ID.fullmatch(form.case_id):
        raise NotFound("no such case")
    with office.db.write() as session:
        held = session.get(tables.InspectionCase, form.case_id)
        if held is not None and held.opened_by == by.account_id:
            return held.case_id
        entries = _entries(session, scope, form.places)
        home = {entry.kiosk_enterprise_id for entry in entries}
        if held is not None or len(home) != 1:
            raise NotFound("no such entries in the scope")
        sites = {entry.kiosk_site_id for entry in entries}
        case = tables.InspectionCase(
            case_id=form.case_id,
            enterprise_id=home.pop(),
            site_id=sites.pop() if len(sites) == 1 else "",
            kind=form.kind.value,
            state=CaseState.OPEN.value,
            opened_at=office.now_ms(),
            opened_by=by.account_id,
            assigned_to=by.account_id,
            released_at=None,
            closed_at=None,
            steps=0,
        )
        session.add(case)
        session.flush()
        case_steps.add(office, session, by, case, Step(StepKind.OPENED, title))
        _link(office, session, by, case, entries)
        if form.found is not None:
            found = Step(StepKind.VERIFIED, detail=summary(form.found))
            case_steps.add(office, session, by, case, found)
    return form.case_id


def add_step(office: Office, by: Actor, scope: Scope, form: StepForm) -> None:
    """Note, correct, wait, reopen, release, close; the same said twice in a row stands once.

    Raises NotFound, Refused, and Overtaken where somebody made another step meanwhile.
    """
    step = form.step
    if step.kind is not StepKind.REOPENED or step.words:
        step = Step(step.kind, case_steps.text("words", step.words), step.detail)
    with office.db.write() as session:
        case = cases.one(session, scope, form.case_id, lock=True)
        last = case_steps.step_row(office, cases.steps(session, case.case_id)[-1])
        told = (last.account_id, last.kind, last.detail, last.words)
        if told == (by.account_id, step.kind, step.detail, step.words):
            return
        if step.kind not in _NOTES and form.seen != case.steps:
            raise Overtaken(last.name, round(last.at.timestamp() * 1000))
        _allow(session, case, step)
        case_steps.add(office, session, by, case, step)
        if step.kind is StepKind.RELEASED:
            case.released_at = office.now_ms()


def answer(office: Office, by: Actor, enterprise_id: str, form: StepForm) -> None:
    """The enterprise's answer in a case that was released to it. Raises NotFound, Refused."""
    with office.db.read() as session:
        case = cases.one(session, Scope.of(enterprise_id), form.case_id)
        if case.released_at is None:
            raise NotFound("no such case in the scope")
        if case.state == CaseState.CLOSED:
            raise Refused("the case is closed", remedy="ask the inspector")
    add_step(office, by, Scope.of(enterprise_id), form)


def assign(office: Office, by: Actor, scope: Scope, form: StepForm) -> None:
    """Give a case to the inspector whose account is the step's detail. Raises as `add_step`."""
    with office.db.write() as session:
        case = cases.one(session, scope, form.case_id, lock=True)
        if case.assigned_to == form.step.detail:
            return
        _hold(session, case, form.seen)
        case.assigned_to = form.step.detail
        case_steps.add(office, session, by, case, form.step)


def link_entries(
    office: Office, by: Actor, scope: Scope, case_id: str, places: Iterable[EntryPlace]
) -> None:
    """Link entries of the same enterprise, those that are linked already left out.

    Raises NotFound outside of the scope, Refused for too many or for another place's.
    """
    with office.db.write() as session:
        case = cases.one(session, scope, case_id, lock=True)
        _open(case)
        linked = {(x.kiosk_id, x.epoch, x.seq) for x, _ in cases.entries(session, case_id)}
        fresh = [
            entry
            for entry in _entries(session, scope, places)
            if (entry.kiosk_id, entry.epoch, entry.seq) not in linked
        ]
        if len(linked) + len(fresh) > ENTRIES_MOST:
            raise Refused("the case links too many entries", remedy="open another case")
        if not all(cases.takes(case, entry) for entry in fresh):
            raise Refused("the entry is of another site", remedy="open another case")
        _link(office, session, by, case, fresh)


def link_lookup(office: Office, by: Actor, scope: Scope, case_id: str, lookup_id: int) -> None:
    """Link one of one's own lookups. Raises NotFound."""
    with office.db.write() as session:
        case = cases.one(session, scope, case_id, lock=True)
        _open(case)
        line = session.get(tables.Lookup, lookup_id)
        if line is None or line.account_id != by.account_id:
            raise NotFound("no such lookup of yours")
        if session.get(tables.CaseLookup, (case_id, lookup_id)) is None:
            session.add(tables.CaseLookup(case_id=case_id, lookup_id=lookup_id))
            step = Step(StepKind.LOOKUP, detail=str(lookup_id))
            case_steps.add(office, session, by, case, step)


def verified(office: Office, by: Actor, scope: Scope, case_id: str, found: Verified) -> None:
    """Keep the result of a verification of the case's entries. Raises NotFound."""
    with office.db.write() as session:
        case = cases.one(session, scope, case_id, lock=True)
        _open(case)
        step = Step(StepKind.VERIFIED, detail=summary(found))
        case_steps.add(office, session, by, case, step)


def summary(found: Verified) -> str:
    """The result of a verification as a step keeps it: JSON, without anything personal."""
    told = {
        "verdict": found.verdict.name.lower(),
        "entries": len(found.places),
        "recomputed": found.recomputed,
        "headed": found.headed,
        "breaches": [
            [b.layer.value, b.verdict.name.lower(), b.kiosk_id, b.epoch, b.seq]
            for b in found.breaches[:_BREACHES]
        ],
        "stretches": [
            [x.stretch.kiosk_id, x.stretch.epoch, x.stretch.first, x.stretch.last]
            for x in found.checked[:_BREACHES]
        ],
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _allow(session: Session, case: tables.InspectionCase, step: Step) -> None:
    """Raises Refused where a case does not stand so that this can be done."""
    closed = case.state == CaseState.CLOSED
    if step.kind is StepKind.CORRECTION:
        held = {row.number for row in cases.steps(session, case.case_id) if row.kind == "note"}
        if not step.detail.isdecimal() or int(step.detail) not in held:
            raise NotFound("no such note in the case")
    if step.kind is StepKind.REOPENED and case.state == CaseState.OPEN:
        raise Refused("the case is open already", remedy="go on")
    if closed and step.kind not in (StepKind.REOPENED, StepKind.NOTE, StepKind.CORRECTION):
        raise Refused("the case is closed", remedy="open it again")


def _open(case: tables.InspectionCase) -> None:
    if case.state == CaseState.CLOSED:
        raise Refused("the case is closed", remedy="open it again")


def _hold(session: Session, case: tables.InspectionCase, seen: int) -> None:
    _open(case)
    if seen != case.steps:
        last = cases.steps(session, case.case_id)[-1]
        raise Overtaken(last.name, last.at)


def _entries(session: Session, scope: Scope, places: Iterable[EntryPlace]) -> list[tables.Entry]:
    spots = [(p.kiosk_id, p.epoch, p.seq) for p in dict.fromkeys(places)]
    found = [finding.one(session, scope, spot) for spot in spots]
    held = [entry for entry in found if entry is not None]
    if not held or len(held) < len(spots) or len(spots) > ENTRIES_MOST:
        raise NotFound("no such entries in the scope")
    return held


def _link(
    office: Office,
    session: Session,
    by: Actor,
    case: tables.InspectionCase,
    entries: list[tables.Entry],
) -> None:
    """Link entries, `_ENTRIES_A_STEP` a step; the step names each by its place and its hash."""
    for entry in entries:
        place = {"kiosk_id": entry.kiosk_id, "epoch": entry.epoch, "seq": entry.seq}
        session.add(tables.CaseEntry(case_id=case.case_id, **place, entry_hash=entry.hash))
    for first in range(0, len(entries), _ENTRIES_A_STEP):
        some = entries[first : first + _ENTRIES_A_STEP]
        named = (f"{x.kiosk_id}/{x.epoch}/{x.seq}/{x.hash.hex()[:16]}" for x in some)
        step = Step(StepKind.ENTRY, detail=" ".join(named))
        case_steps.add(office, session, by, case, step)
