"""What the network is shown: photographs, drawn masks, grafts and impostors, in fixed shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training import painting
from training.crops import NONE, WORN, Crop, Picture
from training.dyeing import dyed
from training.grafting import graft
from training.weather import INPUT, seen_by_chance

SHARES = {"photograph": 0.58, "drawn": 0.12, "graft": 0.2, "impostor": 0.1}
"""How often each kind of lesson is given."""
_OF_CLASS = {"photograph": (0.46, 0.12, 0.42), "drawn": (0.25, 0.75, 0.0)}
"""How often each class is shown among them."""
DYED, PAINTED = 0.35, 0.08
"""How often a mask is given another colour, and how often a bare face is tinted."""
_IMPOSTORS = (painting.hand, painting.hand, painting.beard, painting.beard, painting.scarf)


class Lessons:
    """An endless supply of labelled pictures, the same for the same seed."""

    def __init__(self, crops: Sequence[Crop], seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._pools = {
            (kind, label): [c for c in crops if c.drawn is (kind == "drawn") and c.label == label]
            for kind in _OF_CLASS
            for label in range(3)
        }
        self._bare = [c for c in self._pools["photograph", NONE] if c.points is not None]
        self._masked = [c for c in self._pools["photograph", WORN] if c.points is not None]

    def batch(self, size: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Pictures (n × 80 × 80 × 3) and their classes."""
        pictures = np.empty((size, INPUT, INPUT, 3), np.uint8)
        labels = np.empty(size, np.int64)
        for number in range(size):
            image, labels[number] = self._lesson()
            pictures[number] = seen_by_chance(image, self._chance)
        return pictures, labels

    def _lesson(self) -> tuple[Picture, int]:
        kind = str(self._chance.choice(list(SHARES), p=list(SHARES.values())))
        made = self._made(kind)
        while made is None:
            made = self._made("photograph")
        return made

    def _made(self, kind: str) -> tuple[Picture, int] | None:
        if kind == "graft":
            return self._grafted()
        if kind == "impostor":
            paint = _IMPOSTORS[int(self._chance.integers(len(_IMPOSTORS)))]
            painted = paint(self._one(self._bare), self._chance)
            return None if painted is None else (painted, NONE)
        label = int(self._chance.choice(3, p=_OF_CLASS[kind]))
        pool = self._pools[kind, label]
        if not pool:
            return None
        crop = self._one(pool)
        if label == NONE and self._chance.random() < PAINTED:
            return dyed(crop, self._chance, most=0.6), label
        return self._coloured(crop).image, label

    def _grafted(self) -> tuple[Picture, int] | None:
        upper = self._bare if self._chance.random() < 0.8 else self._masked
        lower = self._masked if self._chance.random() < 0.85 else self._bare
        return graft(self._one(upper), self._coloured(self._one(lower)), self._chance)

    def _coloured(self, crop: Crop) -> Crop:
        """A masked face, now and then with a mask of another colour."""
        if crop.label != WORN or crop.drawn or self._chance.random() > DYED:
            return crop
        return replace(crop, image=dyed(crop, self._chance))

    def _one(self, pool: Sequence[Crop]) -> Crop:
        return pool[int(self._chance.integers(len(pool)))]
