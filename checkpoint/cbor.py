"""Deterministic CBOR (RFC 8949 section 4.2.1) of plain values, strict both ways.

Plain values: integers of 64 bits, texts, bytes, booleans, null, lists, maps with integer or
text keys, and the tags that the caller allows. Map keys are ordered bytewise by their
encoding. No floats, no indefinite lengths, no duplicate keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cbor2

MAX_DEPTH = 8
_STRINGS = (2, 3)
"""Major types with a content of their own: bytes and text."""
_SCALARS = frozenset({int, str, bytes, bool, type(None)})


class NotCanonicalError(Exception):
    """The bytes are not what `dumps` would have written. Callers turn it into their own."""


def dumps(value: Any) -> bytes:
    """The one encoding of a plain value."""
    return cbor2.dumps(_ordered(value))


def dumps_ordered(value: Any) -> bytes:
    """As `dumps`, of a value whose maps the caller has put in order already."""
    return cbor2.dumps(value)


def in_order(texts: Mapping[str, Any]) -> dict[str, Any]:
    """The map with its keys in order, for `dumps_ordered`."""
    return {key: texts[key] for key in sorted(texts, key=cbor2.dumps)}


def bounded(blob: bytes, most: int) -> bytes:
    """The same bytes, when they hold at most so many values; for what is not believed yet.

    Raises NotCanonicalError. A list of empty lists takes a hundred times its bytes of memory.
    """
    at = count = 0
    while at < len(blob):
        kind, told = blob[at] >> 5, blob[at] & 31
        width = {24: 1, 25: 2, 26: 4, 27: 8}.get(told, 0)
        if told > 27:
            raise NotCanonicalError("indefinite lengths")
        size = int.from_bytes(blob[at + 1 : at + 1 + width], "big") if width else told
        at += 1 + width + (size if kind in _STRINGS else 0)
        count += 1
        if count > most:
            raise NotCanonicalError(f"more than {most} values")
    return blob


def loads(blob: bytes, *, tags: frozenset[int] = frozenset()) -> Any:
    """The plain value in `blob`. Raises NotCanonicalError on anything but `dumps`' bytes.

    The content of a tag comes as tuples and read-only mappings.
    """
    value = peek(blob)
    try:
        again = dumps(value) if _is_plain(value, tags, MAX_DEPTH) else b""
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as fault:
        raise NotCanonicalError(str(fault)) from fault
    if again != blob:
        raise NotCanonicalError("not deterministic CBOR of plain values")
    return value


def peek(blob: bytes) -> Any:
    """The value in `blob`, not judged: for a caller that encodes it anew and compares the bytes.

    Raises NotCanonicalError when it is no CBOR, or has indefinite lengths or duplicate keys.
    """
    try:
        return cbor2.loads(
            blob, max_depth=MAX_DEPTH, allow_indefinite=False, allow_duplicate_keys=False
        )
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as fault:
        raise NotCanonicalError(str(fault)) from fault


def _ordered(value: Any) -> Any:
    if type(value) in _SCALARS:
        return value
    if isinstance(value, Mapping):
        # Numbers from 0 stand in the order of their encodings.
        natural = all(type(key) is int and key >= 0 for key in value)
        keys = sorted(value) if natural else sorted(value, key=cbor2.dumps)
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, cbor2.CBORTag):
        return cbor2.CBORTag(value.tag, _ordered(value.value))
    return value


def _is_plain(value: object, tags: frozenset[int], depth: int) -> bool:
    if depth < 0:
        return False
    if isinstance(value, cbor2.CBORTag):
        return value.tag in tags and _is_plain(value.value, tags, depth - 1)
    if isinstance(value, list | tuple):
        return all(_is_plain(item, tags, depth - 1) for item in value)
    if isinstance(value, Mapping):
        return all(
            isinstance(k, int | str) and _is_plain(v, tags, depth - 1) for k, v in value.items()
        )
    if isinstance(value, int):
        return -(1 << 63) <= value < 1 << 63
    return value is None or isinstance(value, str | bytes)
