"""What is done to a gray picture in which no code was read, before it is read again."""

from __future__ import annotations

import numpy as np

from kiosk.drivers.decoders import Gray
from kiosk.drivers.native import cv2

_TILES = (8, 8)


def contrast(gray: Gray) -> Gray:
    """Evens out poor light: CLAHE, limit 2."""
    return _u8(cv2.createCLAHE(clipLimit=2.0, tileGridSize=_TILES).apply(gray))


def sharpened(gray: Gray) -> Gray:
    """Undoes some defocus: 1.5 × larger, CLAHE, unsharp mask."""
    even = contrast(scaled(gray, 1.5))
    soft = cv2.GaussianBlur(even, (0, 0), 2.0)
    return _u8(cv2.addWeighted(even, 1.8, soft, -0.8, 0))


def scaled(gray: Gray, factor: float) -> Gray:
    """Larger or smaller by a factor."""
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return _u8(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=how))


def halved(gray: Gray) -> Gray:
    """Half as wide and high: coarse screens and noise melt into even modules."""
    return scaled(gray, 0.5)


def bordered(gray: Gray) -> Gray:
    """A light border, for a code cut off at its edge; what is tiny becomes larger too."""
    factor = 3.0 if max(gray.shape) < 240 else 1.0
    inner = scaled(gray, factor) if factor > 1 else gray
    width = max(8, max(inner.shape) // 12)
    return _u8(
        cv2.copyMakeBorder(inner, *(width,) * 4, borderType=cv2.BORDER_CONSTANT, value=(255,))
    )


def thresholded(gray: Gray) -> Gray:
    """Black and white against the neighbourhood, for shadows across a page."""
    side = max(15, min(gray.shape) // 12) | 1
    return _u8(
        cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, 5)
    )


def smoothed(gray: Gray) -> Gray:
    """Softened, for modules that are dots or have gaps."""
    return _u8(cv2.GaussianBlur(gray, (0, 0), 1.5))


def opened(gray: Gray) -> Gray:
    """Thin light lines closed, for print and screens with a grid."""
    return _u8(cv2.morphologyEx(gray, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))


def closed(gray: Gray) -> Gray:
    """Thin dark lines removed."""
    return _u8(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)))


def _u8(picture: object) -> Gray:
    return np.asarray(picture, dtype=np.uint8)
