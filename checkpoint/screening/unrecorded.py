"""What an entry does not hold, or not in words: each way that it may have been.

Only ways that the numbers at hand tell apart are given, one of each.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from checkpoint.domain.boarding import WEEK, CommutingVehicle, Ride
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry
from checkpoint.domain.health_pass import VEHICLE_KINDS, PassKind
from checkpoint.domain.health_status import HealthStatus, KnownHealth
from checkpoint.domain.observation import Direction, GateState, Mask, Reading, ReferenceState
from checkpoint.domain.plate import UNSEEN, PlateCheck, PlateMatch
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.domain.warrant import Warrant
from checkpoint.screening.rules import ASKS_HEALTH

LONG_AGO, FAR = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_AGES = ("trust_marked_s", "trust_printed_refer_s", "trust_all_refer_s")


def gates(entry: Entry, old: Policy, new: Policy, zone: str) -> tuple[GateState, ...]:
    """What the gate may have known beside the person."""
    told = frozenset(entry.reasons)
    warrant = (
        Warrant(entry.warrant_id, entry.enterprise_id, "", LONG_AGO, FAR)
        if entry.warrant_id
        else None
    )
    state = GateState(
        kiosk_id=entry.kiosk_id,
        enterprise_id=entry.enterprise_id,
        site_id=entry.site_id,
        gate_id=entry.gate_id,
        warrant=warrant,
        clock_quality=entry.clock_quality,
        zone=zone,
    )
    stopped: tuple[bool, ...] = (Reason.ENTERPRISE_SUSPENDED in told,)
    if "suspension" not in old.rules and "suspension" in new.rules:
        stopped = (False, True)
    return tuple(
        replace(state, enterprise_suspended=held, trust_age_s=age, reference=reference)
        for held, age, reference in product(
            stopped, _ages(told, old, new), _references(entry, old, new)
        )
    )


def moot(rule: str, old: Policy, new: Policy) -> bool:
    """Whether neither numbers ask this rule."""
    return rule not in old.rules and rule not in new.rules


def _ages(told: frozenset[Reason], old: Policy, new: Policy) -> tuple[int, ...]:
    """One age out of each stretch that old and new numbers tell apart."""
    if moot("trust_age", old, new):
        return (0,)
    same = all(getattr(old, name) == getattr(new, name) for name in _AGES)
    if Reason.BUNDLE_STALE not in told and "trust_age" in old.rules and same:
        return (0,)
    return tuple(sorted({0, *(getattr(each, name) for each in (old, new) for name in _AGES)}))


def _references(entry: Entry, old: Policy, new: Policy) -> tuple[ReferenceState, ...]:
    told = {
        Reason.REFERENCE_DUE: ReferenceState.DUE,
        Reason.REFERENCE_FAILED: ReferenceState.FAILED,
    }
    same = (old.reference_s, old.reference_tolerance_c) == (
        new.reference_s,
        new.reference_tolerance_c,
    )
    if moot("temperature", old, new):
        return (ReferenceState.FINE,)
    known = tuple(state for reason, state in told.items() if reason in entry.reasons)
    if same and known:
        return known
    return (
        (ReferenceState.FINE,)
        if same and _asked(entry, old, "temperature")
        else tuple(ReferenceState)
    )


def _asked(entry: Entry, old: Policy, rule: str) -> bool:
    """Whether the sensors were asked by the old numbers, and what they said is in the entry."""
    silent = not entry.readings and entry.mask is None and entry.outcome is Outcome.DENY
    screened = old.screen_exits or entry.direction is Direction.IN
    return rule in old.rules and screened and not silent


def readings(entry: Entry, old: Policy, new: Policy) -> tuple[tuple[Reading, ...], ...]:
    """The temperatures; of those who were not measured, one of each kind."""
    if entry.readings or _asked(entry, old, "temperature") or moot("temperature", old, new):
        return (entry.readings,)
    well, fever = (Reading(c, c, "", entry.at) for c in (3650, 4200))
    return ((), (well,), (fever,))


def masks(entry: Entry, old: Policy, new: Policy) -> tuple[Mask | None, ...]:
    """The mask; of those who were not looked at, each."""
    asked = old.mask_required and _asked(entry, old, "mask")
    known = asked or entry.mask is not None or moot("mask", old, new)
    return (entry.mask,) if known else (None, Mask.WORN, Mask.NONE)


def plate(entry: Entry) -> PlateCheck:
    """What was said of the plate."""
    told = entry.details.get("plate", "")
    known = [match for match in PlateMatch if match == told]
    return PlateCheck(known[0], entry.details.get("plate_source", "")) if known else UNSEEN


def inside(entry: Entry, old: Policy, new: Policy) -> tuple[bool | None, ...]:
    """Whether the holder was inside; both where nobody asked."""
    if moot("passback", old, new):
        return (False,)
    named_first_by_the_new = Reason.FOREIGN_NOT_ACCEPTED in entry.reasons
    if named_first_by_the_new or not (old.passback and "passback" in old.rules):
        return (True, False)
    entering = entry.direction is Direction.IN
    return (
        (Reason.ALREADY_INSIDE in entry.reasons,)
        if entering
        else (Reason.NOT_INSIDE not in entry.reasons,)
    )


def health(entry: Entry, old: Policy, new: Policy) -> tuple[KnownHealth | None, ...]:
    """What was known of a worker's health; each where no rule asked for it."""
    if entry.pass_kind is not PassKind.WORKER or not ASKS_HEALTH & {*old.rules, *new.rules}:
        return (None,)
    statuses, declared = _statuses(entry, old, new), _declared(entry, old, new)
    known = tuple(replace(one, declared_at=at) for one in statuses if one for at in declared)
    return (*known, None) if None in statuses else known


def _statuses(entry: Entry, old: Policy, new: Policy) -> tuple[KnownHealth | None, ...]:
    told = {
        Reason.STATUS_UNKNOWN: None,
        Reason.STATUS_ABSENT: KnownHealth(),
        Reason.STATUS_EXPIRED: KnownHealth(HealthStatus.GREEN, LONG_AGO),
        Reason.STATUS_YELLOW: KnownHealth(HealthStatus.YELLOW),
        Reason.STATUS_RED: KnownHealth(HealthStatus.RED),
    }
    green = KnownHealth(HealthStatus.GREEN)
    said = tuple(known for reason, known in told.items() if reason in entry.reasons)
    if "status" not in old.rules:
        return (*told.values(), green)
    if said and Reason.STATUS_EXPIRED not in entry.reasons:
        return said
    same = old.status_max_age_s == new.status_max_age_s
    return (said or (green,)) if same else (told[Reason.STATUS_EXPIRED], green)


def _declared(entry: Entry, old: Policy, new: Policy) -> tuple[datetime | None, ...]:
    """Never, now, and just within and beyond each age."""
    if moot("declaration", old, new):
        return (None,)
    ages = {each.declaration_s for each in (old, new)}
    near = {entry.at - timedelta(seconds=age + more) for age in ages for more in (0, 1)}
    return (None, entry.at, *sorted(near))


def vehicles(
    entry: Entry, old: Policy, new: Policy, zone: str
) -> tuple[CommutingVehicle | None, ...]:
    """On which days a commuting vehicle runs; None stands for every day."""
    if entry.pass_kind is not PassKind.COMMUTING_VEHICLE or moot("boarding", old, new):
        return (None,)
    if not _boarded(entry, old):
        today = entry.at.astimezone(ZoneInfo(zone)).isoweekday()
        return (None, CommutingVehicle(str((today + 2) % len(WEEK) + 1)))
    same = old.shift_grace_s == new.shift_grace_s
    if same and Reason.OUTSIDE_SHIFT not in entry.reasons:
        return (None,)
    return (None, *map(CommutingVehicle, WEEK))


def rides(entry: Entry, old: Policy, new: Policy) -> tuple[Ride | None, ...]:
    """Whether somebody came with a vehicle, and was listed; both where nobody asked."""
    if entry.pass_kind in VEHICLE_KINDS or moot("boarding", old, new):
        return (None,)
    if not _boarded(entry, old):
        return (None, Ride(0, listed=False))
    listed = Reason.NOT_ON_MANIFEST not in entry.reasons
    full = Reason.VEHICLE_FULL in entry.reasons
    return (None,) if listed and not full else (Ride(0, listed, full),)


def _boarded(entry: Entry, old: Policy) -> bool:
    """Whether the old numbers asked about vehicles and their riders here."""
    return old.boarding and (old.screen_exits or entry.direction is Direction.IN)
