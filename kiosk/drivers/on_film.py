"""The sensors of the demonstration gate: they look at the film, after it was encoded.

A film camera has no thermometer. Its picture carries a thermal inset between two reference
bodies of known temperature, so a forehead is interpolated whatever light, blur and encoding
did to all three. Real pictures carry no such inset: there these sensors have no answer.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from checkpoint.clock import Clock
from checkpoint.domain.observation import Mask, Reading
from kiosk.config import MaskSettings, ThermometerSettings
from kiosk.drivers import film_layout as layout
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.native import cv2
from kiosk.ports import Glimpse, Image

T = TypeVar("T")

SETTLED = 4
"""Pictures that must agree before a sensor answers; the next answer needs as many new ones."""
SPREAD_C = 40
"""Hundredths of a °C that settled temperatures may lie apart."""
GAP = timedelta(seconds=1)
"""After a longer silence the sensor begins anew: it may be another person."""
BODY_C = (3000, 4500)
_MOST_UNEVEN = 14.0
_FULL, _BAND, _MOST_OFF = 60, 5, 44
"""Pixels: of a full row, of the strip of forehead that is looked for, of a face's width."""
_DARKEST = 45


class FilmThermometer(ClosingDevice):
    """Reads the thermal inset of a demonstration film, to ±0.15 °C."""

    name = "film"
    simulated = True

    def __init__(self, settings: ThermometerSettings, clock: Clock) -> None:
        self._window: _Window[int] = _Window()

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """The median of the settled readings; raw is the newest of them."""
        image = _film_picture(glimpse)
        value = forehead_c(image) if image is not None else None
        values = self._window.add(value, glimpse)
        if len(values) < SETTLED or max(values) - min(values) > SPREAD_C:
            return None
        self._window.clear()
        return Reading(values[-1], round(float(np.median(values))), self.name, glimpse.at)


class FilmMaskSensor(ClosingDevice):
    """Looks at the face of the drawn person: are nose and mouth of skin or of mask?"""

    name = "film"
    simulated = True

    def __init__(self, settings: MaskSettings) -> None:
        self._window: _Window[Mask] = _Window()

    def look(self, glimpse: Glimpse) -> Mask | None:
        """The judgement that settled pictures agree on."""
        image = _film_picture(glimpse)
        seen = mask_on(image) if image is not None else None
        values = self._window.add(seen, glimpse)
        if len(values) < SETTLED or len(set(values)) > 1:
            return None
        self._window.clear()
        return values[-1]


class _Window(Generic[T]):
    """The last answers without a gap, one a picture."""

    def __init__(self) -> None:
        self._values: deque[T] = deque(maxlen=SETTLED)
        self._last: datetime | None = None
        self._number: int | None = None

    def add(self, value: T | None, glimpse: Glimpse) -> list[T]:
        """The window with one more value, nothing for a picture that was seen before."""
        number = glimpse.frame.number if glimpse.frame else self._number
        if number == self._number:
            return []
        if value is None or (self._last and abs(glimpse.at - self._last) > GAP):
            self.clear()
        self._last, self._number = glimpse.at, number
        if value is not None:
            self._values.append(value)
        return list(self._values)

    def clear(self) -> None:
        """Forget what was seen."""
        self._values.clear()


def forehead_c(image: Image) -> int | None:
    """The forehead of the inset in hundredths of a °C, None without inset or person."""
    patches = [_patch(image, box) for box in (layout.COLD, layout.FOREHEAD, layout.HOT)]
    cold, forehead, hot = (float(patch.mean()) for patch in patches)
    if float(patches[1].std()) > _MOST_UNEVEN:
        return None
    scale = (layout.HOT_C - layout.COLD_C) / (hot - cold)
    value = round(layout.COLD_C + (forehead - cold) * scale)
    return value if BODY_C[0] <= value <= BODY_C[1] else None


def mask_on(image: Image) -> Mask | None:
    """How the face at the mark wears a mask, None without a face or when unsure."""
    x, y, width, height = layout.SEARCH
    hsv = np.asarray(
        cv2.cvtColor(image[y : y + height, x : x + width], cv2.COLOR_BGR2HSV), dtype=np.uint8
    )
    skin = _coloured(hsv, layout.SKIN_HUE, layout.SKIN_SATURATION)
    mask = _coloured(hsv, layout.MASK_HUE, layout.MASK_SATURATION)
    place = _face(skin | mask)
    if place is None:
        return None
    nose = _covered(skin, mask, place, layout.NOSE)
    mouth = _covered(skin, mask, place, layout.MOUTH)
    answers = {
        (True, True): Mask.WORN,
        (False, True): Mask.INCORRECT,
        (True, False): Mask.INCORRECT,
        (False, False): Mask.NONE,
    }
    return None if nose is None or mouth is None else answers[nose, mouth]


def _film_picture(glimpse: Glimpse) -> Image | None:
    """The picture of a glimpse when it is one of a demonstration film, at 1280 × 720."""
    if glimpse.frame is None:
        return None
    image = glimpse.frame.image
    height, width = image.shape[:2]
    if image.ndim != 3 or image.shape[2] != 3 or abs(width * 9 - height * 16) > 16:
        return None
    if (width, height) != (layout.WIDTH, layout.HEIGHT):
        size = (layout.WIDTH, layout.HEIGHT)
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return image if _has_inset(image) else None


def _has_inset(image: Image) -> bool:
    """References even and apart, panel and rim where their light says that they must be."""
    boxes = (layout.COLD, layout.HOT, layout.PANEL, layout.RIM)
    patches = [_patch(image, box) for box in boxes]
    if max(float(patch.std()) for patch in patches) > _MOST_UNEVEN:
        return False
    cold, hot, panel, rim = (float(patch.mean()) for patch in patches)
    gain = (hot - cold) / (layout.HOT_LEVEL - layout.COLD_LEVEL)
    if gain < 0.3:
        return False
    expected_panel = cold + gain * (layout.PANEL_LEVEL - layout.COLD_LEVEL)
    expected_rim = cold + gain * (layout.RIM_LEVEL - layout.COLD_LEVEL)
    near = 0.12 * (hot - cold)
    return abs(panel - expected_panel) < near and abs(rim - expected_rim) < 2 * near


def _patch(image: Image, box: layout.Box) -> NDArray[np.float64]:
    """The gray inside of a box, without the rows that blur with what lies beside."""
    x, y, width, height = box
    inset_x, inset_y = min(8, width // 3), min(8, height // 3)
    part = image[y + inset_y : y + height - inset_y, x + inset_x : x + width - inset_x]
    return np.asarray(part.mean(axis=2), dtype=np.float64)


def _coloured(hsv: NDArray[np.uint8], hues: range, vivid: range) -> NDArray[np.bool_]:
    low = (hues.start, vivid.start, _DARKEST)
    high = (hues.stop - 1, vivid.stop - 1, 255)
    return np.asarray(cv2.inRange(hsv, np.array(low), np.array(high))) > 0


def _face(area: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Column and row of the middle of the face in an area of skin and mask, None without one.

    Full rows and columns count: threads of noise along collar and helmet do not.
    """
    full_rows = area.sum(axis=1) >= _FULL
    begins = [row for row in range(len(full_rows) - _BAND) if full_rows[row : row + _BAND].all()]
    if not begins:
        return None
    top = begins[0]
    columns = np.flatnonzero(area[top : top + 2 * layout.FACE_HALF[1]].sum(axis=0) >= _FULL)
    if abs(len(columns) - 2 * layout.FACE_HALF[0]) > _MOST_OFF:
        return None
    return int(columns.mean()), top - layout.BROW


def _covered(
    skin: NDArray[np.bool_], mask: NDArray[np.bool_], middle: tuple[int, int], rows: tuple[int, int]
) -> bool | None:
    """Whether mask covers the rows about the middle; None when it is neither mask nor skin."""
    x, y = middle
    window = (slice(max(0, y + rows[0]), y + rows[1]), slice(max(0, x - 14), x + 14))
    if mask[window].size == 0:
        return None
    masked, bare = float(mask[window].mean()), float(skin[window].mean())
    if masked > 0.6:
        return True
    return False if bare > 0.5 else None
