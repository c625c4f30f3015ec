"""Where a demonstration film shows what the simulated sensors look at.

`kiosk.film` draws by these numbers, the `film` sensors look by them; both only see pixels.
All places are pixels of a 1280 × 720 picture, as (x, y, width, height).
"""

from __future__ import annotations

from typing import TypeAlias

Box: TypeAlias = tuple[int, int, int, int]

WIDTH, HEIGHT = 1280, 720

INSET: Box = (1000, 20, 260, 132)
"""The thermal picture in the picture: a dark panel in a light frame."""
FRAME_WIDTH = 10
COLD: Box = (1020, 40, 60, 60)
FOREHEAD: Box = (1100, 40, 60, 60)
HOT: Box = (1180, 40, 60, 60)
PANEL: Box = (1080, 40, 20, 60)
"""The strip of bare panel between the first two patches."""
RIM: Box = (1040, 20, 180, FRAME_WIDTH)
"""The frame's upper side."""

COLD_C, HOT_C = 3200, 4200
"""The reference bodies, hundredths of a °C, as fever-screening cameras carry one or two
(IEC 80601-2-59 calls for such a source in view)."""
COLD_LEVEL, HOT_LEVEL = 60, 210
PANEL_LEVEL, RIM_LEVEL = 8, 235
"""Gray levels as drawn; light and encoding change them together."""


def level_of(celsius: float) -> float:
    """The gray level of a forehead; 15 levels a °C."""
    span = (HOT_LEVEL - COLD_LEVEL) / (HOT_C - COLD_C)
    return COLD_LEVEL + (celsius * 100 - COLD_C) * span


MARK = (540, 232)
"""The middle of the face of someone who stands at the mark."""
FACE_HALF = (62, 82)
BROW = -40
"""The helmet ends here, below it is skin; rows are counted from the middle of the face."""
NOSE = (4, 20)
MOUTH = (40, 58)
"""The rows of nose and mouth, 28 pixels wide about the middle."""
SEARCH: Box = (410, 120, 260, 225)
"""Where a face at the mark is looked for: above every collar, below the sky."""

MASK_BGR = (206, 190, 112)
MASK_HUE = range(82, 106)
SKIN_HUE = range(3, 24)
"""OpenCV hues, 0 to 179."""
MASK_SATURATION, SKIN_SATURATION = range(60, 256), range(60, 141)
"""Walls are paler, helmets and work clothes more vivid than skin."""
