"""A long entry log to look things up in: its rows as ingest stores them, put in by the thousand.

Everything but the body is an entry's own: projections, blind indexes, the sealed person. The
chains are not linked, as no lookup follows them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from checkpoint.clock import FixedClock, to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link, encode_entry, encode_personal
from checkpoint.services import SYSTEM, Office, authorizing, enrolment, sealed
from checkpoint.services.forms import EnterpriseForm
from checkpoint.storage import log
from checkpoint.storage.projection import projected
from checkpoint.storage.tables import Holder
from checkpoint.wire.enrolment import EnrolmentRequest

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE, SITES = 5000, 20
EVERY = timedelta(seconds=2)
OLD = 100
"""So many of the oldest entries are of a kind that never comes again."""
_CHUNK = 2000
_VEHICLE = "京A12345"
_ODDS: tuple[tuple[float, dict[str, Any]], ...] = (
    (0.05, {"outcome": Outcome.DENY, "reasons": (Reason.FEVER,)}),
    (0.12, {"outcome": Outcome.REFER, "reasons": (Reason.NO_MASK, Reason.DEVICE_DOWN)}),
    (0.13, {"kind": EntryKind.OVERRIDE, "reasons": (Reason.OVERRIDDEN,)}),
    (0.133, {"kind": EntryKind.ANNULMENT, "outcome": None, "reasons": ()}),
    (0.15, {"kind": EntryKind.HEARTBEAT, "outcome": None, "reasons": (), "readings": ()}),
)
_HASH, _SALT = bytes(32), bytes(16)


@dataclass
class LookupLog:
    """An enterprise of some sites with a kiosk each; `grow` makes its log longer.

    One of `people` passes each `every`; when all have passed inwards they pass outwards.
    """

    office: Office
    clock: FixedClock
    sites: int = SITES
    people: int = PEOPLE
    every: timedelta = EVERY
    kiosks: list[Any] = field(default_factory=list)
    size: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    @classmethod
    def begun(cls, office: Office, clock: FixedClock, **given: Any) -> LookupLog:
        """The enterprise, its sites and kiosks, and the holder of one vehicle; no entry yet."""
        office.db.upgrade()
        made = cls(office, clock, **given)
        form = EnterpriseForm("acme", "Acme", "91110000000000001H", "Town", "textiles", True)
        authorizing.register_enterprise(office, SYSTEM, form)
        for number in range(made.sites):
            site = authorizing.add_site(office, SYSTEM, "acme", f"Works {number}")
            gate = authorizing.add_gate(office, SYSTEM, "acme", site.site_id, "North")
            code = enrolment.make_code(office, SYSTEM, "acme", gate.gate_id, "http://127.0.0.1")
            key = number.to_bytes(32)
            request = EnrolmentRequest.model_construct(
                code=code.code, public_key=key, software="benchmark"
            )
            made.kiosks.append(enrolment.redeem(office, request))
        with office.db.write() as session:
            session.add(_vehicle())
        return made

    def grow(self, size: int) -> None:
        """Add entries up to a size, without waiting for the disk."""
        while self.size < size:
            rows = list(self.rows(min(_CHUNK, size - self.size)))
            with self.office.db.write() as session:
                log.add_entries(session, rows)

    def rows(self, count: int) -> Iterator[log.Values]:
        """The next rows, as ingest would store them."""
        for _ in range(count):
            self.size += 1
            self.clock.advance(self.every.total_seconds())
            kiosk = self.kiosks[self.size % self.sites]
            yield self._row(kiosk, self.size // self.sites + 1)

    def _row(self, kiosk: Any, seq: int) -> log.Values:
        number = self.size * 7919 % self.people
        plate = _VEHICLE if number == 0 else ""
        person = Personal(f"王{number % 800}", f"{number:04d}", f"{number:016x}", plate)
        entry = self._entry(kiosk, seq, number)
        personal = b"" if entry.kind is EntryKind.HEARTBEAT else encode_personal(person)
        body = encode_entry(entry)
        link = Link(kiosk.kiosk_id, 1, seq, _HASH, body, _SALT if personal else b"", personal)
        found = sealed if personal else None
        return {
            "kiosk_id": kiosk.kiosk_id,
            "epoch": 1,
            "seq": seq,
            "hash": _HASH,
            "body": body,
            "personal": sealed.seal_side(self.office, link),
            **projected(entry),
            "holder_id": person.holder_id if found else "",
            "name_index": found and sealed.index(self.office, "name", person.name),
            "tail_index": found and sealed.index(self.office, "id_tail", person.id_tail),
            "kiosk_enterprise_id": kiosk.enterprise_id,
            "kiosk_site_id": kiosk.site_id,
            "standing": "accepted",
            "why": "",
            "received_at": to_ms(entry.at),
        }

    def _entry(self, kiosk: Any, seq: int, number: int) -> Entry:
        at, told = self.clock.now(), self._told()
        hot = Reason.FEVER in told.get("reasons", ())
        hundredths = int(self.chance.gauss(3650, 25)) + (140 if hot else 0)
        usual: dict[str, Any] = {
            "kind": EntryKind.PASSAGE,
            "clock_quality": ClockQuality.SYNCHRONISED,
            "direction": (Direction.IN, Direction.OUT)[self.size // self.people % 2],
            "outcome": Outcome.ADMIT,
            "reasons": (Reason.OK,),
            "pass_id": f"{number:016x}",
            "pass_kind": PassKind.WORKER,
            "readings": (Reading(hundredths, hundredths, "simulated", at),),
            "mask": Mask.WORN,
            "mask_source": "simulated",
        }
        cites = told.get("kind") in (EntryKind.OVERRIDE, EntryKind.ANNULMENT) and seq > 1
        details = {"epoch": "1", "seq": str(seq - 1)} if cites else {}
        place = (kiosk.enterprise_id, kiosk.site_id, kiosk.gate_id)
        given = usual | told
        kind, clock = given.pop("kind"), given.pop("clock_quality")
        return Entry(
            kind, kiosk.kiosk_id, 1, seq, at, clock, 1, 1, *place, details=details, **given
        )

    def _told(self) -> dict[str, Any]:
        """How this entry differs from a plain admission; the oldest ones in their own way."""
        if self.size <= OLD:
            odd = (Reason.VEHICLE_FULL,)
            return {
                "outcome": Outcome.REFER,
                "reasons": odd,
                "clock_quality": ClockQuality.UNSYNCHRONISED,
                "pass_kind": PassKind.VISITOR,
            }
        dice = self.chance.random()
        return next((told for below, told in _ODDS if dice < below), {})


def _vehicle() -> Holder:
    nobody = {"name_sealed": b"", "name_index": b"", "id_tail": "", "job": "", "route": ""}
    return Holder(
        holder_id=f"{0:016x}",
        enterprise_id="acme",
        kind="vehicle",
        plate=_VEHICLE,
        seats=5,
        added_at=0,
        blocked_why="",
        **nobody,
    )
