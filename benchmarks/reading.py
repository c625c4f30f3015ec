"""How many pictures of codes are read right, and what a frame costs: each library alone, and ours.

A folder holds pictures, `NAME.txt` beside each with the text of its code; a picture without one
shows no code, and whatever is read in it is false. Every reader gets the same gray pixels in the
same run, in turns: at the picture's own size and as a frame of 1280 × 720. Pictures that a library
alone reads right and the gate does not are named. A film asks the other
question of a gate: how many frames pass from the first that any library reads to our text.

    python -m benchmarks.reading FOLDER...
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar
from rich.console import Console
from rich.progress import track
from rich.table import Table

from checkpoint.errors import DeviceFault
from kiosk.config import ReaderSettings
from kiosk.drivers import reading
from kiosk.drivers.decoders import Gray, to_gray
from kiosk.drivers.pictures import open_picture
from kiosk.drivers.readers import CascadeReader
from kiosk.film import backdrop
from kiosk.film.script import Scene
from kiosk.film.staging import pictures as staged

FRAME = (1280, 720)
"""Pixels, width and height of a gate camera's frame."""
LOOKS = 8
"""Frames that a code is held still before the cascade: a quarter of a second at 30 a second."""
ANY = "any library alone"
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])

Reader = Callable[[Gray], list[str]]


def _zxing(gray: Gray) -> list[str]:
    found = zxingcpp.read_barcodes(gray, formats=_QR, text_mode=zxingcpp.TextMode.Plain)
    return [barcode.text for barcode in found]


def _zbar(gray: Gray) -> list[str]:
    found = pyzbar.decode(gray, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [symbol.data.decode("utf-8", "replace") for symbol in found]


def _opencv(detector: cv2.QRCodeDetector | cv2.QRCodeDetectorAruco) -> Reader:
    def read(gray: Gray) -> list[str]:
        try:
            text, _, _ = detector.detectAndDecode(gray)
        except (cv2.error, UnicodeDecodeError):
            return []
        return [text] if text else []

    return read


def _cascade(looks: int) -> Reader:
    def read(gray: Gray) -> list[str]:
        reader = CascadeReader(ReaderSettings())
        text = next(filter(None, (reader.read(gray) for _ in range(looks))), None)
        return [text] if text else []

    return read


ALONE: Mapping[str, Reader] = {
    "zxing-cpp": _zxing,
    "pyzbar": _zbar,
    "cv2.QRCodeDetector": _opencv(cv2.QRCodeDetector()),
    "cv2.QRCodeDetectorAruco": _opencv(cv2.QRCodeDetectorAruco()),
}
HELD = f"the gate's cascade, held {LOOKS} frames"
OURS: Mapping[str, Reader] = {
    "the gate's cascade, one frame": _cascade(1),
    HELD: _cascade(LOOKS),
    "kiosk read, a still picture": reading.texts,
}


def _plain(text: str) -> str:
    """Text files and codes end their lines in different ways."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


@dataclass(slots=True)
class Score:
    """What one reader made of a set of pictures."""

    right: int = 0
    false: int = 0
    pictures: int = 0
    ms: list[float] = field(default_factory=list)

    def add(self, texts: list[str], expected: str | None, ms: float) -> bool:
        """Count one picture; whether it was read right."""
        good = expected is not None and expected in map(_plain, texts)
        self.pictures += expected is not None
        self.right += good
        self.false += bool(texts) and not good
        self.ms.append(ms)
        return good

    def row(self) -> dict[str, float]:
        """Rate of pictures read right, pictures with only wrong texts, milliseconds."""
        p50, p95 = np.percentile(self.ms, (50, 95))
        return {
            "right": self.right,
            "of": self.pictures,
            "false": self.false,
            "median_ms": round(float(p50), 2),
            "p95_ms": round(float(p95), 2),
            "mean_ms": round(float(np.mean(self.ms)), 2),
        }


def framed(gray: Gray) -> Gray:
    """The picture as a gate's camera would hold it: fitted into a frame, gray around it."""
    width, height = FRAME
    factor = min(width / gray.shape[1], height / gray.shape[0])
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    small = cv2.resize(gray, size, interpolation=how)
    frame = np.full((height, width), 128, np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    frame[top : top + small.shape[0], left : left + small.shape[1]] = small
    return frame


def _examples(folders: tuple[Path, ...]) -> list[tuple[Path, str | None]]:
    found: list[tuple[Path, str | None]] = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"}:
                words = path.with_suffix(".txt")
                text = words.read_text(encoding="utf-8") if words.exists() else None
                found.append((path, None if text is None else _plain(text)))
    return found


def _timed(reader: Reader, gray: Gray) -> tuple[list[str], float]:
    began = time.perf_counter()
    texts = reader(gray)
    return texts, (time.perf_counter() - began) * 1000


def _judge(scores: dict[str, Score], gray: Gray, expected: str | None) -> bool:
    """Score every reader; whether a library alone was right and the gate was not."""
    union: list[str] = []
    right: dict[str, bool] = {}
    readers = [*ALONE.items(), *OURS.items()]
    first = len(scores[readers[0][0]].ms) % len(readers)  # who follows a slow one finds cold caches
    for name, reader in readers[first:] + readers[:first]:
        texts, ms = _timed(reader, gray)
        right[name] = scores[name].add(texts, expected, ms)
        union += texts if name in ALONE else []
    return scores[ANY].add(union, expected, 0.0) and not right[HELD]


def read_pictures(
    folders: tuple[Path, ...],
) -> tuple[dict[str, dict[str, Score]], dict[str, list[str]]]:
    """Scores by size of picture and reader; by size, pictures that the gate alone missed."""
    missed: dict[str, list[str]] = defaultdict(list)
    found: dict[str, dict[str, Score]] = {
        size: defaultdict(Score) for size in ("as it is", "1280x720")
    }
    for path, expected in track(_examples(folders), "Reading", console=Console(stderr=True)):
        try:
            gray = to_gray(open_picture(path))
        except DeviceFault:
            continue
        if gray is None:
            continue
        for size, pixels in (("as it is", gray), ("1280x720", framed(gray))):
            if _judge(found[size], pixels, expected):
                missed[size].append(path.name)
    return found, missed


def _film() -> Iterator[tuple[str, list[Gray]]]:
    rng = np.random.default_rng(1)
    ground = backdrop.backdrop("", rng)
    for number, carries in enumerate(("printed", "phone") * 4):
        text = f"SB1:{number}" + "SIBAO0123456789" * 13
        scene = Scene(who=f"王{number}", carries=carries, text=text, temperature_c=36.5)
        frames = (to_gray(picture) for picture in staged(scene, ground, rng))
        yield text, [frame for frame in frames if frame is not None]


def read_film() -> dict[str, list[int]]:
    """By scene: frames from the first that any library reads until ours has its text; -1 never."""
    delays = []
    for text, frames in track(list(_film()), "Playing", console=Console(stderr=True)):
        reader = CascadeReader(ReaderSettings())
        ours = next((i for i, frame in enumerate(frames) if reader.read(frame) == text), None)
        readable = (i for i, f in enumerate(frames) if any(text in r(f) for r in ALONE.values()))
        first = next(readable, None)
        if first is not None:
            delays.append(-1 if ours is None else max(0, ours - first))
    return {"frames_later": delays}


@click.command()
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def main(folders: tuple[Path, ...], as_json: bool) -> None:
    """Compare readers of codes on FOLDERS of pictures, and on a film."""
    cv2.setNumThreads(1)
    sizes, missed = read_pictures(folders)
    rows = {size: {name: s.row() for name, s in scores.items()} for size, scores in sizes.items()}
    film = read_film()
    if as_json:
        print(json.dumps({**rows, "missed": missed, "film": film}))
        return
    for size, readers in rows.items():
        table = Table(title=f"Pictures, {size}")
        table.add_column("reader")
        for column in ("right", "of", "false", "median ms", "p95 ms", "mean ms"):
            table.add_column(column, justify="right")
        for name, row in readers.items():
            table.add_row(name, *(f"{value:g}" for value in row.values()))
        Console().print(table)
        Console().print(f"Read by a library alone and not by the gate: {missed[size] or 'none'}\n")
    Console().print(f"Film, frames from readable to read, by scene: {film['frames_later']}")


if __name__ == "__main__":
    main()
