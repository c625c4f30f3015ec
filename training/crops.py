"""The labelled face crops: what they show, where they come from, where the features lie."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""Height × width × 3, BGR."""
Points: TypeAlias = NDArray[np.float32]
"""5 × 2: right eye, left eye, nose, right and left corner of the mouth, in pixels."""

CLASSES = ("worn", "incorrect", "none")
"""In the order of the network's answers."""
WORN, INCORRECT, NONE = range(3)
SIDE = 128
"""Pixels of a crop: the square of 1.25 times the longer side of the detected face."""

_LANDMARKS = "landmarks_xy_in_crop(5: eye_r eye_l nose mouth_r mouth_l)"


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """One face. `drawn` when its mask was painted on; `points` None where none are known."""

    image: Picture
    label: int
    source: str
    drawn: bool
    points: Points | None
    file: str


def load(folder: Path) -> list[Crop]:
    """All crops of `manifest.csv` in the folder, in its order. Raises FileNotFoundError."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as rows:
        return [_crop(folder, row) for row in csv.DictReader(rows)]


def sources(crops: Iterable[Crop]) -> list[str]:
    """The names of the sources among them."""
    return sorted({crop.source for crop in crops})


def leaving_out(crops: Sequence[Crop], source: str) -> tuple[list[Crop], list[Crop]]:
    """What may be trained on, and what it is tried on: the photographs of one source alone."""
    kept = [crop for crop in crops if crop.source != source]
    tried = [crop for crop in crops if crop.source == source and not crop.drawn]
    return kept, tried


def _crop(folder: Path, row: dict[str, str]) -> Crop:
    image = cv2.imread(str(folder / row["file"]), cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(f"{folder / row['file']}: is no picture")
    numbers = [float(number) for number in row[_LANDMARKS].split()]
    points = np.array(numbers, np.float32).reshape(5, 2) if len(numbers) == 10 else None
    return Crop(
        image=np.asarray(image, np.uint8),
        label=CLASSES.index(row["class"]),
        source=source_of(row["source_repo"], row["original_path"]),
        drawn=row["kind"] != "real",
        points=points,
        file=row["file"],
    )


def source_of(repository: str, path: str) -> str:
    """The source of a picture.

    One of the repositories is a collection: its file names tell photographs of people by name
    ("0_0_NAME_0012.jpg", "1-0 copy 3.jpg") from the rest, which came from elsewhere.
    """
    if "chandrikadeb7" not in repository:
        return "kaggle"
    return "named" if re.match(r"\d+_\d+_", Path(path).name) else "web"
