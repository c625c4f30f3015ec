"""Files that hold a secret: mode 0600, written whole or not at all, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checkpoint.durable import make_folder, new_file
from checkpoint.errors import KeyFault


def write_secret(path: Path, document: dict[str, Any]) -> None:
    """Write a JSON document to a new file, on disk when this returns.

    Raises KeyFault when the file exists or can't be written; nothing is left behind then.
    """
    try:
        make_folder(path.parent)
        new_file(path, json.dumps(document).encode())
    except OSError as fault:
        raise KeyFault(
            f"{path}: {fault.strerror}",
            remedy="name a new file, in a folder with room that can be written",
        ) from fault


def read_secret(path: Path) -> Any:
    """The JSON document in the file.

    Raises KeyFault when it can't be read, is no JSON, or others than its owner could read it.
    """
    try:
        mode = path.stat().st_mode
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise broken(path, fault) from fault
    if mode & 0o077:
        raise KeyFault(f"{path} can be read by others", remedy=f"chmod 600 {path}")
    return document


def broken(path: Path, fault: Exception) -> KeyFault:
    """The fault of a key file that does not hold what it should."""
    return KeyFault(f"{path}: {fault!r}", remedy="restore the key file from its backup")
