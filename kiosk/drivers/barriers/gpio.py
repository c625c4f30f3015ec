"""A relay at a pin of a small computer, by gpiozero."""

from __future__ import annotations

from gpiozero import DigitalOutputDevice, GPIOZeroError

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers.barriers.relay import RelayBarrier


class GpioRelay:
    """A pin by gpiozero's names: `17`, `GPIO17`, `BOARD11`."""

    def __init__(self, settings: BarrierSettings) -> None:
        self._pin, self._active_high = settings.pin, settings.active_high
        self._output: DigitalOutputDevice | None = None

    def switch(self, on: bool) -> None:
        """Drive the pin."""
        try:
            if self._output is None:
                self._output = DigitalOutputDevice(self._pin, active_high=self._active_high)
            self._output.value = on
        except (GPIOZeroError, OSError, ImportError) as fault:
            self.close()
            raise DeviceFault(
                f"barrier.pin = {self._pin!r} can't be driven: {fault or type(fault).__name__}",
                remedy="name a free pin of this computer, and install python3-lgpio for it",
                ailment=Ailment.LOST,
            ) from fault

    def check(self) -> None:
        """A pin can't be lost."""

    def close(self) -> None:
        """Give the pin back, off."""
        if self._output is not None:
            self._output.close()
            self._output = None


class GpioBarrier(RelayBarrier):
    """A barrier at a pin."""

    name = "gpio"
    relay = GpioRelay
