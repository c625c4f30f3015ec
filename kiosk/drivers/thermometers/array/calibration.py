"""What the factory wrote into one sensor's EEPROM, as numbers to calculate with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 24, 32
EEPROM, EEPROM_WORDS = 0x2400, 0x340
"""The first address, and how many words of 16 bits follow."""
MOST_BAD = 4
"""Pixels that a sensor as sold may have failed or out of calibration (section 9)."""

Picture: TypeAlias = NDArray[np.float64]
"""24 × 32 numbers, the first row first."""
Mask: TypeAlias = NDArray[np.bool_]
Words: TypeAlias = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Supply:
    """What tells the sensor's voltage and its own temperature (sections 11.1.1 and 11.1.2)."""

    volt: float
    volt_at_25: float
    ptat_volt: float
    ptat_kelvin: float
    ptat_at_25: float
    alpha: float


@dataclass(frozen=True, slots=True)
class Pixels:
    """Offsets, sensitivities and how both move with temperature and voltage.

    Pictures for the pixels; for the compensation pixel numbers, one a subpage where they differ.
    """

    offset: Picture
    sensitivity: Picture
    by_ambient: Picture
    by_volt: Picture


@dataclass(frozen=True, slots=True)
class Compensation:
    """The pixel that sees no light: what the sensor's own body adds to the others."""

    offset: tuple[float, float]
    sensitivity: tuple[float, float]
    by_ambient: float
    by_volt: float
    share: float
    """TGC: how much of it each pixel sees"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """All of it. `bad` are the pixels that failed or are out of calibration."""

    supply: Supply
    gain: float
    pixels: Pixels
    compensation: Compensation
    sensitivity_by_ambient: float
    """KsTa"""
    sensitivity_by_object: float
    """KsTo of the range 0 °C to CT3, in which people are"""
    resolution: int
    chess: bool
    """whether it was calibrated in the chess pattern, as sold, or in interleaved rows"""
    bad: Mask

    @classmethod
    def of(cls, words: Words) -> Calibration:
        """From the whole EEPROM. Raises ValueError where it can't be a sensor's."""
        if len(words) != EEPROM_WORDS:
            raise ValueError(f"{len(words)} words are no EEPROM")
        at = {EEPROM + place: int(word) for place, word in enumerate(words)}
        pixel = words[0x40:].astype(np.int64).reshape(ROWS, COLUMNS)
        bad = (pixel == 0) | (pixel & 1 == 1)
        if bad.sum() > MOST_BAD:
            raise ValueError(f"{bad.sum()} pixels are out of order, {MOST_BAD} may be")
        made = cls(
            supply=_supply(at),
            gain=_signed(at[0x2430], 16),
            pixels=_pixels(at, pixel),
            compensation=_compensation(at),
            sensitivity_by_ambient=_signed(at[0x243C] >> 8, 8) / 2**13,
            sensitivity_by_object=_signed(at[0x243D] >> 8, 8) / 2 ** ((at[0x243F] & 0xF) + 8),
            resolution=at[0x2438] >> 12 & 3,
            chess=not at[0x240A] & 0x0800,
            bad=bad,
        )
        if not (made.gain and made.supply.volt and made.supply.ptat_kelvin):
            raise ValueError("the EEPROM is empty")
        return made

    def measured(self, subpage: int) -> Mask:
        """Which pixels a subpage brings anew, by the reading pattern (section 10.4)."""
        rows, columns = np.indices((ROWS, COLUMNS))
        fresh: Mask = (rows + columns * self.chess) % 2 == subpage
        return fresh


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _supply(at: dict[int, int]) -> Supply:
    """Sections 11.1.1 and 11.1.2."""
    return Supply(
        volt=_signed(at[0x2433] >> 8, 8) * 2**5,
        volt_at_25=((at[0x2433] & 0xFF) - 256) * 2**5 - 2**13,
        ptat_volt=_signed(at[0x2432] >> 10, 6) / 2**12,
        ptat_kelvin=_signed(at[0x2432], 10) / 2**3,
        ptat_at_25=_signed(at[0x2431], 16),
        alpha=(at[0x2410] >> 12) / 4 + 8,
    )


def _pixels(at: dict[int, int], word: NDArray[np.int64]) -> Pixels:
    """Sections 11.1.3 to 11.1.6: the mean, then row, column and pixel, each with its scale."""
    offset = _signed(at[0x2411], 16) + _grid(at, 0x2410) + _part(word, 10, 6, at[0x2410])
    sensitivity = at[0x2421] + _grid(at, 0x2420) + _part(word, 4, 6, at[0x2420])
    scales = at[0x2438]
    ambient = _four(*(_signed(at[place] >> by, 8) for place in (0x2436, 0x2437) for by in (8, 0)))
    volt = _four(*(_signed(at[0x2434] >> by, 4) for by in (12, 8, 4, 0)))
    return Pixels(
        offset=offset,
        sensitivity=sensitivity / 2 ** ((at[0x2420] >> 12) + 30),
        by_ambient=(ambient + _part(word, 1, 3, scales)) / 2 ** ((scales >> 4 & 0xF) + 8),
        by_volt=volt / 2 ** (scales >> 8 & 0xF),
    )


def _grid(at: dict[int, int], first: int) -> Picture:
    """What each row and each column adds: nibbles after the word with their scales."""
    rows = [_signed(at[first + 2 + n // 4] >> n % 4 * 4, 4) for n in range(ROWS)]
    columns = [_signed(at[first + 8 + n // 4] >> n % 4 * 4, 4) for n in range(COLUMNS)]
    of_rows, of_columns = 2 ** (at[first] >> 8 & 0xF), 2 ** (at[first] >> 4 & 0xF)
    grid: Picture = np.add.outer(np.array(rows) * of_rows, np.array(columns) * of_columns)
    return grid.astype(float)


def _part(word: NDArray[np.int64], by: int, bits: int, scales: int) -> Picture:
    """A signed field of each pixel's own word, by the scale in the last nibble of `scales`."""
    field = word >> by & ((1 << bits) - 1)
    part: Picture = np.where(field >> (bits - 1), field - (1 << bits), field).astype(float)
    return part * float(2 ** (scales & 0xF))


def _four(first: int, below: int, right: int, across: int) -> Picture:
    """Four values that take turns: even and odd rows of even columns, then of odd ones."""
    tile = np.array([[first, right], [below, across]], dtype=float)
    tiled: Picture = np.tile(tile, (ROWS // 2, COLUMNS // 2))
    return tiled


def _compensation(at: dict[int, int]) -> Compensation:
    """Sections 11.1.10 to 11.1.16."""
    offset = _signed(at[0x243A], 10)
    sensitivity = (at[0x2439] & 0x3FF) / 2 ** ((at[0x2420] >> 12) + 27)
    ratio = 1 + _signed(at[0x2439] >> 10, 6) / 2**7
    scales = at[0x2438]
    return Compensation(
        offset=(offset, offset + _signed(at[0x243A] >> 10, 6)),
        sensitivity=(sensitivity, sensitivity * ratio),
        by_ambient=_signed(at[0x243B], 8) / 2 ** ((scales >> 4 & 0xF) + 8),
        by_volt=_signed(at[0x243B] >> 8, 8) / 2 ** (scales >> 8 & 0xF),
        share=_signed(at[0x243C], 8) / 2**5,
    )
