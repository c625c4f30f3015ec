"""The process that reads plates, in an environment of its own (`plates.__main__`)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from checkpoint.domain.plate import painted
from checkpoint.errors import Ailment, DeviceFault
from kiosk.drivers.native import cv2
from kiosk.ports import Image, PlateReading

ROOT = Path(__file__).parents[3]
ENVIRONMENT = Path(sys.prefix).resolve().parent / ".venv-plates"
INSTALL = "run setup/venv.sh plates, or take another plate.driver"
LARGEST_SIDE = 960
"""Pixels of the longer side of the picture in which plates are looked for."""


def command(python: str) -> tuple[str, ...]:
    """What starts it; with the project's own environment where `python` is empty."""
    return (python or str(ENVIRONMENT / "bin" / "python"), "-m", "plates")


class ReadingProcess:
    """Started when it is first asked, and anew after it has ended."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        process = self._process
        return process is not None and process.poll() is None

    def start(self) -> None:
        """Start it if it does not run, and wait until it is ready. Raises DeviceFault."""
        try:
            self._running()
        except OSError as fault:
            raise _lost(str(fault)) from fault

    def read(self, image: Image) -> PlateReading | None:
        """The nearest plate in a picture, None without one.

        Waits for the answer. Raises DeviceFault when the process can't be started or has ended.
        """
        small = _smaller(image)
        sizes = {"size": image.shape[:2], "small": small.shape[:2]}
        try:
            process = self._running()
            pipe = cast("IO[bytes]", process.stdin)
            pipe.write(json.dumps(sizes).encode() + b"\n")
            pipe.write(np.ascontiguousarray(image).tobytes() + small.tobytes())
            pipe.flush()
        except OSError as fault:
            self.clear()
            raise _lost(str(fault)) from fault
        return _nearest(self._answer(process))

    def kill(self) -> None:
        """End it at once; a thread that waits for its answer gets a DeviceFault."""
        process = self._process
        if process is not None:
            process.kill()

    def end(self) -> None:
        """End it for good: it is not started again."""
        self._over = True
        self.kill()

    def clear(self) -> None:
        """Let go of a process and its pipes; no other thread may be waiting for it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what a process did not take before it ended is lost
                cast("IO[bytes]", pipe).close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is None:
            return self._process
        self.clear()
        if not Path(self._words[0]).exists():
            raise _lost(f"{self._words[0]} is not there")
        pipe, away = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(  # noqa: S603 - the interpreter that the settings name
            self._words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=away
        )
        if self._over:
            self.kill()
        said = self._answer(self._process)
        if not said.get("ready"):
            self.clear()
            raise _lost(str(said.get("error", "it did not say that it is ready")))
        return self._process

    def _answer(self, process: subprocess.Popen[bytes]) -> dict[str, Any]:
        try:
            line = cast("IO[bytes]", process.stdout).readline()
            said = json.loads(line) if line else None
        except ValueError as fault:
            raise _babble(fault) from fault
        if said is None:
            self.clear()
            raise DeviceFault("the reader of plates has ended", remedy=INSTALL)
        if not isinstance(said, dict):
            raise _babble("no object")
        return said


def _nearest(said: dict[str, Any]) -> PlateReading | None:
    """The first that is a plate: the process names the nearest first."""
    try:
        rows = [(painted(one["text"]), float(one["confidence"])) for one in said["plates"]]
    except (KeyError, TypeError, ValueError) as fault:
        raise _babble(repr(fault)) from fault
    plates = [PlateReading(text, min(sure, 1.0)) for text, sure in rows if text]
    return plates[0] if plates else None


def _smaller(image: Image) -> Image:
    height, width = image.shape[:2]
    scale = LARGEST_SIDE / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(image)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _lost(why: str) -> DeviceFault:
    message = f"the reader of plates can't be started: {why}"
    return DeviceFault(message, remedy=INSTALL, ailment=Ailment.LOST)


def _babble(why: object) -> DeviceFault:
    message = f"the reader of plates answered nonsense: {why}"
    return DeviceFault(message, remedy="start the gate again", ailment=Ailment.BABBLING)
