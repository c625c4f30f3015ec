"""Cutting the power of the server: what it gave a receipt for is in its log, and it goes on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random

from checkpoint.clock import SystemClock
from checkpoint.domain.observation import Direction, Mask
from checkpoint.entrylog.audit import audit
from checkpoint.errors import SibaoError
from checkpoint.keys import Keyring, SigningKey
from checkpoint.services import Office, ingest
from checkpoint.services.auditing import open_database
from checkpoint.storage import log
from checkpoint.storage.tables import Kiosk
from checkpoint.wire.entries import Batch, Receipt, batch_of
from fuzz.powercuts.cutting import Cut, Recording, Tally, cuts
from fuzz.powercuts.serving import STRICT, District, dial, recorded
from kiosk.bundle import TRUST, BundleStore
from kiosk.enrolment import KEY, enrol
from kiosk.gate.admissions import Admissions
from kiosk.gate.decision import InForce, Sighting, judge
from kiosk.journal import Journal
from kiosk.journal.sealing import sealing_key

HOME = "data"
BATCHES = 6
_TAKEN = re.compile(rb"(\d+) ([0-9a-f]{64}) (?:accepted|flagged)")
Place = tuple[int, str]
"""Seq and hash of an entry, as on a receipt."""


def record(
    district: District, work: Path, chance: Random, program: Sequence[str] = STRICT
) -> tuple[Recording, Batch]:
    """Enrol a gate with a recorded server and send it batches; the second is all of them."""
    before, gate = work / "before", work / "gate"
    shutil.rmtree(gate, ignore_errors=True)
    shutil.rmtree(before, ignore_errors=True)
    shutil.copytree(district.data.parent, before)
    with recorded(district, work / "log", program) as tracer:
        whole = _sent(district, gate, chance)
    recording = Recording(district.data.parent, before, tracer.calls())
    return recording, whole


def _sent(district: District, gate: Path, chance: Random) -> Batch:
    clock = SystemClock()
    place = enrol(district.code(), gate, dial(), clock)
    key, trust = SigningKey.load(gate / KEY), Keyring.load(gate / TRUST)
    bundles = BundleStore(gate, place.kiosk_id, trust, clock)
    with (
        dial()(place.server, key) as transport,
        Journal.open(gate, place.kiosk_id, key, sealing_key(gate), clock) as journal,
    ):
        bundles.pull(transport)
        if bundles.held is None:
            raise SibaoError("no bundle came")
        whole, admissions = [], Admissions(journal)
        for _ in range(BATCHES):
            for _ in range(chance.randint(1, 30)):
                seen = Sighting(clock.now(), Direction.IN, None, (), Mask.WORN, "trial")
                whole.append(judge(seen, InForce(bundles.held), admissions).link)
            note = transport.push(batch_of(journal.unsent(256), journal.head())).receipt
            journal.acknowledge(note, Receipt.open(note, bundles.keyring()))
        return batch_of(whole, journal.head())


def receipted(cut: Cut) -> list[Place]:
    """The entries that the server gave a receipt for before the cut."""
    lines = _TAKEN.findall(cut.told("socket"))
    return [(int(seq), digest.decode()) for seq, digest in lines]


def missing(office: Office, kiosk_id: str, epoch: int, told: Sequence[Place]) -> list[Place]:
    """Which of them the log does not hold."""
    with office.db.read() as session:
        held = log.held(session, (kiosk_id, epoch), range(1, 1 << 31))
    there = {(seq, digest.hex()) for seq, (digest, _) in held.items()}
    return [place for place in told if place not in there]


def broken(office: Office, url: str, whole: Batch, cut: Cut) -> list[str]:
    """What does not hold: the audit, taking all entries once more, the audit again."""
    found = _audited(url) if receipted(cut) else []
    enrolled = f'"{whole.kiosk_id}"'.encode() in cut.told("socket")
    with office.db.read() as session:
        if session.get(Kiosk, whole.kiosk_id) is None:
            return [*found, "a gate that it enrolled is unknown"] if enrolled else found
    keys = office.keys.server_keyring()
    lines = Receipt.open(ingest.ingest(office, whole.kiosk_id, whole), keys).lines
    sent = [(link.seq, link.hash) for link in whole.links()]
    if [(line.seq, line.hash) for line in lines] != sent or missing(
        office, whole.kiosk_id, whole.epoch, [(seq, digest.hex()) for seq, digest in sent]
    ):
        found.append("it does not take what it lacks")
    return found + _audited(url)


def _audited(url: str) -> list[str]:
    with open_database(url) as evidence:
        report = audit(evidence)
    return [f"audit: {breach.layer} {breach.words}" for breach in report.breaches]


def trial(count: int, seed: int, work: Path, program: Sequence[str] = STRICT) -> Tally:
    """Cut a server `count` times."""
    chance, tally = Random(f"server/{seed}"), Tally()
    root = work / "root"
    shutil.rmtree(work, ignore_errors=True)
    district = District.made(root / HOME)
    recording, whole = record(district, work, chance, program)
    for cut in cuts(recording, count, chance, work / "cut"):
        _judge(cut, whole, tally)
    return tally


def _judge(cut: Cut, whole: Batch, tally: Tally) -> None:
    url = f"sqlite:///{cut.folder / HOME / 'sibao.db'}"
    told = receipted(cut)
    try:
        office = Office.open(url, cut.folder / HOME / "keys", SystemClock())
        try:
            office.db.require_current()
            if tally.judge(cut, told, missing(office, whole.kiosk_id, whole.epoch, told)):
                tally.complain(cut, broken(office, url, whole, cut))
        finally:
            office.close()
    except SibaoError as fault:
        tally.complain(cut, [fault.diagnostics()])
