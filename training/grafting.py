"""Masks worn wrongly, made of two photographs: the upper face of one, the lower of another.

Hardly any photograph shows a nose above a mask, so a bare upper face is put over a masked lower
one. The same seam is also put where it changes nothing (a bare face on a bare one, a masked one
on a masked one, a bare brow over a mask that covers the nose), so that a seam says nothing of
the class.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from training.crops import INCORRECT, NONE, SIDE, WORN, Crop, Picture, Points

Chance = np.random.Generator


def graft(upper: Crop, lower: Crop, chance: Chance) -> tuple[Picture, int] | None:
    """A face of two and its class; None for two that do not fit together."""
    if upper.points is None or (upper.label, lower.label) == (WORN, NONE):
        return None
    placed = _onto(lower, upper.points)
    if placed is None:
        return None
    points = upper.points
    eyes, nose, mouth = points[:2].mean(0), points[2], points[3:].mean(0)
    covers = _cover(upper.label, lower.label, chance)
    line = _line(eyes, nose, mouth, covers, chance)
    slipped = 0.0
    if upper.label != lower.label and covers > 0:
        slipped = chance.uniform(0.2, 1.0) * max(0.0, line - (eyes[1] + nose[1]) / 2)
    moved = np.array([[1, 0, 0], [0, 1, slipped]], np.float32)
    below = cv2.warpAffine(placed, moved, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    below = _lit_like(np.asarray(below, np.uint8), upper.image, eyes[1])
    share = _below(line, float(nose[0]), _axis(points), chance)
    mixed = upper.image * (1 - share) + below * share
    return mixed.clip(0, 255).astype(np.uint8), _label(upper.label, lower.label, covers)


def _cover(upper: int, lower: int, chance: Chance) -> int:
    """How far up the lower face reaches: 0 over the nose, 1 below the nose, 2 below the mouth."""
    if upper == lower:
        return int(chance.integers(0, 3))
    return int(chance.choice(3, p=(0.3, 0.55, 0.15)))


def _label(upper: int, lower: int, covers: int) -> int:
    if lower == NONE:
        return NONE
    if upper == WORN or covers == 0:
        return WORN
    return INCORRECT


def _line(eyes: Points, nose: Points, mouth: Points, covers: int, chance: Chance) -> float:
    """The height of the seam at the middle of the face, in pixels."""
    if covers == 0:
        return float(eyes[1] + (nose[1] - eyes[1]) * chance.uniform(0.3, 0.55))
    if covers == 1:
        return float(nose[1] + (mouth[1] - nose[1]) * chance.uniform(0.3, 0.8))
    return float(mouth[1] + (mouth[1] - nose[1]) * chance.uniform(0.3, 0.6))


def _onto(crop: Crop, points: Points) -> Picture | None:
    """The crop laid so that its features lie on those of another face."""
    if crop.points is None:
        return None
    ours = np.vstack([crop.points[:2], crop.points[3:].mean(0)])
    theirs = np.vstack([points[:2], points[3:].mean(0)])
    found: Any = cv2.estimateAffinePartial2D(ours, theirs, method=cv2.LMEDS)[0]
    if found is None or not 0.6 < float(np.hypot(found[0, 0], found[1, 0])) < 1.6:
        return None
    laid = cv2.warpAffine(crop.image, found, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.uint8)


def _lit_like(image: Picture, other: Picture, eyes: float) -> Picture:
    """The picture in the light of the other, judged by the band about the eyes."""
    top, bottom = max(0, int(eyes) - 14), min(SIDE, int(eyes) + 14)
    if bottom - top < 4:
        return image
    ours = image[top:bottom, 30:98].reshape(-1, 3).mean(0) + 1
    theirs = other[top:bottom, 30:98].reshape(-1, 3).mean(0) + 1
    gain = (theirs / ours).clip(0.6, 1.6)
    return np.asarray((image * gain).clip(0, 255), np.uint8)


def _axis(points: Points) -> float:
    """How much the face leans: the rise of the line through its eyes."""
    step = points[1] - points[0]
    return float(np.clip(step[1] / (abs(step[0]) + 1e-3), -0.7, 0.7))


def _below(
    line: float, middle: float, lean: float, chance: Chance
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """One below the seam and nought above it: bent, leaning, and soft at the edge."""
    x = np.arange(SIDE, dtype=np.float32)[None, :] - middle
    y = np.arange(SIDE, dtype=np.float32)[:, None]
    bend = chance.uniform(-0.004, 0.006)
    soft = chance.uniform(0.6, 4.0)
    edge = line + lean * x + bend * x * x
    share = np.asarray(1 / (1 + np.exp(((edge - y) / soft).clip(-30, 30))), np.float32)
    return share[:, :, None]
