"""Stand-ins for scanners: a pty on which a serial scanner speaks, or the kernel's key events lie.

The events are composed as the kernel's HID driver writes them for a scanner in the US layout:
scan code, key, report, press and release. What a pty can't stand in for is EVIOCGRAB, which is
noted instead.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import ScannerSettings
from kiosk.drivers.scanners.strokes import EVENT, US

SHIFT, ENTER, CTRL = 42, 28, 29
SYN, KEY, MSC = 0, 1, 4
EVIOCGRAB = 0x40044590
_KERNEL = fcntl.ioctl


def event(kind: int, code: int, value: int) -> bytes:
    """One `struct input_event`, at some moment."""
    return EVENT.pack(1_772_436_600, 1, kind, code, value)


def stroke(code: int, *held: int) -> bytes:
    """A key pressed and let go, while others are held down."""
    keys = [(key, 1) for key in (*held, code)] + [(key, 0) for key in (code, *reversed(held))]
    return b"".join(
        event(MSC, 4, 0x70000 + key) + event(KEY, key, value) + event(SYN, 0, 0)
        for key, value in keys
    )


def typed(text: str) -> bytes:
    """What a scanner types for a text, without an end."""
    keys = {pair[shift]: (code, shift) for code, pair in US.items() for shift in (1, 0)}
    return b"".join(
        stroke(code, SHIFT) if shift else stroke(code)
        for code, shift in (keys[letter] for letter in text)
    )


@dataclass
class Wire:
    """A scanner that can be pulled out and plugged in again under the same name."""

    path: Path
    spell: Callable[[str], bytes]
    """a text as it goes over the wire, with its end"""
    ends: list[int] = field(default_factory=list)

    def plug(self) -> None:
        """Plug in; the name leads to another device than before."""
        ours, theirs = os.openpty()
        tty.setraw(ours)
        tty.setraw(theirs)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(theirs))
        self.ends = [ours, theirs]

    def unplug(self) -> None:
        """Pull it out."""
        self.path.unlink(missing_ok=True)
        for end in self.ends:
            os.close(end)
        self.ends = []

    def say(self, raw: bytes) -> None:
        """Send bytes as they are, as long as somebody listens."""
        with suppress(OSError):
            while raw:
                raw = raw[os.write(self.ends[0], raw) :]

    def scan(self, text: str) -> None:
        """Scan a code."""
        self.say(self.spell(text))


@dataclass
class Grabs:
    """What was asked of the kernel; `refused` is the error that it answers."""

    asked: list[int] = field(default_factory=list)
    refused: int = 0

    def ioctl(self, device: int, request: int, *args: Any) -> Any:
        """The answer to EVIOCGRAB; whatever else is asked, the kernel answers."""
        if request != EVIOCGRAB:
            return _KERNEL(device, request, *args)
        assert args == (1,)
        if self.refused:
            raise OSError(self.refused, os.strerror(self.refused))
        self.asked.append(os.fstat(device).st_rdev)
        return 0


@contextmanager
def plugged(name: str, folder: Path) -> Iterator[tuple[ScannerSettings, Wire]]:
    """Settings for a scanner of a name, and the scanner."""
    path = folder / f"{name}-scanner"
    spell = {
        "serial": lambda text: f"{text}\r\n".encode(),
        "keyboard": lambda text: typed(text) + stroke(ENTER),
    }[name]
    wire = Wire(path, spell)
    wire.plug()
    where = {"serial": "port", "keyboard": "keyboard"}[name]
    try:
        yield ScannerSettings.model_validate({"driver": name, where: str(path)}), wire
    finally:
        wire.unplug()


@pytest.fixture
def grabs(monkeypatch: pytest.MonkeyPatch) -> Grabs:
    """Every EVIOCGRAB of the test."""
    noted = Grabs()
    monkeypatch.setattr(fcntl, "ioctl", noted.ioctl)
    return noted


BUSY, FOREIGN, FORBIDDEN = errno.EBUSY, errno.ENOTTY, errno.EACCES
