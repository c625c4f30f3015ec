"""A contact at a pin of a small computer, by gpiozero."""

from __future__ import annotations

from gpiozero import DigitalInputDevice, GPIOZeroError

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import TurnSettings
from kiosk.drivers.turns.watched import WatchedTurn


class GpioInput:
    """A pin with its own pull resistor: a contact to ground needs no other part."""

    def __init__(self, settings: TurnSettings) -> None:
        self._pin, self._active_high = settings.pin, settings.active_high
        self._device: DigitalInputDevice | None = None

    def closed(self) -> bool:
        """The pin as it is now."""
        try:
            if self._device is None:
                self._device = DigitalInputDevice(self._pin, pull_up=not self._active_high)
            return bool(self._device.value)
        except (GPIOZeroError, OSError, ImportError) as fault:
            self.close()
            raise DeviceFault(
                f"turn.pin = {self._pin!r} can't be read: {fault or type(fault).__name__}",
                remedy="name a free pin of this computer, and install python3-lgpio for it",
                ailment=Ailment.LOST,
            ) from fault

    def close(self) -> None:
        """Give the pin back."""
        if self._device is not None:
            self._device.close()
            self._device = None


class GpioTurn(WatchedTurn):
    """A turnstile's contact at a pin."""

    name = "gpio"
    input = GpioInput
