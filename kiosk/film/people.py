"""Drawn people: a helmet, a face with or without its mask, work clothes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.drivers import film_layout as layout
from kiosk.film.sprites import (
    FINE,
    Colour,
    Sprite,
    blank,
    ellipse,
    fine,
    line,
    polygon,
    shade,
    shrunk,
)

SIZE = (460, 620)
HEAD = (230, 140)
"""The middle of the face within a person's sprite."""

_SKINS: tuple[Colour, ...] = ((150, 186, 228), (132, 170, 216), (160, 198, 236), (116, 152, 200))
_CLOTHES: tuple[Colour, ...] = ((104, 70, 46), (58, 110, 196), (74, 96, 70), (92, 88, 86))
_HELMETS: tuple[Colour, ...] = ((60, 196, 242), (236, 238, 238), (54, 92, 222), (70, 150, 240))
_HAIR: Colour = (34, 32, 36)
_VEST: Colour = (70, 232, 206)
_SILVER: Colour = (214, 218, 220)


@dataclass(frozen=True, slots=True)
class Look:
    """How one person looks."""

    skin: Colour
    clothes: Colour
    helmet: Colour
    vest: bool
    glasses: bool

    @classmethod
    def chosen(cls, rng: np.random.Generator) -> Look:
        """A look by chance."""
        skin, clothes, helmet = (
            options[int(rng.integers(len(options)))] for options in (_SKINS, _CLOTHES, _HELMETS)
        )
        return cls(skin, clothes, helmet, bool(rng.random() < 0.6), bool(rng.random() < 0.25))


def person(look: Look, mask: str) -> Sprite:
    """A person from the waist up, facing the camera; `mask` as in the script."""
    sprite = blank(*SIZE)
    _body(sprite, look)
    _head(sprite, look)
    if mask != "none":
        _mask(sprite, 2 if mask == "worn" else 27)
    _helmet(sprite, look.helmet)
    _rounded(sprite)
    return shrunk(sprite)


def _body(sprite: Sprite, look: Look) -> None:
    x, y = HEAD
    cloth = look.clothes
    neck = [(x - 30, y + 64), (x + 30, y + 64), (x + 36, y + 118), (x - 36, y + 118)]
    polygon(sprite, [(float(a), float(b)) for a, b in neck], shade(look.skin, 0.55))
    torso = [(x - 62, y + 104), (x + 62, y + 104), (x + 132, y + 132), (x + 164, y + 196)]
    torso += [(x + 172, 620), (x - 172, 620), (x - 164, y + 196), (x - 132, y + 132)]
    polygon(sprite, [(float(a), float(b)) for a, b in torso], cloth)
    polygon(
        sprite,
        [(x - 118, y + 250), (x - 110, y + 250), (x - 102, 620), (x - 112, 620)],
        shade(cloth, 0.6),
    )
    polygon(
        sprite,
        [(x + 110, y + 250), (x + 118, y + 250), (x + 112, 620), (x + 102, 620)],
        shade(cloth, 0.6),
    )
    if look.vest:
        for side in (-1, 1):
            edge = [(x + side * 22, y + 118), (x + side * 92, y + 116)]
            edge += [(x + side * 108, 620), (x + side * 4, 620)]
            polygon(sprite, [(float(a), float(b)) for a, b in edge], _VEST)
        for row in (y + 262, y + 330):
            polygon(
                sprite,
                [(x - 106, row), (x + 106, row), (x + 106, row + 26), (x - 106, row + 26)],
                _SILVER,
            )
    line(sprite, ((x, y + 128), (x, 620)), 3, shade(cloth, 0.5))
    for side in (-1, 1):
        collar = [
            (x, y + 134),
            (x + side * 34, y + 92),
            (x + side * 70, y + 108),
            (x + side * 30, y + 160),
        ]
        polygon(sprite, [(float(a), float(b)) for a, b in collar], shade(cloth, 1.25))


def _head(sprite: Sprite, look: Look) -> None:
    x, y = HEAD
    half_x, half_y = layout.FACE_HALF
    ellipse(sprite, (x, y - 8), (half_x + 5, half_y - 4), _HAIR)
    for side in (-1, 1):
        ellipse(sprite, (x + side * (half_x + 3), y + 8), (9, 18), shade(look.skin, 0.55))
    ellipse(sprite, (x, y), (half_x, half_y), look.skin)
    for side in (-1, 1):
        eye = (x + side * 26, y - 14)
        ellipse(sprite, eye, (12, 6.5), (240, 244, 246))
        ellipse(sprite, eye, (5.5, 6), (40, 40, 52))
        line(sprite, ((eye[0] - 13, eye[1] - 15), (eye[0] + 13, eye[1] - 16)), 4, _HAIR)
        if look.glasses:
            cv2.circle(sprite, fine(*eye), 18 * FINE, (60, 58, 56, 255), 2 * FINE, cv2.LINE_AA)
    nose = shade(look.skin, 0.84)
    line(sprite, ((x + 1, y - 2), (x + 8, y + 20)), 3, nose)
    line(sprite, ((x + 8, y + 21), (x - 6, y + 23)), 3, nose)
    cv2.ellipse(
        sprite, fine(x, y + 44), fine(20, 8), 0, 10, 170, (96, 96, 186, 255), 4 * FINE, cv2.LINE_AA
    )


def _mask(sprite: Sprite, top: int) -> None:
    """`top` is the upper edge in rows below the middle of the face."""
    x, y = HEAD
    blue = layout.MASK_BGR
    half = layout.FACE_HALF[0]
    for side in (-1, 1):
        line(
            sprite,
            ((x + side * (half - 8), y + top + 12), (x + side * (half + 4), y + 2)),
            2.5,
            shade(blue, 1.15),
        )
        line(
            sprite,
            ((x + side * (half - 20), y + 62), (x + side * (half + 4), y + 18)),
            2.5,
            shade(blue, 1.15),
        )
    cloth = [
        (x - half + 6, y + top + 10),
        (x - 20, y + top + 1),
        (x, y + top - 3),
        (x + 20, y + top + 1),
    ]
    cloth += [(x + half - 6, y + top + 10), (x + half - 9, y + 52), (x + 30, y + 78), (x, y + 84)]
    cloth += [(x - 30, y + 78), (x - half + 9, y + 52)]
    polygon(sprite, [(float(a), float(b)) for a, b in cloth], blue)
    for row in range(top + 18, 70, 15):
        line(sprite, ((x - half + 14, y + row), (x + half - 14, y + row)), 1.5, shade(blue, 0.86))
    line(sprite, ((x - 22, y + top + 4), (x + 22, y + top + 4)), 2, shade(blue, 1.12))


def _helmet(sprite: Sprite, colour: Colour) -> None:
    x, y = HEAD
    brim = y + layout.BROW
    cv2.ellipse(
        sprite, fine(x, brim - 6), fine(76, 84), 0, 180, 360, (*colour, 255), -1, cv2.LINE_AA
    )
    cv2.ellipse(
        sprite,
        fine(x - 24, brim - 30),
        fine(20, 40),
        20,
        180,
        300,
        (*shade(colour, 1.3), 255),
        3 * FINE,
        cv2.LINE_AA,
    )
    polygon(
        sprite,
        [(x - 84, brim - 10), (x + 84, brim - 10), (x + 76, brim + 1), (x - 76, brim + 1)],
        shade(colour, 0.82),
    )
    polygon(
        sprite,
        [(x - 7, brim - 90), (x + 7, brim - 90), (x + 9, brim - 10), (x - 9, brim - 10)],
        shade(colour, 0.92),
    )


def _rounded(sprite: Sprite) -> None:
    """Light from the upper left: a soft change of brightness across the figure."""
    height, width = sprite.shape[:2]
    across = np.linspace(1.06, 0.86, width, dtype=np.float32)[None, :, None]
    down = np.linspace(1.03, 0.92, height, dtype=np.float32)[:, None, None]
    sprite[:, :, :3] = np.clip(sprite[:, :, :3] * across * down, 0, 255).astype(np.uint8)
