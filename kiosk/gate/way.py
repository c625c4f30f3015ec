"""The way through: the barrier, why it stands open, and whether somebody walked through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkpoint.domain.reason import Reason
from checkpoint.errors import JournalFault
from kiosk.config import GateSettings
from kiosk.gate.devices import Asked
from kiosk.gate.recorder import Recorder
from kiosk.ports import Opening, Shown, Unwalked

TOLD = timedelta(seconds=10)
"""How long the display says that nobody walked through."""


@dataclass(slots=True)
class _Due:
    """Somebody for whom the barrier opened, and by which entry."""

    entry: str
    shown: Shown | None
    since: datetime


class Way:
    """Opens the barrier and remembers what for, as long as it stands open.

    Where a sensor sees people walk through, an admission that nobody used is annulled.
    """

    def __init__(self, asked: Asked, recorder: Recorder, settings: GateSettings) -> None:
        self._asked, self._recorder, self._settings = asked, recorder, settings
        self._walk = timedelta(seconds=settings.walk_s)
        self._opening: Opening | None = None
        self._due: list[_Due] = []
        self._unwalked: Unwalked | None = None

    def admit(self, why: Reason, entry: str, shown: Shown | None, now: datetime) -> None:
        """Open for whom an entry admitted; it is annulled when nobody walks through."""
        if self.open(why, shown, now):
            self._due.append(_Due(entry, shown, now))

    def open(self, why: Reason, shown: Shown | None, now: datetime) -> bool:
        """Open; whether the barrier took the order. Whoever is still to come is not waited for."""
        taken = self._asked.opens(self._settings.open_s, now)
        if taken:
            self._opening = Opening(why, shown)
        if why is Reason.EMERGENCY:
            self._due.clear()
        return taken

    def opening(self, now: datetime) -> Opening | None:
        """Why it stands open; a barrier is asked only from when it opened until it has closed."""
        if self._opening and not self._asked.stands_open(now):
            self._opening = None
        return self._opening

    def unwalked(self, now: datetime) -> Unwalked | None:
        """The last admission that was annulled, for a while."""
        if self._unwalked and abs(now - self._unwalked.at) >= TOLD:
            self._unwalked = None
        return self._unwalked

    def tend(self, now: datetime) -> None:
        """Hear who walked through, and annul what nobody used. Without an answer nobody is."""
        walked = self._asked.walked(now)
        if walked is None:
            self._due.clear()
            return
        del self._due[:walked]
        while self._due and not self._recorder.fault:
            first = self._due[0]
            first.since = min(first.since, now)
            if now - first.since < self._walk:
                return
            try:
                self._recorder.annul(first.entry, now, by="turn")
            except JournalFault:
                return  # told by the recorder, and tried again once it is over
            self._due.pop(0)
            self._unwalked = Unwalked(now, first.shown)
