"""A barrier behind a relay: on for as long as it is to stand open, minded by a thread.

A relay on a wire or a network may take its time or not answer at all, and a turn of the gate
must not wait for it. So an order is noted at once, and the thread switches, looks whether the
relay is still there, and keeps what is wrong for the next question.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import ClassVar, Protocol

from checkpoint.clock import Clock
from checkpoint.errors import DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers.device import ClosingDevice

ANSWER_S = 1.0
"""Seconds that a relay has for an answer: with the look below, a dead one is known within two."""
LOOK_S = 0.8
"""Seconds between two looks at a relay that has nothing to do."""
TURN_S = 0.05
"""Seconds between two looks at the clock while the barrier is to be open."""


class Relay(Protocol):
    """One switch. Every call answers within `ANSWER_S` or raises DeviceFault with a remedy."""

    def switch(self, on: bool) -> None:
        """Put the relay on or off; opens the device when it is not open yet."""

    def check(self) -> None:
        """Look whether the relay is still there."""

    def close(self) -> None:
        """Let go of the device. A second call does nothing."""


class RelayBarrier(ClosingDevice):
    """Holds a relay on while the barrier is to stand open. Raises DeviceFault for a missing one."""

    relay: ClassVar[type]
    """made with the settings, a Relay"""

    def __init__(self, settings: BarrierSettings, clock: Clock) -> None:
        self._clock, self._until = clock, clock.monotonic()
        self._on, self._ended = False, False
        self._fault: DeviceFault | None = None
        self._wake = Event()
        self._relay: Relay = self.relay(settings)
        self._relay.switch(False)
        self._minder = Thread(target=self._mind, name=f"barrier {self.name}", daemon=True)
        self._minder.start()

    def open_for(self, seconds: float) -> None:
        """Open, and close after `seconds`; a second call never shortens the first.

        Raises DeviceFault when the relay is known not to answer; it opens all the same if the
        relay comes back within that time.
        """
        self._until = max(self._until, self._clock.monotonic() + seconds)
        self._wake.set()
        self.check()

    @property
    def is_open(self) -> bool:
        """Whether the time has not run out."""
        return self._clock.monotonic() < self._until

    def check(self) -> None:
        """Raises DeviceFault while the relay does not answer."""
        if self._fault is not None:
            raise DeviceFault(self._fault.message, remedy=self._fault.remedy)

    def close(self) -> None:
        """Let the arm down, then let go of the relay."""
        self._until = self._clock.monotonic()
        if not self._ended:
            self._ended = True
            self._wake.set()
            self._minder.join(2 * ANSWER_S)
            with suppress(DeviceFault):
                self._relay.switch(False)
        self._relay.close()

    def _mind(self) -> None:
        while not self._ended:
            self._turn()
            self._wake.wait(TURN_S if self._on and self._fault is None else LOOK_S)
            self._wake.clear()

    def _turn(self) -> None:
        wanted = self.is_open
        try:
            if wanted == self._on and self._fault is None:
                if not wanted:
                    self._relay.check()
                return
            self._relay.switch(wanted)
        except DeviceFault as fault:
            self._fault = fault
        else:
            self._on, self._fault = wanted, None
