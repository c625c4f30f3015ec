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


class NotCanonicalError(Exception):
    """The bytes are not what `dumps` would have written. Callers turn it into their own."""


def dumps(value: Any) -> bytes:
    """The one encoding of a plain value."""
    return cbor2.dumps(_ordered(value))


def loads(blob: bytes, *, tags: frozenset[int] = frozenset()) -> Any:
    """The plain value in `blob`. Raises NotCanonicalError on anything but `dumps`' bytes.

    The content of a tag comes as tuples and read-only mappings.
    """
    try:
        value = cbor2.loads(
            blob, max_depth=MAX_DEPTH, allow_indefinite=False, allow_duplicate_keys=False
        )
        again = dumps(value) if _is_plain(value, tags, MAX_DEPTH) else b""
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as fault:
        raise NotCanonicalError(str(fault)) from fault
    if again != blob:
        raise NotCanonicalError("not deterministic CBOR of plain values")
    return value


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = sorted(value, key=cbor2.dumps)
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
