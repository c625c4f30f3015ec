"""What a plate says: it is laid flat, and the recogniser's answer is spelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plates.finding import Floats

HEIGHT, WIDTH, FIELD = 32, 112, 320
"""Pixels: of the flat plate, and of the field that the recogniser looks at."""
MARGINS = ((0.04, 0.06), (0.08, 0.12))
"""How much of the flat plate's sides is beyond the corners: two looks at each plate."""
FINE = 2

Recogniser = Callable[[Floats], Floats]
"""A field of 3 × 32 × 320, -1 to 1, into rows of likelihoods: nothing first, then each letter."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text, and how sure the least sure of its letters is, 0 to 1."""

    text: str
    confidence: float


def read(
    image: NDArray[np.uint8], corners: Floats, recognise: Recogniser, letters: Sequence[str]
) -> Spelled:
    """The text of a plate. Two looks that differ are no sure reading."""
    looks = [
        spelled(recognise(field_of(flat(image, corners, margin))), letters) for margin in MARGINS
    ]
    best = max(looks, key=lambda look: look.confidence)
    same = all(look.text == best.text for look in looks)
    return best if same else Spelled(best.text, best.confidence / 2)


def flat(image: NDArray[np.uint8], corners: Floats, margin: tuple[float, float]) -> Floats:
    """The plate seen from in front, 32 × 112, each pixel the mean of four that were looked up."""
    width, height = WIDTH * FINE, HEIGHT * FINE
    x, y = margin[0] * width, margin[1] * height
    frame = [[x, y], [width - x, y], [width - x, height - y], [x, height - y]]
    place = _placing(np.array(frame, np.float64), corners.astype(np.float64))
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    where = np.stack([columns, rows, np.ones_like(rows)], axis=-1) @ place.T
    fine = _looked_up(image, where[..., 0] / where[..., 2], where[..., 1] / where[..., 2])
    return fine.reshape(HEIGHT, FINE, WIDTH, FINE, 3).mean(axis=(1, 3), dtype=np.float32)


def field_of(plate: Floats) -> Floats:
    """A flat plate at the left of an empty field."""
    field = np.zeros((3, HEIGHT, FIELD), np.float32)
    field[:, :, :WIDTH] = plate.transpose(2, 0, 1) / 127.5 - 1
    return field


def spelled(rows: Floats, letters: Sequence[str]) -> Spelled:
    """The likeliest letter of each row; the same one in a row is one letter, nothing is none."""
    best = rows.argmax(axis=1)
    new = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
    sure = rows.max(axis=1)[new]
    text = "".join(letters[n - 1] for n in best[new] if n <= len(letters))
    return Spelled(text, float(sure.min()) if len(sure) else 0.0)


def _placing(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix of the perspective that takes four points to four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(here, there, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]
    return np.append(solved, 1.0).reshape(3, 3)


def _looked_up(
    image: NDArray[np.uint8], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The picture between its pixels; outside of it is as its rim."""
    height, width = image.shape[:2]
    x, y = np.clip(x - 0.5, 0, width - 1.001), np.clip(y - 0.5, 0, height - 1.001)
    left, top = x.astype(int), y.astype(int)
    right, low = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across, down = (x - left)[..., None], (y - top)[..., None]
    upper = image[top, left] * (1 - across) + image[top, right] * across
    lower = image[low, left] * (1 - across) + image[low, right] * across
    mixed: NDArray[np.float64] = upper * (1 - down) + lower * down
    return mixed
