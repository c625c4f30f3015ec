"""The entries of a filter, all of them, for a file: in one snapshot and one page after the other.

Memory does not grow with their number. A list is a recorded lookup; one with its persons is
recorded as an unmasking, with the places that it holds, so that a person's own record tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Head, decode_entry
from checkpoint.errors import EntryError
from checkpoint.services import lookup, spans
from checkpoint.services.actor import Actor
from checkpoint.services.lookup_record import Asked, note
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryRow
from checkpoint.services.spans import Spans
from checkpoint.storage import evidence, finding, tables
from checkpoint.storage.entry_filter import EntryFilter, Later
from checkpoint.storage.scope import Scope
from checkpoint.wire.entries import Standing

_KINDS: dict[str, Any] = {
    "direction": Direction,
    "outcome": Outcome,
    "reason": Reason,
    "pass_kind": PassKind,
    "clock_quality": ClockQuality,
    "standing": Standing,
    "later": Later,
}
_TIMES = ("since", "until")


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list; `name` and `id_tail` are masked unless persons were asked for."""

    row: EntryRow
    hash: bytes
    name: str
    id_tail: str
    body: bytes

    @property
    def said(self) -> str:
        """The reason that the gatekeeper typed, '' for none."""
        try:
            return decode_entry(self.body).details.get("words", "")
        except EntryError:
            return ""


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The end of a chain: the last entry that is held, and the last head that the kiosk signed."""

    kiosk_id: str
    epoch: int
    seq: int
    hash: bytes
    head: Head | None
    note: str


@dataclass(slots=True)
class Listing:
    """A list being read. `total` is how many entries it has; `chains` and `held` fill with it."""

    office: Office
    scope: Scope
    wanted: EntryFilter
    session: Session
    total: int
    held: Spans

    def entries(self, *, persons: bool) -> Iterator[Listed]:
        """All entries, the newest first."""
        person = lookup.person_of(self.office, self.wanted)
        for found in finding.every(self.session, self.scope, self.wanted, person):
            people = [lookup.person_at(self.office, entry) for entry in found]
            shown = lookup.rows(self.office, self.session, found, people)
            for entry, row, who in zip(found, shown, people, strict=True):
                self.held.add((entry.kiosk_id, entry.epoch, entry.seq))
                name, tail = (who.name, who.id_tail) if persons else (row.name, _hidden(row))
                yield Listed(row, entry.hash, name, tail, entry.body)
            self.session.expunge_all()

    def ends(self) -> list[ChainEnd]:
        """The ends of the chains whose entries were read."""
        heads = {
            (head.kiosk_id, head.epoch): (head, text)
            for head, text in evidence.last_heads(self.session, self.scope)
        }
        found = []
        for chain in sorted(self.held.chains()):
            tip = self.session.get(tables.KioskChain, chain)
            head, text = heads.get(chain, (None, ""))
            if tip is not None:
                found.append(ChainEnd(*chain, tip.seq, tip.hash, head, text))
        return found


@contextmanager
def listing(office: Office, scope: Scope, wanted: EntryFilter) -> Iterator[Listing]:
    """The list of a filter, in one snapshot. Recorded by `noted` once it was read."""
    with office.db.read() as session:
        total = finding.count(session, scope, wanted, lookup.person_of(office, wanted))
        yield Listing(office, scope, wanted, session, total, Spans())


def noted(office: Office, by: Actor, scope: Scope, read: Listing, form: Asked) -> None:
    """Record the list as a lookup, and as an unmasking where it has persons, by `form.why`."""
    asked = {**read.wanted.asked(), **form.asked}
    if form.why:
        asked["places"] = spans.packed(read.held)
    verb = "unmask" if form.why else form.verb
    with office.db.write() as session:
        note(office, session, by, scope, Asked(verb, asked, form.found, form.why))


def packed(wanted: EntryFilter) -> dict[str, Any]:
    """A filter as JSON values, for a background job."""
    told = {name: value for name, value in asdict(wanted).items() if value not in (None, "", ())}
    told |= {name: to_ms(told[name]) for name in _TIMES if name in told}
    return told | {"kinds": [kind.value for kind in wanted.kinds]}


def unpacked(told: Mapping[str, Any]) -> EntryFilter:
    """The filter again."""
    given: dict[str, Any] = dict(told)
    for name, kind in _KINDS.items():
        if name in given:
            given[name] = kind(given[name])
    for name in _TIMES:
        if name in given:
            given[name] = _time(given[name])
    given["kinds"] = tuple(EntryKind(kind) for kind in given.get("kinds", ()))
    return EntryFilter(**given)


def _time(ms: int) -> datetime:
    return from_ms(ms)


def _hidden(row: EntryRow) -> str:
    return "*" * len(row.id_tail)
