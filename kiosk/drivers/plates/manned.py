"""Plates without a camera: the gatekeeper compares, or a simulated reader reads."""

from __future__ import annotations

from checkpoint.clock import Clock
from kiosk.config import PlateSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.ports import Glimpse, PlateReading


class ButtonPlateReader(ClosingDevice):
    """No reader: the gatekeeper compares the plate and presses a button."""

    name = "button"

    def __init__(self, settings: PlateSettings, clock: Clock) -> None:
        pass

    def look(self, glimpse: Glimpse) -> PlateReading | None:
        """Nothing: the gate asks the gatekeeper."""
        return None


class SimulatedPlateReader(ClosingDevice):
    """Reads the same plate on every vehicle, at once."""

    name = "simulated"
    simulated = True

    def __init__(self, settings: PlateSettings, clock: Clock) -> None:
        self._reading = PlateReading(settings.reads, 1.0)

    def look(self, glimpse: Glimpse) -> PlateReading | None:
        """The plate of the settings."""
        return self._reading
