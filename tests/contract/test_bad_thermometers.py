"""A thermometer that fails is known within two seconds, and well again when it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment
from kiosk.drivers import registry
from kiosk.drivers.thermometers.same_again import SameAgain
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


def _alike(period_s: float, for_s: float) -> bool:
    """Whether a gun that says 36.5 °C every `period_s` for `for_s` seconds is stuck."""
    same, times = SameAgain(stuck_s=1.8), [n * period_s for n in range(int(for_s / period_s) + 1)]
    for at in times:
        same.take(36.5, at)
    return same.stuck(times[-1])


@pytest.mark.driver("serial")
@pytest.mark.parametrize(
    ("period_s", "for_s", "stuck"),
    [(0.1, 1.7, False), (0.1, 2.0, True), (0.25, 2.0, True), (0.5, 2.0, False), (1.0, 22.0, True)],
)
def test_a_gun_that_streams_one_tenth_is_stuck(period_s: float, for_s: float, stuck: bool) -> None:
    assert _alike(period_s, for_s) is stuck


@pytest.mark.driver("serial")
def test_people_who_measure_alike_one_after_the_other_are_none() -> None:
    assert not _alike(1.5, 60.0), "nobody streams: each is a pull of the trigger"
    same = SameAgain(stuck_s=1.8)
    for number in range(200):
        same.take(36.5 + number % 2 / 10, number / 10)
        assert not same.stuck(number / 10), "it moves: a working sensor's noise"
