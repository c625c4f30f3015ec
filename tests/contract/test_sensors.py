"""Every thermometer and mask sensor of the registry keeps its port's promises."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.observation import Mask
from kiosk.config import MaskSettings, ThermometerSettings
from kiosk.drivers import registry
from kiosk.ports import Frame, Glimpse, Image, MaskSensor, Thermometer
from tests.contract.conftest import START

WITHOUT_HARDWARE = ("film", "keypad", "simulated")
every_thermometer = pytest.mark.parametrize("name", WITHOUT_HARDWARE)
every_mask_sensor = pytest.mark.parametrize("name", sorted(registry.MASKS))
REAL_WORLD = {"keypad", "button", "camera"}
SAYS_THE_SAME = {"simulated"}


def _thermometer(name: str) -> Thermometer:
    made: Thermometer = registry.load(registry.THERMOMETERS, name)(
        ThermometerSettings(), FixedClock(START)
    )
    return made


def _mask_sensor(name: str) -> MaskSensor:
    made: MaskSensor = registry.load(registry.MASKS, name)(MaskSettings())
    return made


def _glimpses(image: Image | None) -> list[Glimpse]:
    glimpses = []
    for number in range(12):
        at = START + timedelta(seconds=number / 12)
        frame = Frame(image, number, at) if image is not None else None
        glimpses.append(Glimpse(at, frame))
    return glimpses


def _scenes() -> list[Image | None]:
    rng = np.random.default_rng(1)
    return [
        None,
        np.full((720, 1280, 3), 128, np.uint8),
        rng.integers(0, 256, (720, 1280, 3)).astype(np.uint8),
        np.zeros((480, 640, 3), np.uint8),
        np.zeros((720, 1280), np.uint8),
        np.zeros((1, 1, 3), np.uint8),
    ]


@pytest.mark.port("thermometer")
@every_thermometer
def test_thermometer_is_a_device(name: str) -> None:
    thermometer = _thermometer(name)
    with thermometer:
        assert thermometer.name == name
        assert thermometer.simulated is (name not in REAL_WORLD)
    thermometer.close()


@pytest.mark.port("mask sensor")
@every_mask_sensor
def test_mask_sensor_is_a_device(name: str) -> None:
    sensor = _mask_sensor(name)
    with sensor:
        assert sensor.name == name
        assert sensor.simulated is (name not in REAL_WORLD)
    sensor.close()


@pytest.mark.port("thermometer")
@pytest.mark.parametrize("name", sorted(set(WITHOUT_HARDWARE) - SAYS_THE_SAME))
def test_no_temperature_out_of_an_empty_or_unknown_picture(name: str) -> None:
    for image in _scenes():
        with _thermometer(name) as thermometer:
            assert {thermometer.measure(glimpse) for glimpse in _glimpses(image)} == {None}


@pytest.mark.port("mask sensor")
@pytest.mark.parametrize("name", sorted(registry.MASKS.keys() - SAYS_THE_SAME))
def test_no_mask_out_of_an_empty_or_unknown_picture(name: str) -> None:
    for image in _scenes():
        with _mask_sensor(name) as sensor:
            assert {sensor.look(glimpse) for glimpse in _glimpses(image)} == {None}


@pytest.mark.port("thermometer")
@pytest.mark.driver("keypad")
@pytest.mark.parametrize("typed", [3000, 3650, 4500])
def test_keypad_takes_what_a_body_can_have(typed: int) -> None:
    reading = _thermometer("keypad").measure(Glimpse(START, typed_c=typed))
    assert reading is not None
    assert (reading.raw_c, reading.corrected_c) == (typed, typed)
    assert (reading.sensor, reading.at) == ("keypad", START)


@pytest.mark.port("thermometer")
@pytest.mark.driver("keypad")
@pytest.mark.parametrize("typed", [2999, 4501, 0, -3650, 36, 10**9])
def test_keypad_takes_no_nonsense(typed: int) -> None:
    assert _thermometer("keypad").measure(Glimpse(START, typed_c=typed)) is None


@pytest.mark.port("thermometer")
@pytest.mark.driver("simulated")
def test_simulated_thermometer_says_the_settings() -> None:
    driver = registry.load(registry.THERMOMETERS, "simulated")
    settings = ThermometerSettings(driver="simulated", celsius=37.85)
    reading = driver(settings, FixedClock(START)).measure(Glimpse(START))
    assert (reading.corrected_c, reading.sensor) == (3785, "simulated")


@pytest.mark.port("mask sensor")
@pytest.mark.driver("button")
@pytest.mark.parametrize("mask", list(Mask))
def test_button_says_what_was_pressed(mask: Mask) -> None:
    assert _mask_sensor("button").look(Glimpse(START, pressed=mask)) is mask


@pytest.mark.port("mask sensor")
@pytest.mark.driver("simulated")
@pytest.mark.parametrize("mask", list(Mask))
def test_simulated_mask_sensor_says_the_settings(mask: Mask) -> None:
    driver = registry.load(registry.MASKS, "simulated")
    assert driver(MaskSettings(driver="simulated", fixed=mask)).look(Glimpse(START)) is mask
