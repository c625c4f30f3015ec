"""Files and folders that a power cut leaves whole, and there.

A file's own sync says nothing of its name, so the folder is synced as well, and the folder
above a folder that was just made.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def make_folder(path: Path, mode: int = 0o700) -> None:
    """Make a folder and what is missing above it, on disk when this returns. Raises OSError.

    `mode` is for the folder itself.
    """
    if not path.parent.exists():
        make_folder(path.parent, mode=0o777)
    fresh = not path.exists()
    path.mkdir(mode=mode, exist_ok=True)
    if fresh:
        sync_folder(path.parent)


def new_file(path: Path, blob: bytes) -> None:
    """Make a file of mode 0600 whole or not at all, on disk when this returns.

    Raises FileExistsError where there is one, else OSError; nothing is left behind then.
    """
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        _fill(handle, blob)
        os.link(draft, path)
    finally:
        with suppress(OSError):
            Path(draft).unlink()
    sync_folder(path.parent)


def replace_file(path: Path, blob: bytes, mode: int = 0o600) -> None:
    """Replace a file whole or not at all, on disk when this returns. Raises OSError."""
    fresh = path.with_name(path.name + ".new")
    try:
        _fill(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), blob)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def rename_file(path: Path, target: Path) -> None:
    """Give a file another name, on disk when this returns. Raises OSError."""
    path.rename(target)
    for folder in {target.parent, path.parent}:
        sync_folder(folder)


def _fill(handle: int, blob: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(blob)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
