"""An MLX90640 on an I2C bus: its memory, and a scene that it sees.

The EEPROM is that of the datasheet's worked example, with other pixels. What stands in the RAM for
a temperature is found by trying words until the sensor's formulas give it back.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from kiosk.drivers.thermometers.array.calibration import COLUMNS, ROWS, Calibration, Picture, Words
from kiosk.drivers.thermometers.array.heat import object_c

COMMON = (
    "4210 ffbb 0202 f202 f2f2 e2e2 d1e1 b1d1 f10f f00f e0ef e0ef "
    "e1e1 f3f2 f404 e504 79a6 2f44 ffdd 2210 3333 2233 ef01 9acc "
    "eedc 10ff 2221 3333 2333 0112 eeff bbdd 18ef 2ff1 5952 9d68 "
    "5454 0994 6956 5354 2363 e446 fbb5 044b f020 9797 9797 2889"
)
"""The words from 0x2410 to 0x243F of the worked example."""
PIXEL, SEEN = 0x08A0, 0x0261
"""The words of its pixel (12, 16): calibration, and what stands in the RAM."""
OWN = {
    0x0700: 0x4BF2,
    0x0708: 0xFFCA,
    0x070A: 0x1881,
    0x0720: 0x06AF,
    0x0728: 0xFFC8,
    0x072A: 0xCCC5,
}
"""What its RAM says beside the pixels: 3.319 V, and 39.18 °C of the sensor itself."""
OWN_C = 39.18442
_EEPROM, _RAM, _STATUS, _CONTROL = 0x2400, 0x0400, 0x8000, 0x800D


def eeprom(pixels: int | None = PIXEL) -> Words:
    """The memory of a sensor whose pixels are all alike, or of one whose pixels differ."""
    words = np.zeros(0x340, np.uint16)
    words[0x10:0x40] = [int(word, 16) for word in COMMON.split()]
    if pixels is None:
        rng = np.random.default_rng(9064)
        parts = [rng.integers(-span, span, 768) for span in (12, 8, 3)]
        offset, sensitivity, ambient = (part.astype(np.int64) for part in parts)
        words[0x40:] = (offset & 63) << 10 | (sensitivity & 63) << 4 | (ambient & 7) << 1
        words[0x40:][words[0x40:] == 0] = PIXEL
    else:
        words[0x40:] = pixels
    return words


def ram(pixels: Words | int = SEEN) -> Words:
    """What the sensor has measured."""
    words = np.zeros(0x340, np.uint16)
    words[:768] = pixels
    for address, word in OWN.items():
        words[address - _RAM] = word
    return words


def showing(scene: Picture, known: Calibration, subpage: int) -> Words:
    """The RAM of a sensor that sees so many °C in each pixel, by halving the words that may be."""
    low = np.full((ROWS, COLUMNS), -32768, np.int64)
    high = np.full((ROWS, COLUMNS), 32767, np.int64)
    for _ in range(16):
        middle = (low + high) // 2
        celsius = object_c(ram(middle.astype(np.int16).view(np.uint16).ravel()), subpage, known)
        colder = np.nan_to_num(celsius, nan=-300.0) < scene
        low, high = np.where(colder, middle, low), np.where(colder, high, middle)
    return ram(high.astype(np.int16).view(np.uint16).ravel())


def body(face_c: float = 34.5, wall_c: float = 22.0) -> Picture:
    """A head in the middle of the view, before a wall."""
    scene = np.full((ROWS, COLUMNS), wall_c)
    scene[7:17, 12:20] = face_c
    return scene


class ArrayWire:
    """The bus. `frame` goes on by half a picture with each look; the tests change the class."""

    memory: ClassVar[Words] = eeprom()
    scene: ClassVar[Picture] = body()
    broken: ClassVar[str] = ""
    """`unplugged`, `frozen` (nothing new), `hurried` (new before it was read), `third` (subpage)"""
    control: ClassVar[int] = 0x1901

    def __init__(self, number: int) -> None:
        if number != 1:
            raise FileNotFoundError(2, "No such file or directory", f"/dev/i2c-{number}")
        self._subpage, self._new = 0, True

    def i2c_rdwr(self, *messages: Any) -> None:
        """A register to read, or one to write."""
        if self.broken == "unplugged":
            raise OSError(121, "Remote I/O error")
        assert all(message.addr == 0x33 for message in messages)
        said = bytes(messages[0])
        address = int.from_bytes(said[:2], "big")
        if len(messages) == 1:
            self._write(address, int.from_bytes(said[2:], "big"))
            return
        words = self._words(address, len(messages[1]) // 2)
        for place, byte in enumerate(words.astype(">u2").tobytes()):
            messages[1].buf[place] = bytes([byte])

    def close(self) -> None:
        """Let go of the bus."""

    def _words(self, address: int, count: int) -> Words:
        if address == _STATUS:
            new = self._new and self.broken != "frozen"
            self._new = True
            page = 2 if self.broken == "third" else self._subpage
            return np.array([page | 8 * new], np.uint16)
        if address == _CONTROL:
            return np.array([ArrayWire.control], np.uint16)
        if address == _EEPROM:
            return self.memory[:count]
        known = Calibration.of(self.memory)
        words = showing(self.scene, known, self._subpage)
        self._subpage, self._new = 1 - self._subpage, self.broken == "hurried"
        return words[:count]

    def _write(self, address: int, word: int) -> None:
        if address == _CONTROL:
            ArrayWire.control = word
