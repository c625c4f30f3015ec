"""How often masks are judged right, and what a picture costs: others alone, each part, and ours.

A folder holds `worn`, `incorrect` and `none`, each with pictures of one face. All ways get the
same pixels in the same run, in turns; sets are told apart by what precedes the last `_` of a
file's name.

    python -m benchmarks.mask FOLDER --each 200 --aizoo MODELS

`MODELS` holds the files of another project that docs/mask-model-card.md names; without it,
others means OpenCV.
The weights in the repository were fitted to the pictures that the model card names: on those
the rates say little. `--weights FILE` tries others, such as those fitted without a set.
Milliseconds are processor time on one thread, so that other programs do not count.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
import cv2
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.mask_anchors import Answer, Way, aizoo, haar
from checkpoint.domain.observation import Mask
from checkpoint.errors import DeviceFault
from kiosk.drivers.cameras import PICTURE_SUFFIXES
from kiosk.drivers.mask_camera.faces import FaceFinder
from kiosk.drivers.mask_camera.judge import MARGIN, MaskJudge
from kiosk.drivers.mask_camera.person import at_the_code
from kiosk.drivers.mask_camera.still import StillSight
from kiosk.drivers.mask_camera.votes import spoken
from kiosk.drivers.pictures import open_picture
from kiosk.ports import Box, Image

FRAME = (720, 1280)
"""Pixels, height and width of a gate camera's frame."""
FACE = 300
"""Pixels: the side of the picture in it, as of somebody who stands half a metre away."""
HAAR, AIZOO, AIZOO_FRAME = "OpenCV: Haar", "AIZOO", "AIZOO, one frame"
DETECTOR = "YuNet, is there a face"
CLASSIFIER, STILL = "classifier alone", "kiosk mask"
LIVE = "gate, one frame"
"""Others; is there a face; the whole picture as a face; a still; 1280 × 720 (`framed`)."""


def ways(judge: MaskJudge, others: Path | None) -> Mapping[str, Way]:
    """Each way to an answer; None where it has none. `others` holds AIZOO's files."""
    finder, still = FaceFinder(), StillSight(judge)

    def classified(image: Image) -> Answer:
        height, width = image.shape[:2]
        tight = Box(0, 0, width, height).shrunk(1 / MARGIN)
        return judge.judge(image, [tight])[0].likeliest

    def still_picture(image: Image) -> Answer:
        faces = still.faces(image)
        return judge.judge(image, [faces[0].box])[0].likeliest if faces else None

    def live(image: Image) -> Answer:
        face = at_the_code(finder.find(image), FRAME, None)
        return spoken(judge.judge(image, [face.box])[0]) if face else None

    found = {HAAR: haar()}
    if others is not None:
        found[AIZOO] = found[AIZOO_FRAME] = aizoo(others)
    return found | {
        DETECTOR: lambda image: bool(finder.find(image)),
        CLASSIFIER: classified,
        STILL: still_picture,
        LIVE: live,
    }


def framed(image: Image) -> Image:
    """The picture as a gate's camera would show somebody: in a frame, gray around it."""
    frame = np.full((*FRAME, 3), 118, np.uint8)
    scale = FACE / max(image.shape[:2])
    face = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (FRAME[0] - face.shape[0]) // 2, (FRAME[1] - face.shape[1]) // 2
    frame[top : top + face.shape[0], left : left + face.shape[1]] = face
    return frame


@dataclass(slots=True)
class Score:
    """What one way made of a set of pictures."""

    said: list[tuple[Mask, Answer]] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    def row(self) -> dict[str, float]:
        """Rates from nought to one, and milliseconds.

        `answered` of all pictures; of all pictures, unanswered ones being wrong: `right` by class,
        and `worn_or_not`; `false_worn` of the faces whose mask is not worn.
        """
        truth = [true for true, _ in self.said]
        answers = [answer for _, answer in self.said]
        bare = [answer for true, answer in self.said if true is not Mask.WORN]
        worn = [a is not None and (a is Mask.WORN) == (t is Mask.WORN) for t, a in self.said]
        p50, p95 = np.percentile(self.ms, (50, 95))
        return {
            "pictures": len(truth),
            "answered": _rate([answer is not None and answer is not False for answer in answers]),
            "right": _rate([a is t for t, a in self.said]),
            "worn_or_not": _rate(worn),
            "false_worn": _rate([answer is Mask.WORN for answer in bare]),
            "median_ms": round(float(p50), 2),
            "p95_ms": round(float(p95), 2),
        }


def _rate(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 3) if hits else 0.0


def pictures(folder: Path, each: int, only: str) -> list[tuple[Path, Mask]]:
    """At most `each` pictures of each class, by chance and the same ones every time."""
    found = []
    for mask in Mask:
        names = sorted(p for p in (folder / mask.value).glob("*") if p.name.startswith(only))
        names = [path for path in names if path.suffix.lower() in PICTURE_SUFFIXES]
        random.Random(1).shuffle(names)
        found += [(path, mask) for path in names[:each]]
    return found


def measure(
    examples: list[tuple[Path, Mask]], tried: Mapping[str, Way]
) -> dict[str, dict[str, Score]]:
    """Scores by set and way."""
    found: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    for path, mask in track(examples, "Judging", console=Console(stderr=True)):
        try:
            image = open_picture(path)
        except DeviceFault:
            continue
        frame = framed(image)
        for name, way in tried.items():
            seen = frame if name in (LIVE, AIZOO_FRAME) else image
            began = time.thread_time()
            answer = way(seen)
            ms = (time.thread_time() - began) * 1000
            for part in ("all", path.stem.rpartition("_")[0] or "others"):
                found[part][name].said.append((mask, answer))
                found[part][name].ms.append(ms)
    return found


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--each", default=300, show_default=True, help="Pictures of each class at most.")
@click.option("--only", default="", help="The beginning of the names that are taken.")
@click.option("--weights", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--aizoo", "others", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path, each: int, only: str, weights: Path | None, others: Path | None) -> None:
    """Compare ways of judging masks on the pictures of FOLDER."""
    cv2.setNumThreads(1)
    scores = measure(pictures(folder, each, only), ways(MaskJudge(weights), others))
    rows = {part: {name: s.row() for name, s in by.items()} for part, by in scores.items()}
    if len(rows) == 2:  # one set is all there is
        rows.pop("all")
    for part, by in rows.items():
        table = Table(title=f"Masks: {part}", box=None)
        table.add_column("way", no_wrap=True)
        for column in next(iter(by.values())):
            table.add_column(column.replace("_", " "), justify="right")
        for name, row in by.items():
            table.add_row(name, *(f"{value:g}" for value in row.values()))
        Console().print(table)


if __name__ == "__main__":
    main()
