"""Which characters the fonts can draw, and how the others are named. Names are names."""

from __future__ import annotations

import struct
from functools import cache
from itertools import groupby
from pathlib import Path

import pylopdf_fonts_jp
import pylopdf_fonts_zh_cn
import pylopdf_fonts_zh_tw

FONTS: dict[str, Path] = {
    "Noto Sans SC": pylopdf_fonts_zh_cn.sans_path(),
    "Noto Sans TC": pylopdf_fonts_zh_tw.sans_path(),
    "Noto Sans JP": pylopdf_fonts_jp.sans_path(),
}
"""Family → file, in the order in which they are asked for a character."""

Run = str | dict[str, str]
"""Text that can be drawn, or `{"code": "2A6A5"}` for a character that no font has."""

_SEGMENTED = 12


def runs(text: str) -> list[Run]:
    """A text for the page: what no font has stands as its code point, never as nothing."""
    shown = [char for char in text if not _selects(char)]
    pieces: list[Run] = []
    for drawable, chars in groupby(shown, lambda char: ord(char) in _drawable()):
        if drawable:
            pieces.append("".join(chars))
        else:
            pieces += [{"code": f"{ord(char):04X}"} for char in chars]
    return pieces


def _selects(char: str) -> bool:
    """A variation selector draws nothing of its own."""
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


@cache
def _drawable() -> frozenset[int]:
    return frozenset().union(*(_characters(path.read_bytes()) for path in FONTS.values()))


def _characters(font: bytes) -> set[int]:
    """The code points of a font's character map (OpenType `cmap`, format 12)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    found: set[int] = set()
    for n in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * n)[0]
        if struct.unpack_from(">H", font, start)[0] != _SEGMENTED:
            continue
        for group in range(struct.unpack_from(">I", font, start + 12)[0]):
            first, last, _glyph = struct.unpack_from(">III", font, start + 16 + 12 * group)
            found.update(range(first, last + 1))
    return found
