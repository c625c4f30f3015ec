"""The filter of a saved view: what can be kept of a question, and its JSON.

Nothing in it is about one person, and no fixed time: a span is counted from the day it is opened.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.reason import Reason
from checkpoint.storage.entry_filter import Later

_ID_MOST = 32
_TEMPERATURES = range(2000, 5001)


class Span(StrEnum):
    """A time relative to the present day. Stored, never renamed."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    """the present day and the six before it"""


@dataclass(frozen=True, slots=True)
class ViewFilter:
    """All given conditions hold together; temperatures are hundredths of a °C, both inclusive.

    `kinds` empty means every kind.
    """

    span: Span | None = None
    site_id: str = ""
    gate_id: str = ""
    kinds: tuple[EntryKind, ...] = ()
    pass_kind: PassKind | None = None
    direction: Direction | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    temperature_from_c: int | None = None
    temperature_to_c: int | None = None
    clock_quality: ClockQuality | None = None
    later: Later | None = None
    degraded: bool = False


def packed(wanted: ViewFilter) -> str:
    """The filter as JSON, only what is given."""
    given = {name: value for name, value in asdict(wanted).items() if value not in _NOTHING}
    return json.dumps(given, sort_keys=True, separators=(",", ":"))


def unpacked(text: str) -> tuple[ViewFilter, tuple[str, ...]]:
    """The filter again, and the names of its conditions whose values are none.

    Fields that are not known are passed over.
    """
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, Mapping):
        return ViewFilter(), ("conditions",)
    values: dict[str, Any] = {}
    spoilt = []
    for name in told.keys() & _READ.keys():
        try:
            values[name] = _READ[name](told[name])
        except (ValueError, TypeError):
            spoilt.append(name)
    return ViewFilter(**values), tuple(sorted(spoilt))


def _place(value: object) -> str:
    if not isinstance(value, str) or len(value) > _ID_MOST:
        raise ValueError("no id")
    return value


def _kinds(value: object) -> tuple[EntryKind, ...]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return tuple(EntryKind(kind) for kind in value)


def _temperature(value: object) -> int:
    if not isinstance(value, int) or value not in _TEMPERATURES:
        raise ValueError("no temperature")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("no flag")
    return value


_NOTHING = (None, "", (), False)
_READ: dict[str, Callable[[Any], object]] = {
    "span": Span,
    "site_id": _place,
    "gate_id": _place,
    "kinds": _kinds,
    "direction": Direction,
    "outcome": Outcome,
    "reason": Reason,
    "temperature_from_c": _temperature,
    "temperature_to_c": _temperature,
    "pass_kind": PassKind,
    "clock_quality": ClockQuality,
    "later": Later,
    "degraded": _flag,
}
