"""No input at all, and one that is made up."""

from __future__ import annotations

from checkpoint.clock import Clock
from kiosk.config import TurnSettings
from kiosk.drivers.device import ClosingDevice


class NoTurn(ClosingDevice):
    """Nothing sees whether somebody walked through; the gatekeeper says when nobody did."""

    name = "none"

    def __init__(self, settings: TurnSettings, clock: Clock) -> None:
        pass

    def walked(self) -> int:
        """Nobody is seen."""
        return 0


class SimulatedTurn(ClosingDevice):
    """Somebody walks through every so many seconds, whoever is there."""

    name = "simulated"
    simulated = True

    def __init__(self, settings: TurnSettings, clock: Clock) -> None:
        self._clock, self._every_s = clock, settings.every_s
        self._next = clock.monotonic() + settings.every_s

    def walked(self) -> int:
        """One when the time has come."""
        if self._clock.monotonic() < self._next:
            return 0
        self._next = self._clock.monotonic() + self._every_s
        return 1
