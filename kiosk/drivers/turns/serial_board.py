"""A board on a USB serial line that tells its inputs when it is asked."""

from __future__ import annotations

import serial

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import TurnSettings
from kiosk.drivers.device import ANSWER_S
from kiosk.drivers.turns.watched import WatchedTurn

LONGEST = 64
"""Bytes of an answer at most: more is no board that tells a few inputs."""
_WAIT_S = 0.05


class SerialInput:
    """Sends `turn.ask`; somebody walks through while the answer holds `turn.passed`."""

    def __init__(self, settings: TurnSettings) -> None:
        self._settings = settings
        self._ask, self._passed = bytes.fromhex(settings.ask), bytes.fromhex(settings.passed)
        self._line: serial.SerialBase | None = None

    def closed(self) -> bool:
        """Ask, and read what comes until it pauses."""
        try:
            if self._line is None:
                self._line = serial.serial_for_url(
                    self._settings.port,
                    baudrate=self._settings.baudrate,
                    timeout=_WAIT_S,
                    write_timeout=ANSWER_S / 2,
                    exclusive=True,
                )
            said = self._answer(self._line)
        except (serial.SerialException, OSError, ValueError, TypeError) as fault:
            self.close()
            raise self._fault(str(fault), Ailment.LOST) from fault
        if len(said) > LONGEST:
            raise self._fault("talks all the time", Ailment.BABBLING)
        if not said:
            raise self._fault("does not answer", Ailment.SILENT)
        return self._passed in said

    def close(self) -> None:
        """Close the line."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _answer(self, line: serial.SerialBase) -> bytes:
        line.write(self._ask)
        said, silent = b"", 0.0
        while len(said) <= LONGEST and silent < ANSWER_S / 2:
            part = line.read(max(1, min(line.in_waiting, LONGEST + 1)))
            said += part
            if said and not part:
                break
            silent += 0.0 if part else _WAIT_S
        return said

    def _fault(self, what: str, ailment: Ailment) -> DeviceFault:
        return DeviceFault(
            f"turn.port = {self._settings.port}: {what}",
            remedy="plug the board in, see turn.baudrate and turn.ask, let this user use the line"
            " (group dialout)",
            ailment=ailment,
        )


class SerialTurn(WatchedTurn):
    """A turnstile's contact at a serial board."""

    name = "serial"
    input = SerialInput
