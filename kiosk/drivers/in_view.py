"""Which of the codes in view counts: the largest one, once it has been so for some frames.

A decoder does not find every code in every frame, so a code stays in view for some frames after
it was read last: of two codes, the smaller one does not count because the larger one is blurred.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.drivers.decoders import Code

FORGET = 5
"""Frames after which a code that is not read has left the view."""
CLEARLY = 1.5
"""How many times the next one's area the largest must have: a quarter wider and higher."""
STEADY = 3
"""Frames in which a code among others must be read as the clear largest: a tenth of a second."""


@dataclass(slots=True)
class _Held:
    """A code in view, frames since it was read, and frames as the clear largest."""

    code: Code
    unseen: int = 0
    leads: int = 0


class InView:
    """Remembers the codes of the last frames."""

    def __init__(self) -> None:
        self._held: list[_Held] = []

    @property
    def several(self) -> bool:
        """Whether more than one code is in view."""
        return len(self._held) > 1

    def choose(self, codes: Iterable[Code]) -> Code | None:
        """The code that counts among those read in the next frame, None while none does.

        One alone counts at once. Of several the largest counts once it has been `CLEARLY` the
        largest for `STEADY` frames; of two about equal ones neither does. The same text twice is
        one code, and another text in a code's place follows it: a phone shows a new one each half
        minute.
        """
        for held in self._held:
            held.unseen += 1
        for code in sorted(codes, key=lambda code: -code.area):
            self._meet(code)
        self._held = sorted(
            (held for held in self._held if held.unseen <= FORGET), key=lambda h: -h.code.area
        )
        if not self._held:
            return None
        first, *others = self._held
        if others:
            self._count(first, others)
        counts = first.unseen == 0 and (not others or first.leads >= STEADY)
        return first.code if counts else None

    def _meet(self, code: Code) -> None:
        same = next((held for held in self._held if held.code.text == code.text), None)
        if same:
            if same.unseen:
                same.code, same.unseen = code, 0
            return
        follows = (held for held in self._held if held.unseen and held.code.covers(code))
        before = next(follows, None)
        if before:
            self._held.remove(before)
        self._held.append(_Held(code))

    def _count(self, first: _Held, others: list[_Held]) -> None:
        clear = first.code.area >= CLEARLY * max(held.code.area for held in others)
        if not clear:
            first.leads = 0
        elif first.unseen == 0:
            first.leads += 1
        for held in others:
            held.leads = 0
