"""What a gate knows of a commuting vehicle, and of somebody who comes with one."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

WEEK = "1234567"


@dataclass(frozen=True, slots=True)
class CommutingVehicle:
    """A vehicle of the roster: `days` of the week as digits, 1 for Monday, empty for every day.

    `seats` is 0 where nobody said; `riders` are the holder ids of the manifest 乘车名单.
    """

    days: str = ""
    seats: int = 0
    riders: AbstractSet[str] = frozenset()

    @property
    def carries(self) -> bool:
        """Whether it brings people at all: it has seats, or somebody on its manifest."""
        return bool(self.seats or self.riders)

    def runs_on(self, weekday: int) -> bool:
        """Whether it runs on a day of the week, 1 for Monday to 7."""
        return not self.days or str(weekday) in self.days


@dataclass(frozen=True, slots=True)
class Ride:
    """Somebody who shows a pass while a commuting vehicle boards at the gate.

    `entry` is the number of the vehicle's own entry, in the same epoch; `listed` is whether they
    are on its manifest, `full` whether others have taken all its seats.
    """

    entry: int
    listed: bool
    full: bool = False
