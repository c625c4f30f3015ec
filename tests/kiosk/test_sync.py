"""Sync: nothing is lost, nothing is sent for nothing, one bad entry blocks no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkpoint.clock import FixedClock
from checkpoint.entrylog import open_head
from checkpoint.errors import WireError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.wire.entries import Receipt
from kiosk.config import SyncSettings
from kiosk.journal import Journal
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
    assert sorted(line.server.held) == list(range(1, 301))
    assert line.journal.unsent_count() == 0
    pushes = line.server.pushes
    assert line.sync.push_once() is False
    assert line.server.pushes == pushes, "nothing to send is nothing sent"
    assert line.heard[-1] == NOW


def test_the_head_covers_the_batch(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.append(3)
    heads = []
    push = line.server.push

    def spy(batch: object) -> str:
        heads.append(batch.head)  # type: ignore[attr-defined]
        return push(batch)  # type: ignore[arg-type]

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
    assert sorted(line.server.held) == [1, 2, 3, 4, 5]
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
    assert sorted(line.server.held) == [1, 3, 4]
    assert line.journal.unsent_count() == 0


def test_an_entry_that_the_server_chokes_on_blocks_no_other(line: Line) -> None:
    line.append(20)
    line.server.chokes_on = 7
    line.turns(40)
    assert sorted(line.server.held) == [n for n in range(1, 21) if n != 7]
    assert [k.seq for k in line.journal.unsent(9)] == [7]
    line.server.chokes_on = None
    line.turns(10)
    assert sorted(line.server.held) == list(range(1, 21)), "and it goes when the server takes it"


def test_a_bundle_that_is_refused_does_not_hold_up_entries(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(etag: str) -> None:
        raise WireError("no bundle")

    monkeypatch.setattr(line.server, "bundle", broken)
    line.append(2)
    line.turns(1)
    assert sorted(line.server.held) == [1, 2]
    assert line.sync.state.fault is not None


def test_the_last_try_never_raises(line: Line) -> None:
    line.append(300)
    line.sync.last_try()
    assert len(line.server.held) == 300
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

        def lossy(batch: object) -> str:
            push(batch)  # type: ignore[arg-type]
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
        assert sorted(line.server.held) == list(range(1, 2 * len(weather) + 1))
        assert journal.unsent_count() == 0
