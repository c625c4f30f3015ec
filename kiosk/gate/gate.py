"""One person through one gate. Time, frames and acts come in, what to show comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import JournalFault
from checkpoint.screening import decide
from kiosk.config import GateSettings
from kiosk.gate.decision import InForce, Sighting, judge, observe
from kiosk.gate.devices import Asked, Devices
from kiosk.gate.faults import FaultBook
from kiosk.gate.gatekeeper import emergency_entry, name_of, override_entry
from kiosk.gate.guard import DoubleRead
from kiosk.gate.measuring import measured, worth_another
from kiosk.gate.passing import Passing, Stage
from kiosk.gate.plate import unanswered
from kiosk.gate.recorder import Recorder
from kiosk.gate.refusals import Refusals
from kiosk.gate.sensing import ABSENT, Eye, Patience, look
from kiosk.gate.viewing import view_of
from kiosk.gate.way import Way
from kiosk.ports import (
    Act,
    AnnulmentPressed,
    CodelessBegun,
    Connection,
    DirectionChosen,
    EmergencyOpened,
    Fault,
    Frame,
    GateView,
    MaskPressed,
    OverrideGiven,
    Phase,
    PlatePressed,
    TemperatureTyped,
    VehicleDone,
)


class Gate:
    """The state machine. It has no thread, no clock of its own, and never raises."""

    def __init__(self, settings: GateSettings, devices: Devices, recorder: Recorder) -> None:
        self.direction = settings.direction
        self.connection = Connection(enrolled=False, online=False, unsent=0)
        self.notices: tuple[Fault, ...] = ()
        self.simulated = devices.simulated
        self.faults = FaultBook(lambda at, details: recorder.event(EntryKind.FAULT, at, details))
        self._settings = settings
        self._asked = Asked(devices, self.faults)
        self._patience = Patience(settings, self._asked)
        self._way = Way(self._asked, recorder, settings)
        self._recorder = recorder
        self._guard = DoubleRead(settings.double_read_s)
        self._stage = Stage()
        self._passing: Passing | None = None
        self._refusals = Refusals()
        self._seen: datetime | None = None
        self._eye = Eye()

    @property
    def idle(self) -> bool:
        """Whether nobody is half-way through."""
        return self._stage.phase is Phase.WAITING

    @property
    def _policy(self) -> Policy:
        return self._recorder.in_force.bundle.policy

    def take(self, in_force: InForce, at: datetime) -> None:
        """From now on judge by this; another bundle is an entry."""
        self._recorder.take(in_force, at)

    def begin(self, at: datetime, software: str) -> None:
        """The entry that the gate has started."""
        pretends = {"simulated": ",".join(self.simulated)} if self.simulated else {}
        self._recorder.event(EntryKind.BOOT, at, {"software": software} | pretends)

    def end(self, at: datetime, why: str) -> None:
        """The entry that the gate stops."""
        self._recorder.event(EntryKind.SHUTDOWN, at, {"why": why})

    def turn_round(self, direction: Direction) -> None:
        """From now on people pass this way; whoever is half-way begins again."""
        self.direction = direction
        self._guard.clear()
        self._rest()

    def step(self, frame: Frame | None, acts: Sequence[Act], now: datetime) -> GateView:
        """One turn: hear the gatekeeper, go on with the passing, say what to show."""
        self._eye.see(frame, now)
        for act in acts:
            try:
                self._hear(act, now)
            except JournalFault as fault:
                self._recorder.broken(fault, now)
        try:
            while self._go_on(frame, now):
                pass
        except JournalFault as fault:
            self._not_recorded(fault, now)
        self._asked.tend(now)
        self._way.tend(now)
        self._recorder.tick(now)
        return self._view(now)

    def _go_on(self, frame: Frame | None, now: datetime) -> bool:
        """One phase; whether the next one may act on the same frame."""
        turns: dict[Phase, Callable[[Frame | None, datetime], bool]] = {
            Phase.WAITING: self._wait,
            Phase.TEMPERATURE: self._measure,
            Phase.MASK: self._look,
            Phase.PLATE: self._compare,
            Phase.VERDICT: self._show,
            Phase.CLEAR: self._clear,
        }
        return turns[self._stage.phase](frame, now)

    def _wait(self, frame: Frame | None, now: datetime) -> bool:
        text = self._asked.text(frame, now)
        return text is not None and self._meet(Passing.of(text, self._recorder.in_force, now), now)

    def _meet(self, passing: Passing, now: datetime) -> bool:
        if self._guard.see(passing.names, now):
            return False
        self._passing, (passing.code, passing.scanner) = passing, self._asked.whence
        self._stage.enter(Phase.TEMPERATURE, now)
        observation = observe(self._sighting(passing, now), self._recorder.in_force, self._recorder)
        passing.foreseen = decide(observation, self._policy)
        screened = self._policy.screen_exits or self.direction is Direction.IN
        if passing.hopeless or not screened:
            return self._decide(passing, now)
        return True

    def _measure(self, frame: Frame | None, now: datetime) -> bool:
        passing, policy = self._here(), self._policy
        self._glance(passing, now)
        reading = measured(passing, self._eye.glimpse(passing, now), self._asked)
        passing.typed_c = None
        if reading is not None:
            passing.readings += (reading,)
            self._stage.enter(Phase.TEMPERATURE, now)
        if reading is None and self._patience.left("thermometer", self._stage, policy, now):
            return False
        if reading is not None and worth_another(passing, policy):
            return False
        self._stage.enter(Phase.MASK, now)
        return True

    def _look(self, frame: Frame | None, now: datetime) -> bool:
        passing, policy = self._here(), self._policy
        self._glance(passing, now)
        open_ = passing.mask is None and policy.mask_required
        if open_ and self._patience.left("mask", self._stage, policy, now):
            return False
        self._stage.enter(Phase.PLATE, now)
        return True

    def _compare(self, frame: Frame | None, now: datetime) -> bool:
        passing, policy = self._here(), self._policy
        self._glance(passing, now)
        open_ = unanswered(passing, policy)
        if open_ and self._patience.left("plate", self._stage, policy, now):
            return False
        return self._decide(passing, now)

    def _sighting(self, passing: Passing, now: datetime) -> Sighting:
        return replace(passing.sighting(now, self.direction), down=self._asked.down())

    def _glance(self, passing: Passing, now: datetime) -> None:
        look(passing, self._eye.glimpse(passing, now), self._asked, self._policy)

    def _decide(self, passing: Passing, now: datetime) -> bool:
        """Observe, decide, journal; only then may anything be shown or opened."""
        judgement = judge(self._sighting(passing, now), self._recorder.in_force, self._recorder)
        passing.judgement, passing.decision = judgement, judgement.decision
        passing.judged_at = now
        self._refusals.keep(passing)
        self._stage.enter(Phase.VERDICT, now)
        if judgement.decision.outcome is Outcome.ADMIT:
            self._way.admit(Reason.OK, name_of(judgement.link), passing.shown, now)
        return False

    def _not_recorded(self, fault: JournalFault, now: datetime) -> None:
        self._recorder.broken(fault, now)
        if self._passing and self._passing.judgement is None and self._passing.verification:
            self._passing.decision = self._passing.unrecorded(self._policy)
            self._stage.enter(Phase.VERDICT, now)

    def _show(self, frame: Frame | None, now: datetime) -> bool:
        self._still_there(frame, now)
        if self._stage.lasted(self._settings.verdict_s, now):
            self._seen = now
            self._stage.enter(Phase.CLEAR, now)
        return False

    def _clear(self, frame: Frame | None, now: datetime) -> bool:
        another = self._still_there(frame, now)
        if another is not None:
            self._rest()
            return self._meet(another, now)
        gone = self._seen is None or abs(now - self._seen) >= ABSENT
        if gone or self._stage.lasted(self._settings.clear_s, now):
            self._rest()
        return False

    def _still_there(self, frame: Frame | None, now: datetime) -> Passing | None:
        """Note whether the code is still in view; whoever shows another one instead."""
        text = self._asked.text(frame, now, scans=self._stage.phase is Phase.CLEAR)
        if text is None:
            return None
        here, other = self._passing, Passing.of(text, self._recorder.in_force, now)
        if here and not here.names.isdisjoint(other.names):
            self._guard.see(other.names, now)
            self._seen = now
            return None
        return other

    def _rest(self) -> None:
        passing, self._passing = self._passing, None
        if passing and passing.judgement is None:
            self._guard.forget(passing.names)
        self._stage = Stage()

    def _here(self) -> Passing:
        self._passing = self._passing or Passing()
        return self._passing

    def _hear(self, act: Act, now: datetime) -> None:
        match act:
            case TemperatureTyped(value_c) if self._stage.phase is Phase.TEMPERATURE:
                self._here().typed_c = value_c
            case MaskPressed(mask) if self._stage.phase in {Phase.TEMPERATURE, Phase.MASK}:
                self._here().pressed = mask
            case PlatePressed(match) if self._stage.phase is Phase.PLATE:
                self._here().plate_said = match
            case DirectionChosen(direction) if direction is not self.direction:
                self.turn_round(direction)
            case CodelessBegun() if self._codeless():
                self._passing = Passing(since=now)
                self._stage.enter(Phase.TEMPERATURE, now)
            case OverrideGiven(words, entry):
                self._override(words.strip(), entry, now)
            case AnnulmentPressed(entry):
                self._recorder.annul(entry, now)
            case VehicleDone():
                self._recorder.boarding.end()
            case EmergencyOpened():
                self._emergency(now)

    def _codeless(self) -> bool:
        """Whether the gatekeeper may begin a passing of somebody whose code can't be read."""
        return self.idle and self._asked.unread(self._policy.degraded)

    def _override(self, words: str, entry: str, now: datetime) -> None:
        """The gatekeeper decides over the rules: an entry first, then the barrier."""
        cited = self._refusals.find(entry, now)
        if cited is None or cited.judgement is None or not words:
            return
        draft = override_entry(cited.judgement, words, now, self._recorder.in_force)
        link = self._recorder.append(draft)
        self._refusals.drop(cited)
        cited.overridden()
        if self._passing is None or self._passing is cited:
            self._passing = cited
            self._stage.enter(Phase.VERDICT, now)
        self._way.admit(Reason.OVERRIDDEN, name_of(link), cited.shown, now)

    def _emergency(self, now: datetime) -> None:
        """Open at once and say so whoever is there; the entry follows when the journal takes it."""
        opened = self._way.open(Reason.EMERGENCY, None, now)
        self._recorder.later(emergency_entry(self.direction, opened, now, self._recorder.in_force))
        self._rest()
        self._passing = Passing.of_emergency(self._policy)
        self._stage.enter(Phase.VERDICT, now)

    def _view(self, now: datetime) -> GateView:
        here, recorder, opening = self._passing, self._recorder, self._way.opening(now)
        again = bool(here and here.readings)
        return replace(
            view_of(here, self._stage.phase, self.direction, recorder, now),
            asks=self._asked.asks(self._stage.phase, self._policy.degraded, again=again),
            codeless=self._codeless(),
            connection=self.connection,
            faults=recorder.faults + self.faults.lasting() + self.notices,
            simulated=self.simulated,
            several_codes=self._asked.several(now),
            opening=opening,
            unwalked=self._way.unwalked(now),
            overridable=self._refusals.at(now),
        )
