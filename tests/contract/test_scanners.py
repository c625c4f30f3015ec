"""Every scanner of the registry: whole texts, once, held alone, and back after a pulled plug."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import ScannerSettings
from kiosk.drivers import registry
from kiosk.drivers.scanners.listening import FRESH_S
from kiosk.drivers.scanners.strokes import EVENT, US, Strokes
from kiosk.drivers.scanners.texts import LONGEST, MOST_A_SECOND, RUBBISH, SPOILED, Babble, Texts
from kiosk.ports import Scanner
from tests.contract.scanners import (
    BUSY,
    CTRL,
    ENTER,
    FORBIDDEN,
    FOREIGN,
    KEY,
    SHIFT,
    SYN,
    Grabs,
    Wire,
    event,
    grabs,
    plugged,
    stroke,
    typed,
)

pytestmark = pytest.mark.port("scanner")

__all__ = ["grabs"]

WIRED = ("keyboard", "serial")
PASS = "SB1:6BF-Q9%3$K* F+VJ/8.LINE"
PATIENCE = range(1000)

every_wire = pytest.mark.parametrize("name", WIRED)


@pytest.fixture(autouse=True)
def _grabbed(grabs: Grabs) -> None:
    """A pty takes no EVIOCGRAB."""


@contextmanager
def _open(name: str, folder: Path, clock: FixedClock) -> Iterator[tuple[Scanner, Wire]]:
    with (
        plugged(name, folder) as (settings, wire),
        registry.load(registry.SCANNERS, name)(settings, clock) as scanner,
    ):
        yield scanner, wire


def _heard(ask: Callable[[], str | None]) -> str | None:
    pause = Event()
    for _ in PATIENCE:
        text = ask()
        if text is not None:
            return text
        pause.wait(0.01)
    return None


def _fault(scanner: Scanner) -> DeviceFault | None:
    pause = Event()
    for _ in PATIENCE:
        try:
            scanner.check()
        except DeviceFault as fault:
            return fault
        pause.wait(0.01)
    return None


def _well(scanner: Scanner) -> bool:
    try:
        scanner.check()
    except DeviceFault:
        return False
    return True


def test_every_scanner_is_held_to_its_contract() -> None:
    assert set(registry.SCANNERS) == {*WIRED, "none", "simulated"}


@every_wire
def test_is_a_real_device(name: str, tmp_path: Path, clock: FixedClock) -> None:
    with _open(name, tmp_path, clock) as (scanner, _):
        assert (scanner.name, scanner.simulated) == (name, False)
        scanner.check()
        assert scanner.scanned() is None
        scanner.close()


@every_wire
def test_gives_each_scan_once(name: str, tmp_path: Path, clock: FixedClock) -> None:
    with _open(name, tmp_path, clock) as (scanner, wire):
        wire.scan(PASS)
        assert _heard(scanner.scanned) == PASS
        assert scanner.scanned() is None
        wire.scan("another code, in small letters: {ok}")
        assert _heard(scanner.scanned) == "another code, in small letters: {ok}"


@every_wire
def test_an_absent_one_is_said_with_a_remedy(name: str, tmp_path: Path, clock: FixedClock) -> None:
    gone = str(tmp_path / "nothing-here")
    settings = ScannerSettings(keyboard=gone, port=gone)
    with (
        registry.load(registry.SCANNERS, name)(settings, clock) as scanner,
        pytest.raises(DeviceFault, match=rf"scanner\.\w+ = {gone}") as caught,
    ):
        scanner.check()
    assert "plug the scanner in" in caught.value.remedy


@every_wire
def test_one_that_is_plugged_in_after_the_start_scans(
    name: str, tmp_path: Path, clock: FixedClock
) -> None:
    with plugged(name, tmp_path) as (settings, wire):
        wire.unplug()
        with registry.load(registry.SCANNERS, name)(settings, clock) as scanner:
            assert _fault(scanner) is not None
            wire.plug()
            assert _heard(lambda: "well" if _well(scanner) else None)
            wire.scan(PASS)
            assert _heard(scanner.scanned) == PASS


@every_wire
def test_comes_back_after_its_plug_was_pulled(name: str, tmp_path: Path, clock: FixedClock) -> None:
    with _open(name, tmp_path, clock) as (scanner, wire):
        wire.say(wire.spell(PASS)[:48])
        wire.unplug()
        fault = _fault(scanner)
        assert fault is not None
        assert "plug the scanner in" in fault.remedy
        assert fault.ailment is Ailment.LOST
        with pytest.raises(DeviceFault):
            scanner.scanned()
        wire.plug()
        pause = Event()
        for _ in PATIENCE:
            wire.scan(PASS)
            try:
                assert _heard(scanner.scanned) == PASS, "nothing is left of before"
            except DeviceFault:
                pause.wait(0.05)
            else:
                break
        scanner.check()


@every_wire
def test_an_old_scan_is_nobodys(name: str, tmp_path: Path, clock: FixedClock) -> None:
    with _open(name, tmp_path, clock) as (scanner, wire):
        wire.scan(PASS)
        newest = scanner._newest  # type: ignore[attr-defined]
        assert _heard(lambda: "come" if newest else None)
        clock.advance(FRESH_S + 0.1)
        assert scanner.scanned() is None


@every_wire
def test_a_code_without_an_end_is_whole_after_a_pause(
    name: str, tmp_path: Path, clock: FixedClock
) -> None:
    end = {"keyboard": len(stroke(ENTER)), "serial": 2}[name]
    with _open(name, tmp_path, clock) as (scanner, wire):
        wire.say(wire.spell(PASS)[:-end])
        texts = scanner._texts  # type: ignore[attr-defined]
        assert _heard(lambda: "all" if texts._heard == PASS else None)
        assert scanner.scanned() is None, "more may come"
        clock.advance(0.6)
        assert _heard(scanner.scanned) == PASS


@every_wire
def test_a_babbling_wire_is_a_fault(name: str, tmp_path: Path, clock: FixedClock) -> None:
    with _open(name, tmp_path, clock) as (scanner, wire):
        wire.say(wire.spell("U" * 200) * (MOST_A_SECOND + 1))
        fault = _fault(scanner)
        assert fault is not None
        assert "texts a second" in fault.message
        assert fault.ailment is Ailment.BABBLING


def test_a_keyboard_is_held_alone(tmp_path: Path, clock: FixedClock, grabs: Grabs) -> None:
    with _open("keyboard", tmp_path, clock) as (_, wire):
        assert grabs.asked == [wire.path.stat().st_rdev]


@pytest.mark.parametrize(
    ("refused", "remedy"),
    [(BUSY, "other program"), (FOREIGN, "by-id"), (FORBIDDEN, "udev")],
)
def test_a_keyboard_that_cannot_be_held_is_not_used(
    refused: int, remedy: str, tmp_path: Path, clock: FixedClock, grabs: Grabs
) -> None:
    grabs.refused = refused
    driver = registry.load(registry.SCANNERS, "keyboard")
    with (
        plugged("keyboard", tmp_path) as (settings, _),
        driver(settings, clock) as scanner,
        pytest.raises(DeviceFault) as caught,
    ):
        scanner.check()
    assert remedy in caught.value.remedy


def test_a_serial_line_has_one_reader(tmp_path: Path, clock: FixedClock) -> None:
    driver = registry.load(registry.SCANNERS, "serial")
    with (
        plugged("serial", tmp_path) as (settings, _),
        driver(settings, clock),
        driver(settings, clock) as second,
        pytest.raises(DeviceFault, match=r"scanner\.port"),
    ):
        second.check()


@given(st.text(st.sampled_from([c for pair in US.values() for c in pair]), max_size=80))
def test_what_is_typed_in_the_us_layout_is_read(text: str) -> None:
    strokes = Strokes()
    raw = typed(text)
    middle = len(raw) // 2
    assert strokes.read(raw[:middle]) + strokes.read(raw[middle:]) == text


def test_capitals_lock_and_the_keys_beside_the_digits() -> None:
    assert Strokes().read(stroke(58) + typed("ab1") + stroke(58) + typed("c")) == "AB1c"
    assert Strokes().read(stroke(58) + stroke(30, SHIFT)) == "a"
    assert Strokes().read(stroke(79) + stroke(55) + stroke(98) + stroke(96)) == "1*/\n"


def test_a_key_held_down_is_pressed_once() -> None:
    held = event(KEY, 30, 1) + event(KEY, 30, 2) * 5 + event(KEY, 30, 0)
    assert Strokes().read(held) == "a"


@pytest.mark.parametrize(
    "hot", [stroke(20, CTRL), stroke(62, 56), stroke(125, 125), stroke(88), event(SYN, 3, 0)]
)
def test_a_hot_key_or_a_loss_spoils_the_text_and_types_nothing(hot: bytes) -> None:
    said = Strokes().read(typed("SB1:") + hot + typed("REST") + stroke(ENTER))
    assert Texts(0.5).hear(said, 0.0) == ([] if SPOILED in said else ["SB1:REST"])
    assert (SPOILED in said) is (hot != stroke(125, 125)), "a logo key alone types nothing"


@given(st.binary(max_size=20 * EVENT.size))
def test_no_events_raise(raw: bytes) -> None:
    Strokes().read(raw)


def test_the_same_code_for_ever_is_a_fault_until_it_ends() -> None:
    texts = Texts(0.5)
    for second in range(10):
        assert texts.hear(f"{PASS}\n", float(second)) == [PASS]
        assert not texts.stuck(second)
    texts.hear(f"{PASS}\n", 10.0)
    assert [texts.stuck(at) for at in (10.0, 13.0, 13.1)] == [True, True, False]
    texts.hear(f"{PASS}\nanother\n", 11.0)
    assert not texts.stuck(11.0)


@every_wire
def test_a_code_that_lies_before_it_is_said_with_its_name(
    name: str, tmp_path: Path, clock: FixedClock
) -> None:
    with _open(name, tmp_path, clock) as (scanner, wire):
        for _ in range(10):
            wire.scan(PASS)
            assert _heard(scanner.scanned) == PASS
            clock.advance(1)
        wire.scan(PASS)
        fault = _fault(scanner)
        assert fault is not None
        assert fault.ailment is Ailment.STUCK
        clock.advance(4)
        assert _heard(lambda: "well" if _well(scanner) else None)


def test_rubbish_is_dropped_and_much_of_it_is_a_fault() -> None:
    texts = Texts(0.5)
    assert texts.hear(f"a\r\n\n ab \nBAD{SPOILED}CODE\nnull\x00code\nGOOD1\n", 0.0) == ["GOOD1"]
    with pytest.raises(Babble, match="no text"):
        texts.hear(SPOILED * (RUBBISH + 1) + "\n", 1.0)
    assert texts.hear("GOOD2\r", 2.0) == ["GOOD2"]


def test_a_text_is_as_long_as_a_code_can_be_and_no_longer() -> None:
    assert Texts(0.5).hear("7" * LONGEST + "\n", 0.0) == ["7" * LONGEST]
    with pytest.raises(Babble, match="without an end"):
        Texts(0.5).hear("7" * (LONGEST + 1), 0.0)


def test_no_scanner_scans_nothing(clock: FixedClock) -> None:
    scanner = registry.load(registry.SCANNERS, "none")(ScannerSettings(), clock)
    with scanner:
        scanner.check()
        assert (scanner.name, scanner.simulated, scanner.scanned()) == ("none", False, None)


def test_a_simulated_scanner_says_so_and_keeps_its_time(clock: FixedClock) -> None:
    driver = registry.load(registry.SCANNERS, "simulated")
    with driver(ScannerSettings(fixed=PASS, every_s=10), clock) as scanner:
        assert scanner.simulated
        assert [scanner.scanned(), scanner.scanned()] == [PASS, None]
        clock.advance(10)
        assert scanner.scanned() == PASS
    assert driver(ScannerSettings(), clock).scanned() is None
