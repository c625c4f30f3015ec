"""Every barrier of the registry keeps its port's promises."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers import registry
from kiosk.ports import Barrier
from tests.contract.relays import PATIENCE_S, STANDS

pytestmark = pytest.mark.port("barrier")

every_barrier = pytest.mark.parametrize("name", sorted(registry.BARRIERS))
every_relay = pytest.mark.parametrize("name", sorted(STANDS))
on_a_wire = pytest.mark.parametrize("name", ["http", "modbus", "serial"])

ABSENT = {
    "gpio": BarrierSettings(pin="GPIO999"),
    "serial": BarrierSettings(port="/dev/no-such-line"),
    "modbus": BarrierSettings(address="tcp://127.0.0.1:1"),
    "http": BarrierSettings(off_url="http://127.0.0.1:1/off"),
}


def _made(name: str, settings: BarrierSettings, clock: FixedClock) -> Barrier:
    barrier: Barrier = registry.load(registry.BARRIERS, name)(settings, clock)
    return barrier


@contextmanager
def _barrier(name: str, clock: FixedClock) -> Iterator[Barrier]:
    if name == "simulated":
        with _made(name, BarrierSettings(), clock) as barrier:
            yield barrier
        return
    with STANDS[name]() as stand, _made(name, stand.settings, clock) as barrier:
        yield barrier


def test_every_real_barrier_has_a_stand() -> None:
    assert set(STANDS) | {"simulated"} == set(registry.BARRIERS)


@every_barrier
def test_is_a_device(name: str, clock: FixedClock) -> None:
    with _barrier(name, clock) as barrier:
        assert barrier.name == name
        assert barrier.simulated is (name == "simulated")
        assert not barrier.is_open
        barrier.check()
        barrier.close()
        barrier.close()
        assert not barrier.is_open


@every_barrier
def test_opens_and_closes_by_itself(name: str, clock: FixedClock) -> None:
    with _barrier(name, clock) as barrier:
        barrier.open_for(5)
        assert barrier.is_open
        clock.advance(4.9)
        assert barrier.is_open
        clock.advance(0.2)
        assert not barrier.is_open


@every_barrier
def test_a_second_order_never_shortens_the_first(name: str, clock: FixedClock) -> None:
    with _barrier(name, clock) as barrier:
        barrier.open_for(10)
        barrier.open_for(1)
        clock.advance(5)
        assert barrier.is_open


@every_barrier
def test_the_wall_clock_does_not_move_the_arm(name: str, clock: FixedClock) -> None:
    with _barrier(name, clock) as barrier:
        barrier.open_for(5)
        clock.jump(clock.now().replace(year=2030))
        assert barrier.is_open


@every_barrier
def test_closing_lets_the_arm_down(name: str, clock: FixedClock) -> None:
    with _barrier(name, clock) as barrier:
        barrier.open_for(60)
        barrier.close()
        assert not barrier.is_open


@every_relay
def test_the_relay_is_switched(name: str, clock: FixedClock) -> None:
    with STANDS[name]() as stand:
        with _made(name, stand.settings, clock) as barrier:
            assert stand.next() is False, "whatever it was before, it is off at the start"
            barrier.open_for(5)
            assert stand.next() is True
            clock.advance(5.1)
            assert stand.next() is False
            barrier.open_for(60)
            assert stand.next() is True
        assert stand.next() is False, "closing lets the arm down"


@every_relay
def test_an_absent_relay_is_said_with_a_remedy(name: str, clock: FixedClock) -> None:
    with (
        STANDS[name](),
        _made(name, ABSENT[name], clock) as barrier,
        pytest.raises(DeviceFault) as caught,
    ):
        barrier.check()
    assert "barrier." in caught.value.message
    assert caught.value.remedy


@on_a_wire
def test_a_pulled_plug_is_known_though_nobody_passes(name: str, clock: FixedClock) -> None:
    with STANDS[name]() as stand, _made(name, stand.settings, clock) as barrier:
        stand.unplug()
        with pytest.raises(DeviceFault, match=r"barrier\."):
            _until_it_raises(barrier)
        with pytest.raises(DeviceFault):
            barrier.open_for(5)


def _until_it_raises(barrier: Barrier) -> None:
    pause = Event()
    for _ in range(int(PATIENCE_S / 0.01)):
        barrier.check()
        pause.wait(0.01)
