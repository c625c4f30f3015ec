"""Mask judgements that need no camera: the gatekeeper's button, and a simulated sensor."""

from __future__ import annotations

from checkpoint.domain.observation import Mask
from kiosk.config import MaskSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.ports import Glimpse


class ButtonMaskSensor(ClosingDevice):
    """The gatekeeper looks and presses a button."""

    name = "button"

    def __init__(self, settings: MaskSettings) -> None:
        pass

    def look(self, glimpse: Glimpse) -> Mask | None:
        """What was pressed, None while nothing was."""
        return glimpse.pressed


class SimulatedMaskSensor(ClosingDevice):
    """Says the same of everyone, at once."""

    name = "simulated"
    simulated = True

    def __init__(self, settings: MaskSettings) -> None:
        self._fixed = settings.fixed

    def look(self, glimpse: Glimpse) -> Mask | None:
        """The judgement of the settings."""
        return self._fixed
