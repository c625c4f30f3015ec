"""A van whose driver stops with the face at the mark."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.drivers import film_layout as layout
from kiosk.film.people import HEAD
from kiosk.film.sprites import (
    FINE,
    Colour,
    Sprite,
    blank,
    ellipse,
    fine,
    line,
    paste,
    polygon,
    shrunk,
)

SIZE = (1240, 620)
SEAT = (620, 186)
"""The middle of the driver's face within a van's sprite."""

_BODIES: tuple[Colour, ...] = ((226, 230, 232), (190, 196, 200), (96, 120, 214))
_GLASS: Colour = (112, 104, 98)
_TYRE: Colour = (38, 38, 40)


def van(driver: Sprite, rng: np.random.Generator) -> Sprite:
    """The van from its side, heading right, the driver behind the open window."""
    colour = _BODIES[int(rng.integers(len(_BODIES)))]
    back = shrunk(_shell(colour))
    window = np.array([(440, 60), (780, 60), (838, 306), (440, 306)], np.int32)
    cabin = back[:, :, :3].copy()
    cv2.fillPoly(cabin, [window], (66, 62, 60), cv2.LINE_AA)
    paste(cabin, driver, SEAT[0] - HEAD[0], SEAT[1] - HEAD[1])
    inside = np.zeros(back.shape[:2], np.uint8)
    cv2.fillPoly(inside, [window], 255, cv2.LINE_AA)
    weight = inside[:, :, None] / 255.0
    back[:, :, :3] = (cabin * weight + back[:, :, :3] * (1 - weight)).astype(np.uint8)
    return back


def _shell(colour: Colour) -> Sprite:
    sprite = blank(*SIZE)
    body = [(30, 40), (60, 14), (790, 14), (850, 40), (930, 300), (1150, 340), (1206, 400)]
    body += [(1214, 520), (24, 520)]
    polygon(sprite, [(float(x), float(y)) for x, y in body], colour)
    dark: Colour = (colour[0] // 2, colour[1] // 2, colour[2] // 2)
    polygon(sprite, [(24, 470), (1214, 470), (1214, 520), (24, 520)], dark)
    polygon(sprite, [(806, 60), (838, 60), (902, 300), (864, 306)], _GLASS)
    polygon(sprite, [(80, 60), (404, 60), (404, 250), (80, 250)], _GLASS)
    polygon(sprite, [(120, 60), (200, 60), (110, 250), (80, 250), (80, 150)], (136, 128, 122))
    for x in (424, 868):
        line(sprite, ((x, 320), (x, 468)), 3, dark)
    line(sprite, ((424, 60), (424, 320)), 3, dark)
    line(sprite, ((790, 362), (836, 362)), 8, dark)
    ellipse(sprite, (1196, 404), (16, 26), (200, 240, 250))
    for x in (220, 1010):
        ellipse(sprite, (x, 516), (86, 86), _TYRE)
        ellipse(sprite, (x, 516), (44, 44), (168, 170, 172))
        cv2.circle(sprite, fine(x, 516), 20 * FINE, (110, 112, 114, 255), 4 * FINE, cv2.LINE_AA)
    return sprite


def offset() -> tuple[int, int]:
    """Where a van's sprite lies when its driver's face is at the mark."""
    return layout.MARK[0] - SEAT[0], layout.MARK[1] - SEAT[1]
