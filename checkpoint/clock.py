"""Time as UTC: aware datetimes inside, integer milliseconds since 1970 on the wire."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds on a scale that never goes back; for durations only."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on the machine's monotonic scale."""
        return time.monotonic()


class FixedClock:
    """A clock that stands still until it is advanced."""

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The time that was set."""
        return self._now

    def monotonic(self) -> float:
        """Seconds advanced since the clock was made; a jump of the wall clock is not in it."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds

    def jump(self, at: datetime) -> None:
        """Set the wall clock as an administrator would; no time passes."""
        self._now = at.astimezone(UTC)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC; fractions of a millisecond are dropped."""
    return (at - _EPOCH) // _MS


def from_ms(ms: int) -> datetime:
    """The aware UTC time of `ms`. Raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + timedelta(milliseconds=ms)


def rfc3339(at: datetime) -> str:
    """RFC 3339 text in UTC with milliseconds, as `2026-03-01T08:00:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """The aware UTC time of an RFC 3339 text. Raises ValueError without an offset."""
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"time {text!r} is not RFC 3339 with its offset")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as fault:
        raise ValueError(f"time {text!r} is outside the years 1 to 9999") from fault
