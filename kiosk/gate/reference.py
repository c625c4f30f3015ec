"""The reference check: the thermometer is held to something whose temperature is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from checkpoint.clock import from_ms
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.observation import Reading, ReferenceState
from checkpoint.domain.policy import Policy
from kiosk.gate.decision import event
from kiosk.gate.measuring import typed
from kiosk.gate.recorder import Recorder
from kiosk.journal import Draft
from kiosk.ports import (
    KEYPAD,
    Act,
    Against,
    Device,
    Glimpse,
    ReferencePhase,
    ReferenceShown,
    ReferenceView,
)

PATIENCE = timedelta(seconds=30)
"""How long the thermometer may take until it has settled on the reference."""
TOLD = timedelta(seconds=15)
"""How long the display tells of a check."""
AGAINST, REFERENCE, DIFFERENCE, RESULT = "against", "reference", "difference", "result"
"""The details of the entry: `skin` or `black_body`; hundredths of a °C; `passed` or `failed`."""
PASSED, FAILED = "passed", "failed"

Measure = Callable[[Glimpse], Reading | None]


class ReferenceDesk:
    """Takes the gatekeeper's word on what is shown, one reading of it, and writes the entry.

    `measure` asks the gate's thermometer; it is asked only while nobody is half-way through. A
    check of another thermometer does not count for it, and a simulated one is never due.
    """

    def __init__(self, recorder: Recorder, thermometer: Device, measure: Measure) -> None:
        self._recorder, self._measure = recorder, measure
        self._sensor, self._real = thermometer.name, not thermometer.simulated
        self._last = recorder.journal.last_of(EntryKind.REFERENCE)
        self._begun = from_ms(recorder.journal.epoch)
        self._shown: ReferenceShown | None = None
        self._asked: datetime | None = None
        self._told: tuple[ReferencePhase, datetime] | None = None

    def hear(self, acts: list[Act], now: datetime) -> list[Act]:
        """The acts without those that are for this desk; the newest of them is what is done."""
        for act in acts:
            if isinstance(act, ReferenceShown):
                self._shown, self._asked, self._told = act, now, None
        return [act for act in acts if not isinstance(act, ReferenceShown)]

    def turn(self, now: datetime, *, idle: bool) -> None:
        """Go on with a check, if nobody is at the gate. Never raises."""
        if self._shown is None or self._asked is None:
            return
        reading = self._reading(self._shown, now) if idle else None
        if reading is not None:
            self._finish(self._shown, reading, now)
        elif abs(now - self._asked) >= PATIENCE:
            self._shown, self._told = None, (ReferencePhase.SILENT, now)

    def state(self, policy: Policy, now: datetime) -> ReferenceState:
        """How the thermometer stands; one never checked is due a period after the journal began."""
        last = self._counted
        if not (policy.reference_s and self._real):
            return ReferenceState.FINE
        if abs(now - (last.at if last else self._begun)) >= timedelta(seconds=policy.reference_s):
            return ReferenceState.DUE
        failed = last is not None and last.details.get(RESULT) == FAILED
        return ReferenceState.FAILED if failed else ReferenceState.FINE

    def view(self, policy: Policy, now: datetime) -> ReferenceView:
        """What the display says of it."""
        phase = self._phase(policy, now)
        last = self._counted
        difference = last.details.get(DIFFERENCE) if last else None
        by_hand = self._sensor == KEYPAD
        return ReferenceView(phase, last.at if last else None, int(difference or 0), by_hand)

    def _phase(self, policy: Policy, now: datetime) -> ReferencePhase:
        if self._shown is not None:
            return ReferencePhase.MEASURING
        if self._told and abs(now - self._told[1]) < TOLD:
            return self._told[0]
        state = self.state(policy, now)
        never = self._counted is None and self._real and policy.reference_s > 0
        if state is ReferenceState.FINE and never:
            return ReferencePhase.DUE
        return ReferencePhase(state.value)

    @property
    def _counted(self) -> Entry | None:
        last = self._last
        return last if last and last.readings and last.readings[-1].sensor == self._sensor else None

    def _reading(self, shown: ReferenceShown, now: datetime) -> Reading | None:
        if self._sensor == KEYPAD:
            return typed(shown.typed_c, now) if shown.typed_c is not None else None
        return self._measure(Glimpse(now))

    def _finish(self, shown: ReferenceShown, reading: Reading, now: datetime) -> None:
        said = reading.raw_c if shown.against is Against.BLACK_BODY else reading.corrected_c
        difference = said - shown.reference_c
        in_force = self._recorder.in_force
        good = abs(difference) <= in_force.bundle.policy.reference_tolerance_c
        details = {
            AGAINST: shown.against.value,
            REFERENCE: str(shown.reference_c),
            DIFFERENCE: str(difference),
            RESULT: PASSED if good else FAILED,
        }
        entry = event(EntryKind.REFERENCE, now, in_force, details).entry
        entry = replace(entry, readings=(reading,))
        self._recorder.later(Draft(entry, Personal(shown.who, "", "")))
        self._last, self._shown = entry, None
        self._told = (ReferencePhase.PASSED if good else ReferencePhase.FAILED, now)
