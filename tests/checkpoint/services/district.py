"""A small district for the tests: two enterprises, their people, and a kiosk that can write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stdnum.cn import ric, uscc

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.place import Gate, Site
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import (
    Head,
    Link,
    commit,
    encode_entry,
    encode_personal,
    genesis,
    link,
    sign_head,
)
from checkpoint.keys import Purpose, SigningKey
from checkpoint.services import Actor, Office, authorizing, enrolment
from checkpoint.services.forms import EnterpriseForm
from checkpoint.wire.enrolment import EnrolmentRequest
from checkpoint.wire.entries import Batch, Receipt, batch_of

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ALICE = Actor("a1", "bureau", "Alice")
BOB = Actor("b1", "enterprise", "Bob")
CAROL = Actor("c1", "inspector", "Carol")
DAVE = Actor("d1", "enterprise", "Dave")


def credit_code(serial: int) -> str:
    """A fictional unified social credit code with a right check character."""
    body = f"91110000{serial:09d}"
    return body + uscc.calc_check_digit(body)


def id_number(serial: int = 1, born: str = "19900307", region: str = "110105") -> str:
    """A fictional resident ID number with a right check character."""
    body = f"{region}{born}{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


@dataclass
class Kiosk:
    """What a kiosk does, without a gate: entries linked, heads signed."""

    kiosk_id: str
    place: tuple[str, str, str]
    key: SigningKey
    clock: FixedClock
    links: list[Link] = field(default_factory=list)

    def entry(self, person: Personal | None = None, **changes: Any) -> Link:
        """Append one entry; a passage of 36.5 °C with a mask unless told otherwise."""
        seq = changes.pop("seq", len(self.links) + 1)
        epoch = changes.pop("epoch", 1)
        salt = bytes([seq % 256]) * 16 if person else b""
        blob = encode_personal(person) if person else b""
        at = changes.get("at", self.clock.now())
        entry = Entry(
            kind=EntryKind.PASSAGE,
            kiosk_id=self.kiosk_id,
            epoch=epoch,
            seq=seq,
            at=at,
            clock_quality=ClockQuality.SYNCHRONISED,
            policy_version=1,
            bundle_version=1,
            enterprise_id=self.place[0],
            site_id=self.place[1],
            gate_id=self.place[2],
            direction=Direction.IN,
            outcome=Outcome.ADMIT,
            reasons=(Reason.OK,),
            pass_id="00112233445566ff",
            pass_kind=PassKind.WORKER,
            issuer=self.place[0],
            readings=(Reading(3640, 3650, "simulated", at),),
            mask=Mask.WORN,
            mask_source="gatekeeper",
            commitment=commit(blob, salt) if person else b"",
        )
        return self.append(encode_entry(replace(entry, **changes)), epoch, (salt, blob))

    def append(self, body: bytes, epoch: int = 1, side: tuple[bytes, bytes] = (b"", b"")) -> Link:
        """Link any bytes as the next entry."""
        before = self.links[-1].hash if self.links else genesis(self.kiosk_id, epoch)
        seq = len(self.links) + 1
        made = Link(self.kiosk_id, epoch, seq, link(before, body), body, *side)
        self.links.append(made)
        return made

    def head(self, at: Link | None = None) -> str:
        """A head signed now over the last entry, or over an earlier one."""
        last = at or self.links[-1]
        head = Head(self.kiosk_id, last.epoch, last.seq, last.hash, self.clock.now())
        return sign_head(head, self.key)

    def batch(self, links: Iterable[Link] | None = None, head: str = "") -> Batch:
        """A batch of these links, of all without any."""
        return batch_of(list(self.links if links is None else links), head or self.head())


@dataclass
class District:
    """`acme` of Bob and `zenith` of Dave, a site and a gate each."""

    office: Office
    clock: FixedClock
    sites: dict[str, Site] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)

    def kiosk(self, enterprise_id: str = "acme") -> Kiosk:
        """Enrol a kiosk at the enterprise's gate."""
        gate = self.gates[enterprise_id]
        url = "http://127.0.0.1:8000"
        code = enrolment.make_code(self.office, BOB, enterprise_id, gate.gate_id, url)
        since = self.clock.now() - timedelta(hours=1)
        raw = SigningKey.generate("new", frozenset({Purpose.HEAD}), since)
        request = EnrolmentRequest.model_construct(
            code=code.code, public_key=raw.trusted.public, software="test"
        )
        answer = enrolment.redeem(self.office, request)
        key = replace(raw, trusted=replace(raw.trusted, owner=answer.kiosk_id))
        place = (answer.enterprise_id, answer.site_id, answer.gate_id)
        return Kiosk(answer.kiosk_id, place, key, self.clock)

    def receipt(self, note: str) -> Receipt:
        """The receipt in a note, believed as a kiosk would."""
        return Receipt.open(note, self.office.keys.server_keyring())


def build(database_url: str, keys: Path) -> District:
    """An upgraded database with the two enterprises."""
    clock = FixedClock(NOON)
    office = Office.open(database_url, keys, clock)
    office.db.upgrade()
    district = District(office, clock)
    for serial, name in enumerate(("acme", "zenith"), start=1):
        form = EnterpriseForm(name, name.title(), credit_code(serial), "Town", "textiles", True)
        authorizing.register_enterprise(office, ALICE, form)
        site = authorizing.add_site(office, ALICE, name, f"{name} works")
        district.sites[name] = site
        district.gates[name] = authorizing.add_gate(office, ALICE, name, site.site_id, "North")
    return district
