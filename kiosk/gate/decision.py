"""Observe, decide, journal: the same few lines for a gate and for a feed."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from checkpoint.clock import rfc3339
from checkpoint.credential import verify
from checkpoint.domain.decision import Decision, Outcome
from checkpoint.domain.entry import AGAIN, COUNTED, STEP, Entry, EntryKind
from checkpoint.domain.observation import (
    ClockQuality,
    Direction,
    GateState,
    Mask,
    Observation,
    Reading,
    ReferenceState,
    Verification,
)
from checkpoint.domain.plate import UNSEEN, PlateCheck, PlateMatch
from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link, decode_entry
from checkpoint.screening import decide
from checkpoint.wire.bundle import Bundle
from kiosk.gate.bearer import cited, personal_of
from kiosk.gate.boarding import Boarding, ride_of, vehicle_of
from kiosk.journal import Draft

GATEKEEPER = "gatekeeper"
"""The source of what a person judged."""
SENSED = "mask_sensed"
"""The detail of an entry that keeps what the sensor said where the gatekeeper's word counts."""
DOWN = "down"
"""The detail of an entry that names the devices which were down, separated by commas."""
SCANNER = "scanner"
"""The detail of an entry that names what scanned the code, where no camera read it."""
PLATE, PLATE_SOURCE, PLATE_SENSED = "plate", "plate_source", "plate_sensed"
"""The details of a vehicle's entry about its plate."""
COLDEST_C, HOTTEST_C = 2000, 5000
"""Hundredths of a °C; outside of this no thermometer speaks of a person, it is broken."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds at the gate now, replaced as one object.

    `trust_age_s` is None for a gate without a server.
    """

    bundle: Bundle
    trust_age_s: int | None = None
    clock_quality: ClockQuality = ClockQuality.UNSYNCHRONISED
    reference: ReferenceState = ReferenceState.FINE

    def verify(self, text: str, at: datetime) -> Verification:
        """What the shown text is worth. Never raises."""
        seen = verify(text, self.bundle.trust, at)
        if seen.foreign and self.bundle.policy.foreign_certificates is ForeignWorth.OFF:
            return replace(seen, certificate=None)  # nobody is named by what is not taken
        return seen


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the devices said of one person; None and empty where they gave no answer."""

    at: datetime
    direction: Direction
    verification: Verification | None
    readings: tuple[Reading, ...] = ()
    mask: Mask | None = None
    mask_source: str = ""
    mask_sensed: str = ""
    scanner: str = ""
    plate: PlateCheck = UNSEEN
    measured: bool = True
    down: tuple[str, ...] = ()


class Log(Protocol):
    """What a decision needs of the journal."""

    @property
    def boarding(self) -> Boarding:
        """The vehicle whose riders come, as far as the entries tell."""

    @property
    def kiosk_id(self) -> str:
        """Whose entries these are."""

    def is_inside(self, holder_id: str) -> bool:
        """Whether the holder is inside as far as this gate knows. Raises JournalFault."""

    def used_step(self, pass_id: str) -> int | None:
        """The last step of a phone pass that let somebody pass, as far as this gate knows.

        Raises JournalFault.
        """

    def append(self, draft: Draft) -> Link:
        """Put an entry on disk. Raises JournalFault, having written nothing."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision that is on disk."""

    observation: Observation
    decision: Decision
    link: Link


def judge(sighting: Sighting, in_force: InForce, journal: Log) -> Judgement:
    """Decide on a passing and put it in the journal.

    Raises JournalFault when it could not be recorded; nobody may pass then.
    """
    observation = observe(sighting, in_force, journal)
    decision = decide(observation, in_force.bundle.policy)
    link = journal.append(passage(observation, decision, in_force))
    return Judgement(observation, decision, link)


def observe(sighting: Sighting, in_force: InForce, journal: Log) -> Observation:
    """All that is known of the person, the gate and the moment."""
    bundle = in_force.bundle
    seen = replayed(sighting.verification, journal) if sighting.verification else None
    return Observation(
        at=sighting.at,
        direction=sighting.direction,
        gate=GateState(
            kiosk_id=journal.kiosk_id,
            enterprise_id=bundle.enterprise.enterprise_id,
            site_id=bundle.site.site_id,
            gate_id=bundle.gate.gate_id,
            warrant=bundle.warrant_at(sighting.at),
            enterprise_suspended=bundle.enterprise.suspended,
            trust_age_s=in_force.trust_age_s,
            clock_quality=in_force.clock_quality,
            zone=bundle.site.zone,
            reference=in_force.reference,
        ),
        verification=seen,
        readings=sighting.readings,
        mask=sighting.mask,
        mask_source=sighting.mask_source,
        mask_sensed=sighting.mask_sensed,
        scanner=sighting.scanner,
        plate=sighting.plate,
        inside=journal.is_inside(seen.holder_id) if seen and seen.holder_id else None,
        health=bundle.health.known(seen.holder_id) if bundle.health and seen else None,
        vehicle=vehicle_of(seen, bundle),
        ride=journal.boarding.ride(seen, sighting.direction, sighting.at, bundle),
        measured=sighting.measured,
        down=sighting.down,
    )


def replayed(seen: Verification, journal: Log) -> Verification:
    """The verification, with the objection that its step was used here already.

    A step that is used up uses up those before it. A stale code is stale and no more.
    """
    known = seen.health_pass
    if seen.step is None or known is None or Reason.STALE_CODE in seen.reasons:
        return seen
    used = journal.used_step(known.pass_id)
    if used is None or seen.step > used:
        return seen
    return replace(seen, reasons=(*seen.reasons, Reason.REPLAYED))


def passage(observation: Observation, decision: Decision, in_force: InForce) -> Draft:
    """The entry of a decided passing."""
    seen = observation.verification
    told = details_of(observation) | counted(observation, in_force.bundle.policy)
    draft = event(EntryKind.PASSAGE, observation.at, in_force, told)
    entry = replace(
        cited(draft.entry, seen),
        direction=observation.direction,
        outcome=decision.outcome,
        reasons=decision.reasons,
        code_digest=seen.digest if seen else b"",
        readings=observation.readings,
        mask=observation.mask,
        mask_source=observation.mask_source,
    )
    return Draft(entry, personal_of(seen))


def details_of(observation: Observation) -> dict[str, str]:
    """What the entry of a passing says beyond its own fields."""
    sensed = observation.mask_sensed
    told = {SENSED: sensed} if sensed and observation.mask_source == GATEKEEPER else {}
    by = {SCANNER: observation.scanner} if observation.scanner else {}
    down = {DOWN: ",".join(observation.down)} if observation.down else {}
    aside = step_of(observation) | ride_of(observation)
    return aside | told | by | down | plate_of(observation)


def plate_of(observation: Observation) -> dict[str, str]:
    """Whether a vehicle bears the plate of its pass, who said so, and what a reader said beside.

    The plate that was read is personal: it is no detail.
    """
    known, check = observation.health_pass, observation.plate
    if known is None or known.vehicle is None or not observation.measured:
        return {}
    if check.match is PlateMatch.UNKNOWN:
        return {PLATE: check.match.value} if check.sensed else {}
    told = {PLATE: check.match.value, PLATE_SOURCE: check.source}
    if check.sensed and check.source == GATEKEEPER:
        told[PLATE_SENSED] = check.sensed.value
    return told


def counted(observation: Observation, policy: Policy) -> dict[str, str]:
    """Which of several readings counted, the last, and what was wrong with the first."""
    if len(observation.readings) < 2:
        return {}
    first = observation.readings[0].corrected_c
    low, high = first < policy.implausible_below_c, first > policy.implausible_above_c
    why = "low" if low else "high" if high else "fever"
    return {COUNTED: str(len(observation.readings)), AGAIN: why}


def step_of(observation: Observation) -> dict[str, str]:
    """The detail that names the step of a fresh living code; a phone's wrong clock uses none."""
    seen = observation.verification
    if seen is None or seen.step is None or Reason.STALE_CODE in seen.reasons:
        return {}
    return {STEP: str(seen.step)}


def event(
    kind: EntryKind, at: datetime, in_force: InForce, details: dict[str, str] | None = None
) -> Draft:
    """An entry of any kind with the place, the versions and the warrant in force."""
    bundle = in_force.bundle
    warrant = bundle.warrant_at(at)
    return Draft(
        Entry(
            kind=kind,
            kiosk_id="",
            epoch=0,
            seq=0,
            at=at,
            clock_quality=in_force.clock_quality,
            policy_version=bundle.policy.version,
            bundle_version=bundle.version,
            enterprise_id=bundle.enterprise.enterprise_id,
            site_id=bundle.site.site_id,
            gate_id=bundle.gate.gate_id,
            warrant_id=warrant.warrant_id if warrant else "",
            details=details or {},
        )
    )


def plausible(reading: Reading) -> bool:
    """Whether a thermometer that works can have said this of a person."""
    values: tuple[Any, ...] = (reading.raw_c, reading.corrected_c)
    return all(isinstance(v, int) and COLDEST_C <= v <= HOTTEST_C for v in values)


def reading_of(celsius: float, sensor: str, at: datetime) -> Reading | None:
    """A reading of a value in °C, None when no thermometer that works can have said it."""
    if abs(celsius) > HOTTEST_C or not math.isfinite(celsius):
        return None
    hundredths = round(celsius * 100)
    reading = Reading(hundredths, hundredths, sensor, at)
    return reading if plausible(reading) else None


def line_of(link: Link) -> str:
    """The line that is printed once an entry is durable."""
    entry = decode_entry(link.body)
    return json.dumps(
        {
            "kiosk": link.kiosk_id,
            "epoch": link.epoch,
            "seq": link.seq,
            "hash": link.hash.hex(),
            "outcome": entry.outcome.value if isinstance(entry.outcome, Outcome) else None,
            "reasons": [reason.value for reason in entry.reasons],
            "at": rfc3339(entry.at),
        }
    )
