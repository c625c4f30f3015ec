"""A barrier behind a relay: on for as long as it is to stand open, minded by a thread.

A relay on a wire or a network may take its time or not answer at all, and a turn of the gate
must not wait for it. So an order is noted at once, and the thread switches, looks whether the
relay is still there, and keeps what is wrong for the next question.
"""

from __future__ import annotations

from typing import ClassVar

from checkpoint.clock import Clock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers.barriers.minder import Minder, Relay
from kiosk.drivers.device import ClosingDevice

MOST_HUNG = 3
"""Threads that hang in a relay's call at most; beyond, an order waits for one of them."""


class RelayBarrier(ClosingDevice):
    """Holds a relay on while the barrier is to stand open. A lost one is sought anew."""

    relay: ClassVar[type]
    """made with the settings, a Relay"""

    def __init__(self, settings: BarrierSettings, clock: Clock) -> None:
        self._settings, self._clock, self._until = settings, clock, clock.monotonic()
        self._hung: list[Minder] = []
        relay: Relay = self.relay(settings)
        self._minder = Minder(relay, lambda: self.is_open, clock)
        self._minder.begin()

    def open_for(self, seconds: float) -> None:
        """Open, and close after `seconds`; a second call never shortens the first.

        Raises DeviceFault when the relay is known not to answer; it opens all the same if the
        relay comes back within that time. One that hangs is let go of and asked anew.
        """
        self._until = max(self._until, self._clock.monotonic() + seconds)
        try:
            self.check()
        finally:
            if self._minder.hangs:
                self._ask_anew()
            self._minder.wake()

    @property
    def is_open(self) -> bool:
        """Whether the time has not run out."""
        return self._clock.monotonic() < self._until

    def check(self) -> None:
        """Raises DeviceFault while the relay does not answer."""
        if self._minder.hangs:
            raise DeviceFault(
                f"barrier.driver = {self.name}: the relay takes too long to answer",
                remedy="see its network or cable, and start it anew",
                ailment=Ailment.SLOW,
            )
        if self._minder.fault is not None:
            raise self._minder.fault.again()

    def close(self) -> None:
        """Let the arm down, then let go of the relay."""
        self._until = self._clock.monotonic()
        self._minder.stop()

    def _ask_anew(self) -> None:
        self._hung = [minder for minder in self._hung if minder.lives]
        if len(self._hung) < MOST_HUNG:
            self._hung.append(self._minder)
            self._minder.let_go()
            self._minder = Minder(self.relay(self._settings), lambda: self.is_open, self._clock)
            self._minder.start()
