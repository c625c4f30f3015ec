"""What is done to an export as a file, in stretches between newlines.

`fuzz.exports` goes into its parts.
"""

from __future__ import annotations

from random import Random

from fuzz.tampering.hands import FileHands


def byte(file: FileHands, chance: Random) -> bool:
    """Any byte becomes another one."""
    at = chance.randrange(len(file.lines))
    line = bytearray(file.lines[at])
    line[chance.randrange(len(line))] ^= chance.randint(1, 255)
    file.lines[at] = bytes(line)
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
