"""The Melexis MLX90640 on the I2C bus, by smbus2: the heat of a face."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from checkpoint.domain.observation import Reading
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers.thermometers.array.bus import SOLD_AT, ArrayBus
from kiosk.drivers.thermometers.array.calibration import COLUMNS, ROWS, Calibration
from kiosk.drivers.thermometers.array.heat import ambient_c, object_c
from kiosk.drivers.thermometers.array.hot_area import MIDDLE, HotArea
from kiosk.drivers.thermometers.watched import Sample, WatchedThermometer
from kiosk.ports import Box, Glimpse

if TYPE_CHECKING:
    from kiosk.drivers.thermometers.array.face import FaceInView

WARMED_C = 8.0
"""How much warmer the sensor is than what is around it (datasheet, section 11.2.2.9)."""
LOST_S = 1.0
"""A face that was not seen for so long has gone."""


class Mlx90640Probe:
    """Half a picture a call; a sample is the hottest stable part of the face, or of the middle."""

    def __init__(self, settings: ThermometerSettings) -> None:
        self._settings = settings
        self._address = settings.address or SOLD_AT
        self._bus: ArrayBus | None = None
        self._known: Calibration | None = None
        self._picture = np.full((ROWS, COLUMNS), np.nan)
        self._halves: set[int] = set()
        self._hot = HotArea()
        self._face = _face(settings)
        self._glimpse: Glimpse | None = None
        self._found: tuple[float, Box] | None = None

    def look(self, glimpse: Glimpse) -> None:
        """What the camera sees now. Returns at once; the next sample looks for the face in it."""
        self._glimpse = glimpse

    def sample(self) -> Sample:
        """The next half picture; the first call waits for both."""
        try:
            bus, known = self._open()
            ambient = self._take(bus, known)
            while len(self._halves) < 2:
                ambient = self._take(bus, known)
        except (OSError, ValueError) as fault:
            self.close()
            raise DeviceFault(
                f"thermometer.bus = {self._settings.bus}, address 0x{self._address:02x}: {fault}",
                remedy="see the sensor's four wires and the bus's speed (docs/operations.md), and"
                " let this user use the bus (group i2c)",
                ailment=Ailment.BABBLING if isinstance(fault, ValueError) else Ailment.LOST,
            ) from fault
        box = self._box()
        return Sample(self._hot.hottest_c(box) if box else None, ambient - WARMED_C)

    def close(self) -> None:
        """Close the bus; what was seen is forgotten."""
        self._halves.clear()
        self._hot.clear()
        self._known = None
        if self._bus is not None:
            self._bus.close()
            self._bus = None

    def _open(self) -> tuple[ArrayBus, Calibration]:
        if self._bus is None or self._known is None:
            self._bus = ArrayBus(self._settings.bus, self._address, self._settings.refresh_hz)
            self._known = self._bus.calibration()
        return self._bus, self._known

    def _take(self, bus: ArrayBus, known: Calibration) -> float:
        half = bus.half()
        if half.subpage not in (0, 1):
            raise ValueError(f"there is no subpage {half.subpage}")
        fresh = object_c(half.ram, half.subpage, known)
        self._picture = np.where(known.measured(half.subpage), fresh, self._picture)
        self._halves.add(half.subpage)
        if len(self._halves) == 2:
            self._hot.add(self._picture)
        return ambient_c(half.ram, known)

    def _box(self) -> Box | None:
        """Where the face is, by the newest picture; no picture is kept once it was looked at."""
        if self._face is None:
            return MIDDLE
        glimpse, self._glimpse = self._glimpse, None
        if glimpse and glimpse.since is None:  # nobody's passing: a reference is held there
            self._found = (time.monotonic(), MIDDLE)
        elif glimpse and glimpse.frame and (box := self._face.find(glimpse.frame, glimpse.code)):
            self._found = (time.monotonic(), box)
        if self._found and time.monotonic() - self._found[0] > LOST_S:
            self._found = None
        return self._found[1] if self._found else None


def _face(settings: ThermometerSettings) -> FaceInView | None:
    if not settings.view:
        return None
    from kiosk.drivers.thermometers.array.face import FaceInView  # noqa: PLC0415 - needs OpenCV

    return FaceInView(settings)


class Mlx90640Thermometer(WatchedThermometer):
    """A thermal array: the face at the code where it shares the camera's view, else its middle."""

    name = "mlx90640"
    probe = Mlx90640Probe
    _probe: Mlx90640Probe

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """A settled reading of the face in the glimpse, None while there is none."""
        self._probe.look(glimpse)
        return super().measure(glimpse)
