"""The thermal array: the datasheet's numbers, the face in view, and what is no temperature."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import smbus2
from numpy.typing import NDArray

from checkpoint.clock import FixedClock
from checkpoint.domain.observation import Reading
from checkpoint.errors import DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers.thermometers import watched
from kiosk.drivers.thermometers.array import heat
from kiosk.drivers.thermometers.array.calibration import Calibration
from kiosk.drivers.thermometers.array.driver import Mlx90640Probe, Mlx90640Thermometer
from kiosk.drivers.thermometers.array.face import FaceInView
from kiosk.drivers.thermometers.array.heat import ambient_c, object_c
from kiosk.drivers.thermometers.array.hot_area import MIDDLE, HotArea, whole
from kiosk.drivers.thermometers.correction import transmittance
from kiosk.ports import Box, Frame, Glimpse
from tests.contract.conftest import START
from tests.contract.thermal_array import OWN_C, ArrayWire, body, eeprom, ram, showing

pytestmark = [pytest.mark.port("thermometer"), pytest.mark.driver("mlx90640")]

SETTINGS = ThermometerSettings(driver="mlx90640")
WORN = Path(__file__).parents[1] / "assets" / "mask" / "worn.jpg"
EXAMPLE = (11, 15)
"""The worked example's pixel (12, 16), counted from nought."""


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wire of every test; a healthy sensor that sees a person is on it."""
    monkeypatch.setattr(smbus2, "SMBus", ArrayWire)
    for name, value in (("memory", eeprom()), ("scene", body()), ("broken", ""), ("control", 0)):
        monkeypatch.setattr(ArrayWire, name, value)


def test_the_worked_example_of_the_datasheet_step_by_step() -> None:
    """Section 11.2: Ta 39.184, V 700.8825, alpha 1.18765e-7, To 80.36331 for V 679.25091."""
    known = Calibration.of(eeprom())
    assert ambient_c(ram(), known) == pytest.approx(39.18440152, abs=3e-5)
    assert known.supply.volt_at_25 == -13056
    assert known.pixels.offset[EXAMPLE] == -75
    assert known.pixels.sensitivity[EXAMPLE] == pytest.approx(1.262233122690854e-7)
    assert known.pixels.by_ambient[EXAMPLE] == 0.005126953125
    assert known.pixels.by_volt[EXAMPLE] == 0.5
    assert list(known.compensation.offset) == [-75, -77]
    assert known.compensation.sensitivity[0] == pytest.approx(4.07453626394272e-9)
    assert known.sensitivity_by_object == -0.00080108642578125
    signal, sensitivity = np.array([[679.250909123826]]), np.array([[1.1876487360496e-7]])
    kelvin = heat._radiant(signal, sensitivity, 39.184, known.sensitivity_by_object)
    assert kelvin[0, 0] - 273.15 == pytest.approx(80.36331, abs=5e-6)


def test_the_worked_example_from_end_to_end() -> None:
    """The datasheet slips where it compensates: its own words lead to 25.67, it goes on with 21.63.

    With 25.67 its formulas give 80.15 where it prints 80.36.
    """
    assert object_c(ram(), 0, Calibration.of(eeprom()))[EXAMPLE] == pytest.approx(80.1526, abs=1e-4)


@pytest.mark.parametrize("subpage", [0, 1])
@pytest.mark.parametrize("wall_c", [22.0, 36.6, 80.0])
def test_a_wall_of_one_temperature_is_seen_as_one(wall_c: float, subpage: int) -> None:
    known = Calibration.of(eeprom(None))
    scene = np.full((24, 32), wall_c)
    seen = object_c(showing(scene, known, subpage), subpage, known)
    assert np.abs(seen - scene).max() < 0.5, "a word is some tenths of a degree"


def test_each_subpage_brings_its_half_of_the_chessboard() -> None:
    known = Calibration.of(eeprom())
    first, second = known.measured(0), known.measured(1)
    assert (first ^ second).all()
    assert first[0, 0]
    assert not first[0, 1]
    assert not first[1, 0]


def test_a_sensor_calibrated_in_rows_is_read_in_rows() -> None:
    memory = eeprom()
    memory[0x0A] = 0x0800
    known = Calibration.of(memory)
    assert known.measured(0)[0].all()
    assert not known.measured(0)[1].any()
    ArrayWire.memory = memory
    probe = Mlx90640Probe(SETTINGS)
    probe.sample()
    assert not ArrayWire.control & 0x1000


def test_the_sensor_is_set_as_it_was_calibrated() -> None:
    ArrayWire.control = 0xE000
    probe = Mlx90640Probe(SETTINGS)
    probe.sample()
    assert ArrayWire.control == 0xE000 | 0x1000 | 2 << 10 | 4 << 7 | 1


def test_the_middle_is_measured_without_a_camera() -> None:
    sample = Mlx90640Probe(SETTINGS).sample()
    assert sample.object_c == pytest.approx(34.5, abs=0.15)
    assert sample.ambient_c == pytest.approx(OWN_C - 8, abs=0.01)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("unplugged", "Remote I/O"),
        ("frozen", "stopped measuring"),
        ("hurried", "too slow"),
        ("third", "no subpage"),
    ],
)
def test_a_sensor_that_fails_is_said_with_a_remedy(
    broken: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe = Mlx90640Probe(SETTINGS)
    probe.sample()
    monkeypatch.setattr(ArrayWire, "broken", broken)
    with pytest.raises(DeviceFault, match=words) as caught:
        probe.sample()
    assert "400" in caught.value.remedy or "wires" in caught.value.remedy
    monkeypatch.setattr(ArrayWire, "broken", "")
    assert probe.sample().object_c == pytest.approx(34.5, abs=0.15)


@pytest.mark.parametrize("words", [np.zeros(0x340, np.uint16), np.full(0x340, 0xFFFF, np.uint16)])
def test_an_empty_memory_is_no_sensor(words: NDArray[np.uint16]) -> None:
    ArrayWire.memory = words
    with pytest.raises(DeviceFault, match="pixels are out of order"):
        Mlx90640Probe(SETTINGS).sample()


def test_a_ram_that_says_nothing_is_no_temperature() -> None:
    known = Calibration.of(eeprom())
    with pytest.raises(ValueError, match="measures nothing"):
        ambient_c(np.zeros(0x340, np.uint16), known)


def test_failed_pixels_are_filled_in_and_more_than_four_are_a_fault() -> None:
    memory = eeprom()
    memory[0x40 + 9 * 32 + 14] = 0
    memory[0x40 + 12 * 32 + 15] |= 1
    ArrayWire.memory = memory
    assert Mlx90640Probe(SETTINGS).sample().object_c == pytest.approx(34.5, abs=0.15)
    memory[0x40:0x43] = 0
    with pytest.raises(DeviceFault, match="5 pixels are out of order"):
        Mlx90640Probe(SETTINGS).sample()


def test_a_missing_pixel_is_what_its_neighbours_are() -> None:
    picture = np.arange(24 * 32, dtype=float).reshape(24, 32)
    picture[0, 0] = picture[10, 10] = np.nan
    filled = whole(picture)
    assert filled[10, 10] == 10 * 32 + 10
    assert filled[0, 0] == pytest.approx((1 + 32 + 33) / 3)


def test_what_flares_up_once_is_no_skin() -> None:
    area = HotArea()
    for flare_c in (34.5, 34.5, 90.0, 34.5):
        area.add(body(flare_c))
    assert area.hottest_c(MIDDLE) == pytest.approx(34.5)


def test_a_lamp_behind_the_head_is_not_measured() -> None:
    area, scene = HotArea(), body()
    scene[7, 12:15] = 80.0
    area.add(scene)
    assert area.hottest_c(MIDDLE) == pytest.approx(34.5)


@pytest.mark.parametrize("box", [Box(40, 2, 8, 8), Box(-9, 2, 8, 8), Box(3, 3, 2, 2)])
def test_a_face_outside_or_too_far_is_nobody(box: Box) -> None:
    area = HotArea()
    assert area.hottest_c(MIDDLE) is None
    area.add(body())
    assert area.hottest_c(box) is None


@pytest.mark.parametrize(
    ("flip", "at"),
    [("none", (8, 6)), ("horizontal", (16, 6)), ("vertical", (8, 12)), ("both", (16, 12))],
)
def test_a_face_is_found_again_in_the_array(flip: str, at: tuple[float, float]) -> None:
    """The array sees the middle half of the picture; the face is a quarter of that wide."""
    settings = ThermometerSettings(view=(0.25, 0.25, 0.5, 0.5), flip=flip)
    box = FaceInView(settings).on_array(Box(480, 270, 160, 90), (720, 1280))
    assert (box.x, box.y, box.width, box.height) == (*at, 8, 6)


def _picture(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(path)), np.uint8)


def test_the_face_at_the_code_is_measured_and_nobody_without_one() -> None:
    settings = ThermometerSettings(driver="mlx90640", view=(0, 0, 1, 1))
    probe = Mlx90640Probe(settings)
    empty = Frame(np.zeros((720, 1280, 3), np.uint8), 1, START)
    probe.look(Glimpse(START, empty, since=START))
    assert probe.sample().object_c is None
    ArrayWire.scene = np.full((24, 32), 35.1)
    probe.look(Glimpse(START, Frame(_picture(WORN), 2, START), since=START))
    found = [probe.sample().object_c for _ in range(3)]
    assert found[0] is not None
    assert probe._glimpse is None, "no picture is kept once it was looked at"


@pytest.mark.parametrize("view", [(0, 0, 1), (0, 0, 0, 1), (0, 0, 1, -1), (9, 0, 1, 1)])
def test_a_view_without_a_size_is_refused(view: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"left, top|less than"):
        ThermometerSettings(view=view)


def _settled(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Reading | None:
    """What is measured over one second, a half picture each eighth."""
    monkeypatch.setattr(watched, "PERIOD_S", 3600.0)
    settings = SETTINGS.model_copy(update={"distance_mm": 500})
    with Mlx90640Thermometer(settings, clock) as thermometer:
        for _ in range(9):
            clock.advance(0.125)
            thermometer._take(thermometer._probe.sample())
        thermometer.check()
        return thermometer.measure(Glimpse(START))


def test_a_settled_reading_says_raw_corrected_ambient_and_distance(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = _settled(clock, monkeypatch)
    assert reading is not None
    assert reading.sensor == "mlx90640"
    assert reading.raw_c == pytest.approx(3450, abs=15)
    assert reading.ambient_c == pytest.approx(100 * (OWN_C - 8), abs=1)
    assert reading.distance_mm == 500
    assert 0 < reading.corrected_c - reading.raw_c < 20, "surroundings of 31 °C change little"


@pytest.mark.parametrize("scene", [body(22.0), body(60.0), body(29.8)])
def test_a_wall_or_a_stove_is_nobody(
    scene: NDArray[np.float64], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ArrayWire.scene = scene
    assert _settled(clock, monkeypatch) is None


def test_the_air_on_the_way_takes_little_and_never_gives() -> None:
    assert transmittance(0, 20, 50) == 1
    assert transmittance(500, 20, 50) == pytest.approx(0.9957, abs=1e-4)
    clear = [transmittance(d, 20, 50) for d in (0, 100, 500, 1000, 5000)]
    assert clear == sorted(clear, reverse=True)
    assert all(0.9 < transmittance(5000, c, 100) <= 1 for c in range(-40, 41, 5))
