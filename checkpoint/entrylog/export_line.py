"""One line of an export: its one form, and what stands in it."""

from __future__ import annotations

import json
import re
from typing import Any

from checkpoint.entrylog.chain import Link

_PLACE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_FORM = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_BLOBS = ("hash", "body", "salt", "personal")
_PARTS = {"kiosk_id", "epoch", "seq", *_BLOBS}
_ASIDE = {"kiosk_id", "epoch", "seq", "hash", "body", "why", "received_at"}
_REMARK = {"number", "at", "account_id", "role", "name", "kind", "entry", "words"}
_NUMBER_LIMIT = 1 << 53


def canonical_line(value: object) -> bytes:
    """One line as it must stand in the file. Raises ValueError for what has no such form."""
    return _FORM.encode(value).encode() + b"\n"


def seal_text(lines: int, digest: str, at_ms: int) -> str:
    """What the server signs over the whole file."""
    return f"sibao-export/v1\nlines {lines}\nsha256 {digest}\nat {at_ms}\n"


def parsed(line: bytes) -> dict[str, Any]:
    """The object in a line, an empty one where there is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def is_whole(line: bytes, value: dict[str, Any]) -> bool:
    """Whether a line stands there as the object in it would be written."""
    try:
        return canonical_line(value) == line
    except (ValueError, RecursionError):
        return False


def is_entry(line: bytes) -> bool:
    """Whether a line looks like an entry, whole or not."""
    return parsed(line).keys() >= {"hash", "body"}


def link_of(value: dict[str, Any]) -> Link | None:
    """The entry of a line; None for another line, or one whose parts can't be read."""
    if value.keys() != _PARTS or not _is_place(value):
        return None
    hash_, body, salt, personal = [_blob(value[name]) for name in _BLOBS]
    if hash_ is None or body is None or salt is None or personal is None:
        return None
    return Link(value["kiosk_id"], value["epoch"], value["seq"], hash_, body, salt, personal)


def aside_of(value: Any) -> tuple[str, int, int, str] | None:
    """Place and hash of what was quarantined; None for parts that can't be read."""
    if not isinstance(value, dict) or value.keys() != _ASIDE or not _is_place(value):
        return None
    if _blob(value["hash"]) is None or _blob(value["body"]) is None:
        return None
    return value["kiosk_id"], value["epoch"], value["seq"], value["hash"]


def remarked(value: Any) -> str | None:
    """Which entry a remark is about, as `entry_words`; None for parts that can't be read."""
    if not isinstance(value, dict) or value.keys() != _REMARK:
        return None
    return str(value["entry"])


def entry_words(place: tuple[str, int, int], digest: bytes) -> str:
    """How a remark names its entry."""
    return " ".join(map(str, (*place, digest.hex())))


def _is_place(value: dict[str, Any]) -> bool:
    kiosk_id = value["kiosk_id"]
    named = isinstance(kiosk_id, str) and _PLACE.fullmatch(kiosk_id) is not None
    return named and all(
        type(value[name]) is int and 0 < value[name] < _NUMBER_LIMIT for name in ("epoch", "seq")
    )


def _blob(value: object) -> bytes | None:
    """The bytes in lowercase hex; None for another text."""
    try:
        blob = bytes.fromhex(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return blob if blob is not None and blob.hex() == value else None
