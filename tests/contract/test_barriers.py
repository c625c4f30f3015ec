"""Every barrier of the registry keeps its port's promises."""

import pytest

from checkpoint.clock import FixedClock
from kiosk.config import BarrierSettings
from kiosk.drivers import registry
from kiosk.ports import Barrier

every_barrier = pytest.mark.parametrize("name", sorted(registry.BARRIERS))


def _barrier(name: str, clock: FixedClock) -> Barrier:
    barrier: Barrier = registry.load(registry.BARRIERS, name)(BarrierSettings(), clock)
    return barrier


@every_barrier
def test_is_a_device(name: str, clock: FixedClock) -> None:
    barrier = _barrier(name, clock)
    with barrier:
        assert barrier.name == name
        assert barrier.simulated is (name == "simulated")
        assert not barrier.is_open
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
    barrier = _barrier(name, clock)
    barrier.open_for(60)
    barrier.close()
    assert not barrier.is_open
