"""An input that a thread looks at: each time it closes, somebody walked through."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import ClassVar, Protocol

from checkpoint.clock import Clock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import TurnSettings
from kiosk.drivers.device import ClosingDevice

PERIOD_S = 0.05
"""Seconds between two looks: a person takes longer through a turnstile or a light barrier."""
AGAIN_S = 0.5
"""Seconds between two tries at an input that fails."""
HANGS_S = 1.7
"""Seconds in one look after which an input hangs."""


class Input(Protocol):
    """One contact. Every call answers within a second or raises DeviceFault with a remedy."""

    def closed(self) -> bool:
        """Whether it sees somebody now; opens the device when it is not open yet."""

    def close(self) -> None:
        """Let go of the device. A second call does nothing."""


class WatchedTurn(ClosingDevice):
    """Counts how often an input closes. A missing one is a fault until it is there."""

    input: ClassVar[type]
    """made with the settings, an Input"""

    def __init__(self, settings: TurnSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._fault: DeviceFault | None = None
        self._count = self._told = 0
        self._input: Input = self.input(settings)
        self._closed = self._look()
        self._since = self._looked = clock.monotonic()
        self._ended = Event()
        self._watcher = Thread(target=self._watch, name=f"turn {self.name}", daemon=True)
        self._watcher.start()

    def walked(self) -> int:
        """How many walked through since the last call. Raises DeviceFault as `check` does."""
        self.check()
        count = self._count
        fresh, self._told = count - self._told, count
        return fresh

    def check(self) -> None:
        """Raises DeviceFault while the input fails, hangs, or sees somebody all the time."""
        now = self._clock.monotonic()
        if not self._ended.is_set() and now - self._looked > HANGS_S:
            raise DeviceFault(
                f"turn.driver = {self.name} takes too long to answer",
                remedy="see its cable or network, and start it anew",
                ailment=Ailment.SLOW,
            )
        if self._fault is not None:
            raise self._fault.again()
        if self._closed and now - self._since > self._settings.stuck_s:
            raise DeviceFault(
                f"turn.driver = {self.name} has seen somebody for {now - self._since:.0f} s",
                remedy="see what stands in its way, or turn.active_high, turn.passed, turn.sign",
                ailment=Ailment.STUCK,
            )

    def close(self) -> None:
        """End the thread, then let go of the input."""
        if not self._ended.is_set():
            self._ended.set()
            self._watcher.join(2.0)
        self._input.close()

    def _watch(self) -> None:
        while not self._ended.wait(PERIOD_S if self._fault is None else AGAIN_S):
            self._note(self._look())

    def _look(self) -> bool:
        try:
            closed = self._input.closed()
        except DeviceFault as fault:
            self._fault = fault
            with suppress(DeviceFault):
                self._input.close()
            return False
        self._fault = None
        return closed

    def _note(self, closed: bool) -> None:
        now = self._looked = self._clock.monotonic()
        if closed == self._closed:
            return
        self._closed, self._since = closed, now
        self._count += closed
