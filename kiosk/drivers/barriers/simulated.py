"""A barrier of thin air, for gates that have none yet."""

from __future__ import annotations

from checkpoint.clock import Clock
from kiosk.config import BarrierSettings
from kiosk.drivers.device import ClosingDevice


class SimulatedBarrier(ClosingDevice):
    """Stands open for as long as it was told to, by the clock's monotonic scale."""

    name = "simulated"
    simulated = True

    def __init__(self, settings: BarrierSettings, clock: Clock) -> None:
        self._clock = clock
        self._until = clock.monotonic()

    def open_for(self, seconds: float) -> None:
        """Open, and close after `seconds`; a second call never shortens the first."""
        self._until = max(self._until, self._clock.monotonic() + seconds)

    @property
    def is_open(self) -> bool:
        """Whether the time has not run out."""
        return self._clock.monotonic() < self._until

    def close(self) -> None:
        """Let the arm down."""
        self._until = self._clock.monotonic()
