"""Whether a live camera shows what is there: by when its pictures come, and whether they differ."""

from __future__ import annotations

from collections import deque

import numpy as np

from checkpoint.clock import Clock
from checkpoint.errors import Ailment
from kiosk.config import CameraSettings
from kiosk.ports import Image

WITHIN_S = 1.8
"""Seconds within which a camera must show something: what fails is known within two."""
FEWEST = 4
"""Pictures in that time at least, of a camera that is asked for more."""
_STRIDE = 8


class Vigil:
    """Told of each picture by the camera's thread, asked by the gate's. Seconds are monotonic.

    A sensor has noise: no two pictures of it are the same bit for bit.
    """

    def __init__(self, settings: CameraSettings, clock: Clock, *, film: bool = False) -> None:
        self._clock, self._frozen_s, self.film = clock, settings.frozen_s, film
        self._enough = FEWEST if settings.fps * WITHIN_S > 2 * FEWEST else 0
        self._begun = self._changed = clock.monotonic()
        self._times: deque[float] = deque(maxlen=FEWEST)
        self._last: Image | None = None
        self._nonsense = False

    def saw(self, image: Image) -> None:
        """A picture came."""
        now = self._clock.monotonic()
        if self._last is None or not _same(self._last, image):
            self._changed = now
        self._last, self._nonsense = image, False
        self._times.append(now)

    def heard_nonsense(self) -> None:
        """What came is no picture."""
        self._nonsense = True

    @property
    def silent_s(self) -> float:
        """Seconds since the last picture, or since the camera was asked for the first one."""
        times = tuple(self._times)
        return self._clock.monotonic() - (times[-1] if times else self._begun)

    def ailment(self) -> Ailment | None:
        """What is wrong now, None while nothing is."""
        now, times = self._clock.monotonic(), tuple(self._times)
        if self._nonsense:
            return Ailment.BABBLING
        if self.silent_s > WITHIN_S:
            return Ailment.SILENT
        if self.film:
            return None
        if times and times[-1] - self._changed > self._frozen_s:
            return Ailment.STUCK
        settled = now - self._begun > WITHIN_S
        recent = sum(now - at <= WITHIN_S for at in times)
        return Ailment.SLOW if settled and recent < self._enough else None


def _same(one: Image, other: Image) -> bool:
    """Bit for bit; a few rows and columns tell most pictures apart at once."""
    if one.shape != other.shape:
        return False
    sample = slice(None, None, _STRIDE)
    alike = np.array_equal(one[sample, sample], other[sample, sample])
    return alike and np.array_equal(one, other)
