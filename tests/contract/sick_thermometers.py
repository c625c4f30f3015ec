"""Thermometers that a test can make ill: on a bus, behind the kernel's files, on a line."""

from __future__ import annotations

import os
import tty
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import smbus2

from kiosk.config import ThermometerSettings
from tests.contract.probes import Bus, kernel_files
from tests.contract.thermal_array import ArrayWire, body

DRIFT_C = 0.02


class Ill(ABC):
    """One device. `tick` is called now and then: a sensor that works is never still."""

    settings: ThermometerSettings
    mood = "well"

    @abstractmethod
    def tick(self) -> None:
        """Time passes before the sensor."""

    @abstractmethod
    def turn(self, mood: str) -> None:
        """`well`, `gone`, `silent`, `babbling` or `stuck` from now on."""


class OnABus(Ill):
    """An MLX90614 or MLX90640."""

    def __init__(self, wire: type[Bus] | type[ArrayWire], babble: str) -> None:
        self.settings = ThermometerSettings()
        self._wire, self._babble = wire, babble
        self._hold, self._object_c = Event(), 34.5
        self._hold.set()

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put it on the wire of this test."""
        hold = self._hold

        class Held(self._wire):  # type: ignore[misc, name-defined]
            def read_i2c_block_data(self, *asked: Any) -> Any:
                hold.wait(20)
                return super().read_i2c_block_data(*asked)

            def i2c_rdwr(self, *messages: Any) -> None:
                hold.wait(20)
                super().i2c_rdwr(*messages)

        monkeypatch.setattr(smbus2, "SMBus", Held)
        for name in ("broken", "object_c", "scene", "control"):
            if hasattr(self._wire, name):
                monkeypatch.setattr(self._wire, name, getattr(self._wire, name))

    def tick(self) -> None:
        if self.mood == "stuck":
            return
        self._object_c = 34.5 + DRIFT_C * (self._object_c == 34.5)
        if self._wire is Bus:
            Bus.object_c = self._object_c
        else:
            ArrayWire.scene = body(self._object_c + 1, 22 + self._object_c / 10)

    def turn(self, mood: str) -> None:
        self.mood = mood
        broken = {"gone": "unplugged", "babbling": self._babble}
        self._wire.broken = broken.get(mood, "")
        if mood == "silent":
            self._hold.clear()
        else:
            self._hold.set()


class KernelFiles(Ill):
    """The kernel's files; one that hangs is a pipe to which nobody writes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._object_c = folder / "device", 34.5
        self._raw = self._folder / "in_temp_object_raw"
        self._folder.mkdir()
        kernel_files(self._folder, self._object_c)
        self.settings = ThermometerSettings(folder=str(self._folder))

    def tick(self) -> None:
        if self.mood == "well":
            self._object_c = 34.5 + DRIFT_C * (self._object_c == 34.5)
            self._replace(f"{round((self._object_c + 273.15) / 0.02)}\n")

    def turn(self, mood: str) -> None:
        if self.mood == "silent":  # let go of whoever reads the pipe
            with suppress(OSError):
                os.close(os.open(self._raw, os.O_WRONLY | os.O_NONBLOCK))
        self.mood = mood
        if mood == "babbling":
            self._replace("-EIO?\n")
        if mood == "gone":
            self._raw.unlink()
        if mood == "silent":
            self._raw.unlink()
            os.mkfifo(self._raw)

    def _replace(self, text: str) -> None:
        fresh = self._raw.with_suffix(".new")
        fresh.write_text(text, encoding="ascii")
        fresh.replace(self._raw)


class Gun(Ill):
    """A forehead gun on a pty."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._ours)
        tty.setraw(self._theirs)
        self.settings = ThermometerSettings(driver="serial", port=os.ttyname(self._theirs))

    def tick(self) -> None:
        said = {"stuck": b"BODY:36.7C\r\n", "babbling": b"U" * 64}.get(self.mood)
        if said:
            os.write(self._ours, said)

    def turn(self, mood: str) -> None:
        self.mood = mood
        if mood == "gone":
            self.close()

    def close(self) -> None:
        """Hang up."""
        for end in (self._ours, self._theirs):
            with suppress(OSError):
                os.close(end)
        self._ours = self._theirs = -1


@contextmanager
def ill(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ill]:
    """The device of a driver, well at first; it is well again at the end."""
    if name == "iio":
        made: Ill = KernelFiles(folder)
    elif name == "serial":
        made = Gun()
    else:
        made = OnABus(Bus, "noise") if name == "mlx90614" else OnABus(ArrayWire, "third")
        made.patch(monkeypatch)
    try:
        yield made
    finally:
        if isinstance(made, Gun):
            made.close()
        else:
            made.turn("well")
