"""Scanners without a wire: none at all, and one that says what the settings say."""

from __future__ import annotations

from checkpoint.clock import Clock
from kiosk.config import ScannerSettings
from kiosk.drivers.device import ClosingDevice


class NoScanner(ClosingDevice):
    """Nothing is scanned; the camera alone reads."""

    name = "none"

    def __init__(self, settings: ScannerSettings, clock: Clock) -> None:
        pass

    def scanned(self) -> str | None:
        """Nothing."""
        return None


class SimulatedScanner(ClosingDevice):
    """Says `scanner.fixed` every `scanner.every_s` seconds, at once for the first time."""

    name = "simulated"
    simulated = True

    def __init__(self, settings: ScannerSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._due = clock.monotonic()

    def scanned(self) -> str | None:
        """The text of the settings when it is due."""
        if not self._settings.fixed or self._clock.monotonic() < self._due:
            return None
        self._due = self._clock.monotonic() + self._settings.every_s
        return self._settings.fixed
