"""A relay that is a coil of a Modbus device, on a network (TCP) or a line (RTU)."""

from __future__ import annotations

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers.barriers.relay import RelayBarrier
from kiosk.drivers.modbus_unit import ModbusUnit, Place


class ModbusRelay:
    """Function 5 switches the coil, function 1 reads it back."""

    def __init__(self, settings: BarrierSettings) -> None:
        self._coil, self._unit = settings.coil, settings.unit
        self._device = ModbusUnit(Place("barrier", settings.address, settings.baudrate))
        self._state = False

    def switch(self, on: bool) -> None:
        """Write the coil."""
        client = self._device.client
        name = f"coil {self._coil}"
        self._device.ask(name, lambda: client.write_coil(self._coil, on, device_id=self._unit))
        self._state = on

    def check(self) -> None:
        """Read the coil; one that somebody else switched is a fault."""
        client, name = self._device.client, f"coil {self._coil}"
        answer = self._device.ask(name, lambda: client.read_coils(self._coil, device_id=self._unit))
        if bool(answer.bits[0]) is not self._state:
            raise DeviceFault(
                f"barrier.coil {self._coil} is not as it was switched",
                remedy="see what else writes to this relay; each must have a coil of its own",
                ailment=Ailment.STUCK,
            )

    def close(self) -> None:
        """Close the connection."""
        self._device.close()


class ModbusBarrier(RelayBarrier):
    """A barrier behind a coil."""

    name = "modbus"
    relay = ModbusRelay
