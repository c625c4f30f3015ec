"""A scanner on a serial line, or on USB as one: a code, then the end of a line."""

from __future__ import annotations

import codecs

import serial

from checkpoint.clock import Clock
from kiosk.config import ScannerSettings
from kiosk.drivers.scanners.listening import WAIT_S, ListeningScanner


class SerialScanner(ListeningScanner):
    """Reads `scanner.port` as UTF-8; the line is opened for this process alone."""

    name = "serial"
    setting = "port"

    def __init__(self, settings: ScannerSettings, clock: Clock) -> None:
        self._line: serial.SerialBase | None = None
        super().__init__(settings, clock)

    def _open(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            self._line = serial.serial_for_url(
                self._settings.port,
                baudrate=self._settings.baudrate,
                timeout=WAIT_S,
                exclusive=True,
            )
        except ValueError as fault:
            raise OSError(str(fault)) from fault

    def _characters(self) -> str:
        line = self._line
        if line is None:
            return ""
        try:
            return self._decoder.decode(line.read(max(1, line.in_waiting)))
        except TypeError as fault:  # what pyserial makes of a line that vanished while it reads
            raise OSError("the line is gone") from fault

    def _shut(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _remedy(self, fault: OSError) -> str:
        return "plug the scanner in, name its line, let this user use it (group dialout)"
