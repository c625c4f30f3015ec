"""A film played at its own speed, or picture by picture."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

import numpy as np

from checkpoint.clock import Clock
from checkpoint.errors import DeviceFault
from kiosk.config import CameraSettings
from kiosk.drivers.native import cv2
from kiosk.ports import Frame

SLOWEST_FPS, FASTEST_FPS = 0.1, 240.0
"""A film that claims another speed is played at the speed of the settings."""


class Film:
    """A film file.

    At pace `real` pictures come by the wall clock, and those not taken are dropped. At
    `lockstep` every picture comes in turn, at the time it was opened plus number / fps.
    """

    def __init__(self, settings: CameraSettings, clock: Clock) -> None:
        self._path = Path(settings.source)
        self._clock = clock
        self._lockstep = settings.pace == "lockstep"
        self._reel = self._opened()
        self.fps = self._speed(settings.fps)
        self.ended = False
        self._number = -1
        self._first = 0
        self._start = clock.now()
        self._began = clock.monotonic()

    def _opened(self) -> cv2.VideoCapture:
        if not self._path.is_file():
            raise self._fault("there is no such film")
        reel = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not reel.isOpened():
            raise self._fault("is no film that can be read")
        return reel

    def _speed(self, otherwise: float) -> float:
        fps = self._reel.get(cv2.CAP_PROP_FPS)
        sound = math.isfinite(fps) and SLOWEST_FPS <= fps <= FASTEST_FPS
        return fps if sound else otherwise

    def newest(self) -> Frame | None:
        """The picture that is due, None when it was taken already or the film has ended."""
        if self.ended:
            return None
        due = self._number + 1 if self._lockstep else self._due()
        if due <= self._number:
            return None
        while self._number < due:
            if not self._reel.grab():
                self._finish()
                return None
            self._number += 1
        good, image = self._reel.retrieve()
        if not good:
            self._finish()
            return None
        at = self._start + timedelta(seconds=self._number / self.fps)
        picture = np.ascontiguousarray(image, dtype=np.uint8)
        return Frame(picture, self._number, at if self._lockstep else self._clock.now())

    def check(self) -> None:
        """Nothing is known against a film that could be opened."""

    def rewind(self) -> None:
        """Begin again; numbers and times go on growing."""
        self._reel.release()
        self._reel = self._opened()
        self.ended = False
        self._first = self._number + 1
        self._began = self._clock.monotonic()

    def close(self) -> None:
        """Let go of the file."""
        self._reel.release()
        self.ended = True

    def _due(self) -> int:
        return self._first + int((self._clock.monotonic() - self._began) * self.fps)

    def _finish(self) -> None:
        self.ended = True
        if self._number < 0:
            raise self._fault("holds no picture")

    def _fault(self, what: str) -> DeviceFault:
        return DeviceFault(
            f"{self._path}: {what}",
            remedy="name an MP4, AVI or WebM in camera.source; `python -m kiosk film` makes one",
        )
