"""An observation out of the entry that was made of it, to ask what other numbers would have said.

What an entry does not hold is not guessed: every observation is given that would have led to the
decision in the entry. Where these differ under other numbers, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from zoneinfo import ZoneInfo

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry
from checkpoint.domain.foreign_certificate import ForeignCertificate, Recovered, Vaccinated
from checkpoint.domain.health_pass import VEHICLE_KINDS, HealthPass, PassKind, Vehicle
from checkpoint.domain.observation import (
    Direction,
    GateState,
    Mask,
    Observation,
    Reading,
    ReferenceState,
    Verification,
)
from checkpoint.domain.plate import UNSEEN, PlateCheck, PlateMatch
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.domain.warrant import Warrant
from checkpoint.screening.decide import decide

_OF_A_CREDENTIAL = frozenset(
    {
        *(Reason.MALFORMED, Reason.UNKNOWN_ISSUER, Reason.BAD_SIGNATURE, Reason.WRONG_PURPOSE),
        *(Reason.EXPIRED, Reason.NOT_YET_VALID, Reason.REVOKED, Reason.BLOCKED),
        *(Reason.STALE_CODE, Reason.REPLAYED),
    }
)
_FOREIGN = frozenset(
    {Reason.FOREIGN_CERTIFICATE, Reason.FOREIGN_INSUFFICIENT, Reason.FOREIGN_NOT_ACCEPTED}
)
_AGES = ("trust_marked_s", "trust_printed_refer_s", "trust_all_refer_s")
_LONG_AGO, _FAR = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def redecided(entry: Entry, old: Policy, new: Policy, zone: str) -> tuple[Outcome, ...]:
    """What the new numbers may have made of a passing that the old ones decided on.

    One outcome where the entry tells enough, several where it does not, none where the decision in
    the entry does not follow from the old numbers: an entry of a later version, for instance.
    `zone` is the site's.
    """
    found = {
        decide(seen, new).outcome
        for seen in observations(entry, old, new, zone)
        if _leads(seen, old, entry)
    }
    return tuple(sorted(found, key=lambda outcome: outcome.gravity))


def reasons(entry: Entry, old: Policy, new: Policy, zone: str) -> tuple[Reason, ...]:
    """The reasons that the new numbers give, where they are sure of the outcome."""
    for seen in observations(entry, old, new, zone):
        if _leads(seen, old, entry):
            return decide(seen, new).reasons
    return ()


def _leads(seen: Observation, policy: Policy, entry: Entry) -> bool:
    decision = decide(seen, policy)
    return (decision.outcome, decision.reasons) == (entry.outcome, entry.reasons)


def observations(entry: Entry, old: Policy, new: Policy, zone: str) -> Iterator[Observation]:
    """Each that may have been, as far as old and new numbers tell them apart."""
    verifications = _verifications(entry, old, new, zone)
    gates = _gates(entry, old, new, zone)
    unmeasured = (True, False) if not entry.readings and entry.mask is None else (True,)
    parts = (verifications, gates, _readings(entry, old), _masks(entry, old), unmeasured)
    for seen, gate, readings, mask, measured in product(*parts):
        named = seen is not None and bool(seen.holder_id)
        for inside in _inside(entry, old) if named else (None,):
            yield Observation(
                at=entry.at,
                direction=entry.direction or Direction.IN,
                gate=gate,
                verification=seen,
                readings=readings,
                mask=mask,
                mask_source=entry.mask_source,
                plate=_plate(entry),
                inside=inside,
                measured=measured,
                down=tuple(filter(None, entry.details.get("down", "").split(","))),
            )


def _verifications(
    entry: Entry, old: Policy, new: Policy, zone: str
) -> tuple[Verification | None, ...]:
    told = frozenset(entry.reasons)
    against = tuple(reason for reason in entry.reasons if reason in _OF_A_CREDENTIAL)
    step = entry.details.get("step", "")
    seen = Verification(None, against, entry.code_digest, int(step) if step.isdigit() else None)
    if told & _FOREIGN or "certificate" in entry.details:
        return _foreign(entry, seen, told)
    if entry.pass_kind is not None:
        passes = _passes(entry, old, new, zone)
        # A step that was stale is not in the entry: a living code may have been one nevertheless.
        living = (None, 0) if Reason.STALE_CODE in told else (seen.step,)
        return tuple(replace(seen, health_pass=each, step=at) for each in passes for at in living)
    return (seen,) if against or entry.code_digest else (None,)


def _foreign(entry: Entry, seen: Verification, told: frozenset[Reason]) -> tuple[Verification, ...]:
    seen = replace(seen, foreign=True)
    if "certificate" not in entry.details and Reason.FOREIGN_NOT_ACCEPTED not in told:
        return (seen,)
    enough = (False,) if Reason.FOREIGN_INSUFFICIENT in told else (True, False)
    names = ("?",) if entry.commitment else ("", "?")
    known = tuple(
        replace(seen, certificate=_certificate(entry, suffices, name))
        for suffices in enough
        for name in names
    )
    unread = replace(seen, reasons=(Reason.MALFORMED,))
    return (*known, unread) if Reason.FOREIGN_NOT_ACCEPTED in told else known


def _certificate(entry: Entry, suffices: bool, name: str) -> ForeignCertificate:
    statement = (
        Recovered(date.min, date.max) if suffices else Vaccinated(dose=0, doses=1, on=date.min)
    )
    return ForeignCertificate(
        certificate_id=entry.pass_id or "0" * 16,
        holder_id="0" * 16,
        country=entry.details.get("country", ""),
        name=name,
        born="",
        statement=statement,
    )


def _passes(entry: Entry, old: Policy, new: Policy, zone: str) -> tuple[HealthPass, ...]:
    elsewhere = ("?",)
    if Reason.WRONG_SITE in entry.reasons:
        sites: tuple[tuple[str, ...], ...] = (elsewhere,)
    else:
        sites = ((),) if "wrong_site" in old.rules else ((), elsewhere)
    kind = entry.pass_kind or PassKind.WORKER
    held = HealthPass(
        pass_id=entry.pass_id,
        kind=kind,
        issuer=entry.issuer,
        enterprise_id=entry.enterprise_id,
        holder_id="0" * 16,
        name="",
        id_tail="",
        issued_at=_LONG_AGO,
        not_before=_LONG_AGO,
        expires_at=_FAR,
        vehicle=Vehicle("") if kind in VEHICLE_KINDS else None,
    )
    shifts = _shifts(entry, old, new, zone)
    return tuple(replace(held, sites=at, shift=shift) for at in sites for shift in shifts)


def _shifts(
    entry: Entry, old: Policy, new: Policy, zone: str
) -> tuple[tuple[int, int] | None, ...]:
    """None stands for every shift within which somebody came, the other for one half a day off."""
    local = entry.at.astimezone(ZoneInfo(zone))
    begin = (local.hour * 60 + local.minute + 720) % 1440
    off = (begin, (begin + 1) % 1440)
    grows = new.shift_grace_s > old.shift_grace_s
    if Reason.OUTSIDE_SHIFT in entry.reasons:
        # With more time around it the shift may have been near enough.
        return (off, _near(entry, old, zone)) if grows else (off,)
    known = "outside_shift" in old.rules and not new.shift_grace_s < old.shift_grace_s
    return (None,) if known or entry.pass_kind is not PassKind.WORKER else (None, off)


def _near(entry: Entry, old: Policy, zone: str) -> tuple[int, int]:
    """A shift that began the least too late by the old numbers."""
    local = entry.at.astimezone(ZoneInfo(zone))
    now_s = local.hour * 3600 + local.minute * 60 + local.second
    begin = ((now_s + old.shift_grace_s) // 60 + 1) % 1440
    return begin, (begin + 1) % 1440


def _gates(entry: Entry, old: Policy, new: Policy, zone: str) -> tuple[GateState, ...]:
    told = frozenset(entry.reasons)
    warrant = (
        Warrant(entry.warrant_id, entry.enterprise_id, "", _LONG_AGO, _FAR)
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
    if Reason.ENTERPRISE_SUSPENDED in told:
        stopped: tuple[bool, ...] = (True,)
    else:
        stopped = (False,) if "suspension" in old.rules else (False, True)
    return tuple(
        replace(state, enterprise_suspended=held, trust_age_s=age, reference=reference)
        for held, age, reference in product(
            stopped, _ages(told, old, new), _references(entry, old, new)
        )
    )


def _ages(told: frozenset[Reason], old: Policy, new: Policy) -> tuple[int, ...]:
    """One age out of each stretch that old and new numbers tell apart."""
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


def _readings(entry: Entry, old: Policy) -> tuple[tuple[Reading, ...], ...]:
    if entry.readings or _asked(entry, old, "temperature"):
        return (entry.readings,)
    well, fever = (Reading(c, c, "", entry.at) for c in (3650, 4200))
    return ((), (well,), (fever,))


def _masks(entry: Entry, old: Policy) -> tuple[Mask | None, ...]:
    asked = old.mask_required and _asked(entry, old, "mask")
    return (entry.mask,) if entry.mask is not None or asked else (None, Mask.WORN, Mask.NONE)


def _plate(entry: Entry) -> PlateCheck:
    told = entry.details.get("plate", "")
    known = [match for match in PlateMatch if match == told]
    return PlateCheck(known[0], entry.details.get("plate_source", "")) if known else UNSEEN


def _inside(entry: Entry, old: Policy) -> tuple[bool | None, ...]:
    named_first_by_the_new = Reason.FOREIGN_NOT_ACCEPTED in entry.reasons
    if named_first_by_the_new or not (old.passback and "passback" in old.rules):
        return (True, False)
    entering = entry.direction is Direction.IN
    return (
        (Reason.ALREADY_INSIDE in entry.reasons,)
        if entering
        else (Reason.NOT_INSIDE not in entry.reasons,)
    )
