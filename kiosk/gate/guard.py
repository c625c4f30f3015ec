"""The double-read guard: one person holding a code in view is one passing.

A phone shows another text each half minute; so a code has two names: its text, and its pass
with what is objected to it. A code that shares a name with one just seen is the same person's.
A pass that is refused first and in order then, as a fresh code after a stale one, is met anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checkpoint.domain.observation import Verification

Names = frozenset[str]


def names_of(text: str, seen: Verification) -> Names:
    """What a code that was read is known by."""
    if not seen.credential_id:
        return frozenset({text})
    return frozenset({text, " ".join((seen.credential_id, *seen.reasons))})


class DoubleRead:
    """Remembers names for some seconds from when each was last seen."""

    def __init__(self, seconds: float) -> None:
        self._span = timedelta(seconds=seconds)
        self._seen: dict[str, datetime] = {}

    def see(self, names: Names, at: datetime) -> bool:
        """Note that a code is in view; whether it was seen within the span before."""
        self._seen = {n: when for n, when in self._seen.items() if abs(at - when) < self._span}
        again = not names.isdisjoint(self._seen)
        self._seen |= dict.fromkeys(names, at)
        return again

    def forget(self, names: Names) -> None:
        """The next sight of the code counts as the first."""
        for name in names:
            self._seen.pop(name, None)

    def clear(self) -> None:
        """Forget every code."""
        self._seen.clear()
