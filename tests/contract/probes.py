"""Stand-ins for thermometers: a bus that sends error codes, the kernel's files, a pty."""

from __future__ import annotations

import os
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.config import ThermometerSettings
from kiosk.drivers.thermometers.mlx90614 import pec


class Bus:
    """An MLX90614 on an I2C bus: words of 0.02 K, each with its error code."""

    object_c = 36.5
    ambient_c = 20.0
    broken: str = ""
    """`unplugged`, `noise` (a wrong code), `error` (the sensor's own flag)"""

    def __init__(self, number: int) -> None:
        if number != 1:
            raise FileNotFoundError(2, "No such file or directory", f"/dev/i2c-{number}")

    def read_i2c_block_data(self, address: int, register: int, length: int) -> list[int]:
        """What the sensor puts on the wire."""
        assert (address, length) == (0x5A, 3)
        if Bus.broken == "unplugged":
            raise OSError(121, "Remote I/O error")
        celsius = {6: Bus.ambient_c, 7: Bus.object_c}[register]
        word = round((celsius + 273.15) / 0.02) | (0x8000 if Bus.broken == "error" else 0)
        low, high = word & 0xFF, word >> 8
        code = pec(bytes((address << 1, register, address << 1 | 1, low, high)))
        return [low, high, code ^ (1 if Bus.broken == "noise" else 0)]

    def close(self) -> None:
        """Let go of the bus."""


def kernel_files(folder: Path, object_c: float, ambient_c: float = 20.0) -> None:
    """What the kernel's driver of an MLX90614 shows: 0.02 K a step, offset to °C."""
    for of, celsius in (("object", object_c), ("ambient", ambient_c)):
        shown = {"raw": round((celsius + 273.15) / 0.02), "offset": -13657.5, "scale": 20}
        for part, value in shown.items():
            (folder / f"in_temp_{of}_{part}").write_text(f"{value}\n", encoding="ascii")


@contextmanager
def gun() -> Iterator[tuple[ThermometerSettings, int]]:
    """Settings for a line, and its far end to write to."""
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    try:
        yield ThermometerSettings(driver="serial", port=os.ttyname(theirs)), ours
    finally:
        os.close(ours)
        os.close(theirs)
