"""When a value that comes again and again is no measurement any more."""

from __future__ import annotations

import math

STREAMS_S = 1.0
"""Seconds between two values of what talks by itself: nobody pulls a trigger each second."""
MOST_EQUAL = 8
"""Equal values in a row that noise does not give. A sensor of skin scatters by 0.05 °C at the
least: the chance that one more falls into the same tenth is 0.68 where that tenth is just
right, and 0.68 ** 8 is one in twenty; by 0.1 °C, as datasheets of forehead guns say, it is
one in two thousand."""
SLOW_S = 20.0
"""Seconds of equal values that come too seldom for MOST_EQUAL of them to be soon."""


class SameAgain:
    """Counts equal values that follow each other closely; times are seconds."""

    def __init__(self, stuck_s: float) -> None:
        self._stuck_s = stuck_s
        self.value = math.nan
        self._begun = self._last = -math.inf
        self._count = 0

    def take(self, value: float, now: float) -> None:
        """One more value."""
        if value != self.value or now - self._last > STREAMS_S:
            self._begun, self._count = now, 0
        self.value, self._last = value, now
        self._count += 1

    def stuck(self, now: float) -> bool:
        """Whether no person is measured any more; false once the value pauses."""
        held = self._last - self._begun
        often = held > self._stuck_s and self._count >= MOST_EQUAL
        return (often or held > SLOW_S) and now - self._last <= STREAMS_S
