"""The emergency button opens though the gate hangs in a driver, and is an entry whatever comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock, to_ms
from checkpoint.domain.entry import EntryKind
from checkpoint.errors import DeviceFault
from kiosk.config import Settings
from kiosk.gate.unheard import NOTE, UnheardEmergency
from kiosk.ports import EmergencyOpened
from kiosk.runner import Watchdog
from tests.kiosk.gatehouse import NOW, FakeDisplay, House, open_journal


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_journal(tmp_path) as journal:
        yield House(journal, FixedClock(NOW))


def stand_in(house: House, display: FakeDisplay, folder: Path) -> UnheardEmergency:
    settings = Settings(folder=folder)
    return UnheardEmergency(settings, house.recorder, display, house.barrier, house.clock)


def emergencies(house: House) -> list[dict[str, str]]:
    return [entry.details for entry in house.entries if entry.kind is EntryKind.EMERGENCY]


def test_a_press_opens_while_the_gate_hangs(house: House, tmp_path: Path) -> None:
    display, hung = FakeDisplay(), threading.Event()
    unheard = stand_in(house, display, tmp_path)
    display.pressed.append(EmergencyOpened())

    def look() -> None:
        unheard.look()
        hung.set()

    watchdog = Watchdog(0.001, lambda: None, look)
    assert hung.wait(10)
    watchdog.close()
    assert house.barrier.opened == 1


def test_one_press_opens_once(house: House, tmp_path: Path) -> None:
    display = FakeDisplay()
    unheard = stand_in(house, display, tmp_path)
    unheard.look()
    assert house.barrier.opened == 0, "nobody pressed"
    display.pressed.append(EmergencyOpened())
    for _ in range(3):
        unheard.look()
    assert house.barrier.opened == 1


def test_a_gate_that_moves_again_makes_its_own_entry_and_no_second_one(
    house: House, tmp_path: Path
) -> None:
    display = FakeDisplay()
    unheard = stand_in(house, display, tmp_path)
    display.pressed.append(EmergencyOpened())
    unheard.look()
    unheard.heard()
    assert (tmp_path / NOTE).exists(), "the gate has not heard it yet"
    house.gate.step(None, display.acts(), house.clock.now())
    unheard.heard()
    assert not (tmp_path / NOTE).exists()
    stand_in(house, display, tmp_path).recall()
    assert emergencies(house) == [{"barrier": "opened"}]


@pytest.mark.parametrize("works", [True, False])
def test_the_next_start_makes_the_entry_of_a_gate_that_was_given_up(
    house: House, tmp_path: Path, works: bool
) -> None:
    display = FakeDisplay()
    house.barrier.fault = None if works else DeviceFault("no relay", remedy="plug it in")
    display.pressed.append(EmergencyOpened())
    stand_in(house, display, tmp_path).look()
    house.clock.advance(90)
    for _ in range(2):
        stand_in(house, FakeDisplay(), tmp_path).recall()
    barrier = "opened" if works else "failed"
    assert emergencies(house) == [{"barrier": barrier, "pressed": str(to_ms(NOW))}]


@pytest.mark.parametrize("torn", [b"", b"[]", b'{"at": 1e999, "opened": true}', b"\xff"])
def test_a_note_that_cannot_be_read_is_still_a_press(
    house: House, tmp_path: Path, torn: bytes
) -> None:
    (tmp_path / NOTE).write_bytes(torn)
    stand_in(house, FakeDisplay(), tmp_path).recall()
    assert [told["barrier"] for told in emergencies(house)] == ["failed"]
    assert not (tmp_path / NOTE).exists()
