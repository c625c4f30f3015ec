"""The thermal picture in the picture, and the words that say what all this is."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.drivers import film_layout as layout
from kiosk.film.sprites import Picture, paste, words

_LABEL = (214, 214, 214)
_SLOPE = 7.0
"""Gray levels from the middle of a patch to its upper edge."""


def draw_inset(picture: Picture, celsius: float | None, rng: np.random.Generator) -> None:
    """The two reference bodies, and between them the forehead when one is in view.

    A patch is brighter above than below, as bodies are, about its level: encoding rounds a flat
    patch to one coarse step, and a sloping one to many whose mean is right.
    """
    x, y, width, height = layout.INSET
    picture[y : y + height, x : x + width] = layout.RIM_LEVEL
    edge = layout.FRAME_WIDTH
    picture[y + edge : y + height - edge, x + edge : x + width - edge] = layout.PANEL_LEVEL
    levels = {
        layout.COLD: float(layout.COLD_LEVEL),
        layout.HOT: float(layout.HOT_LEVEL),
    }
    if celsius is not None:
        levels[layout.FOREHEAD] = layout.level_of(celsius)
    for (left, top, wide, high), level in levels.items():
        slope = np.linspace(_SLOPE, -_SLOPE, high)[:, None, None]
        grain = rng.uniform(-0.5, 0.5, (high, wide, 1)) + level + slope
        picture[top : top + high, left : left + wide] = np.rint(grain).clip(0, 255).astype(np.uint8)
    labels = ((layout.COLD, "32 °C"), (layout.FOREHEAD, "额温"), (layout.HOT, "42 °C"))
    for (left, top, wide, high), text in labels:
        label = words(text, 18, _LABEL)
        paste(picture, label, left + (wide - label.shape[1]) // 2, top + high + 10)


def draw_notice(picture: Picture) -> None:
    """SIMULATED 模拟, in the upper left corner."""
    label = words("SIMULATED 模拟", 30, (255, 255, 255), 1)
    height, width = label.shape[:2]
    cv2.rectangle(picture, (18, 16), (18 + width + 24, 16 + height + 18), (40, 40, 176), -1)
    paste(picture, label, 30, 25)
