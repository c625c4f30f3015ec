"""The cascade: the fastest decoder on every frame, others and repairs where it reads nothing.

zxing-cpp reads 94 % of phone photos in half a millisecond; what ZBar, CLAHE and sharpening
add costs ten times as much. So a miss buys further tries up to a budget of time, at least one
a frame, and each frame goes on where the last one left off: a code held for a third of a
second meets them all, and an empty gate costs little.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from kiosk.config import ReaderSettings
from kiosk.drivers import repairs
from kiosk.drivers.decoders import Code, Gray, to_gray, zbar, zxing
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.in_view import InView
from kiosk.drivers.native import cv2
from kiosk.ports import Box, Image

BUDGET_S = 0.012
"""Beyond this no further try begins on the same frame."""

Attempt = Callable[[Gray], list[Code]]


def _coarse(gray: Gray) -> Gray:
    """ZBar costs 57 ms on an empty 720p frame, a quarter of that at half the size."""
    return repairs.halved(gray) if max(gray.shape) > 800 else gray


def _after(repair: Callable[[Gray], Gray], decode: Attempt) -> Attempt:
    """Decode the repaired picture; codes lie where they are in the picture itself."""

    def attempt(gray: Gray) -> list[Code]:
        repaired = repair(gray)
        factor = gray.shape[1] / repaired.shape[1]
        return [code.scaled(factor) for code in decode(repaired)]

    return attempt


ATTEMPTS: Mapping[str, Attempt] = {
    "contrast": _after(repairs.contrast, zxing),
    "zbar": _after(_coarse, zbar),
    "sharpened": _after(repairs.sharpened, zxing),
    "thresholded": _after(repairs.thresholded, zxing),
}
"""In order of what they add for their cost."""


class CascadeReader(ClosingDevice):
    """Reads the one QR code in view, or the clear largest of several."""

    name = "cascade"

    def __init__(self, settings: ReaderSettings) -> None:
        self._next = 0
        self._in_view = InView()
        self.place: Box | None = None

    @property
    def several(self) -> bool:
        """Whether more than one code is in view."""
        return self._in_view.several

    def read(self, image: Image) -> str | None:
        """The text of the code that counts, None when none does. Never raises."""
        self.place = None
        gray = to_gray(image)
        codes = (zxing(gray) or self._repaired(gray)) if gray is not None else []
        code = self._in_view.choose(codes)
        if code is None:
            return None
        self.place = code.box
        return code.text

    def _repaired(self, gray: Gray) -> list[Code]:
        attempts = list(ATTEMPTS.values())
        until = time.perf_counter() + BUDGET_S
        for _ in attempts:
            attempt = attempts[self._next]
            self._next = (self._next + 1) % len(attempts)
            try:
                codes = attempt(gray)
            except cv2.error:
                codes = []
            if codes:
                return codes
            if time.perf_counter() > until:
                break
        return []
