"""One unit of a Modbus device, on a network (TCP) or a line (RTU), asked one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusException, ModbusIOException

from checkpoint.errors import Ailment, DeviceFault
from kiosk.drivers.device import ANSWER_S

PORT = 502
"""TCP, as the Modbus Messaging Implementation Guide 1.0b registers it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit is, and in which section of the settings it is named."""

    section: str
    address: str
    baudrate: int


class ModbusUnit:
    """Connects at the first question, and again after a failure."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.client = _client(place)

    def ask(self, what: str, question: Callable[[], Any]) -> Any:
        """The answer to one question. Raises DeviceFault with a remedy within a second."""
        name = f"{self._place.section}.address = {self._place.address}"
        try:
            if not self.client.connected and not self.client.connect():
                raise DeviceFault(
                    f"{name} does not answer",
                    remedy="power the device, see its cable, and name its address",
                    ailment=Ailment.LOST,
                )
            answer = question()
        except (ModbusException, OSError) as fault:
            self.close()
            raise DeviceFault(
                f"{name}: {fault}",
                remedy="see the device's cable, address and unit",
                ailment=Ailment.SILENT if isinstance(fault, ModbusIOException) else Ailment.LOST,
            ) from fault
        if answer.isError():
            raise DeviceFault(
                f"{self._place.section}.{what} is refused by the device: {answer}",
                remedy="see its manual for its numbers and unit",
            )
        return answer

    def close(self) -> None:
        """Close the connection."""
        self.client.close()  # type: ignore[no-untyped-call]


def _client(place: Place) -> ModbusTcpClient | ModbusSerialClient:
    if place.address.startswith("tcp://"):
        there = urlsplit(place.address)
        return ModbusTcpClient(
            there.hostname or "", port=there.port or PORT, timeout=ANSWER_S / 2, retries=0
        )
    return ModbusSerialClient(
        place.address, baudrate=place.baudrate, timeout=ANSWER_S / 2, retries=0
    )
