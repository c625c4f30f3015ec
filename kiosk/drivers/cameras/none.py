"""No camera: a gate whose codes are scanned."""

from __future__ import annotations

from checkpoint.clock import Clock
from kiosk.config import CameraSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.ports import Frame


class NoCamera(ClosingDevice):
    """Never has a picture, and never ends."""

    name = "none"
    ended = False

    def __init__(self, settings: CameraSettings, clock: Clock) -> None:
        pass

    def newest(self) -> Frame | None:
        """No picture."""
        return None

    def rewind(self) -> None:
        """There is no film."""
