"""How a face wears its mask: our own small network, run by OpenCV.

docs/mask-model-card.md says what it was trained on and where it fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from checkpoint.domain.observation import Mask
from checkpoint.errors import DeviceFault
from kiosk.drivers.mask_camera.shrinking import resized
from kiosk.drivers.native import cv2
from kiosk.ports import Box, Image

CLASSES = (Mask.WORN, Mask.INCORRECT, Mask.NONE)
"""In the order of the network's answers."""
INPUT = 80
"""Pixels: the side of what the network sees."""
MARGIN = 1.25
"""The square that is looked at, by the longer side of the face's box."""
WEIGHTS = "mask.onnx"


@dataclass(frozen=True, slots=True)
class Opinion:
    """How sure the network is of each class; the shares add up to one."""

    worn: float
    incorrect: float
    none: float

    @property
    def shares(self) -> dict[Mask, float]:
        """By class."""
        return dict(zip(CLASSES, (self.worn, self.incorrect, self.none), strict=True))

    @property
    def likeliest(self) -> Mask:
        """The class with the largest share."""
        return max(self.shares, key=self.shares.__getitem__)


class MaskJudge:
    """Raises DeviceFault when the weights can't be read. Not to be shared between threads.

    `other` names another ONNX file of the same form, for trials.
    """

    def __init__(self, other: Path | None = None) -> None:
        weights = other or resources.files(__package__).joinpath(WEIGHTS)
        try:
            packed = np.frombuffer(weights.read_bytes(), np.uint8)
            self._net = cv2.dnn.readNetFromONNX(packed)
        except (OSError, cv2.error) as fault:
            raise DeviceFault(f"{weights}: {fault}", remedy="install Sibao again") from fault

    def judge(self, image: Image, boxes: Sequence[Box]) -> list[Opinion]:
        """An opinion on each face of a picture (height × width × 3)."""
        if not boxes:
            return []
        faces = np.stack([square(image, box) for box in boxes])
        self._net.setInput(np.ascontiguousarray(faces.transpose(0, 3, 1, 2)) / 127.5 - 1)
        return [Opinion(*row) for row in self._net.forward().tolist()]


def square(image: Image, box: Box) -> NDArray[np.float32]:
    """The face with its margin, 80 × 80 × 3; where the picture ends, its edge goes on."""
    side = max(2, round(MARGIN * max(box.width, box.height)))
    x, y = box.centre
    left, top = round(x - side / 2), round(y - side / 2)
    height, width = image.shape[:2]
    rows = slice(min(max(top, 0), height - 1), max(min(top + side, height), 1))
    columns = slice(min(max(left, 0), width - 1), max(min(left + side, width), 1))
    beyond = (
        max(0, -top),
        max(0, top + side - height),
        max(0, -left),
        max(0, left + side - width),
    )
    part = image[rows, columns]
    if any(beyond):
        part = np.asarray(cv2.copyMakeBorder(part, *beyond, cv2.BORDER_REPLICATE))
    return np.asarray(resized(part, INPUT, INPUT), np.float32)
