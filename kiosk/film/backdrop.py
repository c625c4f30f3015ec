"""The gate itself: sky, wall, gatehouse, road and barrier arm."""

from __future__ import annotations

import cv2
import numpy as np

from kiosk.drivers import film_layout as layout
from kiosk.film.sprites import Colour, Picture, blank, line, paste, polygon, shrunk, words

_WALL: Colour = (150, 160, 168)
_GROUND: Colour = (112, 114, 116)
_WHITE: Colour = (242, 244, 245)
_HORIZON, _FOOT = 96, 560


def backdrop(note: str, rng: np.random.Generator) -> Picture:
    """The empty gate; `note` stands on the sign."""
    picture = np.zeros((layout.HEIGHT, layout.WIDTH, 3), np.uint8)
    _sky_and_ground(picture)
    _wall(picture, rng)
    paste(picture, _skyline(), 0, 0)
    paste(picture, _gatehouse(), 40, 150)
    _sign(picture, note or "一号门")
    paste(picture, _barrier(), 700, 330)
    _grain(picture, rng)
    return picture


def _sky_and_ground(picture: Picture) -> None:
    high = np.array((226, 196, 160), np.float32)
    low = np.array((240, 230, 214), np.float32)
    for y in range(_HORIZON):
        picture[y] = (high + (low - high) * (y / _HORIZON)).astype(np.uint8)
    for y in range(_FOOT, layout.HEIGHT):
        picture[y] = [min(255, part + (y - _FOOT) // 5) for part in _GROUND]
    edge = np.array([(560, _FOOT), (720, _FOOT), (1180, 720), (260, 720)], np.int32)
    cv2.fillPoly(picture, [edge], (132, 133, 134))
    cv2.line(picture, (0, _FOOT), (layout.WIDTH, _FOOT), (84, 88, 90), 5)
    stop = np.array([(330, 676), (1130, 676), (1146, 698), (312, 698)], np.int32)
    cv2.fillPoly(picture, [stop], (70, 196, 236), cv2.LINE_AA)


def _wall(picture: Picture, rng: np.random.Generator) -> None:
    picture[_HORIZON:_FOOT] = _WALL
    for row, y in enumerate(range(_HORIZON, _FOOT, 29)):
        for x in range(-60 + 42 * (row % 2), layout.WIDTH, 84):
            tint = int(rng.integers(-7, 8))
            colour = [part + tint for part in _WALL]
            cv2.rectangle(picture, (x + 1, y + 1), (x + 82, y + 27), colour, -1)
    cv2.rectangle(picture, (0, _HORIZON - 12), (layout.WIDTH, _HORIZON + 6), (96, 104, 112), -1)
    cv2.rectangle(picture, (0, _FOOT - 42), (layout.WIDTH, _FOOT), (104, 110, 118), -1)


def _skyline() -> Picture:
    sprite = blank(layout.WIDTH, _HORIZON)
    far: Colour = (196, 184, 170)
    halls = ((150, 46, 250), (420, 60, 180), (760, 38, 230))
    for x, top, width in halls:
        roof: list[tuple[float, float]] = [(x, 96.0), (x, top)]
        for tooth in range(width // 50):
            roof += [(x + tooth * 50 + 34.0, top - 16.0), (x + tooth * 50 + 50.0, float(top))]
        polygon(sprite, [*roof, (x + width // 50 * 50.0, 96.0)], far)
    for x in (655, 690):
        polygon(sprite, [(x, 96), (x + 4, 8), (x + 16, 8), (x + 20, 96)], (184, 172, 160))
    return shrunk(sprite)


def _gatehouse() -> Picture:
    sprite = blank(300, 420)
    polygon(sprite, [(14, 40), (286, 40), (286, 412), (14, 412)], (196, 204, 208))
    polygon(sprite, [(0, 16), (300, 16), (290, 44), (10, 44)], (92, 84, 76))
    polygon(sprite, [(36, 76), (176, 76), (176, 222), (36, 222)], (110, 96, 84))
    polygon(sprite, [(42, 82), (170, 82), (170, 216), (42, 216)], (168, 152, 136))
    polygon(sprite, [(60, 82), (96, 82), (62, 216), (42, 216), (42, 150)], (190, 178, 166))
    line(sprite, ((106, 82), (106, 216)), 4, (110, 96, 84))
    polygon(sprite, [(202, 92), (266, 92), (266, 412), (202, 412)], (124, 110, 96))
    polygon(sprite, [(212, 104), (256, 104), (256, 236), (212, 236)], (168, 152, 136))
    polygon(sprite, [(30, 222), (182, 222), (182, 234), (30, 234)], (92, 84, 76))
    small = shrunk(sprite)
    label = words("门卫室", 30, (60, 52, 44), 1)
    _stick(small, label, 58, 262)
    return small


def _sign(picture: Picture, note: str) -> None:
    cv2.rectangle(picture, (664, 136), (972, 214), (60, 52, 40), -1)
    cv2.rectangle(picture, (668, 140), (968, 210), (110, 84, 46), -1)
    size = max(14, min(34, 280 // max(1, len(note))))
    label = words(note, size, _WHITE, 1)
    paste(picture, label, 818 - label.shape[1] // 2, 175 - label.shape[0] // 2)


def _barrier() -> Picture:
    sprite = blank(580, 330)
    polygon(sprite, [(440, 96), (520, 96), (520, 262), (440, 262)], (52, 150, 226))
    polygon(sprite, [(440, 96), (456, 96), (456, 262), (440, 262)], (66, 170, 240))
    polygon(sprite, [(428, 258), (532, 258), (532, 276), (428, 276)], (70, 72, 74))
    line(sprite, ((6, 132), (470, 132)), 17, _WHITE)
    for x in range(24, 440, 76):
        polygon(sprite, [(x, 123), (x + 36, 123), (x + 28, 141), (x - 8, 141)], (48, 52, 206))
    polygon(sprite, [(450, 104), (512, 104), (512, 160), (450, 160)], (44, 128, 200))
    return shrunk(sprite)


def _stick(sprite: Picture, label: Picture, x: int, y: int) -> None:
    ground = np.ascontiguousarray(sprite[:, :, :3])
    paste(ground, label, x, y)
    sprite[:, :, :3] = ground


def _grain(picture: Picture, rng: np.random.Generator) -> None:
    speckle = rng.normal(0, 3.5, (layout.HEIGHT // 2, layout.WIDTH // 2)).astype(np.float32)
    large = np.asarray(cv2.resize(speckle, (layout.WIDTH, layout.HEIGHT)))
    picture[:] = np.clip(picture + large[:, :, None], 0, 255).astype(np.uint8)
