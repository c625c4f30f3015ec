"""The last refusals, for as long as the gatekeeper may decide over them."""

from __future__ import annotations

from datetime import datetime

from checkpoint.domain.decision import Outcome
from kiosk.gate import gatekeeper
from kiosk.gate.passing import Passing
from kiosk.ports import Overridable

MOST = 4
"""No more than the gatekeeper can tell apart."""


class Refusals:
    """Whom the gate refused or referred of late. Each may be decided over once."""

    def __init__(self) -> None:
        self._kept: list[Passing] = []

    def keep(self, passing: Passing) -> None:
        """Remember a verdict that is on disk; of admissions there is nothing to decide."""
        if passing.decision and passing.decision.outcome is not Outcome.ADMIT:
            self._kept = [*self._kept, passing][-MOST:]

    def find(self, entry: str, now: datetime) -> Passing | None:
        """The passing of an entry, None when it is unknown, too old, or decided over already."""
        self._kept = [p for p in self._kept if p.overridable(now)]
        return next((p for p in self._kept if name_of(p) == entry), None)

    def drop(self, passing: Passing) -> None:
        """It has been decided over."""
        self._kept = [p for p in self._kept if p is not passing]

    def at(self, now: datetime) -> tuple[Overridable, ...]:
        """What may be decided over now, the newest last."""
        return tuple(
            Overridable(name_of(p), p.judged_at, p.shown, p.decision)
            for p in self._kept
            if p.overridable(now) and p.judged_at and p.decision
        )


def name_of(passing: Passing) -> str:
    """The entry of a passing, as an override cites it."""
    return gatekeeper.name_of(passing.judgement.link) if passing.judgement else ""
