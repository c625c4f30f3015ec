"""What is done to an export as a file, in stretches between newlines.

`fuzz.exports` goes into its parts.
"""

from __future__ import annotations

import io
import struct
from random import Random
from zipfile import ZipFile

from fuzz.tampering.hands import FileHands


def byte_within(file: FileHands, chance: Random) -> bool:
    """Any byte of the compressed content of a file becomes another one."""
    content = b"".join(file.lines)
    start, end = chance.choice(_spans(content))
    return _turned(file, chance, chance.randrange(start, end))


def byte_around(file: FileHands, chance: Random) -> bool:
    """Any byte of the ZIP becomes another one that is no content of a file."""
    content = b"".join(file.lines)
    spans = _spans(content)
    outside = [n for n in range(len(content)) if not any(a <= n < b for a, b in spans)]
    return _turned(file, chance, chance.choice(outside))


def _spans(content: bytes) -> list[tuple[int, int]]:
    """Where the compressed content of each file begins and ends."""
    with ZipFile(io.BytesIO(content)) as folder:
        found = []
        for member in folder.infolist():
            lengths = content[member.header_offset + 26 : member.header_offset + 30]
            start = member.header_offset + 30 + sum(struct.unpack("<HH", lengths))
            found.append((start, start + member.compress_size))
        return found


def _turned(file: FileHands, chance: Random, at: int) -> bool:
    content = bytearray(b"".join(file.lines))
    content[at] ^= chance.randint(1, 255)
    file.lines = [bytes(content)]
    return True


def deleted(file: FileHands, chance: Random) -> bool:
    """A stretch is gone."""
    del file.lines[chance.randrange(len(file.lines) - 1)]
    return True


def swapped(file: FileHands, chance: Random) -> bool:
    """Two stretches change places."""
    one, two = chance.sample(range(len(file.lines)), 2)
    file.lines[one], file.lines[two] = file.lines[two], file.lines[one]
    return True


def repeated(file: FileHands, chance: Random) -> bool:
    """A stretch stands a second time somewhere else."""
    line = chance.choice(file.lines)
    file.lines.insert(chance.randrange(len(file.lines)), line)
    return True


def cut(file: FileHands, chance: Random) -> bool:
    """The file ends early."""
    del file.lines[chance.randrange(1, len(file.lines)) :]
    return True
