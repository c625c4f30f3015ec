"""The gate in motion: it starts, goes on whatever fails, and ends in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.policy_changes import ComingPolicy
from checkpoint.entrylog import open_head
from checkpoint.errors import DeviceFault, JournalFault, WireError
from checkpoint.keys import Keyring
from kiosk.bundle import BundleStore
from kiosk.config import CameraSettings, Settings, SyncSettings
from kiosk.gate.clock_quality import ClockJudge
from kiosk.gate.reference import ReferenceDesk
from kiosk.gate.unheard import UnheardEmergency
from kiosk.journal import Journal
from kiosk.ports import Frame
from kiosk.runner import Runner, Standing, Station, Watchdog
from kiosk.sync import Sync, Uplink
from tests.kiosk.gatehouse import (
    HEAD,
    KIOSK,
    NOW,
    PICTURE,
    SERVER_KEYRING,
    FakeCamera,
    FakeDisplay,
    FakeLog,
    FakeServer,
    House,
    bundle,
    draft,
    open_journal,
    text_of,
    worker,
)

TURN_S = 0.1


class TickingCamera(FakeCamera):
    """Time passes while it takes a picture."""

    def __init__(self, clock: FixedClock, *shots: Any) -> None:
        super().__init__(*shots)
        self.clock = clock

    def newest(self) -> Frame | None:
        self.clock.advance(TURN_S)
        return super().newest()


class Rig:
    """A runner with fakes all round; `server` only where a test asks for one."""

    def __init__(self, journal: Journal, clock: FixedClock, **camera: Any) -> None:
        self.clock = clock
        self.house = House(journal, clock)
        self.camera = TickingCamera(clock)
        self.display = FakeDisplay()
        thermometer = self.house.thermometer
        self.desk = ReferenceDesk(self.house.recorder, thermometer, thermometer.measure)
        self.judge = ClockJudge(clock)
        self.settings = Settings(camera=CameraSettings(**camera), sync=SyncSettings())
        self.bundle = bundle()
        self.sync: Sync | None = None
        parts = (self.house.recorder, self.display, self.house.barrier, clock)
        self.unheard = UnheardEmergency(self.settings, *parts)
        self.age: Callable[[], int | None] = lambda: None

    def runner(self, *, until_end: bool = False) -> Runner:
        station = Station(
            self.settings,
            self.house.gate,
            self.house.journal,
            self.camera,
            self.display,
            Standing(lambda: self.bundle, self.age),
            self.judge,
            self.sync,
            self.desk,
            self.unheard,
        )
        return Runner(station, self.clock, until_end=until_end)

    def film(self, pictures: int) -> None:
        self.camera.film = True
        for number in range(pictures):
            self.camera.shots.append(Frame(PICTURE, number, self.clock.now()))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def rig(tmp_path: Path, clock: FixedClock) -> Iterator[Rig]:
    with open_journal(tmp_path, clock) as journal:
        yield Rig(journal, clock)


def kinds(rig: Rig) -> list[EntryKind]:
    return [entry.kind for entry in rig.house.entries]


def test_a_film_is_played_to_its_end_and_the_last_person_is_decided_on(rig: Rig) -> None:
    rig.film(20)
    rig.house.reader.text = text_of(worker())
    rig.runner(until_end=True).run()
    assert kinds(rig) == [EntryKind.BOOT, EntryKind.PASSAGE, EntryKind.SHUTDOWN]
    assert rig.house.entries[1].outcome is Outcome.ADMIT
    assert rig.house.entries[2].details == {"why": "the film ended"}


def test_told_to_stop_it_ends_with_an_entry(rig: Rig) -> None:
    runner = rig.runner()
    runner.stop()
    runner.run()
    assert kinds(rig) == [EntryKind.BOOT, EntryKind.SHUTDOWN]


def test_at_the_end_of_a_looping_film_the_gate_turns_round(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        rig = Rig(journal, clock, loop=True)
        rig.film(1)
        runner = rig.runner()
        runner.turn()
        runner.turn()
        assert rig.camera.rewound == 1
        runner.turn()
        directions = [view.direction for view in rig.display.views]
        assert directions == [Direction.IN, Direction.IN, Direction.OUT]


def test_a_film_that_ends_without_loop_leaves_the_gate_running(rig: Rig) -> None:
    rig.film(1)
    runner = rig.runner()
    for _ in range(5):
        runner.turn()
    assert rig.camera.rewound == 0
    assert len(rig.display.views) == 5


@pytest.mark.parametrize("fault", [DeviceFault("camera 0 gives no more pictures"), OSError("usb")])
def test_a_camera_unplugged_is_a_fault_until_it_gives_pictures(
    rig: Rig, clock: FixedClock, fault: Exception
) -> None:
    runner = rig.runner()
    rig.camera.shots.extend([fault, fault, None])
    for _ in range(15):
        runner.turn()
        clock.advance(0.3)
    assert [f.code for f in rig.display.views[-1].faults] == ["camera"]
    assert kinds(rig) == [EntryKind.FAULT], "one entry for the whole fault"
    clock.advance(3)
    rig.camera.shots.append(Frame(PICTURE, 1, clock.now()))
    runner.turn()
    assert rig.display.views[-1].faults == ()
    assert [e.details["state"] for e in rig.house.entries] == ["failed", "recovered"]


def test_a_fault_is_one_line_on_standard_error_when_it_begins(
    rig: Rig, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    runner = rig.runner()
    rig.camera.shots.extend([DeviceFault("camera 0 can't be opened", remedy="plug it in")])
    for _ in range(5):
        runner.turn()
    line = "C-09 camera: camera 0 can't be opened → plug it in\n"
    assert capsys.readouterr().err == line
    clock.advance(3)
    rig.camera.shots.append(Frame(PICTURE, 1, clock.now()))
    runner.turn()
    clock.advance(3)
    rig.camera.shots.append(DeviceFault("camera 0 can't be opened", remedy="plug it in"))
    runner.turn()
    assert capsys.readouterr().err == line, "once more when it is back"


def test_a_film_is_named_among_what_is_simulated(rig: Rig) -> None:
    rig.camera.simulated = True
    runner = rig.runner(until_end=True)
    rig.film(1)
    runner.run()
    assert rig.display.views[-1].simulated == ("camera",)
    assert rig.house.entries[0].details["simulated"] == "camera"


def test_another_bundle_is_taken_between_two_turns(rig: Rig) -> None:
    runner = rig.runner()
    runner.turn()
    rig.bundle = bundle(2)
    runner.turn()
    assert kinds(rig) == [EntryKind.BUNDLE]


def test_a_clock_that_jumps_is_shown_and_recorded(rig: Rig, clock: FixedClock) -> None:
    runner = rig.runner()
    runner.turn()
    clock.jump(NOW.replace(year=2030))
    runner.turn()
    assert [f.code for f in rig.display.views[-1].faults] == ["clock"]
    assert rig.house.entries[-1].details["device"] == "clock"
    assert rig.house.in_force.clock_quality is ClockQuality.UNSYNCHRONISED


def test_at_lockstep_time_is_the_films(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        rig = Rig(journal, clock, pace="lockstep")
        rig.film(0)
        start = clock.now()
        for number in range(3):
            at = start + number * (NOW - NOW.replace(minute=29))
            rig.camera.shots.append(Frame(PICTURE, number, at))
        runner = rig.runner()
        for _ in range(4):
            runner.turn()
        times = [view.at for view in rig.display.views]
        assert [(b - a).total_seconds() for a, b in pairwise(times)] == [
            60,
            60,
            TURN_S,
        ]


def connected(rig: Rig, folder: Path) -> FakeServer:
    server = FakeServer()
    store = BundleStore(folder, KIOSK, SERVER_KEYRING, rig.clock)
    uplink = Uplink(server, store.keyring, store.pull, rig.judge.server_says)
    rig.sync = Sync(rig.house.journal, uplink, rig.settings.sync, rig.clock)
    rig.age = store.age_s
    return server


def test_at_the_end_the_server_has_all_down_to_the_shutdown(rig: Rig, tmp_path: Path) -> None:
    server = connected(rig, tmp_path)
    rig.film(10)
    rig.house.reader.text = text_of(worker())
    rig.runner(until_end=True).run()
    assert sorted(server.taken) == [1, 2, 3]
    assert [server.taken[k.seq].hash for k in rig.house.told] == [k.hash for k in rig.house.told]
    assert rig.house.journal.unsent_count() == 0


def test_with_the_server_down_everyone_passes_and_all_is_kept(rig: Rig, tmp_path: Path) -> None:
    server = connected(rig, tmp_path)
    server.fault = WireError("can't be reached", remedy="start the server")
    rig.film(10)
    rig.house.reader.text = text_of(worker())
    rig.runner(until_end=True).run()
    assert rig.house.entries[1].outcome is Outcome.ADMIT
    assert rig.house.journal.unsent_count() == 3
    server.fault = None
    assert rig.sync is not None
    rig.sync.last_try()
    assert [k.hash for k in server.taken.values()] == [k.hash for k in rig.house.told]


def test_a_server_that_went_back_on_its_word_is_an_entry_of_the_gates_own(
    rig: Rig, tmp_path: Path
) -> None:
    server = connected(rig, tmp_path)
    server.log = FakeLog(NOW)
    runner = rig.runner()
    rig.house.journal.append(draft())
    assert rig.sync is not None
    rig.sync.turn()
    server.log = FakeLog(NOW)
    rig.house.journal.append(draft())
    rig.sync.turn()
    rig.clock.advance(1)
    runner.turn()
    faults = [entry for entry in rig.house.entries if entry.kind is EntryKind.FAULT]
    assert [(x.details["device"], x.details["state"]) for x in faults] == [("server_log", "failed")]
    assert "shrank" in faults[0].details["message"] or "forked" in faults[0].details["message"]
    assert "server_log" in [fault.code for fault in rig.display.views[-1].faults]


def test_the_view_tells_how_the_gate_stands_to_its_server(rig: Rig, tmp_path: Path) -> None:
    server = connected(rig, tmp_path)
    assert rig.sync is not None
    rig.sync.turn()
    runner = rig.runner()
    runner.turn()
    seen = rig.display.views[-1].connection
    assert (seen.enrolled, seen.online, seen.trust_age_s) == (True, True, 0)
    server.fault = WireError("can't be reached", remedy="start the server")
    rig.house.journal.append(draft())
    rig.sync.turn()
    rig.clock.advance(1)
    runner.turn()
    view = rig.display.views[-1]
    assert (view.connection.online, view.connection.unsent) == (False, 1)
    assert [(f.code, f.remedy) for f in view.faults] == [("server", "start the server")]


def test_a_journal_that_fails_at_the_end_does_not_hide_the_end(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(draft: object) -> Any:
        raise JournalFault("disk is full")

    monkeypatch.setattr(rig.house.journal, "append", full)
    runner = rig.runner()
    runner.stop()
    runner.run()
    assert rig.house.told == []


def test_the_last_head_covers_the_last_entry(tmp_path: Path, clock: FixedClock) -> None:
    with open_journal(tmp_path, clock) as journal:
        rig = Rig(journal, clock)
        rig.film(1)
        rig.runner(until_end=True).run()
    with open_journal(tmp_path, clock) as journal:
        head = open_head(journal.head(), Keyring([HEAD.trusted]))
    assert head is not None
    assert (head.seq, head.hash) == (2, rig.house.told[-1].hash)


def test_a_gate_that_hangs_is_given_up() -> None:
    given_up = threading.Event()
    watchdog = Watchdog(0.001, given_up.set)
    assert given_up.wait(10)
    watchdog.close()


def test_a_bug_in_sync_is_told_and_does_not_end_it(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = connected(rig, tmp_path)

    def broken(etag: str) -> None:
        assert rig.sync is not None
        rig.sync.stop()
        raise LookupError("a bug")

    monkeypatch.setattr(server, "bundle", broken)
    assert rig.sync is not None
    rig.sync.run()
    assert rig.sync.state.fault is not None
    assert "a bug" in rig.sync.state.fault.message


def test_a_policy_comes_by_the_gates_own_clock_and_is_an_entry(rig: Rig) -> None:
    runner = rig.runner()
    later = replace(rig.bundle.policy, version=9, fever_threshold_c=3700)
    rig.bundle = replace(rig.bundle, coming=(ComingPolicy(NOW + timedelta(minutes=1), later),))
    runner.turn()
    assert rig.house.recorder.in_force.bundle.policy == rig.bundle.policy
    rig.clock.advance(60)
    runner.turn()
    assert rig.house.recorder.in_force.bundle.policy == later
    told = [entry.details for entry in rig.house.entries if entry.kind is EntryKind.BUNDLE]
    assert told == [{"version": str(rig.bundle.version), "policy": "9"}]
