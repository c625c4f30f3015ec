"""How long one scan takes at the gate, stage by stage.

A film of people with valid passes is rendered, and each of its pictures that shows a pass goes
the whole way of docs/architecture.md through the real drivers, the real verification and the
real journal, on one core. The faces of the film are drawn, so a photographed one is laid over
them for the camera that judges masks. At a gate that looks in a thread of its own and at fewer
pictures; here every picture waits for it, as on a gate whose only core both share. What settles
over several pictures (the temperature, the votes on a mask) costs no processor and is not waited
for. Beside each scan the same libraries do the least that any gate must do (decode the picture,
find the code, check one signature, commit one row, make one JPEG): the floor. Its ratio to the
whole holds from machine to machine better than milliseconds do; so does processor time where
other programs share the core.

    python -m benchmarks.one_scan --scans 300
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
import cv2
import numpy as np
import zxingcpp
from PIL import Image as Pillow
from rich.console import Console
from rich.table import Table

from checkpoint.clock import SystemClock
from checkpoint.credential import issue
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.domain.observation import Direction
from checkpoint.keys import Purpose, SigningKey
from checkpoint.screening import decide
from kiosk.config import CameraSettings, MaskSettings, ReaderSettings, ThermometerSettings
from kiosk.display.picture import jpeg
from kiosk.drivers.cameras.opencv import OpenCvCamera
from kiosk.drivers.decoders import to_gray
from kiosk.drivers.film_layout import MARK
from kiosk.drivers.mask_camera.sensor import CameraMaskSensor
from kiosk.drivers.on_film import FilmThermometer
from kiosk.drivers.pictures import open_picture
from kiosk.drivers.readers import CascadeReader
from kiosk.feed import Feed
from kiosk.film import render
from kiosk.film.staging import ENTER, HOLD, RAISE, SCENE_PICTURES
from kiosk.gate.admissions import Admissions
from kiosk.gate.decision import InForce, Sighting, observe, passage
from kiosk.ports import Frame, Glimpse, Image

_QR = zxingcpp.BarcodeFormat.QRCodeModel2
FRAME_MS = 1000 / 30
DECISION = ("capture", "gray", "read", "temperature", "mask", "verify", "decide", "commit")
WAY = (*DECISION, "preview")
FACE = Path(__file__).parents[1] / "tests" / "assets" / "mask" / "worn.jpg"
FACE_SIDE = 230
"""Pixels of the photographed face with its margin: somebody 70 cm from a 720p camera."""
P = ParamSpec("P")
R = TypeVar("R")
ROW_BYTES = 700
"""About what the journal writes for one passing."""


@dataclass
class Times:
    """Milliseconds by stage."""

    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done within."""
        began = time.perf_counter()
        yield
        self.spent[name].append((time.perf_counter() - began) * 1000)

    def whole(self, names: tuple[str, ...]) -> list[float]:
        """The sums of the named stages, scan by scan."""
        return [sum(parts) for parts in zip(*(self.spent[n] for n in names), strict=True)]


class AtOnce(Executor):
    """Looks before it answers: the processor time of a gate that has one core."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """What has been done already."""
        future: Future[R] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Way:
    """The real way of one scan."""

    def __init__(self, film: Path, journal: Admissions, in_force: InForce) -> None:
        settings = CameraSettings(source=str(film), pace="lockstep")
        self._camera = OpenCvCamera(settings, SystemClock())
        self._reader = CascadeReader(ReaderSettings())
        self._thermometer = FilmThermometer(ThermometerSettings(), SystemClock())
        self._mask_sensor = CameraMaskSensor(MaskSettings(driver="camera"), AtOnce())
        self._face = open_picture(FACE)
        self._journal, self._in_force = journal, in_force
        self.times = Times()
        self.misses = self.unseen = 0

    def frame(self) -> Frame:
        """The next picture; its time counts only when it shows a pass."""
        frame = self._camera.newest()
        if frame is None:
            self._camera.rewind()
            return self.frame()
        return frame

    def scan(self) -> Frame | None:
        """One picture; it is given back when it went the whole way."""
        began = time.perf_counter()
        frame = self.frame()
        captured = (time.perf_counter() - began) * 1000
        place = frame.number % SCENE_PICTURES
        if not ENTER + RAISE <= place < ENTER + RAISE + HOLD:
            self._look_at_nobody(frame, place)
            return None
        self.times.spent["capture"].append(captured)
        frame = Frame(faced(frame.image, self._face), frame.number, frame.at)
        began = time.thread_time()
        self._pass(frame)
        self.times.spent["processor"].append((time.thread_time() - began) * 1000)
        return frame

    def _look_at_nobody(self, frame: Frame, place: int) -> None:
        if place >= SCENE_PICTURES - 6:
            with self.times.stage("read nobody"):
                self._reader.read(frame.image)

    def _pass(self, frame: Frame) -> None:
        stage, now = self.times.stage, SystemClock().now()
        with stage("gray"):
            gray = to_gray(frame.image)
        with stage("read"):
            text = self._reader.read(gray) if gray is not None else None
        self.misses += text is None
        glimpse = Glimpse(frame.at, frame, code=self._reader.place)
        with stage("temperature"):
            reading = self._thermometer.measure(glimpse)
        with stage("mask"):
            mask = self._mask_sensor.look(glimpse)
        self.unseen += mask is None
        with stage("verify"):
            verification = self._in_force.verify(text or "", now)
        readings = (reading,) if reading else ()
        sighting = Sighting(now, Direction.IN, verification, readings, mask, "film")
        with stage("decide"):
            observation = observe(sighting, self._in_force, self._journal)
            decision = decide(observation, self._in_force.bundle.policy)
        with stage("commit"):
            self._journal.append(passage(observation, decision, self._in_force))
        with stage("preview"):
            jpeg(frame.image)


def faced(image: Image, face: Image) -> Image:
    """The picture with a photographed face where the drawn one is."""
    left, top = (place - FACE_SIDE // 2 for place in MARK)
    image[top : top + FACE_SIDE, left : left + FACE_SIDE] = cv2.resize(face, (FACE_SIDE, FACE_SIDE))
    return image


class Floor:
    """The least that any gate must do, by the bare libraries."""

    def __init__(self, film: Path, folder: Path, key: SigningKey) -> None:
        self._reel = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG)
        self._db = sqlite3.connect(folder / "floor.db", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE row (body BLOB)")
        self._message = b"m" * 140
        self._key, self._signature = key, key.sign(Purpose.HEAD, self._message)
        self.spent: list[float] = []

    def once(self, frame: Frame) -> None:
        """All of it for one picture."""
        began = time.perf_counter()
        good, _ = self._reel.read()
        if not good:
            self._reel.set(cv2.CAP_PROP_POS_FRAMES, 0)
            self._reel.read()
        gray = cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)
        zxingcpp.read_barcodes(gray, formats=zxingcpp.BarcodeFormats([_QR]))
        self._key.trusted.verifies(self._signature, self._message)
        self._db.execute("INSERT INTO row VALUES (?)", (b"b" * ROW_BYTES,))
        small = cv2.resize(frame.image, (640, 360), interpolation=cv2.INTER_AREA)
        Pillow.fromarray(small).save(io.BytesIO(), "JPEG", quality=72)
        self.spent.append((time.perf_counter() - began) * 1000)

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()
        self._reel.release()


def script(folder: Path, key: SigningKey, now: datetime) -> Path:
    scenes = []
    for number, who in enumerate(("Alice", "Bob", "Charlie", "王小明")):
        known = HealthPass(
            *(fresh_id(), PassKind.WORKER, key.trusted.owner, key.trusted.owner, fresh_id()),
            *(who, "123X", now - timedelta(days=1), now - timedelta(days=1)),
            now + timedelta(days=30),
        )
        carries = ("printed", "phone")[number % 2]
        scenes.append(
            {"who": who, "carries": carries, "text": issue(known, key), "temperature_c": 36.5}
        )
    path = folder / "script.json"
    path.write_text(json.dumps({"seed": 1, "scenes": scenes}), encoding="utf-8")
    return path


def summary(values: list[float]) -> dict[str, float]:
    p50, p95, p99 = np.percentile(values, (50, 95, 99))
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3), "p99": round(float(p99), 3)}


def measure(folder: Path, scans: int) -> dict[str, dict[str, float]]:
    """Milliseconds by stage, of the whole, and of the floor; then the ratios."""
    feed = Feed.open(folder, SystemClock())
    issuer = SigningKey.load(folder / "keys" / "issuer.json")
    film = folder / "scan.mp4"
    render(script(folder, issuer, SystemClock().now()), film)
    head_key = SigningKey.load(folder / "keys" / "kiosk.json")
    with feed.journal, closing(Floor(film, folder, head_key)) as floor:
        way = Way(film, feed.admissions, feed.in_force)
        while len(floor.spent) < scans:
            frame = way.scan()
            if frame is not None:
                floor.once(frame)
    rows = {name: summary(way.times.spent[name]) for name in WAY}
    rows["frame to decision"] = summary(way.times.whole(DECISION))
    rows["whole"] = summary(way.times.whole(WAY))
    rows["processor, without capture"] = summary(way.times.spent["processor"])
    rows["floor"] = summary(floor.spent)
    rows["read nobody"] = summary(way.times.spent["read nobody"])
    for name in ("frame to decision", "whole"):
        rows[f"{name} / frame of 33.3 ms"] = {
            k: round(v / FRAME_MS, 3) for k, v in rows[name].items()
        }
    ratios = [a / b for a, b in zip(way.times.whole(WAY), floor.spent, strict=True)]
    rows["whole / floor"] = summary(ratios)
    for name, count in (("pictures not read", way.misses), ("mask not settled", way.unseen)):
        rows[name] = {"p50": count, "p95": count, "p99": count}
    return rows


@click.command()
@click.option("--scans", default=300, type=click.IntRange(20, 100_000), show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="On the disk to be measured.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(scans: int, folder: Path | None, as_json: bool) -> None:
    """Time the stages of one scan."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        rows = measure(Path(place), scans)
    if as_json:
        print(json.dumps(rows))
        return
    table = Table(title=f"One scan, {scans} times", caption="milliseconds, then ratios")
    table.add_column("stage")
    for name in ("p50", "p95", "p99"):
        table.add_column(name, justify="right")
    for name, row in rows.items():
        table.add_row(name, *(f"{value:.2f}" for value in row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
