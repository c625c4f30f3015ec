"""A day at the gates in figures: who is inside, passages by hour, objections, temperatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from checkpoint.services.office import Office
from checkpoint.storage import passages
from checkpoint.storage.passages import HOUR_MS, Span
from checkpoint.storage.scope import Scope

STEP = 20
"""Width of a bar of temperatures, in hundredths of a °C."""

LONGEST_STAY = timedelta(hours=24)
"""Whoever came in longer ago and was not seen to leave counts as inside no more."""


_STAY_MS = LONGEST_STAY // timedelta(milliseconds=1)
_DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Hour:
    """How many came in and went out within an hour."""

    begins: datetime
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class GateDay:
    """What happened from the beginning of a day until now.

    `hours` has one for each hour that has begun, at gates or here; `reasons` come the most
    frequent first.
    `temperatures` are (lowest, number) in hundredths of a °C, `STEP` wide, without holes.
    """

    inside: int
    hours: tuple[Hour, ...]
    outcomes: dict[Outcome, int]
    reasons: tuple[tuple[Reason, int], ...]
    temperatures: tuple[tuple[int, int], ...]

    @property
    def came(self) -> int:
        """All who came in."""
        return sum(hour.came for hour in self.hours)

    @property
    def left(self) -> int:
        """All who went out."""
        return sum(hour.left for hour in self.hours)


def since(office: Office, scope: Scope, begin: datetime) -> GateDay:
    """The day that began then, up to now, at the gates of the scope.

    Entries of a gate whose clock is ahead of the server's count as well.
    """
    now, begins = office.now_ms(), to_ms(begin)
    day = Span(scope, begins, begins + _DAY_MS)
    stay = Span(scope, now - _STAY_MS, begins + _DAY_MS)
    with office.db.read() as session:
        moved = passages.movements(session, day)
        decided = passages.outcomes(session, day)
        objections = passages.objections(session, day)
        degrees = passages.temperatures(session, day, STEP)
        inside = passages.inside(session, stay)
    often = sorted(objections.items(), key=lambda told: (-told[1], told[0]))
    return GateDay(
        inside=inside,
        hours=tuple(
            Hour(
                begin + timedelta(hours=number),
                moved.get((number, Direction.IN.value), 0),
                moved.get((number, Direction.OUT.value), 0),
            )
            for number in range(
                max([(now - begins) // HOUR_MS, *(hour for hour, _way in moved)]) + 1
            )
        ),
        outcomes={outcome: decided.get(outcome.value, 0) for outcome in Outcome},
        reasons=tuple((Reason(reason), n) for reason, n in often),
        temperatures=_without_holes(degrees),
    )


def _without_holes(degrees: dict[int, int]) -> tuple[tuple[int, int], ...]:
    if not degrees:
        return ()
    span = range(min(degrees), max(degrees) + STEP, STEP)
    return tuple((lowest, degrees.get(lowest, 0)) for lowest in span)
