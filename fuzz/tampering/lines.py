"""What a forger does to an export, line by line."""

from __future__ import annotations

import hashlib
from random import Random

from checkpoint.entrylog.export_file import canonical_line, seal_text
from checkpoint.keys import Purpose, SigningKey, sign_note
from fuzz.tampering.deployment import NOON
from fuzz.tampering.hands import FileHands


def byte(file: FileHands, chance: Random) -> bool:
    """Any byte becomes another one."""
    at = chance.randrange(len(file.lines))
    line = bytearray(file.lines[at])
    line[chance.randrange(len(line))] ^= chance.randint(1, 255)
    file.lines[at] = bytes(line)
    return True


def deleted(file: FileHands, chance: Random) -> bool:
    """A line is gone."""
    del file.lines[chance.randrange(len(file.lines) - 1)]
    return True


def swapped(file: FileHands, chance: Random) -> bool:
    """Two lines change places."""
    one, two = chance.sample(range(len(file.lines)), 2)
    file.lines[one], file.lines[two] = file.lines[two], file.lines[one]
    return True


def repeated(file: FileHands, chance: Random) -> bool:
    """A line stands a second time somewhere else."""
    line = chance.choice(file.lines)
    file.lines.insert(chance.randrange(len(file.lines)), line)
    return True


def cut(file: FileHands, chance: Random) -> bool:
    """The file ends early."""
    del file.lines[chance.randrange(1, len(file.lines)) :]
    return True


def resealed(file: FileHands, chance: Random) -> bool:
    """An entry is gone, and another key seals the file in the server's name."""
    entries = [at for at, line in enumerate(file.lines) if b'"body":' in line]
    del file.lines[chance.choice(entries)]
    stranger = SigningKey.generate("server", frozenset({Purpose.EXPORT}), NOON)
    whole = b"".join(file.lines[:-1])
    text = seal_text(len(file.lines) - 1, hashlib.sha256(whole).hexdigest(), 1)
    file.lines[-1] = canonical_line({"export": sign_note(text, Purpose.EXPORT, stranger)})
    return True
