"""An observation out of the entry that was made of it, to ask what other numbers would have said.

What an entry does not hold is not guessed: every observation is given that would have led to the
decision in the entry. Where these differ under other numbers, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from zoneinfo import ZoneInfo

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry
from checkpoint.domain.foreign_certificate import ForeignCertificate, Recovered, Vaccinated
from checkpoint.domain.health_pass import VEHICLE_KINDS, HealthPass, PassKind, Vehicle
from checkpoint.domain.observation import (
    Direction,
    Observation,
    Verification,
)
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.screening import unrecorded
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
    gates = unrecorded.gates(entry, old, new, zone)
    unmeasured = (True, False) if not entry.readings and entry.mask is None else (True,)
    known = unrecorded.health(entry, old, new)
    parts = (
        verifications,
        gates,
        unrecorded.readings(entry, old, new),
        unrecorded.masks(entry, old, new),
        unmeasured,
        known,
        unrecorded.vehicles(entry, old, new, zone),
        unrecorded.rides(entry, old, new),
    )
    for seen, gate, readings, mask, measured, health, vehicle, ride in product(*parts):
        named = seen is not None and bool(seen.holder_id)
        for inside in unrecorded.inside(entry, old, new) if named else (None,):
            yield Observation(
                at=entry.at,
                direction=entry.direction or Direction.IN,
                gate=gate,
                verification=seen,
                readings=readings,
                mask=mask,
                mask_source=entry.mask_source,
                plate=unrecorded.plate(entry),
                inside=inside,
                health=health,
                vehicle=vehicle,
                ride=ride,
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
        known = (replace(seen, health_pass=each, step=at) for each in passes for at in living)
        return tuple(one for each in known for one in _objected(each, old, new))
    return _objected(seen, old, new) if against or entry.code_digest else (None,)


def _objected(seen: Verification, old: Policy, new: Policy) -> tuple[Verification, ...]:
    """The same, and one objected to where nobody asked before whether the code is in force."""
    asked = "credential" in old.rules or "credential" not in new.rules
    return (seen,) if asked else (seen, replace(seen, reasons=(Reason.EXPIRED,)))


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
        new_to_it = "wrong_site" in new.rules and "wrong_site" not in old.rules
        sites = ((), elsewhere) if new_to_it else ((),)
    kind = entry.pass_kind or PassKind.WORKER
    held = HealthPass(
        pass_id=entry.pass_id,
        kind=kind,
        issuer=entry.issuer,
        enterprise_id=entry.enterprise_id,
        holder_id="0" * 16,
        name="",
        id_tail="",
        issued_at=unrecorded.LONG_AGO,
        not_before=unrecorded.LONG_AGO,
        expires_at=unrecorded.FAR,
        vehicle=Vehicle("") if kind in VEHICLE_KINDS else None,
    )
    shifts = _shifts(entry, old, new, zone)
    return tuple(replace(held, sites=at, shift=shift) for at in sites for shift in shifts)


def _shifts(
    entry: Entry, old: Policy, new: Policy, zone: str
) -> tuple[tuple[int, int] | None, ...]:
    """None stands for every shift within which somebody came, the other for one half a day off."""
    if entry.pass_kind is not PassKind.WORKER:
        return (None,)
    local = entry.at.astimezone(ZoneInfo(zone))
    begin = (local.hour * 60 + local.minute + 720) % 1440
    off = (begin, (begin + 1) % 1440)
    grows = new.shift_grace_s > old.shift_grace_s
    if Reason.OUTSIDE_SHIFT in entry.reasons:
        # With more time around it the shift may have been near enough.
        return (off, _near(entry, old, zone)) if grows else (off,)
    known = "outside_shift" in old.rules and not new.shift_grace_s < old.shift_grace_s
    known = known or "outside_shift" not in new.rules
    return (None,) if known else (None, off)


def _near(entry: Entry, old: Policy, zone: str) -> tuple[int, int]:
    """A shift that began the least too late by the old numbers."""
    local = entry.at.astimezone(ZoneInfo(zone))
    now_s = local.hour * 3600 + local.minute * 60 + local.second
    begin = ((now_s + old.shift_grace_s) // 60 + 1) % 1440
    return begin, (begin + 1) % 1440
