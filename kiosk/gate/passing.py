"""One person or vehicle at the gate, from the first sight of a code to the last of the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checkpoint.domain.decision import Decision, Outcome, Treasure
from checkpoint.domain.observation import Direction, Mask, Reading, Verification
from checkpoint.domain.plate import UNSEEN, PlateCheck, PlateMatch
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.screening.decide import BY_SENSORS
from kiosk.gate.decision import InForce, Judgement, Sighting
from kiosk.gate.guard import Names, names_of
from kiosk.gate.showing import shown_of
from kiosk.ports import Box, Light, Phase, Shown

_LIGHTS = {Outcome.ADMIT: Light.GOOD, Outcome.REFER: Light.DOUBT, Outcome.DENY: Light.BAD}
OVERRIDABLE = timedelta(minutes=2)
"""How long after a verdict the gatekeeper may still decide over it."""


@dataclass(slots=True)
class Passing:
    """What is known so far. `decision` is what may be shown; `judgement` is what is on disk."""

    text: str = ""
    names: Names = frozenset()
    verification: Verification | None = None
    foreseen: Decision | None = None
    """the decision as it would be without measuring: for the first two lights"""
    readings: tuple[Reading, ...] = ()
    mask: Mask | None = None
    mask_source: str = ""
    mask_sensed: str = ""
    """what a sensor said beside the gatekeeper: a mask, or `unknown` while it said nothing"""
    since: datetime | None = None
    code: Box | None = None
    """when the code was read, and where it was in the frame"""
    scanner: str = ""
    """the scanner that read it; empty for the camera"""
    typed_c: int | None = None
    pressed: Mask | None = None
    plate: PlateCheck = UNSEEN
    plate_said: PlateMatch | None = None
    decision: Decision | None = None
    judgement: Judgement | None = None
    judged_at: datetime | None = None

    @classmethod
    def of(cls, text: str, in_force: InForce, now: datetime) -> Passing:
        """Whoever shows this code."""
        seen = in_force.verify(text, now)
        return cls(text, names_of(text, seen), seen, since=now)

    @classmethod
    def of_emergency(cls, policy: Policy) -> Passing:
        """Whoever passes while the barrier stands open for an emergency."""
        return cls(decision=Decision(Outcome.ADMIT, (Reason.EMERGENCY,), policy.version))

    def sighting(self, at: datetime, direction: Direction) -> Sighting:
        """What the devices said of the person."""
        return Sighting(
            at=at,
            direction=direction,
            verification=self.verification,
            readings=self.readings,
            mask=self.mask,
            mask_source=self.mask_source,
            mask_sensed=self.mask_sensed,
            scanner=self.scanner,
            plate=self.plate,
            measured=not self.hopeless,
        )

    @property
    def hopeless(self) -> bool:
        """Whether no temperature and no mask could change a DENY."""
        findings = self.foreseen.findings if self.foreseen else ()
        return any(f.outcome is Outcome.DENY and f.treasure not in BY_SENSORS for f in findings)

    @property
    def plate_due(self) -> str:
        """The plate that the vehicle must bear, empty for a person."""
        known = self.verification.health_pass if self.verification else None
        return known.vehicle.plate if known and known.vehicle else ""

    @property
    def second_look(self) -> bool:
        """Whether the gatekeeper should compare: what is printed can be a copy.

        Nobody need be compared who may not pass whoever they are.
        """
        living = self.verification is not None and self.verification.living
        return self.shown is not None and not living and not self.hopeless

    @property
    def shown(self) -> Shown | None:
        """The person on the display; nobody where the code could not be believed."""
        return shown_of(self.verification)

    @property
    def entry(self) -> str:
        """The entry in short, to be read out: its number and the beginning of its hash."""
        link = self.judgement.link if self.judgement else None
        return f"{link.seq}-{link.hash.hex()[:8]}" if link else ""

    def unrecorded(self, policy: Policy) -> Decision:
        """What may be shown when the journal did not take the entry: never an ADMIT."""
        known = self.foreseen
        grave = known is not None and self.hopeless
        reasons = tuple(r for r in known.reasons if r is not Reason.OK) if known and grave else ()
        return Decision(Outcome.DENY if grave else Outcome.REFER, reasons, policy.version)

    def overridable(self, now: datetime) -> bool:
        """Whether the gatekeeper may still decide over the verdict."""
        if self.decision is None or self.decision.outcome is Outcome.ADMIT:
            return False
        return self.judged_at is not None and abs(now - self.judged_at) <= OVERRIDABLE

    def overridden(self) -> None:
        """Show that the gatekeeper decided over the verdict."""
        if self.decision:
            reasons = (Reason.OVERRIDDEN, *self.decision.reasons)
            self.decision = replace(self.decision, outcome=Outcome.ADMIT, reasons=reasons)


@dataclass(slots=True)
class Stage:
    """The phase of the gate and when it began."""

    phase: Phase = Phase.WAITING
    since: datetime | None = None

    def enter(self, phase: Phase, now: datetime) -> None:
        """Another phase begins, or the same one anew."""
        self.phase, self.since = phase, now

    def lasted(self, seconds: float, now: datetime) -> bool:
        """Whether the phase has lasted so long; a clock set back begins it anew."""
        if self.since is None or now < self.since:
            self.since = now
        return now - self.since >= timedelta(seconds=seconds)


def measured_again(reading: Reading, policy: Policy) -> bool:
    """Whether a reading is worth another one: a fever, or no body temperature."""
    return not policy.implausible_below_c <= reading.corrected_c < policy.fever_threshold_c


def lights(passing: Passing | None, phase: Phase, policy: Policy) -> dict[Treasure, Light]:
    """The four treasures as they stand. Nothing is good that is not on disk."""
    shown = dict.fromkeys(Treasure, Light.OFF)
    known = passing.foreseen or passing.decision if passing else None
    if passing is None or known is None or passing.verification is None:
        return shown
    shown[Treasure.CODE] = _LIGHTS[known.treasure(Treasure.CODE)]
    if passing.verification.valid:  # nobody is registered whom a pass in force does not name
        shown[Treasure.REGISTER] = _registering(passing, known)
    shown |= _by_devices(passing, phase, policy)
    if passing.decision and passing.judgement is None:
        return {t: Light.DOUBT if light is Light.GOOD else light for t, light in shown.items()}
    return shown


def _registering(passing: Passing, known: Decision) -> Light:
    """A plate that nobody has compared yet is no doubt before the decision."""
    if passing.judgement:
        return _LIGHTS[passing.judgement.decision.treasure(Treasure.REGISTER)]
    objected = [f for f in known.findings if f.treasure is Treasure.REGISTER]
    settled = [f.outcome for f in objected if f.reason is not Reason.PLATE_UNKNOWN]
    light = _LIGHTS[max(settled, key=lambda outcome: outcome.gravity, default=Outcome.ADMIT)]
    waits = light is Light.GOOD and len(settled) < len(objected)
    return Light.PENDING if waits else light


def _by_devices(passing: Passing, phase: Phase, policy: Policy) -> dict[Treasure, Light]:
    if passing.judgement:
        decided, seen = (
            passing.judgement.decision,
            {
                Treasure.TEMPERATURE: bool(passing.readings),
                Treasure.MASK: passing.mask is not None,
            },
        )
        return {
            treasure: _LIGHTS[decided.treasure(treasure)]
            for treasure, answered in seen.items()
            if answered or not (passing.hopeless or decided.treasure(treasure) is Outcome.ADMIT)
        }
    if phase is Phase.TEMPERATURE:
        return {Treasure.TEMPERATURE: Light.PENDING}
    if phase not in {Phase.MASK, Phase.PLATE}:
        return {}
    last = passing.readings[-1] if passing.readings else None
    warm = Light.GOOD if last and not measured_again(last, policy) else Light.DOUBT
    covered = Light.PENDING if phase is Phase.MASK else _mask_light(passing.mask)
    asked = policy.mask_required
    return {Treasure.TEMPERATURE: warm} | ({Treasure.MASK: covered} if asked else {})


def _mask_light(mask: Mask | None) -> Light:
    return {Mask.WORN: Light.GOOD, Mask.NONE: Light.BAD}.get(mask or Mask.INCORRECT, Light.DOUBT)
