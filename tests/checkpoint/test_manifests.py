"""Commuting vehicles in a bundle and before the rules: their days, their riders, their seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint import cbor
from checkpoint.credential.id_set import IdSet
from checkpoint.domain.boarding import CommutingVehicle, Ride
from checkpoint.domain.decision import Outcome
from checkpoint.domain.observation import Direction, Observation
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import PolicyError
from checkpoint.screening import decide
from checkpoint.wire.manifests import Manifests

ASKED = Policy(rules=(*DEFAULT_RULES, "boarding"))
ids = st.binary(min_size=8, max_size=8).map(bytes.hex)
vehicles = st.builds(
    CommutingVehicle,
    days=st.sets(st.sampled_from("1234567")).map(lambda some: "".join(sorted(some))),
    seats=st.integers(0, 200),
    riders=st.sets(ids, max_size=9).map(IdSet),
)


@given(st.dictionaries(ids, vehicles, max_size=9))
def test_what_was_packed_is_unpacked(some: dict[str, CommutingVehicle]) -> None:
    sent = cbor.dumps(Manifests(some).to_document())
    arrived = Manifests.from_document(cbor.loads(sent))
    assert arrived.vehicles == some
    assert cbor.dumps(arrived.to_document()) == sent


@given(st.lists(vehicles, min_size=1, max_size=9))
def test_a_vehicle_takes_little_room(some: list[CommutingVehicle]) -> None:
    named = {f"{place:016x}": one for place, one in enumerate(some)}
    riders = sum(len(one.riders) for one in some)
    assert len(cbor.dumps(Manifests(named).to_document())) <= 20 * len(some) + 8 * riders


ROW = [b"\1" * 8, 0, 40, b"a" * 8]


@pytest.mark.parametrize(
    "rows",
    [
        [ROW[:3]],
        [[*ROW, 1]],
        [[b"\1" * 7, *ROW[1:]]],
        [["01" * 8, *ROW[1:]]],
        [[ROW[0], 128, *ROW[2:]]],
        [[ROW[0], -1, *ROW[2:]]],
        [[ROW[0], True, *ROW[2:]]],
        [[*ROW[:2], 201, ROW[3]]],
        [[*ROW[:3], b"a" * 9]],
        [[*ROW[:3], b"b" * 8 + b"a" * 8]],
        [ROW, ROW],
        [[b"\2" * 8, *ROW[1:]], ROW],
        [7],
    ],
    ids=repr,
)
def test_anything_else_is_refused(rows: list[list[object]]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Manifests.from_document(rows)


@pytest.mark.parametrize(
    ("ride", "reasons"),
    [
        (None, (Reason.OK,)),
        (Ride(7, listed=True), (Reason.OK,)),
        (Ride(7, listed=False), (Reason.NOT_ON_MANIFEST,)),
        (Ride(7, listed=True, full=True), (Reason.VEHICLE_FULL,)),
        (Ride(7, listed=False, full=True), (Reason.NOT_ON_MANIFEST, Reason.VEHICLE_FULL)),
    ],
)
def test_a_rider_is_listed_and_finds_a_seat(
    observation: Observation, ride: Ride | None, reasons: tuple[Reason, ...]
) -> None:
    decision = decide(replace(observation, ride=ride), ASKED)
    assert decision.reasons == reasons
    assert decision.outcome is (Outcome.ADMIT if reasons == (Reason.OK,) else Outcome.REFER)


@pytest.mark.parametrize(
    ("days", "at", "comes"),
    [
        ("", (2, 12, 0), True),
        ("1", (2, 12, 0), True),
        ("2", (2, 12, 0), False),
        ("67", (2, 12, 0), False),
        ("7", (2, 0, 29), True),
        ("7", (2, 0, 31), False),
        ("2", (2, 23, 31), True),
        ("2", (2, 23, 29), False),
    ],
)
def test_a_vehicle_comes_on_its_days_by_the_sites_clock(
    observation: Observation, days: str, at: tuple[int, int, int], comes: bool
) -> None:
    moment = datetime(2026, 3, *at, tzinfo=ZoneInfo("Asia/Shanghai"))  # 2 March was a Monday
    seen = replace(observation, at=moment.astimezone(UTC), vehicle=CommutingVehicle(days))
    told = decide(seen, ASKED).reasons
    assert (Reason.OUTSIDE_SHIFT in told) is not comes


def test_without_the_sites_clock_a_person_decides(observation: Observation) -> None:
    nowhere = replace(observation, gate=replace(observation.gate, zone="Nowhere/Land"))
    some = replace(nowhere, vehicle=CommutingVehicle("1234567"))
    assert decide(some, ASKED).reasons == (Reason.OUTSIDE_SHIFT,)
    assert decide(replace(some, vehicle=CommutingVehicle()), ASKED).reasons == (Reason.OK,)


def test_nobody_is_asked_who_leaves_where_exits_are_not_screened(
    observation: Observation,
) -> None:
    leaving = replace(observation, direction=Direction.OUT, inside=True, ride=Ride(7, listed=False))
    assert decide(leaving, ASKED).outcome is Outcome.REFER
    assert decide(leaving, replace(ASKED, screen_exits=False)).outcome is Outcome.ADMIT


def test_nothing_is_asked_until_the_policy_says_so(observation: Observation) -> None:
    seen = replace(observation, vehicle=CommutingVehicle("7"), ride=Ride(7, listed=False))
    assert decide(seen, Policy()).reasons == (Reason.OK,)
    assert not Policy().boarding


def test_an_enterprise_switches_it_on_and_never_off() -> None:
    assert Policy().tightened(boarding=True).rules == (*DEFAULT_RULES, "boarding")
    assert ASKED.tightened(boarding=True) == ASKED
    assert Policy().tightened(boarding=False) == Policy()
    with pytest.raises(PolicyError, match="looser"):
        ASKED.tightened(boarding=False)
    with pytest.raises(PolicyError, match="boarding"):
        Policy().tightened(boarding="yes")
