"""How far the kiosk's clock can be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta

from checkpoint.clock import Clock
from checkpoint.domain.observation import ClockQuality

AGREES = timedelta(seconds=60)
LASTS_S = 24 * 3600.0


class ClockJudge:
    """Compares the wall clock with its own progress, the server's time and what came before.

    UNSYNCHRONISED until the server's time was seen and again a day after; SYNCHRONISED when
    it agreed within a minute; SUSPECT when it did not, when the wall clock jumped, and while it
    is earlier than something that has already happened.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall, self._elapsed = clock.now(), clock.monotonic()
        self._jumped = False
        self._agreed: bool | None = None
        self._asked = clock.monotonic()

    def server_says(self, at: datetime) -> None:
        """The server's time, just heard; it settles what a jump left open."""
        self._agreed = abs(self._clock.now() - at) <= AGREES
        self._asked = self._clock.monotonic()
        self._jumped = False
        self._rebase()

    def quality(self, past: datetime | None) -> ClockQuality:
        """The judgement now; `past` is the latest time that has certainly been."""
        now, elapsed = self._clock.now(), self._clock.monotonic()
        expected = self._wall + timedelta(seconds=elapsed - self._elapsed)
        if abs(now - expected) > AGREES:
            self._jumped = True
            self._rebase()
        fresh = self._agreed is not None and elapsed - self._asked < LASTS_S
        if self._jumped or (fresh and not self._agreed):
            return ClockQuality.SUSPECT
        if past is not None and now < past - AGREES:
            return ClockQuality.SUSPECT
        return ClockQuality.SYNCHRONISED if fresh else ClockQuality.UNSYNCHRONISED

    def _rebase(self) -> None:
        self._wall, self._elapsed = self._clock.now(), self._clock.monotonic()
