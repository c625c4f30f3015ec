"""Every turn sensor of the registry keeps its port's promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import TurnSettings
from kiosk.drivers import registry
from kiosk.ports import TurnSensor
from tests.contract.ailing import ailment_of, until
from tests.contract.turns import STANDS, Turnstile
from tests.contract.wire import wire

pytestmark = pytest.mark.port("turn sensor")
A_MOMENT_S = 0.02
every_turn = pytest.mark.parametrize("name", sorted(registry.TURNS))
every_wire = pytest.mark.parametrize("name", sorted(STANDS))
on_a_network = pytest.mark.parametrize("name", ["http", "modbus"])
ABSENT = {
    "gpio": TurnSettings(pin="GPIO999"),
    "serial": TurnSettings(port="/dev/no-such-line"),
    "modbus": TurnSettings(address="tcp://127.0.0.1:1"),
    "http": TurnSettings(url="http://127.0.0.1:1/"),
}


def _made(name: str, settings: TurnSettings, clock: FixedClock) -> TurnSensor:
    sensor: TurnSensor = registry.load(registry.TURNS, name)(settings, clock)
    return sensor


@contextmanager
def _sensor(name: str, clock: FixedClock) -> Iterator[tuple[TurnSensor, Turnstile]]:
    with STANDS[name]() as stile:
        stile.put(False)
        with _made(name, stile.settings, clock) as sensor:
            yield sensor, stile


def test_every_wired_sensor_has_a_stand() -> None:
    assert set(STANDS) | {"none", "simulated"} == set(registry.TURNS)


@every_turn
def test_is_a_device(name: str, clock: FixedClock) -> None:
    if name in STANDS:
        with _sensor(name, clock) as (sensor, _):
            assert (sensor.name, sensor.simulated, sensor.walked()) == (name, False, 0)
            sensor.check()
            sensor.close()
        return
    with _made(name, TurnSettings(), clock) as sensor:
        assert (sensor.name, sensor.simulated) == (name, name == "simulated")
        sensor.check()
        sensor.close()


@every_wire
def test_each_who_walks_through_is_counted_once(name: str, clock: FixedClock) -> None:
    with _sensor(name, clock) as (sensor, stile):
        for _ in range(3):
            stile.put(True)
            until(lambda: sensor.walked() == 1)
            stile.put(False)
            until(lambda: not sensor._closed)  # type: ignore[attr-defined]
            assert sensor.walked() == 0


@every_wire
def test_an_absent_one_is_said_with_a_remedy(name: str, clock: FixedClock) -> None:
    with (
        STANDS[name](),
        _made(name, ABSENT[name], clock) as sensor,
        pytest.raises(DeviceFault, match=r"turn\.") as caught,
    ):
        sensor.check()
    assert caught.value.remedy
    assert caught.value.ailment is Ailment.LOST


@every_wire
def test_who_stands_there_for_ever_is_seen(name: str, clock: FixedClock) -> None:
    with _sensor(name, clock) as (sensor, stile):
        stile.put(True)
        until(lambda: sensor.walked() == 1)

        def ails() -> Ailment | None:
            clock.advance(0.2)
            return ailment_of(sensor.check)

        until(lambda: ails() is Ailment.STUCK)
        stile.put(False)
        until(lambda: ailment_of(sensor.check) is None)


@on_a_network
@pytest.mark.parametrize(
    ("mood", "ails"),
    [
        ("gone", {Ailment.LOST, Ailment.BABBLING, Ailment.SILENT}),
        ("silent", {Ailment.SILENT}),
        ("babbling", {Ailment.BABBLING, Ailment.SILENT, Ailment.LOST}),
        ("dripping", {Ailment.SLOW, Ailment.SILENT}),
    ],
)
def test_what_a_bad_cable_does_is_seen(
    name: str, mood: str, ails: set[Ailment], clock: FixedClock
) -> None:
    with STANDS[name]() as stile, wire(stile.port) as cable:
        stile.put(False)
        old, new = (f"127.0.0.1:{port}" for port in (stile.port, cable.port))
        moved = {key: getattr(stile.settings, key).replace(old, new) for key in ("address", "url")}
        with _made(name, stile.settings.model_copy(update=moved), clock) as sensor:

            def seen() -> Ailment | None:
                clock.advance(A_MOMENT_S)
                return ailment_of(sensor.check)

            until(lambda: seen() is None)
            cable.turn(mood)
            until(lambda: seen() in ails)
            cable.turn("well")
            until(lambda: seen() is None)


@pytest.mark.driver("serial")
def test_a_pulled_plug_is_seen(clock: FixedClock) -> None:
    with _sensor("serial", clock) as (sensor, stile):
        assert stile.unplug is not None
        stile.unplug()
        until(lambda: ailment_of(sensor.check) is Ailment.LOST)


@pytest.mark.driver("simulated")
def test_the_simulated_one_sees_somebody_every_so_often(clock: FixedClock) -> None:
    with _made("simulated", TurnSettings(every_s=2), clock) as sensor:
        assert sensor.walked() == 0
        clock.advance(2)
        assert (sensor.walked(), sensor.walked()) == (1, 0)
