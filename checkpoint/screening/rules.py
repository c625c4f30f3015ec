"""One pure function a rule. docs/adding-a-rule.md tells how to add one.

A rule looks at an Observation under a Policy and yields its Findings, none when it has
nothing to say. REFER where a device or a person gave no answer: silence never admits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from checkpoint.domain.boarding import CommutingVehicle
from checkpoint.domain.decision import Finding, Outcome, Treasure
from checkpoint.domain.foreign_certificate import ForeignCertificate
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.health_status import HealthStatus
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Observation, ReferenceState
from checkpoint.domain.plate import PlateMatch
from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.domain.reason import Reason

DAY_S = 24 * 3600

Rule = Callable[[Observation, Policy], Iterator[Finding]]


def credential(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A genuine pass in force: whatever `verify` objects to denies; no code at all refers.

    What a foreign certificate is worth is the policy's to say. That is told here and not in a rule
    of its own, so that no policy which leaves a rule out lets one pass.
    """
    if observation.verification is None:
        yield Finding(Reason.NO_CODE, Outcome.REFER, Treasure.CODE)
        return
    if observation.verification.foreign and policy.foreign_certificates is ForeignWorth.OFF:
        yield Finding(Reason.FOREIGN_NOT_ACCEPTED, Outcome.DENY, Treasure.CODE)
        return
    for reason in observation.verification.reasons:
        yield Finding(reason, Outcome.DENY, Treasure.CODE)
    certificate = observation.verification.certificate
    if certificate and observation.verification.valid:
        yield from _foreign(certificate, observation, policy)


def _foreign(
    certificate: ForeignCertificate, observation: Observation, policy: Policy
) -> Iterator[Finding]:
    admits = policy.foreign_certificates is ForeignWorth.ADMIT
    suffices = certificate.statement.suffices(observation.at)
    # Without a name nobody can compare it with an identity document.
    outcome = Outcome.ADMIT if admits and suffices and certificate.name else Outcome.REFER
    yield Finding(Reason.FOREIGN_CERTIFICATE, outcome, Treasure.CODE)
    if not suffices:
        yield Finding(Reason.FOREIGN_INSUFFICIENT, Outcome.REFER, Treasure.CODE)


def wrong_site(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """The pass names this site, or all sites of the enterprise; only the bureau's go anywhere."""
    health_pass, gate = observation.health_pass, observation.gate
    if health_pass is None:
        return
    enterprise = gate.enterprise_id
    elsewhere = (
        bool(enterprise and health_pass.enterprise_id) and health_pass.enterprise_id != enterprise
    )
    if elsewhere or (health_pass.sites and gate.site_id not in health_pass.sites):
        yield Finding(Reason.WRONG_SITE, Outcome.DENY, Treasure.CODE)


def suspension(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A suspended enterprise lets nobody in; its people may leave."""
    if observation.gate.enterprise_suspended and observation.direction is Direction.IN:
        yield Finding(Reason.ENTERPRISE_SUSPENDED, Outcome.DENY, Treasure.REGISTER)


def warrant(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """An inspector's warrant covers this site now; without one a person decides."""
    held, gate = observation.gate.warrant, observation.gate
    if held is None or not held.covers(gate.site_id, observation.at):
        yield Finding(Reason.NO_WARRANT, Outcome.REFER, Treasure.REGISTER)


def trust_age(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """The older the cached bundle, the less an offline gate may decide by itself.

    A living code is believed longer than paper: who copied a pass has no phone's key.
    """
    age, seen = observation.gate.trust_age_s, observation.verification
    if age is None or age < policy.trust_marked_s:
        return
    living = seen is not None and seen.living
    limit = policy.trust_all_refer_s if living else policy.trust_printed_refer_s
    outcome = Outcome.REFER if age >= limit else Outcome.ADMIT
    yield Finding(Reason.BUNDLE_STALE, outcome, Treasure.REGISTER)


def clock(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """With a clock that is known to be wrong, validity can't be judged."""
    if observation.gate.clock_quality is ClockQuality.SUSPECT:
        yield Finding(Reason.CLOCK_SUSPECT, Outcome.REFER, Treasure.REGISTER)


def passback(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """Entering twice without leaving refers; leaving without having entered is remarked."""
    if not policy.passback or observation.inside is None:
        return
    if observation.direction is Direction.IN and observation.inside:
        yield Finding(Reason.ALREADY_INSIDE, Outcome.REFER, Treasure.REGISTER)
    if observation.direction is Direction.OUT and not observation.inside:
        yield Finding(Reason.NOT_INSIDE, Outcome.ADMIT, Treasure.REGISTER)


def outside_shift(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """Who comes in, comes for the shift that the pass names, by the site's own clock."""
    health_pass = observation.health_pass
    if health_pass is None or health_pass.shift is None or observation.direction is Direction.OUT:
        return
    local = _by_the_sites_clock(observation)
    if local is None:
        yield Finding(Reason.OUTSIDE_SHIFT, Outcome.REFER, Treasure.REGISTER)
        return
    begin, end = (minutes * 60 for minutes in health_pass.shift)
    # Round the clock from when the doors open for it, so that midnight is no limit.
    now = local.hour * 3600 + local.minute * 60 + local.second
    since_open = (now - begin + policy.shift_grace_s) % DAY_S
    if since_open >= (end - begin) % DAY_S + 2 * policy.shift_grace_s:
        yield Finding(Reason.OUTSIDE_SHIFT, Outcome.REFER, Treasure.REGISTER)


def _by_the_sites_clock(observation: Observation) -> datetime | None:
    """The moment at the site; None where nobody knows its clock, so that a person decides."""
    try:
        return observation.at.astimezone(ZoneInfo(observation.gate.zone))
    except (ZoneInfoNotFoundError, ValueError):
        return None


def boarding(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A commuting vehicle comes on one of its days; who comes with it is listed and has a seat."""
    if not _screened(observation, policy):
        return
    if observation.vehicle and not _runs_now(observation.vehicle, observation, policy):
        yield Finding(Reason.OUTSIDE_SHIFT, Outcome.REFER, Treasure.REGISTER)
    ride = observation.ride
    if ride and not ride.listed:
        yield Finding(Reason.NOT_ON_MANIFEST, Outcome.REFER, Treasure.REGISTER)
    if ride and ride.full:
        yield Finding(Reason.VEHICLE_FULL, Outcome.REFER, Treasure.REGISTER)


def _runs_now(vehicle: CommutingVehicle, observation: Observation, policy: Policy) -> bool:
    """Around midnight the day before or after counts as well, by as much as around a shift."""
    local, grace = _by_the_sites_clock(observation), timedelta(seconds=policy.shift_grace_s)
    if local is None:
        return not vehicle.days
    days = {(local + some).isoweekday() for some in (-grace, timedelta(0), grace)}
    return any(map(vehicle.runs_on, days))


def temperature(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """Below the fever threshold and plausible, by the last measurement of a checked thermometer."""
    if not _screened(observation, policy):
        return
    yield from _unchecked(observation, policy)
    reading = observation.temperature
    if reading is None or reading.corrected_c > policy.implausible_above_c:
        yield Finding(Reason.NO_TEMPERATURE, Outcome.REFER, Treasure.TEMPERATURE)
    elif reading.corrected_c >= policy.fever_threshold_c:
        yield Finding(Reason.FEVER, Outcome.DENY, Treasure.TEMPERATURE)
    elif reading.corrected_c < policy.implausible_below_c:
        yield Finding(Reason.TEMPERATURE_LOW, Outcome.REFER, Treasure.TEMPERATURE)


def _unchecked(observation: Observation, policy: Policy) -> Iterator[Finding]:
    outcome = Outcome.REFER if policy.reference_refers else Outcome.ADMIT
    match observation.gate.reference:
        case ReferenceState.DUE:
            yield Finding(Reason.REFERENCE_DUE, outcome, Treasure.TEMPERATURE)
        case ReferenceState.FAILED:
            yield Finding(Reason.REFERENCE_FAILED, outcome, Treasure.TEMPERATURE)


def mask(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A mask over nose and mouth, where the policy asks for one."""
    if not policy.mask_required or not _screened(observation, policy):
        return
    match observation.mask:
        case None:
            yield Finding(Reason.MASK_UNKNOWN, Outcome.REFER, Treasure.MASK)
        case Mask.INCORRECT:
            yield Finding(Reason.MASK_INCORRECT, Outcome.REFER, Treasure.MASK)
        case Mask.NONE:
            yield Finding(Reason.NO_MASK, Outcome.DENY, Treasure.MASK)


def plate(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A vehicle bears the plate of its pass, by a reader or by the gatekeeper's word."""
    health_pass = observation.health_pass
    if health_pass is None or health_pass.vehicle is None or not _screened(observation, policy):
        return
    match observation.plate.match:
        case PlateMatch.DIFFERS:
            yield Finding(Reason.PLATE_MISMATCH, Outcome.REFER, Treasure.REGISTER)
        case PlateMatch.UNKNOWN:
            yield Finding(Reason.PLATE_UNKNOWN, Outcome.REFER, Treasure.REGISTER)


def status(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A worker who comes in is green; that nothing is known of them is neither red nor green."""
    if not _is_worker_coming(observation):
        return
    known = observation.health
    if known is None:
        yield Finding(Reason.STATUS_UNKNOWN, Outcome.REFER, Treasure.CODE)
    elif known.expired(observation.at):
        yield Finding(Reason.STATUS_EXPIRED, Outcome.REFER, Treasure.CODE)
    elif known.status is None:
        yield Finding(Reason.STATUS_ABSENT, Outcome.REFER, Treasure.CODE)
    elif known.status is HealthStatus.RED:
        yield Finding(Reason.STATUS_RED, Outcome.DENY, Treasure.CODE)
    elif known.status is HealthStatus.YELLOW:
        outcome = Outcome.DENY if policy.yellow_denies else Outcome.REFER
        yield Finding(Reason.STATUS_YELLOW, outcome, Treasure.CODE)


def declaration(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A worker who comes in has declared lately; one may have since the bundle was made: REFER."""
    if not policy.declaration_s or not _is_worker_coming(observation):
        return
    declared = observation.health.declared_at if observation.health else None
    oldest = observation.at - timedelta(seconds=policy.declaration_s)
    if declared is None or declared < oldest:
        yield Finding(Reason.NO_DECLARATION, Outcome.REFER, Treasure.REGISTER)


def _is_worker_coming(observation: Observation) -> bool:
    """Visitors, vehicles and foreign certificates are in no roster of people who declare."""
    known = observation.health_pass
    is_worker = known is not None and known.kind is PassKind.WORKER
    return is_worker and observation.direction is Direction.IN


def devices(observation: Observation, policy: Policy) -> Iterator[Finding]:
    """A device is down, and the policy wants the gatekeeper to see everybody meanwhile."""
    for device in observation.down:
        if policy.degraded.refers(device):
            yield Finding(Reason.DEVICE_DOWN, Outcome.REFER, _LOOKED_AFTER_BY[device])


_LOOKED_AFTER_BY = {
    "camera": Treasure.CODE,
    "thermometer": Treasure.TEMPERATURE,
    "mask": Treasure.MASK,
    "barrier": Treasure.REGISTER,
}


def _screened(observation: Observation, policy: Policy) -> bool:
    return policy.screen_exits or observation.direction is Direction.IN


ASKS_HEALTH = frozenset({status.__name__, declaration.__name__})
"""The rules that need what is known of holders' health."""

ASKS_MANIFESTS = frozenset({boarding.__name__})
"""The rules that need the enterprise's commuting vehicles and their riders."""

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        credential,
        wrong_site,
        suspension,
        warrant,
        trust_age,
        clock,
        passback,
        outside_shift,
        temperature,
        mask,
        devices,
        plate,
        status,
        declaration,
        boarding,
    )
}
