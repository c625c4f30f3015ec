"""Sync: nothing is lost, nothing is sent for nothing, one bad entry blocks no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkpoint.clock import FixedClock
from checkpoint.credential.dynamic import step_at
from checkpoint.entrylog import open_head
from checkpoint.errors import WireError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.wire.entries import Batch, Receipt, ReceiptMessage
from checkpoint.wire.steps import UsedStep, UsedSteps
from kiosk.config import SyncSettings
from kiosk.journal import Journal
from kiosk.journal.steps import KEPT_STEPS
from kiosk.ports import Transport
from kiosk.sync import Sync, Uplink
from tests.kiosk.gatehouse import (
    HEAD,
    KIOSK,
    NOW,
    SERVER,
    SERVER_KEYRING,
    SINCE,
    FakeServer,
    draft,
    open_journal,
)


@dataclass
class Line:
    """A journal, a server, and the sync between them."""

    journal: Journal
    clock: FixedClock
    server: FakeServer = field(default_factory=FakeServer)
    heard: list[datetime] = field(default_factory=list)
    batch: int = 128

    def __post_init__(self) -> None:
        def pull(transport: Transport) -> bool:
            return transport.bundle("") is None

        uplink = Uplink(self.server, lambda: SERVER_KEYRING, pull, self.heard.append)
        chosen = SyncSettings(batch=self.batch, backoff_min_s=1, backoff_max_s=60)
        self.sync = Sync(self.journal, uplink, chosen, self.clock, luck=lambda: 1.0)

    def append(self, count: int) -> None:
        for _ in range(count):
            self.journal.append(draft())

    def turns(self, count: int) -> list[float]:
        pauses = []
        for _ in range(count):
            pauses.append(self.sync.turn())
            self.clock.advance(pauses[-1])
        return pauses


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        yield Line(journal, clock)


def test_every_entry_arrives_once_with_its_hash(line: Line) -> None:
    line.append(300)
    while line.sync.push_once():
        pass
    assert sorted(line.server.taken) == list(range(1, 301))
    assert line.journal.unsent_count() == 0
    pushes = line.server.pushes
    assert line.sync.push_once() is False
    assert line.server.pushes == pushes, "nothing to send is nothing sent"
    assert line.heard[-1] == NOW


def test_the_head_covers_the_batch(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.append(3)
    heads = []
    push = line.server.push

    def spy(batch: Batch) -> ReceiptMessage:
        heads.append(batch.head)
        return push(batch)

    monkeypatch.setattr(line.server, "push", spy)
    line.sync.push_once()
    head = open_head(heads[0], Keyring([HEAD.trusted]))
    assert head is not None
    assert head.seq == 3


def test_a_server_that_is_down_costs_growing_pauses_and_no_entry(line: Line) -> None:
    line.append(5)
    line.server.fault = WireError("the server can't be reached")
    assert line.turns(8) == [1, 2, 4, 8, 16, 32, 60, 60]
    before = line.sync.state
    assert (before.online, before.unsent, before.fault) == (False, 5, line.server.fault)
    line.server.fault = None
    assert line.turns(1) == [1.0]
    assert sorted(line.server.taken) == [1, 2, 3, 4, 5]
    assert line.sync.state.online
    assert (line.sync.state.unsent, line.sync.state.last_receipt) == (0, NOW)


def _receipts() -> list[str]:
    thief = SigningKey.generate("server", frozenset({Purpose.RECEIPT}), SINCE)
    empty = Receipt(KIOSK, 1, NOW, ())
    return [
        "",
        "<html>it works!</html>",
        empty.text(),
        empty.sign(thief),
        empty.sign(SERVER),
        Receipt("K999", 1, NOW, ()).sign(SERVER),
    ]


@pytest.mark.parametrize("rubbish", _receipts())
def test_rubbish_for_a_receipt_changes_nothing(line: Line, rubbish: str) -> None:
    line.append(2)
    line.server.rubbish = rubbish
    with pytest.raises(WireError):
        line.sync.push_once()
    assert line.journal.unsent_count() == 2
    assert line.journal.last_receipt() is None
    assert line.heard == []


def test_an_old_epochs_receipt_moves_nothing(line: Line) -> None:
    line.append(1)
    line.server.rubbish = Receipt(KIOSK, line.journal.epoch, NOW, ()).sign(SERVER)
    with pytest.raises(WireError, match="tells of none"):
        line.sync.push_once()


def test_a_quarantined_entry_blocks_no_other(line: Line) -> None:
    line.append(4)
    line.server.quarantines = {2}
    line.turns(2)
    assert sorted(line.server.taken) == [1, 3, 4]
    assert line.journal.unsent_count() == 0


def test_an_entry_that_the_server_chokes_on_blocks_no_other(line: Line) -> None:
    line.append(20)
    line.server.chokes_on = 7
    line.turns(40)
    assert sorted(line.server.taken) == [n for n in range(1, 21) if n != 7]
    assert [k.seq for k in line.journal.unsent(9)] == [7]
    line.server.chokes_on = None
    line.turns(10)
    assert sorted(line.server.taken) == list(range(1, 21)), "and it goes when the server takes it"


def test_a_bundle_that_is_refused_does_not_hold_up_entries(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(etag: str) -> None:
        raise WireError("no bundle")

    monkeypatch.setattr(line.server, "bundle", broken)
    line.append(2)
    line.turns(1)
    assert sorted(line.server.taken) == [1, 2]
    assert line.sync.state.fault is not None


def test_the_last_try_never_raises(line: Line) -> None:
    line.append(300)
    line.sync.last_try()
    assert len(line.server.taken) == 300
    line.append(1)
    line.server.fault = WireError("gone")
    line.sync.last_try()
    assert line.journal.unsent_count() == 1


@settings(max_examples=20, deadline=None)
@given(weather=st.lists(st.sampled_from(["up", "down", "rubbish", "lost"]), max_size=12))
def test_whatever_the_network_does_each_entry_arrives_once(
    tmp_path_factory: pytest.TempPathFactory, weather: list[str]
) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path_factory.mktemp("j"), clock) as journal:
        line = Line(journal, clock, batch=3)
        push = line.server.push

        def lossy(batch: Batch) -> ReceiptMessage:
            push(batch)
            raise WireError("the answer was lost")

        for day in weather:
            line.append(2)
            line.server.fault = WireError("down") if day == "down" else None
            line.server.rubbish = "rubbish" if day == "rubbish" else None
            line.server.push = lossy if day == "lost" else push  # type: ignore[method-assign]
            line.turns(1)
        line.server.fault = line.server.rubbish = None
        line.server.push = push  # type: ignore[method-assign]
        line.turns(30)
        assert sorted(line.server.taken) == list(range(1, 2 * len(weather) + 1))
        assert journal.unsent_count() == 0


def used(step: int, number: int = 1) -> UsedStep:
    return UsedStep(pass_id=f"{number:016x}", step=step)


def test_what_the_other_gates_used_is_remembered(line: Line) -> None:
    now = step_at(NOW)
    line.server.used = UsedSteps(at=77, steps=[used(now), used(now - 1, 2)])
    line.turns(1)
    assert line.journal.used_step(f"{1:016x}") == now
    assert line.journal.used_step(f"{2:016x}") == now - 1
    line.turns(4)
    assert line.server.asked_since == [0, 77, 77], "asked every two seconds, from where it ended"


def test_an_earlier_step_from_elsewhere_takes_nothing_back(line: Line) -> None:
    now = step_at(NOW)
    for step in (now, now - 1):
        line.journal.learn_steps([(f"{1:016x}", step)])
    assert line.journal.used_step(f"{1:016x}") == now


@given(steps=st.lists(st.integers(0, (1 << 32) - 1) | st.integers(-3000, 5), max_size=20))
@settings(max_examples=30, deadline=None)
def test_no_answer_shuts_a_pass_out_beyond_a_minute(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    now = step_at(NOW)
    absolute = [now + step if step < 6 else step for step in steps]
    with open_journal(tmp_path_factory.mktemp("j"), FixedClock(NOW)) as journal:
        journal.learn_steps((f"{1:016x}", step) for step in absolute)
        held = journal.used_step(f"{1:016x}")
    taken = [step for step in absolute if now - KEPT_STEPS < step <= now + 2]
    assert held == max(taken, default=None)


def test_a_server_that_tells_no_steps_holds_up_no_entry(line: Line) -> None:
    line.server.used = WireError("the server refused with 404")
    line.append(2)
    assert line.turns(1) == [1.0]
    assert sorted(line.server.taken) == [1, 2]
    assert line.sync.state.online
    assert line.sync.state.fault is line.server.used
    line.turns(14)
    assert len(line.server.asked_since) == 1, "not asked again at once"
    line.server.used = UsedSteps(at=1, steps=[])
    line.turns(50)
    assert line.sync.state.fault is None


def test_a_silent_server_is_not_asked_for_steps_besides(line: Line) -> None:
    line.server.fault = WireError("down")
    line.append(1)
    line.turns(5)
    assert line.server.asked_since == []


def test_an_entry_is_sent_at_once(tmp_path: Path) -> None:
    chosen = SyncSettings(interval_s=3600)
    with open_journal(tmp_path) as journal:
        server, sent = FakeServer(), threading.Event()

        def heard(at: datetime) -> None:
            sent.set()

        uplink = Uplink(server, lambda: SERVER_KEYRING, lambda t: t.bundle("") is None, heard)
        sync = Sync(journal, uplink, chosen, FixedClock(NOW))
        thread = threading.Thread(target=sync.run)
        thread.start()
        try:
            journal.append(draft())
            sync.wake()
            assert sent.wait(30)
        finally:
            sync.stop()
            thread.join(30)
        assert not thread.is_alive()
    assert list(server.taken) == [1]


def test_a_server_that_failed_is_not_run_down_by_entries(line: Line) -> None:
    line.server.fault = WireError("down")
    line.append(1)
    line.turns(1)
    line.sync.wake()
    assert not line.sync._woken.is_set()
