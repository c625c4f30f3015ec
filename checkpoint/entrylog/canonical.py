"""Entry to canonical bytes and back: deterministic CBOR, integer labels, no floats.

The labels are in docs/formats.md. Fields that hold their default are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from checkpoint import cbor
from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.errors import EntryError

VERSION = 1
_FAR = 1 << 63
BODY_LIMIT = 8192
"""Bytes; an entry has a bounded number of short fields."""

_LABELS = {
    "kind": 1,
    "kiosk_id": 2,
    "epoch": 3,
    "seq": 4,
    "at": 5,
    "clock_quality": 6,
    "policy_version": 7,
    "bundle_version": 8,
    "enterprise_id": 9,
    "site_id": 10,
    "gate_id": 11,
    "warrant_id": 12,
    "direction": 13,
    "outcome": 14,
    "reasons": 15,
    "pass_id": 16,
    "pass_kind": 17,
    "issuer": 18,
    "code_digest": 19,
    "readings": 20,
    "mask": 21,
    "mask_source": 22,
    "commitment": 23,
    "details": 24,
}


_VERSION_LABEL = 0


def encode_entry(entry: Entry) -> bytes:
    """The bytes that are hashed. Raises EntryError when they would exceed BODY_LIMIT."""
    fields: dict[int, Any] = {_VERSION_LABEL: VERSION}
    for label, name, written in _WRITTEN:
        value = getattr(entry, name)
        if value or type(value) is int:
            fields[label] = written(value) if written else value
    body = cbor.dumps_ordered(fields)
    if len(body) > BODY_LIMIT:
        raise EntryError(f"the entry has {len(body)} bytes", remedy="shorten its details")
    return body


_AS_IT_IS = frozenset(
    {"epoch", "seq", "policy_version", "bundle_version", "code_digest", "commitment"}
)
_WRITERS: dict[str, Callable[[Any], Any]] = {
    "at": to_ms,
    "reasons": lambda reasons: [str(reason) for reason in reasons],
    "pass_id": bytes.fromhex,
    "readings": lambda rows: [_reading(reading) for reading in rows],
    "details": cbor.in_order,
}
_WRITTEN: list[tuple[int, str, Callable[[Any], Any] | None]] = [
    (label, name, None if name in _AS_IT_IS else _WRITERS.get(name, str))
    for name, label in _LABELS.items()
]


def _reading(reading: Reading) -> list[Any]:
    around = [reading.ambient_c, reading.distance_mm]
    told = around if any(value is not None for value in around) else []
    return [reading.raw_c, reading.corrected_c, reading.sensor, to_ms(reading.at), *told]


def decode_entry(body: bytes) -> Entry:
    """The entry in its canonical bytes.

    Raises EntryError when the bytes are not exactly what `encode_entry` writes.
    """
    try:
        told: dict[str, Any] = {}
        for label, value in cbor.peek(body).items():
            name, read = _READ[label]
            told[name] = read(value)
        version = told.pop("version")
        entry = Entry(**told)
        again = encode_entry(entry)
    except (
        cbor.NotCanonicalError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
    ) as fault:
        raise EntryError(f"not a canonical entry: {fault}") from fault
    if version != VERSION or again != body:
        raise EntryError(f"not in the canonical form of version {VERSION}")
    return entry


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _wrong("of text")


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else _wrong("of bytes")


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -_FAR <= value < _FAR:
        return value
    raise EntryError("a field of number is not as it must be")


def _time(value: Any) -> datetime:
    return from_ms(_whole(value))


def _hex(value: Any) -> str:
    return _bytes(value).hex()


def _reasons(value: Any) -> tuple[Reason, ...]:
    return tuple(_REASONS[code] for code in value)


def _readings(value: Any) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            *(_whole(raw), _whole(corrected), _text(sensor), from_ms(_whole(at))),
            *(None if told is None else _whole(told) for told in around),
        )
        for raw, corrected, sensor, at, *around in value
    )


def _details(value: Any) -> dict[str, str]:
    return {_text(key): _text(text) for key, text in value.items()}


def _wrong(what: str) -> Any:
    raise EntryError(f"a field {what} is not as it must be")


def _members(words: type[StrEnum]) -> dict[str, Any]:
    return {word.value: word for word in words}


_REASONS = _members(Reason)
_READERS: dict[str, Callable[[Any], Any]] = {
    "kind": _members(EntryKind).__getitem__,
    "epoch": _whole,
    "seq": _whole,
    "at": _time,
    "clock_quality": _members(ClockQuality).__getitem__,
    "policy_version": _whole,
    "bundle_version": _whole,
    "direction": _members(Direction).__getitem__,
    "outcome": _members(Outcome).__getitem__,
    "reasons": _reasons,
    "pass_id": _hex,
    "pass_kind": _members(PassKind).__getitem__,
    "code_digest": _bytes,
    "readings": _readings,
    "mask": _members(Mask).__getitem__,
    "commitment": _bytes,
    "details": _details,
}
_READ: dict[int, tuple[str, Callable[[Any], Any]]] = {
    _VERSION_LABEL: ("version", _whole),
    **{label: (name, _READERS.get(name, _text)) for name, label in _LABELS.items()},
}
