"""Masks in other colours: most photographs show white, blue and black ones, people wear any."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.crops import SIDE, Crop, Picture, Points
from training.grafting import Chance


def dyed(crop: Crop, chance: Chance, most: float = 1.0) -> Picture:
    """The lower face in another colour, plain or patterned; its light and folds stay."""
    if crop.points is None:
        return crop.image
    share = _lower_face(crop.points, chance) * chance.uniform(0.6, 1.0) * most
    gray = cv2.cvtColor(crop.image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    mean = float((gray * share[:, :, 0]).sum() / (share.sum() + 1e-3)) + 1
    light = (gray / mean)[:, :, None] ** chance.uniform(0.6, 1.3)
    cloth = _colours(chance) * light
    return (crop.image * (1 - share) + cloth * share).clip(0, 255).astype(np.uint8)


def _lower_face(points: Points, chance: Chance) -> NDArray[np.float32]:
    """One where a mask would be, nought elsewhere, soft between."""
    eyes, nose, mouth = points[:2].mean(0), points[2], points[3:].mean(0)
    apart = max(10.0, float(np.linalg.norm(points[1] - points[0])))
    middle = (nose + mouth) / 2 + np.array([0, 0.12 * apart], np.float32)
    across = apart * chance.uniform(0.85, 1.15)
    down = max(10.0, float(mouth[1] - eyes[1])) * chance.uniform(0.75, 1.0)
    shape = np.zeros((SIDE, SIDE), np.float32)
    centre, size = (int(middle[0]), int(middle[1])), (int(across), int(down))
    lean = float(np.degrees(np.arctan2(points[1, 1] - points[0, 1], points[1, 0] - points[0, 0])))
    cv2.ellipse(shape, centre, size, lean, 0, 360, 1.0, -1)
    shape[: max(0, int(eyes[1] + (nose[1] - eyes[1]) * chance.uniform(0.35, 0.6)))] = 0
    return np.asarray(cv2.GaussianBlur(shape, (0, 0), 1.5), np.float32)[:, :, None]


def _colours(chance: Chance) -> NDArray[np.float32]:
    """One colour, or two in spots, stripes or checks."""
    first, second = (_colour(chance) for _ in range(2))
    if chance.random() < 0.55:
        return np.broadcast_to(first, (SIDE, SIDE, 3))
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) / chance.uniform(1.5, 6)
    kind = int(chance.integers(3))
    if kind == 0:
        coarse = chance.normal(0, 1, (int(chance.integers(8, 30)),) * 2).astype(np.float32)
        where = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) > 0.6
    elif kind == 1:
        turn = chance.uniform(0, np.pi)
        where = np.sin(x * np.cos(turn) + y * np.sin(turn)) > 0
    else:
        where = np.sin(x) * np.sin(y) > 0
    return np.where(where[:, :, None], first, second).astype(np.float32)


def _colour(chance: Chance) -> NDArray[np.float32]:
    """Any colour, one in five that of some skin (BGR)."""
    if chance.random() < 0.2:
        depth = chance.uniform(0.35, 1.0)
        tone = np.array([150, 180, 225]) * depth + chance.normal(0, 10, 3)
    else:
        hue = np.array([[[int(chance.integers(180)), int(chance.integers(30, 256)), 0]]], np.uint8)
        hue[0, 0, 2] = int(chance.integers(50, 256))
        tone = cv2.cvtColor(hue, cv2.COLOR_HSV2BGR)[0, 0].astype(np.float64)
    return np.asarray(tone.clip(5, 250), np.float32)
