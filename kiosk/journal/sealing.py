"""The key that seals personal fields, kept beside the journal."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from checkpoint.errors import KeyFault
from checkpoint.keys.sealing import SealingKey
from kiosk.journal import rotation


def sealing_key(folder: Path) -> SealingKey:
    """The sealing key of a gate, made when missing: whole or not at all.

    A rotation that was cut short is ended first. Raises KeyFault and JournalFault.
    """
    if rotation.begun(folder):
        rotation.rotate(folder)
    path = folder / "keys" / "sealing.json"
    fresh = not path.exists()
    try:
        return SealingKey.load_or_make(path)
    except OSError as fault:
        if fresh:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise KeyFault(f"{path}: {fault.strerror}", remedy="free disk space") from fault
