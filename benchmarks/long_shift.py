"""Eight hours at a gate, as fast as they go: does it grow?

The demo's film is played over and over through the real gate of `kiosk.bootstrap`: decoder, rules,
journal, display with somebody looking at it, and sync with a real server in a process of its own.
Only the time is not real: each picture advances the clock by what lies between two pictures. For
one hour the server is off, so that entries pile up and go up later. At each hour of the shift a
line says what the gate's process holds. It ends with status 1 where the memory grew.

    python -m benchmarks.long_shift --hours 8
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import cv2

from checkpoint.clock import FixedClock, SystemClock
from checkpoint.entrylog import Link
from kiosk.bootstrap import Voice, station
from kiosk.config import Settings, load
from kiosk.ports import Frame
from kiosk.runner import Runner, Station

FPS = 12
"""Pictures a second of the demo's film."""
HOUR_S = 3600.0
SETTLED_H = 2
"""Hours after which everything that a gate keeps for a while has been filled once."""
GROWS = 1.10
"""How much more the process may hold at the end than in the first hours: a tenth."""
SPARE = 2
"""Connections that may just be open."""
OFF = (3, 4)
"""From which hour until which the server is off."""
PATIENCE_S = 60
LOOK_S = 0.5
SERVER_PORT, DISPLAY_PORT = 8071, 8171


@dataclass(frozen=True, slots=True)
class Held:
    """What the gate's process holds at an hour of the shift."""

    hour: float
    entries: int
    unsent: int
    rss_mb: float
    files: int
    threads: int
    journal_mb: float
    objects: int

    @classmethod
    def now(cls, hour: float, running: Station, entries: int) -> Held:
        """Count."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        folder = running.settings.folder
        journal = sum(file.stat().st_size for file in folder.glob("journal.db*"))
        return cls(
            round(hour, 2),
            entries,
            running.journal.unsent_count(),
            round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1),
            len(list(Path("/proc/self/fd").iterdir())),
            threading.active_count(),
            round(journal / 2**20, 2),
            len(gc.get_objects()),
        )

    def line(self) -> str:
        """For a person to read."""
        return (
            f"{self.hour:5.2f} h  entries {self.entries:6}  unsent {self.unsent:5}"
            f"  RSS {self.rss_mb:6.1f} MB  objects {self.objects:7}  open files {self.files:3}"
            f"  threads {self.threads:2}  journal {self.journal_mb:6.2f} MB"
        )


class Server:
    """The real server over the demo's folder, which may be off for a while."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it where it is off, and wait until it answers."""
        if self._process is not None:
            return
        words = [sys.executable, "-m", "admin", "serve", "--data", str(self._data)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(words, stdout=quiet, stderr=quiet)
        until = time.monotonic() + PATIENCE_S
        while not _answers(f"http://127.0.0.1:{SERVER_PORT}/healthz"):
            if time.monotonic() > until:
                raise click.ClickException("the server does not answer")
            time.sleep(0.1)

    def stop(self) -> None:
        """Switch it off."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None


@dataclass
class Shift:
    """The gate's camera, with which the time passes; at each hour it is counted what there is."""

    running: Station
    clock: FixedClock
    server: Server
    hours: float
    step_s: float
    entries: Counter[str]
    stop: Callable[[], None] = lambda: None
    told: list[Held] = field(default_factory=list)

    def newest(self) -> Frame | None:
        """The next picture of the film."""
        self.clock.advance(self.step_s)
        self._look_round()
        return self.running.camera.newest()

    def count(self) -> None:
        """Say what is held now."""
        hour = self.clock.monotonic() / HOUR_S
        self.told.append(Held.now(hour, self.running, self.entries.total()))
        click.echo(self.told[-1].line())

    def _look_round(self) -> None:
        hour = self.clock.monotonic() / HOUR_S
        if hour >= self.hours:
            self.stop()
        elif hour >= len(self.told):
            self.count()
            if OFF[0] <= hour < OFF[1]:
                self.server.stop()
            else:
                self.server.start()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.running.camera, name)


def _answers(url: str) -> bool:
    try:
        _page(url)
    except OSError:
        return False
    return True


def _page(url: str) -> None:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as page:
        page.read()


def district(folder: Path, server: Server, every: int) -> Settings:
    """The demo district with its film and its server, and the settings of the enrolled gate."""
    ports = ("--port", str(SERVER_PORT), "--display-port", str(DISPLAY_PORT))
    script, film = folder / "script.json", folder / "film.mp4"
    config, code = folder / "kiosk.toml", folder / "enrolment.txt"
    _run("admin", "demo", "--data", str(folder), *ports)
    _run("kiosk", "film", "--script", str(script), "--out", str(film))
    thin(film, every)
    server.start()
    _run("kiosk", "enroll", str(code), "--config", str(config))
    settings = load(config)
    camera = settings.camera.model_copy(update={"pace": "lockstep", "loop": True})
    return settings.model_copy(update={"camera": camera})


def thin(film: Path, every: int) -> None:
    """Leave one picture of so many in a film; it lasts as long as before."""
    whole, thinned = cv2.VideoCapture(str(film)), film.with_name("thinned.mp4")
    width, height = (int(whole.get(side)) for side in (3, 4))
    code = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(thinned), cv2.CAP_FFMPEG, code, FPS / every, (width, height))
    number = 0
    while whole.grab():
        if number % every == 0:
            writer.write(whole.retrieve()[1])
        number += 1
    writer.release()
    thinned.replace(film)


def _run(*words: str) -> None:
    subprocess.run([sys.executable, "-m", *words], check=True, stdout=subprocess.DEVNULL)


def work(settings: Settings, server: Server, hours: float, step_s: float) -> list[Held]:
    """The shift; what was held at each hour."""
    clock, entries = FixedClock(SystemClock().now()), Counter[str]()

    def count(_link: Link) -> None:
        entries["all"] += 1

    with station(settings, clock, Voice(count, click.echo)) as running:
        shift = Shift(running, clock, server, hours, step_s, entries)
        runner = Runner(replace(running, camera=shift), clock)
        shift.stop = runner.stop
        threading.Thread(target=_watch, name="glass", daemon=True).start()
        runner.run()
        shift.count()
    return shift.told


def _watch() -> None:
    """Somebody looks at the display all the time: its state, and the camera's picture."""
    pause, place = threading.Event(), f"http://127.0.0.1:{DISPLAY_PORT}"
    while not pause.wait(LOOK_S):
        with suppress(OSError):
            _page(f"{place}/state.json")
            _page(f"{place}/preview.jpg")


def grown(told: list[Held]) -> str:
    """What grew without end, in words; empty where nothing did."""
    first = [held for held in told if held.hour < SETTLED_H + 1]
    end = told[-1]
    most = {
        "MB of memory": (end.rss_mb, GROWS * max(held.rss_mb for held in first)),
        "objects": (end.objects, GROWS * max(held.objects for held in first)),
        "open files": (end.files, SPARE + max(held.files for held in first)),
        "threads": (end.threads, max(held.threads for held in first)),
    }
    grew = [
        f"{what}: {now}, {limit:.0f} at most" for what, (now, limit) in most.items() if now > limit
    ]
    return "; ".join(grew)


@click.command()
@click.option("--hours", default=8.0, type=click.FloatRange(0.01, 1000), show_default=True)
@click.option(
    "--every",
    default=1,
    type=click.IntRange(1, 12),
    show_default=True,
    help="Show the gate one picture of so many; the film has 12 a second.",
)
def main(hours: float, every: int) -> None:
    """Let a gate work a long shift, and see whether it grows."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="long-shift-") as place:
        server = Server(Path(place))
        try:
            settings = district(Path(place), server, every)
            told = work(settings, server, hours, every / FPS)
        finally:
            server.stop()
    click.echo(
        f"{hours:g} h in {(time.monotonic() - began) / 60:.1f} min, {FPS / every:g} pictures/s"
    )
    if words := grown(told):
        raise click.ClickException(words)


if __name__ == "__main__":
    main()
