"""The wires to an MLX90640: its EEPROM once, then half a picture at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import smbus2

from kiosk.drivers.thermometers.array.calibration import EEPROM, EEPROM_WORDS, Calibration, Words
from kiosk.drivers.thermometers.array.heat import RAM, RAM_WORDS

SOLD_AT = 0x33
_STATUS, _CONTROL = 0x8000, 0x800D
_NEW, _SUBPAGE = 0x0008, 0x0007
_RESERVED, _SUBPAGES = 0xE000, 0x0001
_RATES = {2: 2, 4: 3, 8: 4, 16: 5}
"""Hz, and how the control register says it (datasheet, table 8)."""
_PATIENCE_S, _PAUSE_S = 0.9, 0.005
"""How long to wait for a subpage, and between two looks; the slowest period is half a second."""


@dataclass(frozen=True, slots=True)
class Half:
    """What one subpage brought."""

    subpage: int
    ram: Words


class ArrayBus:
    """One sensor on one bus. Raises OSError for a bus or sensor that does not answer as agreed."""

    def __init__(self, number: int, address: int, refresh_hz: int) -> None:
        self._bus, self._address, self._hz = smbus2.SMBus(number), address, refresh_hz

    def calibration(self) -> Calibration:
        """Read the EEPROM and set the sensor to measure as it was calibrated.

        Raises ValueError where the EEPROM can't be a sensor's.
        """
        known = Calibration.of(self._read(EEPROM, EEPROM_WORDS))
        control = self._word(_CONTROL) & _RESERVED | _SUBPAGES
        control |= _RATES[self._hz] << 7 | known.resolution << 10 | known.chess << 12
        self._write(_CONTROL, control)
        self._write(_STATUS, 0)
        return known

    def half(self) -> Half:
        """The next subpage, waited for. One that the next overtook while it was read is dropped."""
        until = time.monotonic() + _PATIENCE_S
        fault = "the sensor has stopped measuring"
        while time.monotonic() < until:
            status = self._word(_STATUS)
            if not status & _NEW:
                time.sleep(_PAUSE_S)
                continue
            self._write(_STATUS, status & ~_NEW)
            half = Half(status & _SUBPAGE, self._read(RAM, RAM_WORDS))
            if not self._word(_STATUS) & _NEW:
                return half
            fault = "the bus is too slow for thermometer.refresh_hz"
        raise OSError(fault)

    def close(self) -> None:
        """Let go of the bus."""
        self._bus.close()

    def _word(self, address: int) -> int:
        return int(self._read(address, 1)[0])

    def _read(self, address: int, words: int) -> Words:
        asked = smbus2.i2c_msg.write(self._address, address.to_bytes(2, "big"))
        told = smbus2.i2c_msg.read(self._address, words * 2)
        self._bus.i2c_rdwr(asked, told)
        return np.frombuffer(bytes(told), ">u2").astype(np.uint16)

    def _write(self, address: int, word: int) -> None:
        message = address.to_bytes(2, "big") + word.to_bytes(2, "big")
        self._bus.i2c_rdwr(smbus2.i2c_msg.write(self._address, message))
