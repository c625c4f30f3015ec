"""The way through: the barrier, and why it stands open."""

from __future__ import annotations

from datetime import datetime

from checkpoint.domain.reason import Reason
from kiosk.gate.devices import Asked
from kiosk.ports import Opening, Shown


class Way:
    """Opens the barrier and remembers what for, as long as it stands open."""

    def __init__(self, asked: Asked, open_s: float) -> None:
        self._asked, self._open_s = asked, open_s
        self._opening: Opening | None = None

    def open(self, why: Reason, shown: Shown | None, now: datetime) -> bool:
        """Open; whether the barrier took the order."""
        taken = self._asked.opens(self._open_s, now)
        if taken:
            self._opening = Opening(why, shown)
        return taken

    def opening(self, now: datetime) -> Opening | None:
        """Why it stands open; a barrier is asked only from when it opened until it has closed."""
        if self._opening and not self._asked.stands_open(now):
            self._opening = None
        return self._opening
