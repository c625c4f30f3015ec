"""A small deployment made by the real code: two enterprises, kiosks with journals, a server.

Some persons are erased, some entries quarantined and some remarked, the server's key was rotated
half-way. All of it lies under one folder, so that a copy of the folder is a copy of the deployment.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from stdnum.cn import uscc

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.domain.remark import RemarkKind
from checkpoint.entrylog import Link
from checkpoint.entrylog.erasure import Ground
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.sealing import SealingKey
from checkpoint.services import (
    Actor,
    Office,
    authorizing,
    enrolment,
    erasures,
    export,
    keys,
    remarks,
)
from checkpoint.services.forms import EnterpriseForm, WarrantForm
from checkpoint.services.ingest import ingest
from checkpoint.services.lookup import find
from checkpoint.services.remarks import RemarkForm
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import evidence, tables
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.wire.enrolment import EnrolmentRequest
from checkpoint.wire.entries import Receipt, batch_of
from kiosk.journal import Draft, Journal

ALICE = Actor("a1", "bureau", "Alice")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ENTERPRISES = ("acme", "zenith")
DATABASE, JOURNAL, EXPORT, TRUST = "sibao.db", "journal", "export.jsonl", "believed.json"
PEOPLE = 12
BATCH = 8
ERASED = (3, 12)
LAST_ERASED = ERASED[-1]


@dataclass(slots=True)
class Gate:
    """One kiosk: its keys, its place, its journal while it is being written."""

    key: SigningKey
    place: tuple[str, str, str]
    journal: Journal


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was made, and what somebody outside kept of it: keys, the heads and receipts of the end.

    `half` are copies of the files as they were half-way; `kiosk_key` signs the first kiosk's heads.
    """

    folder: Path
    url: str
    trust: Keyring
    kept: tuple[str, ...]
    kiosk_key: SigningKey
    half: Path


def make(folder: Path, url: str, entries: int) -> Deployment:
    """A deployment of three kiosks, `entries` each. `url` is an empty database."""
    clock = FixedClock(NOON)
    (folder / "keys").mkdir(parents=True, mode=0o700)
    office = Office.open(url, folder / "keys", clock)
    office.db.upgrade()
    gates = [_gate(office, clock, folder, n) for n in range(3)]
    term = (NOON - timedelta(days=1), NOON + timedelta(days=9))
    for enterprise in ENTERPRISES:
        authorizing.grant_warrant(office, ALICE, WarrantForm(enterprise, "Carol", *term))
    half = folder / "half"
    for step in range(entries):
        for gate in gates:
            gate.journal.append(_draft(gate, step, clock.now()))
        clock.advance(7)
        if step % BATCH == BATCH - 1 or step == entries - 1:
            for gate in gates:
                _send(office, gate)
        if step == entries // 2:
            _keep_half(url, folder, half)
            keys.rotate(office, ALICE, "server", "yearly")
    find(office, ALICE, evidence.ALL, EntryFilter())
    _remark(office, gates)
    _erase(office, gates[0].journal.kiosk_id)
    _fork(office, gates[1])
    export.write(office, ALICE, evidence.ALL, folder / EXPORT)
    kept = tuple(gate.journal.head() for gate in gates)
    for gate in gates:
        gate.journal.close()
    office.keys.server_keyring().save(folder / JOURNAL / "trust.json")
    trust = office.keys.ring("server") + evidence.keyring(office.db)
    trust.save(folder / TRUST)
    office.close()
    return Deployment(folder, url, trust, kept, gates[0].key, half)


def _gate(office: Office, clock: FixedClock, folder: Path, number: int) -> Gate:
    enterprise = ENTERPRISES[number % 2]
    if number < 2:
        body = f"91110000{number:09d}"
        code = body + uscc.calc_check_digit(body)
        form = EnterpriseForm(enterprise, enterprise.title(), code, "Town", "textiles", True)
        authorizing.register_enterprise(office, ALICE, form)
    site = authorizing.add_site(office, ALICE, enterprise, f"works {number}")
    place = authorizing.add_gate(office, ALICE, enterprise, site.site_id, "North")
    offer = enrolment.make_code(office, ALICE, enterprise, place.gate_id, "http://127.0.0.1:8000")
    raw = SigningKey.generate("new", frozenset({Purpose.HEAD}), NOON - timedelta(hours=1))
    request = EnrolmentRequest.model_construct(
        code=offer.code, public_key=raw.trusted.public, software="matrix"
    )
    answer = enrolment.redeem(office, request)
    key = replace(raw, trusted=replace(raw.trusted, owner=answer.kiosk_id))
    home = folder / (JOURNAL if number == 0 else f"{JOURNAL}{number}")
    (home / "keys").mkdir(parents=True, mode=0o700)
    sealing = SealingKey.load_or_make(home / "keys" / "sealing.json")
    journal = Journal.open(home, answer.kiosk_id, key, sealing, clock)
    return Gate(key, (answer.enterprise_id, answer.site_id, answer.gate_id), journal)


def _draft(gate: Gate, step: int, at: datetime) -> Draft:
    enterprise, site, place = gate.place
    named = step % 5 != 4
    number = step % PEOPLE
    entry = Entry(
        kind=EntryKind.PASSAGE if named else EntryKind.HEARTBEAT,
        kiosk_id="",
        epoch=0,
        seq=0,
        at=at,
        clock_quality=ClockQuality.SYNCHRONISED,
        policy_version=1,
        bundle_version=1,
        enterprise_id=enterprise,
        site_id=site,
        gate_id=place,
    )
    if not named:
        return Draft(entry)
    passage = replace(
        entry,
        direction=Direction.IN if step // PEOPLE % 2 == 0 else Direction.OUT,
        outcome=Outcome.ADMIT if step % 7 else Outcome.DENY,
        reasons=(Reason.OK,) if step % 7 else (Reason.FEVER,),
        pass_id=f"{number:016x}",
        readings=(Reading(3640, 3650, "simulated", at),),
        mask=Mask.WORN,
        mask_source="gatekeeper",
        details={"step": str(1000 + step)} if number % 2 else {},
    )
    return Draft(passage, Personal(f"林试{number}", f"{number:03d}X", f"{number + 1:016x}"))


def _send(office: Office, gate: Gate) -> None:
    """Everything unsent, as the kiosk does."""
    keyring = office.keys.server_keyring()
    while links := gate.journal.unsent(BATCH):
        note = ingest(office, gate.journal.kiosk_id, batch_of(links, gate.journal.head()))
        gate.journal.acknowledge(note, Receipt.open(note, keyring))


def _remark(office: Office, gates: list[Gate]) -> None:
    """Two entries of each gate are corrected, or have something added to them."""
    for gate in gates:
        for seq, kind in ((2, RemarkKind.CORRECTION), (5, RemarkKind.NOTE)):
            place = EntryPlace(gate.journal.kiosk_id, gate.journal.epoch, seq)
            form = RemarkForm(place, kind, f"读数偏高，应为 36.{seq}")
            remarks.add(office, ALICE, evidence.ALL, form)


def _erase(office: Office, kiosk_id: str) -> None:
    """Two persons taken out of the log, as the product does."""
    entry = tables.Entry
    with office.db.write() as session:
        whose = (entry.kiosk_id == kiosk_id, entry.seq.in_(ERASED))
        rows = session.execute(
            update(entry)
            .where(*whose)
            .values(personal=b"", holder_id="", name_index=None, tail_index=None)
            .returning(entry.kiosk_id, entry.epoch, entry.seq)
        ).all()
        places = [(row.kiosk_id, row.epoch, row.seq) for row in rows]
        erasures.note(office, session, ALICE, Ground.REQUEST, places)


def _fork(office: Office, gate: Gate) -> None:
    """Other entries of places that are held, with and without a person: quarantined."""
    kiosk_id, epoch = gate.journal.kiosk_id, gate.journal.epoch
    for number, salt, plain in ((2, b"s" * 16, b"somebody"), (4, b"", b""), (6, b"", b"")):
        other = Link(kiosk_id, epoch, number, bytes([number]) * 32, b"another", salt, plain)
        ingest(office, kiosk_id, batch_of([other], gate.journal.head()))


def _keep_half(url: str, folder: Path, half: Path) -> None:
    """Copies of the files as they are now."""
    half.mkdir()
    _copy(folder / JOURNAL / "journal.db", half / "journal.db")
    if url.startswith("sqlite"):
        _copy(folder / DATABASE, half / DATABASE)


def _copy(path: Path, target: Path) -> None:
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
