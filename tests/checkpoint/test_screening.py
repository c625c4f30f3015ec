"""Rules: what each one objects to, and that the decision keeps them all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.health_pass import PassKind, Vehicle
from checkpoint.domain.observation import (
    ClockQuality,
    Direction,
    GateState,
    Mask,
    Observation,
    Reading,
    Verification,
)
from checkpoint.domain.plate import PlateCheck, PlateMatch
from checkpoint.domain.policy import HOUR_S, Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import PolicyError
from checkpoint.screening import RULES, decide
from tests.checkpoint.conftest import DAVES, NOW

ADMIT, REFER, DENY = Outcome


def at_temperature(observation: Observation, celsius: float) -> Observation:
    value = round(celsius * 100)
    return replace(observation, readings=(Reading(value, value, "keypad", NOW),))


def test_everything_in_order_is_admitted(observation: Observation) -> None:
    decision = decide(observation, Policy())
    assert (decision.outcome, decision.reasons) == (ADMIT, (Reason.OK,))
    assert all(decision.treasure(treasure) is ADMIT for treasure in Treasure)


@pytest.mark.parametrize(
    ("celsius", "outcome", "reason"),
    [
        (37.29, ADMIT, Reason.OK),
        (37.30, DENY, Reason.FEVER),
        (43.00, DENY, Reason.FEVER),
        (43.01, REFER, Reason.NO_TEMPERATURE),
        (35.00, ADMIT, Reason.OK),
        (34.99, REFER, Reason.TEMPERATURE_LOW),
    ],
)
def test_temperature_at_its_limits(
    observation: Observation, celsius: float, outcome: Outcome, reason: Reason
) -> None:
    decision = decide(at_temperature(observation, celsius), Policy())
    assert (decision.outcome, decision.reasons) == (outcome, (reason,))


def test_the_last_measurement_counts(observation: Observation) -> None:
    readings = tuple(Reading(c, c, "keypad", NOW) for c in (3790, 3780, 3660))
    assert decide(replace(observation, readings=readings), Policy()).outcome is ADMIT


def test_silent_devices_refer_and_never_admit(observation: Observation) -> None:
    silent = replace(observation, readings=(), mask=None)
    decision = decide(silent, Policy())
    assert decision.outcome is REFER
    assert decision.reasons == (Reason.NO_TEMPERATURE, Reason.MASK_UNKNOWN)


@pytest.mark.parametrize(
    ("mask", "outcome", "reason"),
    [(Mask.NONE, DENY, Reason.NO_MASK), (Mask.INCORRECT, REFER, Reason.MASK_INCORRECT)],
)
def test_masks(observation: Observation, mask: Mask, outcome: Outcome, reason: Reason) -> None:
    decision = decide(replace(observation, mask=mask), Policy())
    assert (decision.outcome, decision.reasons) == (outcome, (reason,))
    assert decide(replace(observation, mask=mask), Policy(mask_required=False)).outcome is ADMIT


def test_all_reasons_are_kept_and_the_gravest_decides(observation: Observation) -> None:
    pass_seen = observation.health_pass
    everything = replace(
        at_temperature(observation, 38.4),
        verification=Verification(pass_seen, (Reason.EXPIRED, Reason.REVOKED)),
        gate=replace(observation.gate, warrant=None, clock_quality=ClockQuality.SUSPECT),
        mask=Mask.INCORRECT,
        inside=True,
    )
    decision = decide(everything, Policy())
    assert decision.outcome is DENY
    assert decision.reasons == (
        Reason.EXPIRED,
        Reason.REVOKED,
        Reason.NO_WARRANT,
        Reason.CLOCK_SUSPECT,
        Reason.ALREADY_INSIDE,
        Reason.FEVER,
        Reason.MASK_INCORRECT,
    )
    assert decision.treasure(Treasure.MASK) is REFER
    assert decision.treasure(Treasure.CODE) is DENY


def test_who_is_turned_away_unmeasured_is_not_blamed_for_silent_sensors(
    observation: Observation,
) -> None:
    expired = Verification(observation.health_pass, (Reason.EXPIRED,))
    unmeasured = replace(observation, readings=(), mask=None, measured=False)
    away = decide(replace(unmeasured, verification=expired), Policy())
    assert (away.outcome, away.reasons) == (DENY, (Reason.EXPIRED,))
    assert decide(unmeasured, Policy()).reasons == (Reason.NO_TEMPERATURE, Reason.MASK_UNKNOWN)


def test_no_code_refers_to_a_person(observation: Observation) -> None:
    decision = decide(replace(observation, verification=None), Policy())
    assert (decision.outcome, decision.reasons) == (REFER, (Reason.NO_CODE,))


def test_a_pass_for_another_site_or_plant_is_denied(observation: Observation) -> None:
    assert observation.health_pass is not None
    for change in ({"sites": ("S2",)}, {"enterprise_id": DAVES}):
        other = replace(observation.health_pass, **change)
        decision = decide(replace(observation, verification=Verification(other, ())), Policy())
        assert decision.reasons == (Reason.WRONG_SITE,)
        assert decision.outcome is DENY


def test_a_bureau_pass_goes_anywhere(observation: Observation) -> None:
    assert observation.health_pass is not None
    emergency = replace(observation.health_pass, enterprise_id="")
    decision = decide(replace(observation, verification=Verification(emergency, ())), Policy())
    assert decision.outcome is ADMIT


def test_a_suspended_plant_lets_nobody_in_and_everybody_out(observation: Observation) -> None:
    suspended = replace(observation, gate=replace(observation.gate, enterprise_suspended=True))
    assert decide(suspended, Policy()).reasons == (Reason.ENTERPRISE_SUSPENDED,)
    leaving = replace(suspended, direction=Direction.OUT, inside=True)
    assert decide(leaving, Policy()).outcome is ADMIT


@pytest.mark.parametrize("change", [{"revoked": True}, {"valid_until": NOW}, {"sites": ("S9",)}])
def test_a_warrant_must_cover_the_gate_now(
    observation: Observation, change: dict[str, object]
) -> None:
    assert observation.gate.warrant is not None
    warrant = replace(observation.gate.warrant, **change)  # type: ignore[arg-type]
    decision = decide(
        replace(observation, gate=replace(observation.gate, warrant=warrant)), Policy()
    )
    assert (decision.outcome, decision.reasons) == (REFER, (Reason.NO_WARRANT,))


def test_passback(observation: Observation) -> None:
    assert decide(replace(observation, inside=True), Policy()).reasons == (Reason.ALREADY_INSIDE,)
    assert decide(replace(observation, inside=True), Policy(passback=False)).outcome is ADMIT
    assert decide(replace(observation, inside=None), Policy()).outcome is ADMIT
    leaving = decide(replace(observation, direction=Direction.OUT), Policy())
    assert (leaving.outcome, leaving.reasons) == (ADMIT, (Reason.NOT_INSIDE,))


@pytest.mark.parametrize(
    ("hours", "outcome", "reason"),
    [
        (23.9, ADMIT, Reason.OK),
        (24, ADMIT, Reason.BUNDLE_STALE),
        (72, REFER, Reason.BUNDLE_STALE),
        (24 * 8, REFER, Reason.BUNDLE_STALE),
    ],
)
def test_old_trust_is_marked_then_refers(
    observation: Observation, hours: float, outcome: Outcome, reason: Reason
) -> None:
    gate = replace(observation.gate, trust_age_s=int(hours * HOUR_S))
    decision = decide(replace(observation, gate=gate), Policy())
    assert (decision.outcome, decision.reasons) == (outcome, (reason,))


@pytest.mark.parametrize(
    ("hours", "outcome"), [(24, ADMIT), (72, ADMIT), (167.9, ADMIT), (168, REFER)]
)
def test_a_living_code_is_believed_for_longer(
    observation: Observation, hours: float, outcome: Outcome
) -> None:
    gate = replace(observation.gate, trust_age_s=int(hours * HOUR_S))
    seen = Verification(observation.health_pass, (), step=1)
    decision = decide(replace(observation, gate=gate, verification=seen), Policy())
    assert (decision.outcome, decision.reasons) == (outcome, (Reason.BUNDLE_STALE,))


def on_shift(observation: Observation, shift: tuple[int, int], local: str) -> Observation:
    """The worker of a shift, come at a time of the site's clock."""
    known = observation.health_pass
    assert known is not None
    at = datetime.fromisoformat(f"2026-03-02T{local}+08:00").astimezone(UTC)
    return replace(observation, at=at, verification=Verification(replace(known, shift=shift), ()))


DAY_SHIFT, NIGHT_SHIFT = (8 * 60, 17 * 60), (22 * 60, 6 * 60)


@pytest.mark.parametrize(
    ("shift", "local", "outcome"),
    [
        (DAY_SHIFT, "07:29:59", REFER),
        (DAY_SHIFT, "07:30:00", ADMIT),
        (DAY_SHIFT, "12:00:00", ADMIT),
        (DAY_SHIFT, "17:29:59", ADMIT),
        (DAY_SHIFT, "17:30:00", REFER),
        (NIGHT_SHIFT, "21:29:59", REFER),
        (NIGHT_SHIFT, "21:30:00", ADMIT),
        (NIGHT_SHIFT, "00:00:00", ADMIT),
        (NIGHT_SHIFT, "06:29:59", ADMIT),
        (NIGHT_SHIFT, "06:30:00", REFER),
        ((0, 8 * 60), "23:30:00", ADMIT),
        ((0, 8 * 60), "23:29:59", REFER),
        ((0, 23 * 60 + 30), "23:59:59", ADMIT),
    ],
)
def test_a_shift_at_its_limits(
    observation: Observation, shift: tuple[int, int], local: str, outcome: Outcome
) -> None:
    decision = decide(on_shift(observation, shift, local), Policy())
    reason = Reason.OUTSIDE_SHIFT if outcome is REFER else Reason.OK
    assert (decision.outcome, decision.reasons) == (outcome, (reason,))


def test_a_shift_is_told_by_the_sites_clock_and_only_on_the_way_in(
    observation: Observation,
) -> None:
    late = on_shift(observation, DAY_SHIFT, "20:00:00")
    assert decide(late, Policy()).outcome is REFER
    assert decide(late, Policy(shift_grace_s=3 * HOUR_S + 1)).outcome is ADMIT
    assert decide(replace(late, direction=Direction.OUT, inside=True), Policy()).outcome is ADMIT
    elsewhere = replace(late, gate=replace(late.gate, zone="Europe/Vienna"))
    assert decide(elsewhere, Policy()).outcome is ADMIT
    nowhere = replace(late, gate=replace(late.gate, zone="Nowhere/At all"))
    assert decide(nowhere, Policy()).reasons == (Reason.OUTSIDE_SHIFT,)
    with pytest.raises(PolicyError, match="shift_grace_s"):
        Policy(shift_grace_s=-1)


def test_exits_are_screened_unless_the_policy_says_otherwise(observation: Observation) -> None:
    leaving = replace(observation, direction=Direction.OUT, inside=True, readings=(), mask=None)
    assert decide(leaving, Policy()).outcome is REFER
    assert decide(leaving, Policy(screen_exits=False)).outcome is ADMIT


def test_an_unknown_rule_is_a_fault(observation: Observation) -> None:
    with pytest.raises(PolicyError, match="horoscope"):
        decide(observation, Policy(rules=("credential", "horoscope")))


@given(names=st.lists(st.sampled_from(sorted(RULES)), min_size=1, unique=True))
def test_more_rules_never_make_a_decision_milder(names: list[str]) -> None:
    gate_less = Observation(
        at=NOW,
        direction=Direction.IN,
        gate=GateState("K1", "E001", "S1", "G1", None),
        verification=None,
    )
    some = decide(gate_less, Policy(rules=tuple(names)))
    every = decide(gate_less, Policy())
    assert every.outcome.gravity >= some.outcome.gravity
    assert set(some.reasons) - {Reason.OK} <= set(every.reasons)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rules": ()}, "without rules"),
        ({"fever_threshold_c": 3400}, "fever_threshold_c"),
        ({"implausible_above_c": 9000}, "implausible_above_c"),
        ({"remeasure": 6}, "remeasure"),
        ({"trust_marked_s": 0}, "trust ages"),
    ],
)
def test_a_senseless_policy_is_refused_when_it_is_built(
    change: dict[str, object], words: str
) -> None:
    with pytest.raises(PolicyError, match=words):
        Policy(**change)  # type: ignore[arg-type]


def test_an_enterprise_may_be_stricter_and_never_looser() -> None:
    bureau = Policy(mask_required=False)
    mine = bureau.tightened(fever_threshold_c=3700, mask_required=True)
    assert (mine.fever_threshold_c, mine.mask_required, mine.version) == (
        3700,
        True,
        bureau.version,
    )
    with pytest.raises(PolicyError, match="fever_threshold_c=3800 is looser"):
        bureau.tightened(fever_threshold_c=3800)
    with pytest.raises(PolicyError, match="mask_required"):
        mine.tightened(mask_required=False)
    with pytest.raises(PolicyError, match="can't set 'rules'"):
        bureau.tightened(rules=("mask",))


def test_the_warrant_ends_exclusively(observation: Observation) -> None:
    assert observation.gate.warrant is not None
    warrant = observation.gate.warrant
    assert warrant.covers("S1", warrant.valid_until - timedelta(milliseconds=1))
    assert not warrant.covers("S1", warrant.valid_until)


def _vehicle(observation: Observation, match: PlateMatch) -> Observation:
    seen = observation.verification
    assert seen is not None
    assert seen.health_pass is not None
    bus = replace(
        seen.health_pass, kind=PassKind.COMMUTING_VEHICLE, vehicle=Vehicle("京A12345", 45)
    )
    check = PlateCheck(match, "gatekeeper")
    return replace(observation, verification=replace(seen, health_pass=bus), plate=check)


@pytest.mark.parametrize(
    ("match", "outcome", "reason"),
    [
        (PlateMatch.AGREES, ADMIT, Reason.OK),
        (PlateMatch.DIFFERS, REFER, Reason.PLATE_MISMATCH),
        (PlateMatch.UNKNOWN, REFER, Reason.PLATE_UNKNOWN),
    ],
)
def test_a_vehicle_bears_the_plate_of_its_pass(
    observation: Observation, match: PlateMatch, outcome: Outcome, reason: Reason
) -> None:
    decision = decide(_vehicle(observation, match), Policy())
    assert (decision.outcome, decision.reasons) == (outcome, (reason,))
    assert decision.treasure(Treasure.REGISTER) is outcome


def test_no_plate_is_asked_of_an_exit_that_is_not_screened(observation: Observation) -> None:
    out = replace(_vehicle(observation, PlateMatch.UNKNOWN), direction=Direction.OUT, inside=True)
    assert decide(out, Policy(screen_exits=False)).reasons == (Reason.OK,)
    assert decide(out, Policy()).reasons == (Reason.PLATE_UNKNOWN,)
