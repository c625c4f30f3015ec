"""Whom the gate admits walks through, or the admission is annulled by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.errors import Ailment, DeviceFault, JournalFault
from kiosk.config import GateSettings
from kiosk.ports import EmergencyOpened
from tests.kiosk.gatehouse import NOW, FakeTurn, House, open_journal, text_of, worker

WANG = text_of(worker())
LI = text_of(worker("Li Liu (fictional)", number=2))
WALK_S = 10.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_journal(tmp_path) as journal:
        settings = GateSettings(walk_s=WALK_S)
        turn = FakeTurn()
        turn.name = "modbus"
        yield House(journal, FixedClock(NOW), settings=settings, turn=turn)


def annulments(house: House) -> list[Entry]:
    return [entry for entry in house.entries if entry.kind is EntryKind.ANNULMENT]


def test_nobody_walks_through(house: House) -> None:
    view = house.see(WANG)
    assert (view.inside, view.unwalked) == (1, None)
    view = house.empty(WALK_S - 1)
    assert (annulments(house), view.inside) == ([], 1)
    view = house.empty(1)
    (annulled,) = annulments(house)
    admitted = house.entries[0]
    assert annulled.cites == admitted.seq
    assert annulled.pass_id == admitted.pass_id
    assert annulled.details["by"] == "turn"
    assert view.inside == 0
    assert view.unwalked is not None
    assert view.unwalked.shown is not None
    assert view.unwalked.shown.name == worker().name
    assert view.annullable == (), "it is annulled already"
    assert house.empty(11).unwalked is None
    view = house.see(WANG)
    assert view.decision is not None
    assert view.decision.outcome is Outcome.ADMIT, "nobody was inside"


def test_who_walks_through_is_inside(house: House) -> None:
    house.see(WANG)
    house.turn.walks = 1
    view = house.empty(2 * WALK_S)
    assert (annulments(house), view.inside, view.unwalked) == ([], 1, None)


def test_the_second_of_two_does_not_walk(house: House) -> None:
    house.see(WANG)
    house.empty(3)
    house.see(LI)
    house.turn.walks = 1
    view = house.empty(2 * WALK_S)
    (annulled,) = annulments(house)
    assert annulled.pass_id == worker(number=2).pass_id
    assert view.inside == 1


def test_without_a_sensor_nothing_changes(house: House) -> None:
    house.turn.name = "none"
    house.see(WANG)
    view = house.empty(2 * WALK_S)
    assert (annulments(house), view.inside) == ([], 1)
    assert len(view.annullable) == 1, "the gatekeeper may still say so"


def test_a_sensor_that_fails_annuls_nobody(house: House) -> None:
    house.see(WANG)
    house.turn.walks = DeviceFault("no answer", remedy="power it", ailment=Ailment.SILENT)
    view = house.empty(2)
    assert [fault.operator_code for fault in view.faults] == ["W-02"]
    house.turn.walks = 0
    view = house.empty(3 * WALK_S)
    assert (annulments(house), view.inside, view.faults) == ([], 1, ())


def test_who_was_let_in_by_the_gatekeeper_must_walk_too(house: House) -> None:
    house.thermometer.answers.clear()
    house.thermometer.answers.append(3900)
    house.see(WANG)
    house.empty(2)
    house.override("measured again by hand")
    house.empty(WALK_S + 1)
    (annulled,) = annulments(house)
    overrides = [e for e in house.entries if e.kind is EntryKind.OVERRIDE]
    assert annulled.cites == overrides[0].seq


def test_where_the_barrier_did_not_open_nobody_is_waited_for(house: House) -> None:
    house.barrier.fault = DeviceFault("no answer")
    house.see(WANG)
    house.empty(2 * WALK_S)
    assert annulments(house) == []


def test_in_an_emergency_nobody_is_counted(house: House) -> None:
    house.see(WANG)
    house.see(None, EmergencyOpened())
    house.empty(2 * WALK_S)
    assert annulments(house) == []


def test_the_annulment_follows_when_the_journal_takes_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.see(WANG)

    def full(*_: object) -> None:
        raise JournalFault("the disk is full", remedy="free disk space")

    with monkeypatch.context() as broken:
        broken.setattr(house.journal, "append", full)
        house.empty(WALK_S + 2)
        assert annulments(house) == []
    view = house.empty(3)
    assert len(annulments(house)) == 1
    assert (view.inside, view.faults) == (0, ())


def test_a_clock_set_back_waits_and_does_not_annul_at_once(house: House) -> None:
    house.see(WANG)
    house.clock.jump(NOW - timedelta(minutes=10))
    house.see(None)
    assert annulments(house) == []
    house.empty(WALK_S + 1)
    assert len(annulments(house)) == 1


def test_an_emergency_is_recorded_though_the_journal_was_full_for_days(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise JournalFault("the disk is full", remedy="free disk space")

    with monkeypatch.context() as broken:
        broken.setattr(house.journal, "append", full)
        for _ in range(300):
            house.gate.end(house.clock.now(), "filling what waits")
        view = house.see(None, EmergencyOpened())
        assert house.barrier.opened == 1
        assert view.opening is not None
    house.empty(5)
    assert EntryKind.EMERGENCY in {entry.kind for entry in house.entries}
