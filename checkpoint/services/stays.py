"""How long people were inside, made of their ways in and out.

The log knows ways through a gate, not where somebody is. So a stay of which one end was not seen
is a doubtful one: it is counted as long as it may have been, and says what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby

from checkpoint.domain.observation import Direction
from checkpoint.services.gate_day import LONGEST_STAY
from checkpoint.services.rows import EntryPlace

CAP_MS = LONGEST_STAY // timedelta(milliseconds=1)
"""A way in and a way out farther apart are of two stays."""


class Doubt(StrEnum):
    """Why the length of a stay is not known."""

    STILL_INSIDE = "still_inside"
    """came in, and has not left by now"""
    NO_WAY_OUT = "no_way_out"
    """came in, and was not seen to leave within LONGEST_STAY"""
    CAME_AGAIN = "came_again"
    """came in again without having been seen to leave"""
    NO_WAY_IN = "no_way_in"
    """left without having been seen to come in"""


@dataclass(frozen=True, slots=True)
class Movement:
    """Somebody (`who`) was let through at a site; `at` in UTC milliseconds since 1970."""

    who: str
    at: int
    direction: Direction
    site_id: str
    place: EntryPlace


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody at a site from `since` until `until`, UTC milliseconds since 1970.

    `entry` is the way in, where one was seen, else the way out.
    """

    who: str
    site_id: str
    since: int
    until: int
    entry: EntryPlace
    doubt: Doubt | None = None

    def overlap(self, since: int, until: int) -> tuple[int, int] | None:
        """What of it lies within a span; None for nothing."""
        begin, end = max(self.since, since), min(self.until, until)
        return (begin, end) if begin < end else None


def stays(movements: Iterable[Movement], now: int) -> list[Stay]:
    """The stays that movements make, the earliest first. `now` ends those that go on."""

    def home(one: Movement) -> tuple[str, str]:
        return one.who, one.site_id

    found: list[Stay] = []
    ordered = sorted(movements, key=lambda m: (m.who, m.site_id, m.at, m.place.seq))
    for _, ways in groupby(ordered, home):
        found += _of_one(list(ways), now)
    return sorted(found, key=lambda stay: (stay.since, stay.until, stay.who))


def _of_one(ways: Sequence[Movement], now: int) -> list[Stay]:
    """The stays of one person at one site."""
    found: list[Stay] = []
    came: Movement | None = None
    left = ways[0].at - CAP_MS
    for way in ways:
        entering = way.direction is Direction.IN
        if came and not entering and way.at - came.at <= CAP_MS:
            found.append(_stay(came, came.at, way.at))
        else:
            if came:
                found.append(_unseen_end(came, way.at, Doubt.CAME_AGAIN))
                left = found[-1].until
            if not entering:
                found.append(_stay(way, max(left, way.at - CAP_MS), way.at, Doubt.NO_WAY_IN))
        came, left = (way, left) if entering else (None, way.at)
    if came:
        found.append(_unseen_end(came, now, Doubt.STILL_INSIDE))
    return found


def _unseen_end(came: Movement, until: int, doubt: Doubt) -> Stay:
    """From a way in until something else is known, or for as long as it may count."""
    latest = came.at + CAP_MS
    if until > latest:
        return _stay(came, came.at, latest, Doubt.NO_WAY_OUT)
    return _stay(came, came.at, max(until, came.at), doubt)


def _stay(way: Movement, since: int, until: int, doubt: Doubt | None = None) -> Stay:
    return Stay(way.who, way.site_id, since, until, way.place, doubt)
