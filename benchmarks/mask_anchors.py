"""What others offer for masks, to be measured beside ours: each takes a picture of one face."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

from checkpoint.domain.observation import Mask
from kiosk.ports import Image

Answer: TypeAlias = Mask | bool | None
"""A class, only whether there is a face, or nothing."""
Way: TypeAlias = Callable[[Image], Answer]

AIZOO = "face_mask_detection"
"""The two files of github.com/AIZOOTech/FaceMaskDetection (MIT), in its folder `models`."""
_SEEN, _SURE = (260, 260), 0.5
"""Pixels that AIZOO's network takes, and the score from which it has found a face."""


def haar() -> Way:
    """A face and a mouth by OpenCV's own cascades: a mouth that is seen is not masked."""
    folder = Path(cv2.__file__).parent / "data"
    faces, mouths = (
        cv2.CascadeClassifier(str(folder / f"haarcascade_{name}.xml"))
        for name in ("frontalface_default", "smile")
    )

    def judge(image: Image) -> Answer:
        gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        found = faces.detectMultiScale(gray, 1.1, 3)
        if len(found) == 0:
            return None
        x, y, width, height = max(found, key=lambda box: box[2])
        lower = gray[y + height // 2 : y + height, x : x + width]
        return Mask.NONE if len(mouths.detectMultiScale(lower, 1.1, 8)) else Mask.WORN

    return judge


def aizoo(folder: Path) -> Way:
    """AIZOO's detector, which tells masked from bare faces: what its surest box says.

    Raises cv2.error where the files are not there.
    """
    paths = (folder / f"{AIZOO}.prototxt", folder / f"{AIZOO}.caffemodel")
    net = cv2.dnn.readNetFromCaffe(*map(str, paths))

    def judge(image: Image) -> Answer:
        net.setInput(cv2.dnn.blobFromImage(image, 1 / 255, _SEEN, swapRB=True))
        scores = net.forward(["loc_branch_concat", "cls_branch_concat"])[1].reshape(-1, 2)
        best = scores[scores.max(1).argmax()]
        if best.max() < _SURE:
            return None
        return Mask.WORN if int(np.argmax(best)) == 0 else Mask.NONE

    return judge
