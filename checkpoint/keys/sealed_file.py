"""Files at rest: pieces sealed one by one, so that none need lie in memory whole.

A piece is its length (4 bytes, big-endian) || a sealed field (`keys.sealing`). What a piece belongs
to names the file, its number from 0, and `end` for the last one: pieces can't change places, and a
file that was cut short is no file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from checkpoint.durable import sync_folder
from checkpoint.errors import KeyFault
from checkpoint.keys.sealing import SealingKey

PIECE = 1 << 18
"""Bytes in a piece at most."""
_LENGTH = 4


def write_sealed(path: Path, key: SealingKey, place: str, blobs: Iterable[bytes]) -> int:
    """Write a file of mode 0600, on disk whole or not at all; the bytes that went in.

    An older one is replaced. Raises OSError; what `blobs` raises passes on, and nothing is left.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    count = 0
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for number, (piece, last) in enumerate(_pieces(blobs)):
                sealed = key.seal(piece, _belongs(place, number, last))
                file.write(len(sealed).to_bytes(_LENGTH) + sealed)
                count += len(piece)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return count


def read_sealed(path: Path, key: SealingKey, place: str) -> Iterator[bytes]:
    """The pieces of a file. Raises OSError, and KeyFault for another file or a changed one."""
    with path.open("rb") as file:
        number, sealed = 0, _next(file)
        while True:
            after = _next(file)
            yield key.open(sealed, _belongs(place, number, not after))
            if not after:
                return
            number, sealed = number + 1, after


def _pieces(blobs: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    held = bytearray()
    for blob in blobs:
        held += blob
        while len(held) > PIECE:
            yield bytes(held[:PIECE]), False
            del held[:PIECE]
    yield bytes(held), True


def _belongs(place: str, number: int, last: bool) -> str:
    return f"{place}/{number}{'/end' if last else ''}"


def _next(file: BinaryIO) -> bytes:
    """The next sealed piece, empty at the end. Raises KeyFault for half a piece."""
    head = file.read(_LENGTH)
    if not head:
        return b""
    length = int.from_bytes(head)
    sealed = file.read(length) if length <= PIECE * 2 else b""
    if len(head) < _LENGTH or len(sealed) != length or not sealed:
        raise KeyFault("a sealed file was cut short or changed", remedy="make it again")
    return sealed
