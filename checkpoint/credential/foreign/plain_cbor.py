"""CBOR (RFC 8949) as other issuers write it: any valid encoding of plain values, guarded.

Our own passes must be canonical; a foreign certificate need not be: lengths may be indefinite
and keys in any order. What no certificate needs is refused: duplicate keys, deep nesting,
trailing bytes, and every tag but dates and those that the caller allows.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import cbor2

from checkpoint.credential.cose import MalformedError

MAX_DEPTH = 10
"""Tags count. A signed certificate has 3 levels around its payload, the payload 5."""
MAX_ITEMS = 1000
"""Values, keys left out; a published certificate has about 30."""

# What cbor2 would build of these is of any cost, or turns back on itself: giant numbers,
# patterns, shared references.
_REFUSED = (2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 43000, 55799)
_LEAVES = (str, bytes, int, date)
_LISTS = (list, tuple)
_KEYS = (int, str)


def _refuse(_decoder: object, _immutable: bool) -> Any:
    raise MalformedError("a tag that no certificate needs")


_DECODERS = dict.fromkeys(_REFUSED, _refuse)


def loads(blob: bytes, *, tags: frozenset[int] = frozenset()) -> Any:
    """The one value in `blob`. Raises MalformedError.

    Dates (tags 0, 1, 1004) come as datetime and date; the content of a tag in `tags` comes
    as tuples and read-only mappings.
    """
    decoder = cbor2.CBORDecoder(
        io.BytesIO(blob),
        semantic_decoders=_DECODERS,
        max_depth=MAX_DEPTH,
        allow_duplicate_keys=False,
    )
    try:
        value = decoder.decode()
        plain = _is_plain(value, tags)
    except (cbor2.CBORError, ValueError, TypeError, ArithmeticError, RecursionError) as fault:
        raise MalformedError("no CBOR") from fault
    if not plain:
        raise MalformedError("CBOR of more than plain values")
    try:
        decoder.read(1)
    except cbor2.CBORDecodeEOF:
        return value
    raise MalformedError("bytes after the CBOR")


def _is_plain(value: object, tags: frozenset[int]) -> bool:
    pending = [value]
    for _ in range(MAX_ITEMS):
        if not pending:
            return True
        item = pending.pop()
        if item is None or isinstance(item, _LEAVES):
            continue
        if isinstance(item, _LISTS):
            pending.extend(item)
        elif isinstance(item, Mapping):
            if not all(isinstance(key, _KEYS) for key in item):
                return False
            pending.extend(item.values())
        elif isinstance(item, cbor2.CBORTag) and item.tag in tags:
            pending.append(item.value)
        elif not (isinstance(item, float) and math.isfinite(item)):
            return False
    return False
