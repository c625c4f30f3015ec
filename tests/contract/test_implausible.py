"""What no person can have is never a temperature, whichever thermometer says it."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import smbus2

from checkpoint.clock import FixedClock
from checkpoint.domain.observation import Reading
from checkpoint.errors import DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers import registry
from kiosk.drivers.thermometers import watched
from kiosk.drivers.thermometers.watched import Sample
from kiosk.ports import Glimpse, Thermometer
from tests.contract.conftest import START
from tests.contract.probes import Bus, gun, kernel_files
from tests.contract.thermal_array import ArrayWire, body


class Wires(ArrayWire, Bus):
    """One bus with a sensor of each kind on it."""


@pytest.fixture(autouse=True)
def bus(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wire of every test."""
    monkeypatch.setattr(smbus2, "SMBus", Wires)


def _opened(name: str, folder: Path, clock: FixedClock) -> Any:
    return registry.load(registry.THERMOMETERS, name)(
        ThermometerSettings(folder=str(folder)), clock
    )


def _said(thermometer: Thermometer) -> Reading | None:
    pause = Event()
    for _ in range(1000):
        reading = thermometer.measure(Glimpse(START))
        if reading is not None:
            return reading
        pause.wait(0.01)
    return None


@pytest.mark.parametrize("word", [b"nan", b"inf", b"LOW", b"-36.5", b"43.1", b"29.9"])
def test_what_a_loose_pattern_finds_is_still_no_temperature(word: bytes, clock: FixedClock) -> None:
    with gun() as (settings, far):
        loose = settings.model_copy(update={"line": r"T=(?P<celsius>\S+)"})
        with registry.load(registry.THERMOMETERS, "serial")(loose, clock) as thermometer:
            os.write(far, b"T=" + word + b"\nT=36.6\n")
            reading = _said(thermometer)
            assert reading is not None
            assert reading.raw_c == 3660, "only the line that came after it counts"
            thermometer.check()


@pytest.mark.parametrize("name", ["iio", "mlx90614", "mlx90640"])
@pytest.mark.parametrize("object_c", [22.0, 29.9, 43.3, 90.0])
def test_no_watched_sensor_measures_a_wall_or_a_stove(
    name: str, object_c: float, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel_files(tmp_path, object_c)
    monkeypatch.setattr(Bus, "object_c", object_c)
    monkeypatch.setattr(ArrayWire, "scene", body(object_c, object_c))
    monkeypatch.setattr(watched, "PERIOD_S", 3600.0)
    with _opened(name, tmp_path, clock) as thermometer:
        for _ in range(12):
            clock.advance(0.1)
            thermometer._take(thermometer._probe.sample())
        assert thermometer.measure(Glimpse(START)) is None


@pytest.mark.parametrize("name", ["iio", "mlx90614", "mlx90640"])
def test_every_watched_sensor_that_stands_still_is_a_fault(
    name: str, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel_files(tmp_path, 36.5)
    monkeypatch.setattr(watched, "PERIOD_S", 3600.0)
    with _opened(name, tmp_path, clock) as thermometer:
        for _ in range(120):
            clock.advance(0.1)
            thermometer._take(Sample(36.5, 20.0))
            thermometer._heard = clock.monotonic()
        with pytest.raises(DeviceFault, match="the very same"):
            thermometer.check()


@pytest.mark.parametrize("nonsense", ["nan", "inf", "", "warm"])
def test_a_kernel_file_that_is_no_number_is_no_temperature(
    nonsense: str, clock: FixedClock, tmp_path: Path
) -> None:
    kernel_files(tmp_path, 36.5)
    (tmp_path / "in_temp_object_raw").write_text(nonsense)
    with (
        _opened("iio", tmp_path, clock) as thermometer,
        pytest.raises(DeviceFault, match=r"thermometer\.folder|no number"),
    ):
        thermometer.check()
