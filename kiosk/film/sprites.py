"""Pictures with transparency, drawn large and pasted small."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

Sprite: TypeAlias = NDArray[np.uint8]
"""Height × width × 4, BGRA, straight alpha."""
Picture: TypeAlias = NDArray[np.uint8]
"""Height × width × 3, BGR."""
Colour: TypeAlias = tuple[int, int, int]
"""Blue, green, red."""

FINE = 2
"""Sprites are drawn this many times larger, so that their edges come out smooth."""


def blank(width: int, height: int) -> Sprite:
    """A transparent drawing ground, FINE times larger than asked."""
    return np.zeros((height * FINE, width * FINE, 4), np.uint8)


def fine(x: float, y: float) -> tuple[int, int]:
    """A point of the drawing ground."""
    return round(x * FINE), round(y * FINE)


def ellipse(
    sprite: Sprite, middle: tuple[float, float], half: tuple[float, float], c: Colour
) -> None:
    """A filled ellipse."""
    cv2.ellipse(sprite, fine(*middle), fine(*half), 0, 0, 360, (*c, 255), -1, cv2.LINE_AA)


def polygon(sprite: Sprite, points: list[tuple[float, float]], colour: Colour) -> None:
    """A filled polygon."""
    corners = np.array([fine(*point) for point in points], np.int32)
    cv2.fillPoly(sprite, [corners], (*colour, 255), cv2.LINE_AA)


def line(
    sprite: Sprite, ends: tuple[tuple[float, float], tuple[float, float]], wide: float, c: Colour
) -> None:
    """A line with round ends."""
    a, b = (fine(*end) for end in ends)
    cv2.line(sprite, a, b, (*c, 255), max(1, round(wide * FINE)), cv2.LINE_AA)


def shrunk(sprite: Sprite) -> Sprite:
    """A drawing at its size in the film."""
    size = (sprite.shape[1] // FINE, sprite.shape[0] // FINE)
    return np.asarray(cv2.resize(sprite, size, interpolation=cv2.INTER_AREA), np.uint8)


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above."""
    blue, green, red = (int(min(255, max(0, part * factor))) for part in colour)
    return blue, green, red


def paste(picture: Picture, sprite: Sprite, x: int, y: int) -> None:
    """Lay a sprite over a picture with its upper left corner at (x, y); it may stick out."""
    height, width = sprite.shape[:2]
    left, top = max(0, x), max(0, y)
    right, bottom = min(picture.shape[1], x + width), min(picture.shape[0], y + height)
    if left >= right or top >= bottom:
        return
    part = sprite[top - y : bottom - y, left - x : right - x]
    ground = picture[top:bottom, left:right]
    weight = part[:, :, 3:].astype(np.uint16)
    mixed = part[:, :, :3] * weight + ground * (255 - weight)
    ground[:] = ((mixed + 127) // 255).astype(np.uint8)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC-Regular.otf"
    with resources.as_file(resources.files("pylopdf_fonts_zh_cn") / name) as path:
        return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=256)
def words(text: str, size: int, colour: Colour, stroke: int = 0) -> Sprite:
    """Text in Noto Sans SC, `size` pixels high; a stroke makes it bold."""
    font = _font(size)
    left, top, right, bottom = font.getbbox(text or " ", stroke_width=stroke)
    size_px = (int(right - left) + 4, int(bottom - top) + 4)
    layer = Pillow.new("L", size_px, 0)
    place = (2 - left, 2 - top)
    ImageDraw.Draw(layer).text(place, text, font=font, fill=255, stroke_width=stroke)
    sprite = np.zeros((size_px[1], size_px[0], 4), np.uint8)
    sprite[:, :, :3] = colour
    sprite[:, :, 3] = np.asarray(layer)
    return sprite
