"""The sealing key in use and, while it is being replaced, the one before it.

`sealing.json` is the key; `sealing.new.json` beside it is there during a rotation only, seals and
indexes everything from then on, and takes the name of the other at the end.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from checkpoint.durable import new_file, sync_folder
from checkpoint.errors import KeyFault
from checkpoint.keys.sealing import SealingKey

CURRENT, NEXT = "sealing.json", "sealing.new.json"
DESTROYED = "sealing.destroyed"
"""What lies there instead once the keys were destroyed for good: no other one is made."""


@dataclass(frozen=True, slots=True)
class SealingRing:
    """One sealing key, or two during a rotation: the first seals, both open."""

    keys: tuple[SealingKey, ...]

    @classmethod
    def load_or_make(cls, folder: Path) -> SealingRing:
        """The keys in a folder; a fresh one, saved, where there is none. Raises KeyFault."""
        if (folder / DESTROYED).exists():
            raise KeyFault(
                "the sealing key was destroyed when the deployment ended",
                remedy="nothing: no personal data is left or taken",
            )
        names = (folder / NEXT, folder / CURRENT)
        held = [path for path in names if path == folder / CURRENT or path.exists()]
        return cls(tuple(SealingKey.load_or_make(path) for path in held))

    @property
    def key_id(self) -> bytes:
        """Of the key that seals."""
        return self.keys[0].key_id

    @property
    def rotating(self) -> bool:
        """Whether another key is still to be replaced."""
        return len(self.keys) > 1

    def seal(self, plain: bytes, belongs_to: str) -> bytes:
        """Encrypt under the first key, as `SealingKey.seal`."""
        return self.keys[0].seal(plain, belongs_to)

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """Decrypt under the key that the field names. Raises KeyFault."""
        named = next((key for key in self.keys if key.key_id == sealed[1:5]), self.keys[0])
        return named.open(sealed, belongs_to)

    def blind_index(self, value: str, column: str) -> bytes:
        """By the first key: what is stored from now on."""
        return self.keys[0].blind_index(value, column)

    def blind_indexes(self, value: str, column: str) -> tuple[bytes, ...]:
        """By all keys: what may be stored already."""
        return tuple(key.blind_index(value, column) for key in self.keys)


def begin(folder: Path) -> None:
    """Make the next key, unless a rotation is under way already. Raises KeyFault."""
    if not (folder / NEXT).exists():
        SealingKey.generate().save(folder / NEXT)


def end(folder: Path) -> None:
    """Let the next key take the place of the one before, whose bytes are overwritten."""
    try:
        handle = os.open(folder / CURRENT, os.O_WRONLY)
        try:
            (folder / NEXT).replace(folder / CURRENT)
            sync_folder(folder)
            size = os.fstat(handle).st_size
            os.pwrite(handle, bytes(size), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as fault:
        raise KeyFault(f"{folder}: {fault.strerror}", remedy="run the rotation again") from fault


def destroy(folder: Path) -> None:
    """Overwrite and remove the keys for good; may be repeated. Raises KeyFault."""
    try:
        if not (folder / DESTROYED).exists():
            new_file(folder / DESTROYED, b"")
        for path in (folder / NEXT, folder / CURRENT):
            if not path.exists():
                continue
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        sync_folder(folder)
    except OSError as fault:
        raise KeyFault(f"{folder}: {fault.strerror}", remedy="run it again") from fault
