"""A gate in a test: Bob's plant and Dave's next door, fakes for every port, a clock to advance."""

from __future__ import annotations

import re
import sqlite3
from collections import deque
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from checkpoint.clock import FixedClock, to_ms
from checkpoint.credential import Trust, issue
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.domain.observation import ClockQuality, Mask, Reading
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.policy import Policy
from checkpoint.domain.warrant import Warrant
from checkpoint.entrylog import Link, decode_entry, journal_form
from checkpoint.entrylog.tiles import Tiles
from checkpoint.entrylog.tree import consistency, inclusion, leaf_hash, root
from checkpoint.entrylog.tree_head import TreeHead, opening, origin_of
from checkpoint.errors import WireError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES, SERVER_PURPOSES
from checkpoint.keys.sealing import SealingKey
from checkpoint.wire.bundle import Bundle, sign_bundle
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import (
    Batch,
    HeldMessage,
    KnownTree,
    Receipt,
    ReceiptLine,
    ReceiptMessage,
    Standing,
    TreeMessage,
)
from checkpoint.wire.steps import UsedSteps
from kiosk.config import GateSettings
from kiosk.gate.decision import InForce
from kiosk.gate.devices import Devices
from kiosk.gate.gate import Gate as GateMachine
from kiosk.gate.recorder import Recorder
from kiosk.journal import Draft, Journal
from kiosk.ports import (
    Act,
    Box,
    EmergencyOpened,
    Frame,
    GateView,
    Glimpse,
    OverrideGiven,
    PlateReading,
)

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
SINCE = NOW - timedelta(days=30)
KIOSK = "K001"
BOBS = SigningKey.generate("E001", ENTERPRISE_PASSES, SINCE)
DAVES = SigningKey.generate("E002", ENTERPRISE_PASSES, SINCE)
SERVER = SigningKey.generate("server", SERVER_PURPOSES, SINCE)
HEAD = SigningKey.generate(KIOSK, frozenset({Purpose.HEAD}), SINCE)
SEALING = SealingKey.generate()
SERVER_KEYRING = Keyring([SERVER.trusted])
PICTURE = np.zeros((4, 4, 3), np.uint8)


def worker(name: str = "Wang Wu (fictional)", *, number: int = 1, **changes: Any) -> HealthPass:
    """A worker of Bob's with a pass in force."""
    known = HealthPass(
        pass_id=f"{number:016x}",
        kind=PassKind.WORKER,
        issuer="E001",
        enterprise_id="E001",
        holder_id=f"{number + 0xFF00:016x}",
        name=name,
        id_tail="123X",
        issued_at=SINCE,
        not_before=SINCE,
        expires_at=NOW + timedelta(days=30),
    )
    return replace(known, **changes)


def text_of(health_pass: HealthPass) -> str:
    """What its QR code says."""
    return issue(health_pass, {"E001": BOBS, "E002": DAVES}[health_pass.issuer])


def bundle(version: int = 1, **changes: Any) -> Bundle:
    """What is in force at Bob's gate; Carol's warrant covers it."""
    carol = Warrant("W1", "E001", "Carol", SINCE, NOW + timedelta(days=365))
    made = Bundle(
        version=version,
        issued_at=NOW,
        kiosk_id=KIOSK,
        enterprise=Enterprise("E001", "Bob's plant", ""),
        site=Site("S1", "E001", "North yard"),
        gate=Gate("G1", "S1", "Gate 1"),
        policy=Policy(),
        trust=Trust(Keyring([BOBS.trusted, DAVES.trusted])),
        warrants=(carol,),
    )
    return replace(made, **changes)


def draft(at: datetime = NOW, kind: EntryKind = EntryKind.HEARTBEAT, **fields: Any) -> Draft:
    """An entry for the journal; with `personal` it is about somebody."""
    personal: Personal | None = fields.pop("personal", None)
    quality = ClockQuality.UNSYNCHRONISED
    return Draft(Entry(kind, "", 0, 0, at, quality, 1, 1, **fields), personal)


def open_journal(folder: Path, clock: FixedClock | None = None) -> Journal:
    """The journal of Bob's kiosk."""
    return Journal.open(folder, KIOSK, HEAD, SEALING, clock or FixedClock(NOW))


def set_back(folder: Path, version: int) -> None:
    """Make the journal one of an earlier version: without what came later."""
    later = "".join(journal_form.UPGRADES[version:])
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        for table in re.findall(r"CREATE TABLE (\w+)", later):
            db.execute(f"DROP TABLE {table}")
        db.execute(f"PRAGMA user_version = {version}")


class Closing:
    """What all fakes share."""

    name = "fake"
    simulated = False
    ails: Exception | None = None
    """what is known against the device"""

    def check(self) -> None:
        """What a device under watch says of itself."""
        if self.ails is not None:
            raise self.ails

    def close(self) -> None:
        """Nothing to let go of."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class FakeReader(Closing):
    """Reads what is held before it."""

    text: str | None = None
    place: Box | None = None
    several = False
    fault: Exception | None = None

    def read(self, image: object) -> str | None:
        if self.fault:
            raise self.fault
        return self.text


class FakeScanner(Closing):
    """Gives what a test scans, once."""

    name = "keyboard"
    text: str | None = None

    def scanned(self) -> str | None:
        text, self.text = self.text, None
        return text


class FakeTurn(Closing):
    """Sees whom a test lets walk through, once; `name` none is a gate without a sensor."""

    name = "none"
    walks: Any = 0

    def walked(self) -> int:
        if isinstance(self.walks, Exception):
            raise self.walks
        walks, self.walks = self.walks, 0
        return walks  # type: ignore[no-any-return]


class FakeThermometer(Closing):
    """Answers in turn, then its last answer again; raises what is an exception."""

    def __init__(self, *answers: Any) -> None:
        self.answers = deque(answers or (3650,))

    def measure(self, glimpse: Glimpse) -> Reading | None:
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return Reading(answer, answer, self.name, glimpse.at)
        return answer  # type: ignore[no-any-return]


class FakeKeypad(Closing):
    name = "keypad"

    def measure(self, glimpse: Glimpse) -> Reading | None:
        typed = glimpse.typed_c
        return Reading(typed, typed, self.name, glimpse.at) if typed else None


class FakeMask(Closing):
    """Always the same answer."""

    def __init__(self, answer: Mask | None = Mask.WORN) -> None:
        self.answer = answer

    def look(self, glimpse: Glimpse) -> Mask | None:
        return self.answer


class FakeButton(Closing):
    name = "button"

    def look(self, glimpse: Glimpse) -> Mask | None:
        return glimpse.pressed


class FakePlates(Closing):
    """A gatekeeper's button until a test says what is read."""

    name = "button"
    reading: PlateReading | None = None

    def look(self, glimpse: Glimpse) -> PlateReading | None:
        return self.reading


class FakeBarrier(Closing):
    """Counts how often it was opened."""

    fault: Exception | None = None
    opened = 0
    is_open: Any = False

    def open_for(self, seconds: float) -> None:
        if self.fault:
            raise self.fault
        self.opened += 1
        self.is_open = True


class FakeCamera(Closing):
    """Gives what is queued: pictures to show, None, faults to raise."""

    def __init__(self, *shots: Any) -> None:
        self.shots = deque(shots)
        self.rewound = 0
        self.film = False

    @property
    def ended(self) -> bool:
        return self.film and not self.shots

    def newest(self) -> Frame | None:
        shot = self.shots.popleft() if self.shots else None
        if isinstance(shot, Exception):
            raise shot
        return shot

    def rewind(self) -> None:
        self.rewound += 1


class FakeDisplay(Closing):
    """Keeps every view; gives the acts that a test presses."""

    def __init__(self) -> None:
        self.views: list[GateView] = []
        self.pressed: list[Act] = []

    def show(self, view: GateView) -> None:
        self.views.append(view)

    def preview(self, image: object) -> None:
        pass

    def acts(self) -> list[Act]:
        acts, self.pressed = self.pressed, []
        return acts

    def emergency_waits(self) -> bool:
        return any(isinstance(act, EmergencyOpened) for act in self.pressed)


class FakeLog:
    """A server's receipt log in memory; `follows` is the head of the one before it."""

    def __init__(self, begun: datetime, follows: TreeHead | None = None) -> None:
        self.origin = origin_of("0011223344556677", to_ms(begun))
        self.opening = opening(self.origin, begun, follows)
        self.tiles = Tiles(0, lambda _level, _index: b"")
        self.tiles.append([leaf_hash(self.opening.encode())])

    def head(self) -> TreeHead:
        size = self.tiles.size
        return TreeHead(self.origin, size, root(size, self.tiles.node))

    def told(self, known: KnownTree | None) -> TreeMessage:
        size, node = self.tiles.size, self.tiles.node
        note = self.head().sign(SERVER)
        if known and known.origin == self.origin:
            path = consistency(known.size, size, node) if known.size <= size else []
            return TreeMessage.model_construct(head=note, path=path)
        path = inclusion(0, size, node)
        return TreeMessage.model_construct(head=note, path=path, opening=self.opening)


class FakeServer(Closing):
    """A Transport with the server in it: keeps what it takes, signs receipts."""

    def __init__(self) -> None:
        self.taken: dict[int, Link] = {}
        self.pushes = 0
        self.fault: Exception | None = None
        self.chokes_on: int | None = None
        self.quarantines: set[int] = set()
        self.rubbish: str | None = None
        self.at = NOW
        self.answer: tuple[bytes, str] | None = (sign_bundle(bundle(), SERVER), '"1"')
        self.request: EnrolmentRequest | None = None
        self.keyring = SERVER_KEYRING
        self.used: Any = UsedSteps(at=1, steps=[])
        self.asked_since: list[int] = []
        self.log: FakeLog | None = None
        self.forgot: HeldMessage | None = None

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        self._answers()
        self.request = request
        return EnrolmentAnswer(
            kiosk_id=KIOSK,
            enterprise_id="E001",
            site_id="S1",
            gate_id="G1",
            keyring=self.keyring.to_json(),
        )

    def bundle(self, etag: str) -> tuple[bytes, str] | None:
        self._answers()
        return None if self.answer and etag == self.answer[1] else self.answer

    def held(self, epoch: int) -> HeldMessage:
        self._answers()
        last = max(self.taken, default=0)
        return self.forgot or HeldMessage(epoch=epoch, seq=last, last=last)

    def push(self, batch: Batch) -> ReceiptMessage:
        self.pushes += 1
        self._answers()
        batch = Batch.model_validate_json(batch.model_dump_json())
        if self.chokes_on in {entry.seq for entry in batch.entries}:
            raise WireError("the server refused with 500")
        if self.rubbish is not None:
            return ReceiptMessage(receipt=self.rubbish)
        lines = []
        for link in batch.links():
            bad = link.seq in self.quarantines
            if not bad:
                assert self.taken.setdefault(link.seq, link).hash == link.hash
            if self.log:
                self.log.tiles.append([leaf_hash(link.hash)])
            standing = Standing.QUARANTINED if bad else Standing.ACCEPTED
            lines.append(ReceiptLine(link.seq, link.hash, standing, "broken" if bad else "-"))
        note = Receipt(batch.kiosk_id, batch.epoch, self.at, tuple(lines)).sign(SERVER)
        tree = self.log.told(batch.tree) if self.log else None
        return ReceiptMessage.model_construct(receipt=note, tree=tree)

    def used_steps(self, since: int) -> UsedSteps:
        self.asked_since.append(since)
        self._answers()
        if isinstance(self.used, Exception):
            raise self.used
        told: UsedSteps = self.used
        return told

    def _answers(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class House:
    """A gate with fakes. `see` holds a code before it for one step."""

    journal: Journal
    clock: FixedClock
    reader: FakeReader = field(default_factory=FakeReader)
    thermometer: Any = field(default_factory=FakeThermometer)
    mask: Any = field(default_factory=FakeMask)
    barrier: FakeBarrier = field(default_factory=FakeBarrier)
    scanner: FakeScanner = field(default_factory=FakeScanner)
    plate: Any = field(default_factory=FakePlates)
    turn: FakeTurn = field(default_factory=FakeTurn)
    camera: bool = True
    onlookers: frozenset[str] = frozenset()
    settings: GateSettings = field(default_factory=GateSettings)
    in_force: InForce = field(default_factory=lambda: InForce(bundle()))
    told: list[Link] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recorder = recorder = Recorder(self.journal, self.in_force, self.told.append)
        sensors = (self.reader, self.thermometer, self.mask, self.barrier, self.scanner)
        about = (self.plate, self.turn, self.camera, self.onlookers)
        devices = Devices(*sensors, *about)
        self.gate = GateMachine(self.settings, devices, recorder)
        self.frames = 0

    def see(self, text: str | None, *acts: Act, after: float = 0.1) -> GateView:
        """Let time pass, then one step with a picture in which the reader finds `text`."""
        self.clock.advance(after)
        self.reader.text = text
        self.frames += 1
        frame = Frame(PICTURE, self.frames, self.clock.now())
        return self.gate.step(frame, acts, self.clock.now())

    def override(self, words: str, entry: str | None = None) -> GateView:
        """The gatekeeper decides over an entry: the newest that may be, unless it is named."""
        last = self.see(None).overridable[-1:]
        cited = entry if entry is not None else last[0].entry if last else "1/1/0000000000000000"
        return self.see(None, OverrideGiven(words, cited))

    def empty(self, seconds: float) -> GateView:
        """Nobody there for so long."""
        view = self.see(None)
        for _ in range(int(seconds / 0.5)):
            view = self.see(None, after=0.5)
        return view

    @property
    def entries(self) -> list[Entry]:
        """All entries that are on disk, by what was told of them."""
        return [decode_entry(link.body) for link in self.told]
