"""Where plates are in a picture: the four corners of each, out of what the detector answers.

The network is a one-shot detector with anchors: at every cell of three grids it says for two
square anchors how likely a plate is there, and how far its box and corners are from the anchor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRIDS = ((8, (24, 48)), (16, (96, 192)), (32, (384, 768)))
"""The step of each grid in pixels, and the sides of its anchors."""
MEAN_BGR = (104.0, 117.0, 123.0)
LIKELY = 0.4
APART = 0.4
"""Two boxes that share more than this of their union are one plate."""
_CENTRE, _SIZE = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Found:
    """A plate: how likely, and its corners in pixels from the upper left one clockwise."""

    score: float
    corners: Floats

    @property
    def width(self) -> float:
        """The mean of the upper and the lower side."""
        upper, lower = self.corners[1] - self.corners[0], self.corners[2] - self.corners[3]
        return float(np.hypot(*upper) + np.hypot(*lower)) / 2


def prepared(image: NDArray[np.uint8]) -> Floats:
    """A BGR picture as the detector takes it."""
    plain = image.astype(np.float32) - np.array(MEAN_BGR, np.float32)
    return np.ascontiguousarray(plain.transpose(2, 0, 1)[None])


def found(answer: tuple[Any, Any, Any], size: tuple[int, int]) -> list[Found]:
    """The plates in the answer (boxes, scores, corners) for a picture of (height, width).

    The widest comes first: it is the nearest.
    """
    offsets, scores, shifts = answer[0][0], answer[1][0][:, 1], answer[2][0]
    likely = np.flatnonzero(scores > LIKELY)
    anchors, scores = _anchors(*size)[likely], scores[likely]
    middles = anchors[:, :2] + offsets[likely, :2] * _CENTRE * anchors[:, 2:]
    halves = anchors[:, 2:] * np.exp(offsets[likely, 2:] * _SIZE) / 2
    boxes = np.concatenate([middles - halves, middles + halves], axis=1)
    moved = shifts[likely].reshape(-1, 4, 2) * _CENTRE * anchors[:, None, 2:]
    corners = anchors[:, None, :2] + moved
    plates = [Found(float(scores[n]), _clockwise(corners[n])) for n in _apart(boxes, scores)]
    return sorted(plates, key=lambda plate: plate.width, reverse=True)


@lru_cache(maxsize=4)
def _anchors(height: int, width: int) -> Floats:
    grids = []
    for step, sides in GRIDS:
        rows, columns = math.ceil(height / step), math.ceil(width / step)
        y, x = np.mgrid[0:rows, 0:columns]
        middles = (np.stack([x, y], axis=-1).reshape(-1, 1, 2) + 0.5) * step
        sizes = np.array(sides).reshape(1, 2, 1)
        shape = (rows * columns, 2, 2)
        both = [np.broadcast_to(middles, shape), np.broadcast_to(sizes, shape)]
        grids.append(np.concatenate(both, axis=-1).reshape(-1, 4))
    return np.concatenate(grids).astype(np.float32)


def _apart(boxes: Floats, scores: Floats) -> list[int]:
    """The likeliest of the boxes that lie upon each other."""
    kept: list[int] = []
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    for n in np.argsort(-scores):
        upper = np.maximum(boxes[kept, :2], boxes[n, :2])
        lower = np.minimum(boxes[kept, 2:], boxes[n, 2:])
        common = np.prod(np.clip(lower - upper, 0, None), axis=1)
        if not (common > APART * (areas[kept] + areas[n] - common)).any():
            kept.append(int(n))
    return kept


def _clockwise(corners: Floats) -> Floats:
    """Upper left, upper right, lower right, lower left: plates lie, they don't stand."""
    by_x = corners[np.argsort(corners[:, 0])]
    left, right = (half[np.argsort(half[:, 1])] for half in (by_x[:2], by_x[2:]))
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
