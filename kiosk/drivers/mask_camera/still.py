"""The masks in a picture file: no hurry, small and tightly cut faces are looked for as well."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from checkpoint.errors import DeviceFault
from kiosk.drivers.mask_camera.faces import Face, FaceFinder
from kiosk.drivers.mask_camera.judge import MARGIN, MaskJudge
from kiosk.drivers.native import cv2
from kiosk.drivers.pictures import open_picture
from kiosk.ports import Box, Image

SURE = 0.6
"""From here on a face is a face."""
CERTAIN, FILLS = 0.8, 0.6
"""In a cut-out, a face is believed to be smaller than the picture from this score on, or when it
fills this share of the picture; else what was found is a part of the face that was cut out."""
DOUBTFUL = 0.15
"""What shows that a cut-out is one of a face."""
LONGEST, SHORTEST = 1280, 160
"""Pixels: larger pictures are looked at smaller, smaller ones larger."""
SMALL, SQUARE = 640, 1.5
"""Pixels of the longer side, and how often it may hold the shorter, of a cut-out face."""
_SAME = 0.4


class StillSight:
    """Finds and judges the faces in still pictures. Raises DeviceFault without its weights."""

    def __init__(self, judge: MaskJudge | None = None) -> None:
        self._finder = FaceFinder(DOUBTFUL)
        self._judge = judge or MaskJudge()

    def look(self, path: Path) -> dict[str, Any]:
        """What `python -m kiosk mask` prints of one file.

        `{"file", "faces": [{"box", "mask", "confidence"}], "ms"}`, the widest face first;
        `{"file", "error"}` where the file is no picture. No face is no error.
        """
        began = time.perf_counter()
        try:
            image = open_picture(path)
        except DeviceFault as fault:
            return {"file": str(path), "error": fault.message.removeprefix(f"{path}: ")}
        boxes = [face.box for face in self.faces(image)]
        opinions = self._judge.judge(image, boxes)
        spent = (time.perf_counter() - began) * 1000
        faces = [
            {
                "box": [round(part) for part in (box.x, box.y, box.width, box.height)],
                "mask": opinion.likeliest.value,
                "confidence": round(opinion.shares[opinion.likeliest], 3),
            }
            for box, opinion in zip(boxes, opinions, strict=True)
        ]
        return {"file": str(path), "faces": faces, "ms": round(spent, 2)}

    def faces(self, image: Image) -> list[Face]:
        """The faces, the widest first."""
        found: list[Face] = []
        sure: list[Face] = []
        for looked in self._looks(image):
            found += looked
            sure = [face for face in found if face.score >= SURE]
            if sure:
                break
        height, width = image.shape[:2]
        longer = max(height, width)
        if found and longer <= SMALL and longer <= SQUARE * min(height, width):
            whole = Box(0, 0, width, height).shrunk(1 / MARGIN)
            if not any(_stands_alone(face, longer) for face in sure):
                return [Face(whole, max(face.score for face in found))]
        return _apart(sure)

    def _looks(self, image: Image) -> Iterator[list[Face]]:
        """Plainly, near and far; then with a border, for a face that the edge cuts."""
        longer = max(image.shape[:2])
        scale = max(1.0, SHORTEST / longer)
        seen = image if scale == 1 else _enlarged(image, scale)
        far = self._finder.find(seen, LONGEST) if longer > 320 else []
        yield _moved(far + self._finder.find(seen), 0, scale)
        border = max(seen.shape[:2]) // 2
        gray = (127, 127, 127)
        framed = cv2.copyMakeBorder(
            seen, border, border, border, border, cv2.BORDER_CONSTANT, value=gray
        )
        yield _moved(self._finder.find(np.asarray(framed)), border, scale)


def _stands_alone(face: Face, longer: int) -> bool:
    """Whether a sure face of a cut-out is the whole of it, not some part."""
    return face.score >= CERTAIN or max(face.box.width, face.box.height) >= FILLS * longer


def _enlarged(image: Image, scale: float) -> Image:
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))


def _moved(faces: list[Face], border: int, scale: float) -> list[Face]:
    """Back to where they are in the picture itself."""
    return [
        Face(
            Box(
                (face.box.x - border) / scale,
                (face.box.y - border) / scale,
                face.box.width / scale,
                face.box.height / scale,
            ),
            face.score,
        )
        for face in faces
    ]


def _apart(faces: list[Face]) -> list[Face]:
    """One of each face that was found twice: the one that is surer."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if not any(face.box.overlap(other.box) > _SAME for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: -face.box.width)
