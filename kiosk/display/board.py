"""What the gate's thread puts up and the web server's threads take down.

One lock, held for moments only, so that the gate never waits for a browser.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace

from checkpoint.clock import Clock
from kiosk.ports import Act, GateView, Image, Phase

MOST_ACTS = 32
_ORDER = {phase: place for place, phase in enumerate(Phase)}


@dataclass(frozen=True, slots=True)
class Posted:
    """The newest view.

    `version` grows with each change, `turn` with each person; `silent_s` is how long the gate
    has said nothing.
    """

    version: int
    turn: int
    view: GateView | None
    silent_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The newest camera picture and its number."""

    number: int
    image: Image


class Board:
    """The newest view, the newest picture, and the acts that the gate has not taken yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._pictured = threading.Condition(lock)
        self._posted = Posted(0, 0, None, 0.0)
        self._heard = clock.monotonic()
        self._picture: Picture | None = None
        self._acts: deque[Act] = deque()
        self._closed = False

    def post(self, view: GateView) -> None:
        """Replace the view; browsers are woken only when more than its time has changed."""
        with self._changed:
            self._heard = self._clock.monotonic()
            last = self._posted
            if last.view is not None and replace(view, at=last.view.at) == last.view:
                return
            turn = last.turn + _begins(last.view, view)
            self._posted = Posted(last.version + 1, turn, view, 0.0)
            self._changed.notify_all()

    def posted(self, after: int, wait_s: float) -> Posted:
        """The newest view; waits up to `wait_s` for one with another version than `after`."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._posted.version != after, timeout=wait_s
            )
            return replace(self._posted, silent_s=self._clock.monotonic() - self._heard)

    def hang(self, image: Image) -> None:
        """Replace the picture. A copy is kept: a camera may write into its buffer again."""
        kept = image.copy()
        with self._pictured:
            number = self._picture.number + 1 if self._picture else 1
            self._picture = Picture(number, kept)
            self._pictured.notify_all()

    def picture(self, after: int, wait_s: float) -> Picture | None:
        """The newest picture, None when none but number `after` came within `wait_s`."""

        def newer() -> bool:
            return self._picture is not None and self._picture.number != after

        with self._pictured:
            self._pictured.wait_for(lambda: self._closed or newer(), timeout=wait_s)
            return self._picture if newer() else None

    def press(self, act: Act) -> bool:
        """Keep an act for the gate; False when too many wait already."""
        with self._changed:
            if len(self._acts) >= MOST_ACTS:
                return False
            self._acts.append(act)
            return True

    def waits_for(self, kind: type[Act]) -> bool:
        """Whether an act of a kind is kept."""
        with self._changed:
            return any(isinstance(act, kind) for act in self._acts)

    def pressed(self) -> list[Act]:
        """The acts since the last call, in order."""
        with self._changed:
            acts = list(self._acts)
            self._acts.clear()
            return acts

    def close(self) -> None:
        """Wake everyone who waits; nobody waits from now on."""
        with self._changed:
            self._closed = True
            self._picture = None
            self._changed.notify_all()
            self._pictured.notify_all()


def _begins(last: GateView | None, view: GateView) -> bool:
    """Whether another person's passing begins with `view`."""
    if last is None:
        return True
    if last.phase is Phase.WAITING:
        return view.phase is not Phase.WAITING
    return view.phase is not Phase.WAITING and _ORDER[view.phase] < _ORDER[last.phase]
