"""The Melexis MLX90614 on the I2C bus, by smbus2."""

from __future__ import annotations

import errno

import smbus2

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers.thermometers.watched import Sample, WatchedThermometer

_AMBIENT, _OBJECT = 0x06, 0x07
"""RAM addresses of the linearised temperatures (MLX90614 datasheet, section 8.3.3)."""
_SOLD_AT = 0x5A
_STEP_K = 0.02
_ERROR = 0x8000
_POLYNOMIAL = 0x07


def pec(message: bytes) -> int:
    """The packet error code of the SMBus specification: CRC-8 with x^8 + x^2 + x + 1."""
    crc = 0
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ _POLYNOMIAL if crc & 0x80 else crc << 1) & 0xFF
    return crc


class Mlx90614Probe:
    """Reads both temperatures; each answer is held to its error code."""

    def __init__(self, settings: ThermometerSettings) -> None:
        self._number, self._address = settings.bus, settings.address or _SOLD_AT
        self._bus: smbus2.SMBus | None = None

    def sample(self) -> Sample:
        """The object's and the sensor's own temperature."""
        try:
            if self._bus is None:
                self._bus = smbus2.SMBus(self._number)
            return Sample(self._celsius(self._bus, _OBJECT), self._celsius(self._bus, _AMBIENT))
        except OSError as fault:
            self.close()
            raise DeviceFault(
                f"thermometer.bus = {self._number}, address 0x{self._address:02x}: {fault}",
                remedy="see the sensor's four wires, and let this user use the bus (group i2c)",
                ailment=_ailment(fault),
            ) from fault

    def close(self) -> None:
        """Close the bus."""
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _celsius(self, bus: smbus2.SMBus, register: int) -> float:
        low, high, told = bus.read_i2c_block_data(self._address, register, 3)
        word = high << 8 | low
        sent = bytes((self._address << 1, register, self._address << 1 | 1, low, high))
        if pec(sent) != told or word & _ERROR:
            raise OSError(errno.EBADMSG, "a damaged answer")
        return word * _STEP_K - 273.15


def _ailment(fault: OSError) -> Ailment:
    """A damaged answer, a bus that hangs, or nobody at the address."""
    said = {errno.EBADMSG: Ailment.BABBLING, errno.ETIMEDOUT: Ailment.SILENT}
    return said.get(fault.errno or 0, Ailment.LOST)


class Mlx90614Thermometer(WatchedThermometer):
    """A spot thermometer."""

    name = "mlx90614"
    probe = Mlx90614Probe
