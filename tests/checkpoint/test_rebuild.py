"""What other numbers would have made of an entry: never more than the entry can tell."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint.domain.boarding import CommutingVehicle, Ride
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.health_status import HealthStatus, KnownHealth
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
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.plate import UNSEEN, PlateCheck, PlateMatch
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import decode_entry, encode_entry
from checkpoint.screening import RULES, decide
from checkpoint.screening.rebuild import redecided
from checkpoint.wire.bundle import Bundle
from kiosk.gate.decision import InForce, passage
from tests.checkpoint.conftest import DAVES, NOW, District

ZONE = "Asia/Shanghai"
TEMPERATURES = st.sampled_from([2900, 3490, 3650, 3700, 3725, 3730, 3800, 4310])
policies = st.builds(
    Policy,
    fever_threshold_c=st.sampled_from([3690, 3730, 3750]),
    mask_required=st.booleans(),
    screen_exits=st.booleans(),
    passback=st.booleans(),
    trust_marked_s=st.sampled_from([3600, 24 * 3600]),
    shift_grace_s=st.sampled_from([0, 1800, 3600]),
    reference_refers=st.booleans(),
    reference_s=st.sampled_from([0, 24 * 3600]),
    declaration_s=st.sampled_from([0, 24 * 3600]),
    yellow_denies=st.booleans(),
    rules=st.lists(st.sampled_from(sorted(RULES)), max_size=4, unique=True).map(
        lambda off: tuple(name for name in RULES if name not in off)
    ),
)
AGAINST = [Reason.EXPIRED, Reason.REVOKED, Reason.BLOCKED, Reason.WRONG_PURPOSE]


@st.composite
def observations(draw: st.DrawFn, card: HealthPass) -> Observation:
    kind = draw(st.sampled_from(list(PassKind)))
    shift = draw(st.sampled_from([None, (480, 1020), (0, 60)]))
    sites = draw(st.sampled_from([(), ("S1",), ("S2",)]))
    vehicle = Vehicle("京A12345") if "vehicle" in kind.value else None
    worker = kind is PassKind.WORKER
    shown = replace(card, kind=kind, sites=sites, vehicle=vehicle, shift=shift if worker else None)
    reasons = tuple(draw(st.lists(st.sampled_from(AGAINST), unique=True, max_size=2)))
    seen = draw(
        st.sampled_from(
            [
                None,
                Verification(None, (Reason.MALFORMED,), b"d" * 32),
                Verification(shown, reasons, b"d" * 32),
                Verification(shown, reasons, b"d" * 32, step=59_000_000),
            ]
        )
    )
    count = draw(st.integers(0, 2))
    celsius = [draw(TEMPERATURES) for _ in range(count)]
    asked = draw(st.booleans())
    health = draw(st.sampled_from([None, KnownHealth(), *map(KnownHealth, HealthStatus)]))
    known = draw(st.sampled_from([None, CommutingVehicle(), *map(CommutingVehicle, ("1", "67"))]))
    rides = [None, *(Ride(7, *told) for told in product((True, False), repeat=2))]
    checks = [UNSEEN, *(PlateCheck(match, "gatekeeper") for match in PlateMatch)]
    return Observation(
        at=NOW,
        direction=draw(st.sampled_from(list(Direction))),
        gate=GateState(
            *("K1", DAVES, "S1", "G1"),
            warrant=None,
            enterprise_suspended=draw(st.booleans()),
            trust_age_s=draw(st.sampled_from([0, 7200, 80 * 3600, 200 * 3600])),
            clock_quality=draw(st.sampled_from(list(ClockQuality))),
            zone=ZONE,
            reference=draw(st.sampled_from(list(ReferenceState))),
        ),
        verification=seen,
        readings=tuple(Reading(c, c, "test", NOW) for c in celsius) if asked else (),
        mask=draw(st.sampled_from([None, *Mask])) if asked else None,
        plate=draw(st.sampled_from(checks)) if asked else UNSEEN,
        inside=draw(st.booleans()) if seen and seen.holder_id else None,
        health=health,
        vehicle=known if kind is PassKind.COMMUTING_VEHICLE and seen and seen.holder_id else None,
        ride=draw(st.sampled_from(rides)) if seen and seen.holder_id and vehicle is None else None,
        measured=asked,
        down=draw(st.sampled_from([(), ("camera",), ("mask", "barrier")])),
    )


def entry_of(seen: Observation, policy: Policy, district: District) -> Entry:
    """What the gate writes of it, as it is read back."""
    bundle = Bundle(
        *(1, NOW, "K1", Enterprise(DAVES, "n", "c"), Site("S1", DAVES, "s")),
        *(Gate("G1", "S1", "g"), policy, district.trust),
        warrants=(seen.gate.warrant,) if seen.gate.warrant else (),
    )
    draft = passage(seen, decide(seen, policy), InForce(bundle, None, seen.gate.clock_quality))
    written = replace(draft.entry, kiosk_id="K1", epoch=1, seq=1)
    return decode_entry(encode_entry(written))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), old=policies, new=policies)
def test_every_entry_is_rebuilt_and_the_truth_is_among_what_may_have_been(
    data: st.DataObject, old: Policy, new: Policy, district: District, worker: HealthPass
) -> None:
    seen = data.draw(observations(worker))
    entry = entry_of(seen, old, district)
    assert redecided(entry, old, old, ZONE) == (decide(seen, old).outcome,)
    assert decide(seen, new).outcome in redecided(entry, old, new, ZONE)


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(3730, Outcome.ADMIT), (3711, Outcome.ADMIT), (3710, Outcome.DENY)],
)
def test_a_lower_threshold_makes_a_fever_of_it(
    observation: Observation, district: District, threshold: int, expected: Outcome
) -> None:
    warm = replace(observation, readings=(Reading(3710, 3710, "test", NOW),))
    entry = entry_of(warm, Policy(), district)
    assert entry.outcome is Outcome.ADMIT
    new = Policy(fever_threshold_c=threshold)
    assert redecided(entry, Policy(), new, ZONE) == (expected,)


def test_what_the_entry_does_not_hold_is_not_guessed(
    observation: Observation, district: District
) -> None:
    known = replace(observation.gate, trust_age_s=7200)
    entry = entry_of(replace(observation, gate=known), Policy(), district)
    sooner = Policy(trust_marked_s=3600, trust_printed_refer_s=3600)
    assert len(redecided(entry, Policy(), sooner, ZONE)) == 2


def test_a_decision_that_does_not_follow_is_not_replayed(
    observation: Observation, district: District
) -> None:
    entry = replace(entry_of(observation, Policy(), district), reasons=(Reason.FEVER,))
    assert redecided(entry, Policy(), Policy(), ZONE) == ()
