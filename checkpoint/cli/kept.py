"""Heads and receipts that were kept elsewhere, as `--head` takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from checkpoint.errors import EntryError

_BEGINS = re.compile(r"(?m)^(?=sibao[-.])")


def kept_notes(path: Path) -> list[str]:
    """The notes in a file, one after the other, or in the lines that `kiosk read` prints.

    Raises EntryError where there is none.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise EntryError(f"{path} holds no head: {fault}", remedy="give a saved head") from fault
    texts = list(_read_codes(text)) if text.startswith("{") else [text]
    notes = [note for found in texts for note in _BEGINS.split(found) if note.strip()]
    if not notes:
        raise EntryError(f"{path} holds no head", remedy="give a saved head")
    return [f"{note.rstrip()}\n" for note in notes]


def _read_codes(text: str) -> Iterator[str]:
    """The texts of the codes that `python -m kiosk read` found in pictures."""
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        texts = value.get("texts") if isinstance(value, dict) else None
        if isinstance(texts, list):
            yield from (found for found in texts if _is_note(found))


def _is_note(found: object) -> bool:
    return isinstance(found, str) and _BEGINS.match(found) is not None
