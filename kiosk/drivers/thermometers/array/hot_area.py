"""How hot the hottest stable part of a box is, over the last pictures of the array."""

from __future__ import annotations

from collections import deque

import numpy as np

from kiosk.drivers.thermometers.array.calibration import COLUMNS, ROWS, Picture
from kiosk.ports import Box

MIDDLE = Box(COLUMNS / 4, ROWS / 4, COLUMNS / 2, ROWS / 2)
"""Where a face is looked for without a camera, in pixels of the array."""
PICTURES = 4
"""Of the last pictures each pixel's median counts: what flares up in one is no skin."""
HOTTEST = 95.0
"""The percentile that counts: a few pixels of the box may be hotter, as a lamp behind a head is."""
FEWEST_PIXELS = 6
"""A face of less is too far away: each pixel would hold some of the wall."""


class HotArea:
    """The last pictures, and what is hot in them."""

    def __init__(self) -> None:
        self._pictures: deque[Picture] = deque(maxlen=PICTURES)

    def add(self, picture: Picture) -> None:
        """Another picture, 24 × 32 °C with NaN for what could not be measured."""
        self._pictures.append(whole(picture))

    def clear(self) -> None:
        """Forget what was seen."""
        self._pictures.clear()

    def hottest_c(self, box: Box) -> float | None:
        """°C of the hottest stable part of a box of the array; None where there is too little."""
        left, top = max(0, round(box.x)), max(0, round(box.y))
        right, bottom = round(box.x + box.width), round(box.y + box.height)
        if not self._pictures:
            return None
        part = np.array(self._pictures)[:, top : max(0, bottom), left : max(0, right)]
        if part[0].size < FEWEST_PIXELS:
            return None
        return float(np.percentile(np.median(part, axis=0), HOTTEST))


def whole(picture: Picture) -> Picture:
    """The picture with the mean of its neighbours in place of each pixel that is NaN.

    Where all neighbours are missing too it stays NaN: the sensor is broken.
    """
    padded = np.pad(picture, 1, constant_values=np.nan)
    filled = picture.copy()
    for row, column in np.argwhere(np.isnan(picture)):
        around = padded[row : row + 3, column : column + 3]
        known = around[~np.isnan(around)]
        filled[row, column] = known.mean() if known.size else np.nan
    return filled
