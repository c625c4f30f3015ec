"""The emergency button while the gate hangs in a driver: the way opens, the entry follows."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from checkpoint.clock import Clock, from_ms, to_ms
from checkpoint.durable import replace_file
from kiosk.config import Settings
from kiosk.gate.gatekeeper import emergency_entry
from kiosk.gate.recorder import Recorder
from kiosk.ports import Barrier, Display

NOTE = "emergency.json"
"""What lies in the gate's folder from such an opening until its entry is made."""


class UnheardEmergency:
    """Stands in for a gate that does not move, in the watchdog's thread.

    The gate hears the button itself when it moves again, and makes its entry. Where it is given up
    before, the note that was left makes the entry at the next start.
    """

    def __init__(
        self,
        settings: Settings,
        recorder: Recorder,
        display: Display,
        barrier: Barrier,
        clock: Clock,
    ) -> None:
        self._note, self._gate = settings.folder / NOTE, settings.gate
        self._recorder, self._clock = recorder, clock
        self._display, self._barrier = display, barrier
        self._stood_in = False

    def look(self) -> None:
        """While the gate hangs: open at a press that it has not heard, once."""
        if self._stood_in or not self._display.emergency_waits():
            return
        self._stood_in = True
        try:
            self._barrier.open_for(self._gate.open_s)
            opened = True
        except Exception:  # noqa: BLE001 - whatever the driver's bug, the press is kept
            opened = False
        with suppress(OSError):  # the gate's own entry is still to come
            note = {"at": to_ms(self._clock.now()), "opened": opened}
            replace_file(self._note, json.dumps(note).encode())

    def heard(self) -> None:
        """After a turn of the gate: it moves, and what it has heard is an entry."""
        if self._stood_in and not self._display.emergency_waits():
            self._stood_in = False
            self._note.unlink(missing_ok=True)

    def recall(self) -> None:
        """At the start: the entry of an opening that the gate before did not live to make."""
        left = _left(self._note)
        if left is None:
            return
        pressed, opened = left
        now, in_force = self._clock.now(), self._recorder.in_force
        draft = emergency_entry(self._gate.direction, opened, now, in_force, pressed)
        self._recorder.later(draft)
        self._note.unlink()


def _left(note: Path) -> tuple[datetime, bool] | None:
    """When and whether it opened; a note that can't be read says that there was a press."""
    try:
        raw = note.read_bytes()
    except FileNotFoundError:
        return None
    try:
        left = json.loads(raw)
        return from_ms(left["at"]), left["opened"] is True
    except (ValueError, TypeError, KeyError, OverflowError):
        return from_ms(int(note.stat().st_mtime * 1000)), False
