"""How long the gate itself takes from a camera's picture to the decision on it.

The film and the drivers of `benchmarks.one_scan`, through the real state machine: `Gate.step` on
every picture, one by one, on one core. A person holds the pass before the camera; the gate reads
it, waits until the temperature and the votes on the mask have settled, decides, and has the entry
on disk before the step returns. Told are the steps in which a decision fell, from asking the
camera to the answer, and all others: those in which a passing goes on, and those at an empty
gate, which try every repair of the picture. The camera that judges masks looks at each picture
before the step goes on, as on a gate whose only core both share.

    python -m benchmarks.gate_turn --scans 200
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import click
import cv2
from rich.console import Console
from rich.table import Table

from benchmarks.one_scan import FACE, FRAME_MS, AtOnce, faced, script, summary
from checkpoint.clock import SystemClock
from checkpoint.entrylog import Link
from checkpoint.keys import SigningKey
from kiosk.config import (
    BarrierSettings,
    CameraSettings,
    GateSettings,
    MaskSettings,
    PlateSettings,
    ReaderSettings,
    ScannerSettings,
    ThermometerSettings,
    TurnSettings,
)
from kiosk.drivers import registry
from kiosk.drivers.cameras.opencv import OpenCvCamera
from kiosk.drivers.mask_camera.sensor import CameraMaskSensor
from kiosk.drivers.pictures import open_picture
from kiosk.feed import Feed
from kiosk.film import render
from kiosk.film.staging import FPS, SCENE_PICTURES
from kiosk.gate.devices import Devices
from kiosk.gate.gate import Gate
from kiosk.gate.recorder import Recorder
from kiosk.ports import Frame, Phase

DECIDED, WAITED, EMPTY = "a decision fell", "somebody is measured", "waiting for somebody"


def _devices(stack: ExitStack) -> Devices:
    clock = SystemClock()
    return Devices(
        reader=stack.enter_context(registry.load(registry.READERS, "cascade")(ReaderSettings())),
        thermometer=stack.enter_context(
            registry.load(registry.THERMOMETERS, "film")(ThermometerSettings(), clock)
        ),
        mask=stack.enter_context(CameraMaskSensor(MaskSettings(driver="camera"), AtOnce())),
        barrier=stack.enter_context(
            registry.load(registry.BARRIERS, "simulated")(BarrierSettings(), clock)
        ),
        scanner=stack.enter_context(
            registry.load(registry.SCANNERS, "none")(ScannerSettings(), clock)
        ),
        plate=stack.enter_context(registry.load(registry.PLATES, "button")(PlateSettings(), clock)),
        turn=stack.enter_context(registry.load(registry.TURNS, "none")(TurnSettings(), clock)),
    )


class Turns:
    """The gate's steps, timed by what came of them: milliseconds."""

    def __init__(self, gate: Gate, camera: OpenCvCamera, began_at: datetime) -> None:
        self._gate, self._camera, self._at = gate, camera, began_at
        self._face = open_picture(FACE)
        self._scene_step = timedelta(seconds=1 / FPS)
        self.decided: list[Link] = []
        self.spent: dict[str, list[float]] = defaultdict(list)

    def turn(self) -> None:
        """One picture through the gate."""
        began = time.perf_counter()
        frame = self._camera.newest()
        captured = time.perf_counter() - began
        if frame is None:
            self._camera.rewind()
            return
        self._at += self._scene_step
        image = frame.image
        if frame.number % SCENE_PICTURES < SCENE_PICTURES - FPS:
            image = faced(image, self._face)
        shown, known = Frame(image, frame.number, self._at), len(self.decided)
        began = time.perf_counter()
        view = self._gate.step(shown, (), self._at)
        spent = (captured + time.perf_counter() - began) * 1000
        if len(self.decided) > known and view.decision is not None:
            self.spent[DECIDED].append(spent)
        elif view.phase in (Phase.TEMPERATURE, Phase.MASK):
            self.spent[WAITED].append(spent)
        elif view.phase is Phase.WAITING:
            self.spent[EMPTY].append(spent)


def measure(folder: Path, scans: int) -> dict[str, dict[str, float]]:
    """Milliseconds of the steps by what came of them, and the deciding ones by frames."""
    feed = Feed.open(folder, SystemClock())
    issuer = SigningKey.load(folder / "keys" / "issuer.json")
    film = folder / "scan.mp4"
    render(script(folder, issuer, SystemClock().now()), film)
    with feed.journal, ExitStack() as stack:
        camera = stack.enter_context(
            OpenCvCamera(CameraSettings(source=str(film), pace="lockstep"), SystemClock())
        )
        decided: list[Link] = []
        recorder = Recorder(feed.journal, feed.in_force, decided.append)
        turns = Turns(Gate(GateSettings(), _devices(stack), recorder), camera, SystemClock().now())
        turns.decided = decided
        while len(turns.spent[DECIDED]) < scans:
            turns.turn()
    rows = {name: summary(turns.spent[name]) for name in (DECIDED, WAITED, EMPTY)}
    shares = {name: round(value / FRAME_MS, 3) for name, value in rows[DECIDED].items()}
    return rows | {f"{DECIDED} / frame of 33.3 ms": shares}


@click.command()
@click.option("--scans", default=200, type=click.IntRange(20, 100_000), show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="On the disk to be measured.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(scans: int, folder: Path | None, as_json: bool) -> None:
    """Time the steps of the real gate."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        rows = measure(Path(place), scans)
    if as_json:
        print(json.dumps(rows))
        return
    table = Table(title=f"Steps of the gate, {scans} decisions", caption="milliseconds")
    table.add_column("step in which")
    for name in ("p50", "p95", "p99"):
        table.add_column(name, justify="right")
    for name, row in rows.items():
        table.add_row(name, *(f"{value:.2f}" for value in row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
