"""What covers a face and is no mask: hands, beards, scarves at the neck. Painted on bare faces."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from training.crops import SIDE, Crop, Picture, Points
from training.grafting import Chance

Colour = tuple[int, int, int]
Paint = Callable[[Crop, Chance], Picture | None]


def hand(crop: Crop, chance: Chance) -> Picture | None:
    """A hand before mouth or nose, in the colour of the face's own skin."""
    if crop.points is None:
        return None
    nose, mouth = crop.points[2], crop.points[3:].mean(0)
    middle = nose + (mouth - nose) * chance.uniform(0.0, 1.2) + chance.normal(0, 3, 2)
    skin = _skin(crop.image, crop.points) * chance.uniform(0.8, 1.15)
    angle = chance.uniform(0, 2 * np.pi)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    layer = crop.image.copy()
    width = chance.uniform(7, 12)
    fingers = int(chance.integers(2, 6))
    for number in range(fingers):
        at = middle + across * (number - (fingers - 1) / 2) * width * 1.02
        tip = at + along * chance.uniform(12, 24)
        end = at - along * 70
        shade = skin * chance.uniform(0.93, 1.05)
        _stroke(layer, (end, tip), _bgr(shade * 0.78), int(width) + 1)
        _stroke(layer, (end, tip), _bgr(shade), int(width) - 1)
    return _softened(crop.image, layer, chance)


def beard(crop: Crop, chance: Chance) -> Picture | None:
    """Hair about mouth, chin and jaw; the nose and often the lips stay free."""
    if crop.points is None:
        return None
    nose, corners = crop.points[2], crop.points[3:]
    mouth = corners.mean(0)
    half = max(8.0, float(np.linalg.norm(corners[1] - corners[0])) / 2)
    drop = max(8.0, float(mouth[1] - nose[1]))
    shape = np.zeros((SIDE, SIDE), np.uint8)
    centre = (int(mouth[0]), int(mouth[1] + drop * 0.7))
    size = (int(half * chance.uniform(1.4, 2.4)), int(drop * chance.uniform(1.2, 2.2)))
    cv2.ellipse(shape, centre, size, 0, 0, 360, 255, -1)
    shape[: int(nose[1] + drop * chance.uniform(0.25, 0.5))] = 0
    if chance.random() < 0.7:
        lips = (int(mouth[0]), int(mouth[1]))
        cv2.ellipse(shape, lips, (int(half * 0.9), max(2, int(drop * 0.25))), 0, 0, 360, 0, -1)
    tone = np.array(_HAIR[int(chance.integers(len(_HAIR)))], np.float32)
    grain = chance.normal(0, chance.uniform(8, 30), (SIDE // 4, SIDE, 1)).astype(np.float32)
    strands = cv2.resize(grain, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)[:, :, None]
    hair = (tone + strands + chance.normal(0, 10, (SIDE, SIDE, 1))).clip(0, 255)
    rough = (shape / 255 + chance.normal(0, 0.2, shape.shape)).astype(np.float32)
    share = cv2.GaussianBlur(rough.clip(0, 1), (0, 0), chance.uniform(0.8, 2.5))[:, :, None]
    share = share * chance.uniform(0.6, 1.0)
    return (crop.image * (1 - share) + hair * share).clip(0, 255).astype(np.uint8)


def scarf(crop: Crop, chance: Chance) -> Picture | None:
    """Cloth round the neck, up to the chin at most."""
    if crop.points is None:
        return None
    nose, mouth = crop.points[2], crop.points[3:].mean(0)
    top = mouth[1] + (mouth[1] - nose[1]) * chance.uniform(0.9, 1.5)
    x = np.arange(SIDE, dtype=np.float32)
    edge = top - 0.004 * chance.uniform(-1, 2) * (x - mouth[0]) ** 2
    share = (np.arange(SIDE, dtype=np.float32)[:, None] > edge[None, :]).astype(np.float32)
    cloth = _cloth(chance)
    share = cv2.GaussianBlur(share, (0, 0), 1.0)[:, :, None]
    return (crop.image * (1 - share) + cloth * share).clip(0, 255).astype(np.uint8)


_HAIR: tuple[Colour, ...] = (
    (20, 22, 26),
    (30, 40, 55),
    (45, 65, 95),
    (120, 125, 130),
    (190, 195, 200),
)


def _cloth(chance: Chance) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    tone = chance.uniform(20, 235, 3).astype(np.float32)
    folds = chance.normal(0, chance.uniform(5, 40), (8, 8, 1)).astype(np.float32)
    shades = cv2.resize(folds, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)[:, :, None]
    return np.asarray(tone + shades, np.float32)


def _skin(image: Picture, points: Points) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The colour between the eyes and the nose."""
    x, y = (points[:2].mean(0) * 0.4 + points[2] * 0.6).clip(4, SIDE - 5).astype(int)
    return np.asarray(image[y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 3).mean(0), np.float64)


def _stroke(
    layer: Picture, ends: tuple[np.ndarray, np.ndarray], colour: Colour, width: int
) -> None:
    (x, y), (u, v) = ends
    start, stop = (int(x), int(y)), (int(u), int(v))
    cv2.line(layer, start, stop, colour, width, cv2.LINE_AA)


def _bgr(colour: np.ndarray) -> Colour:
    blue, green, red = colour.clip(0, 255)
    return int(blue), int(green), int(red)


def _softened(below: Picture, above: Picture, chance: Chance) -> Picture:
    """The painted layer with the grain of a photograph."""
    touched = (above != below).any(2).astype(np.float32)
    light = cv2.resize(
        chance.normal(1, 0.12, (4, 4)).astype(np.float32),
        (SIDE, SIDE),
        interpolation=cv2.INTER_CUBIC,
    )
    grain = chance.standard_normal(above.shape, np.float32) * 4
    painted = above * light[:, :, None] + grain
    share = cv2.GaussianBlur(touched, (0, 0), chance.uniform(0.5, 1.2))[:, :, None]
    return (below * (1 - share) + painted * share).clip(0, 255).astype(np.uint8)
