"""A thermometer that fails is known within two seconds, and well again when it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment
from kiosk.drivers import registry
from tests.contract.ailing import ailment_of, until
from tests.contract.sick_thermometers import Ill, ill

pytestmark = pytest.mark.port("thermometer")
SENSORS = ("iio", "mlx90614", "mlx90640")
every_wire = pytest.mark.parametrize("name", [*SENSORS, "serial"])
every_sensor = pytest.mark.parametrize("name", SENSORS)
Watched = tuple[Ill, Callable[[], Ailment | None]]


@pytest.fixture
def watched(
    name: str, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Watched]:
    """The device, and a question how it ails; with each question a moment passes."""
    driver = registry.load(registry.THERMOMETERS, name)
    with (
        ill(name, tmp_path, monkeypatch) as device,
        driver(device.settings, clock) as thermometer,
    ):

        def ails() -> Ailment | None:
            device.tick()
            clock.advance(0.02)
            return ailment_of(thermometer.check)

        until(lambda: ails() is None)
        yield device, ails
        if name != "serial":
            device.turn("well")


@every_wire
def test_unplugged(name: str, watched: Watched) -> None:
    device, ails = watched
    device.turn("gone")
    until(lambda: ails() is Ailment.LOST)
    if name != "serial":  # a pty that was hung up has no second life
        device.turn("well")
        until(lambda: ails() is None)


@every_sensor
def test_silent(name: str, watched: Watched) -> None:
    device, ails = watched
    device.turn("silent")
    until(lambda: ails() is Ailment.SILENT)
    device.turn("well")
    until(lambda: ails() is None)


@every_wire
def test_babbling(name: str, watched: Watched) -> None:
    device, ails = watched
    device.turn("babbling")
    until(lambda: ails() is Ailment.BABBLING)
    device.turn("well")
    until(lambda: ails() is None)


@every_wire
def test_the_same_for_ever(name: str, watched: Watched) -> None:
    device, ails = watched
    device.turn("stuck")
    until(lambda: ails() is Ailment.STUCK)
    device.turn("well")
    until(lambda: ails() is None)
