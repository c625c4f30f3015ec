"""A barrier that fails is known within two seconds, and an order opens it as soon as it can."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from pymodbus.client import ModbusTcpClient

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment
from kiosk.config import BarrierSettings
from kiosk.drivers import registry
from kiosk.ports import Barrier
from tests.contract.ailing import ailment_of, until
from tests.contract.relays import STANDS, Stand
from tests.contract.wire import Wire, wire

pytestmark = pytest.mark.port("barrier")
A_MOMENT_S = 0.05
"""How far the clock goes at each look: faster than the drips, slower than an answer."""
on_a_network = pytest.mark.parametrize("name", ["http", "modbus"])


def _port_of(settings: BarrierSettings) -> int:
    return urlsplit(settings.check_url or settings.address).port or 0


def _through(settings: BarrierSettings, port: int) -> BarrierSettings:
    """The same device at the far end of a cable."""
    old, new = (f"127.0.0.1:{x}" for x in (_port_of(settings), port))
    fields = ("address", "on_url", "off_url", "check_url")
    moved = {name: getattr(settings, name).replace(old, new) for name in fields}
    return settings.model_copy(update=moved)


@contextmanager
def _wired(name: str, clock: FixedClock) -> Iterator[tuple[Barrier, Wire, Stand]]:
    """A barrier that works, and its cable."""
    with STANDS[name]() as stand, wire(_port_of(stand.settings)) as cable:
        driver = registry.load(registry.BARRIERS, name)
        with driver(_through(stand.settings, cable.port), clock) as barrier:
            assert stand.next() is False
            barrier.check()
            yield barrier, cable, stand


def _later(barrier: Barrier, clock: FixedClock) -> Ailment | None:
    clock.advance(A_MOMENT_S)
    return ailment_of(barrier.check)


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
    with _wired(name, clock) as (barrier, cable, _):
        cable.turn(mood)
        until(lambda: _later(barrier, clock) in ails)
        cable.turn("well")
        until(lambda: ailment_of(barrier.check) is None)


@on_a_network
def test_the_order_opens_though_the_relay_hangs(name: str, clock: FixedClock) -> None:
    with _wired(name, clock) as (barrier, cable, stand):
        cable.turn("dripping")
        until(lambda: _later(barrier, clock))
        cable.mood = "well"  # what hangs goes on hanging
        ailment_of(lambda: barrier.open_for(3600))
        assert stand.next() is True
        until(lambda: ailment_of(barrier.check) is None)


@pytest.mark.driver("modbus")
def test_a_coil_that_somebody_else_switches_is_seen(clock: FixedClock) -> None:
    with _wired("modbus", clock) as (barrier, _, stand):
        place = urlsplit(stand.settings.address)
        other = ModbusTcpClient(place.hostname or "", port=place.port or 0)
        assert other.connect()  # type: ignore[no-untyped-call]
        seen = []

        def meddled() -> bool:
            other.write_coil(stand.settings.coil, True, device_id=stand.settings.unit)
            seen.append(ailment_of(barrier.check))
            return Ailment.STUCK in seen

        until(meddled)
        other.close()  # type: ignore[no-untyped-call]


@pytest.mark.driver("serial")
def test_a_line_that_talks_all_the_time_is_no_relay(clock: FixedClock) -> None:
    ours, theirs = os.openpty()
    try:
        settings = BarrierSettings(driver="serial", port=os.ttyname(theirs))
        with registry.load(registry.BARRIERS, "serial")(settings, clock) as barrier:

            def babbled() -> bool:
                os.write(ours, b"\x55\xaa" * 8)
                return ailment_of(barrier.check) is Ailment.BABBLING

            until(babbled)
    finally:
        os.close(ours)
        os.close(theirs)
