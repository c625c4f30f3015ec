"""A forehead gun on a serial line: a line of text each time its trigger is pulled."""

from __future__ import annotations

import math
import re
from threading import Event, Thread

import serial

from checkpoint.clock import Clock
from checkpoint.domain.observation import Reading
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.thermometers.same_again import SameAgain
from kiosk.drivers.thermometers.watched import PERSON_C
from kiosk.ports import Glimpse

FRESH_S = 1.0
"""Seconds that a line waits for its question: an older one was the measure of somebody else."""
LONGEST = 256
"""Bytes without an end of line: more is no gun."""
_WAIT_S = 0.2
_AGAIN_S = 0.8


class SerialGun(ClosingDevice):
    """The number that `thermometer.line` finds in each line. A lost one is opened anew."""

    name = "serial"

    def __init__(self, settings: ThermometerSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._pattern = re.compile(settings.line)
        self._fault: DeviceFault | None = None
        self._said: tuple[float, float] | None = None
        self._same = SameAgain(settings.stuck_s)
        self._ended = Event()
        self._line: serial.SerialBase | None = None
        try:
            self._line = self._open()
        except DeviceFault as fault:
            self._fault = fault
        self._listener = Thread(target=self._listen, name="thermometer serial", daemon=True)
        self._listener.start()

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """What the gun said within the last second, once. Raises DeviceFault as `check` does."""
        self.check()
        said, self._said = self._said, None
        if said is None or self._clock.monotonic() - said[0] > FRESH_S:
            return None
        raw = round(said[1] * 100)
        corrected = raw + round(self._settings.offset_c * 100)
        distance = self._settings.distance_mm or None
        return Reading(raw, corrected, self.name, glimpse.at, None, distance)

    def check(self) -> None:
        """Raises DeviceFault while the line is lost or carries what is no gun's."""
        if self._fault is not None:
            raise self._fault.again()
        if self._same.stuck(self._clock.monotonic()):
            raise DeviceFault(
                f"thermometer.port = {self._settings.port} says {self._same.value} °C for ever",
                remedy="let go of the trigger, or plug the thermometer in anew",
                ailment=Ailment.STUCK,
            )

    def close(self) -> None:
        """End the thread, then close the line."""
        self._ended.set()
        self._listener.join(2.0)
        self._let_go()

    def _let_go(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _open(self) -> serial.SerialBase:
        try:
            return serial.serial_for_url(
                self._settings.port,
                baudrate=self._settings.baudrate,
                timeout=_WAIT_S,
                exclusive=True,
            )
        except (serial.SerialException, OSError, ValueError) as fault:
            raise self._lost(fault) from fault

    def _listen(self) -> None:
        heard = b""
        while not self._ended.is_set():
            try:
                line = self._line = self._line or self._open()
                heard = self._hear(heard + line.read(max(1, line.in_waiting)))
                self._fault = None
            except DeviceFault as fault:
                self._fault, heard = fault, b""
                self._ended.wait(_AGAIN_S)
            except (serial.SerialException, OSError, TypeError) as fault:
                self._fault, heard = self._lost(fault), b""
                self._let_go()
                self._ended.wait(_AGAIN_S)

    def _hear(self, heard: bytes) -> bytes:
        *lines, rest = re.split(rb"[\r\n]+", heard)
        for line in lines:
            found = self._pattern.search(line.decode("ascii", "replace"))
            celsius = _number(found["celsius"]) if found else math.nan
            if PERSON_C[0] <= celsius <= PERSON_C[1]:
                now = self._clock.monotonic()
                self._said = (now, celsius)
                self._same.take(celsius, now)
        if len(rest) > LONGEST:
            raise DeviceFault(
                f"thermometer.port = {self._settings.port} carries no lines of a thermometer",
                remedy="see thermometer.baudrate, thermometer.line and the gun's manual",
                ailment=Ailment.BABBLING,
            )
        return rest

    def _lost(self, fault: Exception) -> DeviceFault:
        return DeviceFault(
            f"thermometer.port = {self._settings.port}: {fault}",
            remedy="plug the thermometer in, name its port, let this user use it (group dialout)",
            ailment=Ailment.LOST,
        )


def _number(text: str | None) -> float:
    """What a pattern found, NaN where it found no number."""
    try:
        return float(text or "")
    except ValueError:
        return math.nan
