"""A quick verification: what is shown, held to the signed heads and receipts around it.

Of each chain the stretch between the neighbouring heads is recomputed, so that it takes the same
time in a long log as in a short one. What it does not look at, an audit does: the chains as a
whole, erasures, records, the schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.report import Breach, Report, Verdict
from checkpoint.errors import NotFound
from checkpoint.services.actor import Actor
from checkpoint.services.auditing import opener
from checkpoint.services.lookup_record import Asked, note
from checkpoint.services.office import SERVER, Office
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import finding, stretches, trusted
from checkpoint.storage.audited import guarded
from checkpoint.storage.scope import Scope
from checkpoint.storage.stretches import Stretch, StretchLog
from checkpoint.storage.tables import Head

MOST = 50
"""Entries that are verified at once."""
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Bound:
    """A signed head at an end of a stretch: the number that it names and when it was signed."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """One stretch and what was found in it.

    `since` and `until` are the heads around it; `since` None where it begins the chain (`first` is
    1) or no head was near. `receipts` is how many of the server's were held to it.
    """

    stretch: Stretch
    shown: int
    since: Bound | None
    until: Bound | None
    receipts: int
    report: Report


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found, stretch by stretch."""

    at: datetime
    places: tuple[EntryPlace, ...]
    checked: tuple[Checked, ...]

    @property
    def recomputed(self) -> int:
        """How many entries were recomputed, those between the shown ones included."""
        return sum(one.report.entries for one in self.checked)

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """All breaches, chain by chain."""
        return tuple(breach for one in self.checked for breach in one.report.breaches)

    @property
    def verdict(self) -> Verdict:
        """TAMPERED when anything was changed, else INCOMPLETE when something is missing."""
        found = {one.report.verdict for one in self.checked}
        worst = (v for v in (Verdict.TAMPERED, Verdict.INCOMPLETE) if v in found)
        return next(worst, Verdict.INTACT)

    @property
    def headed(self) -> bool:
        """Whether a signed head covers every entry that was recomputed."""
        return all(one.until for one in self.checked)


def verify(office: Office, by: Actor, scope: Scope, places: Iterable[EntryPlace]) -> Verified:
    """Verify entries in scope, at most `MOST`; the lookup is recorded.

    Raises NotFound for none, for too many and for a place outside of the scope, StorageFault.
    """
    shown = tuple(dict.fromkeys(places))
    spots = [(place.kiosk_id, place.epoch, place.seq) for place in shown]
    with office.db.read() as session:
        seen = bool(spots) and all(finding.one(session, scope, spot) for spot in spots)
        if not seen or len(spots) > MOST:
            raise NotFound("no such entries in the scope")
        ring = office.keys.ring(SERVER) + trusted.keyring(session)
        log = StretchLog(session, scope, ring, opener(office))
        parts = stretches.around(session, spots)
        checked = tuple(_checked(log, part, spots) for part in parts)
    done = Verified(office.clock.now(), shown, checked)
    asked = {"verdict": done.verdict.name.lower(), "entries": str(len(shown))}
    with office.db.write() as session:
        note(office, session, by, scope, Asked("verify", asked, len(shown)))
    return done


def _checked(log: StretchLog, part: Stretch, spots: list[tuple[str, int, int]]) -> Checked:
    begins, count = log.turn(part), 0

    def counted(rows: Iterator[Row]) -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with ExitStack() as streams:

        def stream(rows: Iterator[Row]) -> Iterator[Row]:
            return streams.enter_context(closing(guarded(log, rows)))

        found = Evidence(
            links=stream(log.links()),
            heads=stream(log.heads()),
            keyring=log.keyring,
            personal=log.personal,
            passing=log.taken,
            beside=log.beside,
            breaches=lambda _claims: log.taken(),
            receipts=stream(counted(log.receipts())),
            gaps_expected=True,
            receipted=True,
            begins=begins,
        )
        report = audit(found)
    shown = sum(
        (kiosk_id, epoch) == (part.kiosk_id, part.epoch) and part.first <= seq <= part.last
        for kiosk_id, epoch, seq in spots
    )
    since = _bound(log.session, part, part.first - 1) if part.headed else None
    until = _bound(log.session, part, part.last) if part.closed else None
    return Checked(part, shown, since, until, count, report)


def _bound(session: Session, part: Stretch, seq: int) -> Bound:
    row = session.query(Head).filter_by(kiosk_id=part.kiosk_id, epoch=part.epoch, seq=seq)
    return Bound(seq, from_ms(row.order_by(Head.id).limit(1).one().at))
