"""The thread that minds a relay: switches it as wanted, and looks whether it is there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Protocol

from checkpoint.clock import Clock
from checkpoint.errors import DeviceFault
from kiosk.drivers.device import ANSWER_S

LOOK_S = 0.8
"""Seconds between two looks at a relay that has nothing to do."""
TURN_S = 0.05
"""Seconds between two looks at the clock while the barrier is to be open."""
HUNG_S = 1.5
"""Seconds in one call after which a relay hangs: an answer that drips in, say."""


class Relay(Protocol):
    """One switch. Every call answers within `ANSWER_S` or raises DeviceFault with a remedy."""

    def switch(self, on: bool) -> None:
        """Put the relay on or off; opens the device when it is not open yet."""

    def check(self) -> None:
        """Look whether the relay is still there."""

    def close(self) -> None:
        """Let go of the device. A second call does nothing."""


class Minder:
    """Owns a relay until it is told to stop. `wanted` says how the relay is to be."""

    def __init__(self, relay: Relay, wanted: Callable[[], bool], clock: Clock) -> None:
        self.fault: DeviceFault | None = None
        self._relay, self._wanted, self._clock = relay, wanted, clock
        self._on: bool | None = None
        self._since: float | None = None
        self._ended, self._wake = False, Event()
        self._thread = Thread(target=self._mind, name="barrier", daemon=True)

    def begin(self) -> None:
        """Put the relay off, then start; one that is not there is a fault at once."""
        try:
            self._relay.switch(False)
            self._on = False
        except DeviceFault as fault:
            self.fault = fault
        self.start()

    def start(self) -> None:
        """Mind the relay; the thread finds out how it is."""
        self._thread.start()

    @property
    def hangs(self) -> bool:
        """Whether the relay has not come back from a call for too long."""
        since = self._since
        return since is not None and self._clock.monotonic() - since > HUNG_S

    @property
    def lives(self) -> bool:
        """Whether the thread runs, or hangs."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def let_go(self) -> None:
        """End as soon as the relay lets it; what it still says counts no more."""
        self._ended = True
        self._wake.set()
        with suppress(Exception):
            self._relay.close()

    def stop(self) -> None:
        """End, let the arm down, and let go of the relay."""
        if not self._ended:
            self._ended = True
            self._wake.set()
            self._thread.join(2 * ANSWER_S)
            with suppress(DeviceFault):
                self._relay.switch(False)
        self._relay.close()

    def _mind(self) -> None:
        while not self._ended:
            self._since = self._clock.monotonic()
            try:
                self._turn()
            except DeviceFault as fault:
                self.fault = fault
            except Exception:  # a relay that was closed under its own call
                if not self._ended:
                    raise
            finally:
                self._since = None
            self._wake.wait(TURN_S if self._on and self.fault is None else LOOK_S)
            self._wake.clear()

    def _turn(self) -> None:
        wanted = self._wanted()
        if wanted != self._on or self.fault is not None:
            self._relay.switch(wanted)
            self._on = wanted
        if not wanted:
            self._relay.check()
        self.fault = None
