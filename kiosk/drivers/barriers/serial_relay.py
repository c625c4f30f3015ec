"""A relay on a USB serial line that is switched by a few bytes."""

from __future__ import annotations

import serial

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers.barriers.relay import RelayBarrier
from kiosk.drivers.device import ANSWER_S

MOST_SAID = 64
"""Bytes between two looks: a board that acknowledges an order sends a few."""


class SerialRelay:
    """Writes `on` or `off` of the settings.

    Their defaults are the frames of the common one-channel USB boards with a CH340 (LCUS-1):
    A0, channel, state, and the sum of the three.
    """

    def __init__(self, settings: BarrierSettings) -> None:
        self._settings = settings
        self._bytes = {True: bytes.fromhex(settings.on), False: bytes.fromhex(settings.off)}
        self._line: serial.SerialBase | None = None

    def switch(self, on: bool) -> None:
        """Write the bytes for this state."""
        try:
            if self._line is None:
                self._line = serial.serial_for_url(
                    self._settings.port,
                    baudrate=self._settings.baudrate,
                    timeout=0,
                    write_timeout=ANSWER_S,
                    exclusive=True,
                )
            self._line.write(self._bytes[on])
        except (serial.SerialException, OSError, ValueError) as fault:
            raise self._lost(fault) from fault

    def check(self) -> None:
        """A pulled plug shows in the line's state; a relay has little to say."""
        try:
            said = self._line.in_waiting if self._line else 0
            if said:
                self._drop_answers()
        except (serial.SerialException, OSError) as fault:
            raise self._lost(fault) from fault
        if said > MOST_SAID:
            raise DeviceFault(
                f"barrier.port = {self._settings.port} talks all the time",
                remedy="see barrier.port and barrier.baudrate: this may be another device",
                ailment=Ailment.BABBLING,
            )

    def close(self) -> None:
        """Close the line."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _drop_answers(self) -> None:
        if self._line is not None:
            self._line.reset_input_buffer()

    def _lost(self, fault: Exception) -> DeviceFault:
        self.close()
        return DeviceFault(
            f"barrier.port = {self._settings.port}: {fault}",
            remedy="plug the relay in, name its port, and let this user use it (group dialout)",
            ailment=Ailment.SILENT
            if isinstance(fault, serial.SerialTimeoutException)
            else Ailment.LOST,
        )


class SerialBarrier(RelayBarrier):
    """A barrier behind a serial relay."""

    name = "serial"
    relay = SerialRelay
