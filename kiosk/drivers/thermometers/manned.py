"""Thermometers that need no hardware: the gatekeeper's keypad, and a simulated one."""

from __future__ import annotations

from checkpoint.clock import Clock
from checkpoint.domain.observation import Reading
from kiosk.config import ThermometerSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.ports import Glimpse

PLAUSIBLE_C = range(3000, 4501)
"""Hundredths of a °C that a person could be typed to have; the policy's numbers lie within."""


class KeypadThermometer(ClosingDevice):
    """The gatekeeper measures with a hand-held thermometer and types what it says."""

    name = "keypad"

    def __init__(self, settings: ThermometerSettings, clock: Clock) -> None:
        pass

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """The typed value, None while nothing or nonsense is typed."""
        typed = glimpse.typed_c
        if typed is None or typed not in PLAUSIBLE_C:
            return None
        return Reading(typed, typed, self.name, glimpse.at)


class SimulatedThermometer(ClosingDevice):
    """Says the same temperature for everyone, at once."""

    name = "simulated"
    simulated = True

    def __init__(self, settings: ThermometerSettings, clock: Clock) -> None:
        self._value = round(settings.celsius * 100)

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """The temperature of the settings."""
        return Reading(self._value, self._value, self.name, glimpse.at)
