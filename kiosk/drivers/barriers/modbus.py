"""A relay that is a coil of a Modbus device, on a network (TCP) or a line (RTU)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ModbusException, ModbusIOException

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers.barriers.minder import ANSWER_S
from kiosk.drivers.barriers.relay import RelayBarrier

PORT = 502
"""TCP, as the Modbus Messaging Implementation Guide 1.0b registers it."""


class ModbusRelay:
    """Function 5 switches the coil, function 1 reads it back."""

    def __init__(self, settings: BarrierSettings) -> None:
        self._settings = settings
        self._client = _client(settings)
        self._state = False

    def switch(self, on: bool) -> None:
        """Write the coil."""
        unit = self._settings.unit
        self._ask(lambda: self._client.write_coil(self._settings.coil, on, device_id=unit))
        self._state = on

    def check(self) -> None:
        """Read the coil; one that somebody else switched is a fault."""
        unit = self._settings.unit
        answer = self._ask(lambda: self._client.read_coils(self._settings.coil, device_id=unit))
        if bool(answer.bits[0]) is not self._state:
            raise DeviceFault(
                f"barrier.coil {self._settings.coil} is not as it was switched",
                remedy="see what else writes to this relay; each must have a coil of its own",
                ailment=Ailment.STUCK,
            )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()  # type: ignore[no-untyped-call]

    def _ask(self, question: Callable[[], Any]) -> Any:
        address = self._settings.address
        try:
            if not self._client.connected and not self._client.connect():
                raise DeviceFault(
                    f"barrier.address = {address} does not answer",
                    remedy="power the relay, see its cable, and name its address",
                    ailment=Ailment.LOST,
                )
            answer = question()
        except (ModbusException, OSError) as fault:
            self.close()
            raise DeviceFault(
                f"barrier.address = {address}: {fault}",
                remedy="see the relay's cable, address and unit",
                ailment=Ailment.SILENT if isinstance(fault, ModbusIOException) else Ailment.LOST,
            ) from fault
        if answer.isError():
            raise DeviceFault(
                f"barrier.coil {self._settings.coil} is refused by the relay: {answer}",
                remedy="see the relay's manual for its coils and unit number",
            )
        return answer


def _client(settings: BarrierSettings) -> ModbusTcpClient | ModbusSerialClient:
    if settings.address.startswith("tcp://"):
        place = urlsplit(settings.address)
        return ModbusTcpClient(
            place.hostname or "", port=place.port or PORT, timeout=ANSWER_S / 2, retries=0
        )
    return ModbusSerialClient(
        settings.address, baudrate=settings.baudrate, timeout=ANSWER_S / 2, retries=0
    )


class ModbusBarrier(RelayBarrier):
    """A barrier behind a coil."""

    name = "modbus"
    relay = ModbusRelay
