"""A discrete input of a Modbus device."""

from __future__ import annotations

from kiosk.config import TurnSettings
from kiosk.drivers.modbus_unit import ModbusUnit, Place
from kiosk.drivers.turns.watched import WatchedTurn


class ModbusInput:
    """Function 2 reads the discrete input."""

    def __init__(self, settings: TurnSettings) -> None:
        self._number, self._unit = settings.discrete, settings.unit
        self._device = ModbusUnit(Place("turn", settings.address, settings.baudrate))

    def closed(self) -> bool:
        """The input as it is now."""
        client = self._device.client
        answer = self._device.ask(
            f"discrete {self._number}",
            lambda: client.read_discrete_inputs(self._number, device_id=self._unit),
        )
        return bool(answer.bits[0])

    def close(self) -> None:
        """Close the connection."""
        self._device.close()


class ModbusTurn(WatchedTurn):
    """A turnstile's contact at a discrete input."""

    name = "modbus"
    input = ModbusInput
