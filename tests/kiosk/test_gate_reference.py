"""The thermometer's daily check: on record, on the display, and what the policy makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Reading, ReferenceState
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import decode_entry
from kiosk.gate.decision import InForce
from kiosk.gate.reference import PATIENCE, ReferenceDesk
from kiosk.ports import (
    Against,
    EmergencyOpened,
    Phase,
    ReferencePhase,
    ReferenceShown,
    ReferenceView,
    TemperatureTyped,
)
from tests.kiosk.gatehouse import (
    NOW,
    FakeKeypad,
    FakeThermometer,
    House,
    bundle,
    open_journal,
    text_of,
    worker,
)

FOREHEAD = ReferenceShown(Against.SKIN, 3650, "Zhao Liu (fictional)")
POLICY = Policy()


class Desk:
    """A house with its desk, and a turn of both."""

    def __init__(self, house: House, policy: Policy) -> None:
        self.house, self.policy = house, policy
        self.open()

    def open(self) -> None:
        thermometer = self.house.thermometer
        self.desk = ReferenceDesk(self.house.recorder, thermometer, thermometer.measure)

    def turn(self, *acts: Any, after: float = 0.1, idle: bool = True) -> ReferenceView:
        self.house.clock.advance(after)
        now = self.house.clock.now()
        self.desk.hear(list(acts), now)
        self.desk.turn(now, idle=idle)
        return self.desk.view(self.policy, now)

    def state(self) -> ReferenceState:
        return self.desk.state(self.policy, self.house.clock.now())


Make = Callable[..., Desk]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:

        def made(*answers: Any, thermometer: Any = None, **policy: Any) -> Desk:
            asked = replace(POLICY, **policy)
            house = House(
                journal,
                clock,
                thermometer=thermometer or FakeThermometer(*answers),
                in_force=InForce(bundle(policy=asked)),
            )
            return Desk(house, asked)

        yield made


def test_a_check_is_an_entry_with_sensor_reference_reading_and_difference(make: Make) -> None:
    desk = make(3668)
    view = desk.turn(FOREHEAD)
    assert (view.phase, view.difference_c) == (ReferencePhase.PASSED, 18)
    (entry,) = desk.house.entries
    assert entry.kind is EntryKind.REFERENCE
    assert [(r.sensor, r.corrected_c) for r in entry.readings] == [("fake", 3668)]
    assert entry.details == {
        "against": "skin",
        "reference": "3650",
        "difference": "18",
        "result": "passed",
    }
    assert desk.turn(after=60).phase is ReferencePhase.FINE


def test_who_checked_is_beside_the_entry_and_not_in_it(make: Make) -> None:
    desk = make()
    desk.turn(FOREHEAD)
    (link,) = desk.house.told
    assert b"Zhao Liu" not in link.body
    assert b"Zhao Liu" in link.personal
    assert decode_entry(link.body).commitment


@pytest.mark.parametrize(
    ("said", "good"), [(3700, True), (3701, False), (3600, True), (3599, False)]
)
def test_the_tolerance_is_the_policys(make: Make, said: int, good: bool) -> None:
    desk = make(said)
    view = desk.turn(FOREHEAD)
    assert view.phase is (ReferencePhase.PASSED if good else ReferencePhase.FAILED)
    assert desk.house.entries[0].details["result"] == ("passed" if good else "failed")
    assert desk.state() is (ReferenceState.FINE if good else ReferenceState.FAILED)


def test_a_black_body_is_held_to_what_the_sensor_says_itself(make: Make) -> None:
    desk = make(Reading(3500, 3560, "fake", NOW))
    desk.turn(replace(FOREHEAD, against=Against.BLACK_BODY, reference_c=3500))
    assert desk.house.entries[0].details["difference"] == "0"


def test_a_thermometer_in_the_hand_is_typed(make: Make) -> None:
    desk = make(thermometer=FakeKeypad())
    assert desk.turn().typed
    desk.turn(replace(FOREHEAD, typed_c=3660))
    (entry,) = desk.house.entries
    assert (entry.readings[0].sensor, entry.details["difference"]) == ("keypad", "10")


def test_it_waits_for_the_gate_to_be_free_and_then_for_the_thermometer(make: Make) -> None:
    desk = make(None, 3650)
    assert desk.turn(FOREHEAD, idle=False).phase is ReferencePhase.MEASURING
    assert desk.turn().phase is ReferencePhase.MEASURING
    assert desk.turn().phase is ReferencePhase.PASSED


def test_silence_is_told_and_is_no_entry(make: Make) -> None:
    desk = make(None)
    desk.turn(FOREHEAD)
    assert desk.turn(after=PATIENCE.total_seconds()).phase is ReferencePhase.SILENT
    assert desk.house.entries == []
    assert desk.turn(after=60).phase is ReferencePhase.DUE


def test_other_acts_go_on_to_the_gate(make: Make) -> None:
    desk = make()
    left = desk.desk.hear([FOREHEAD, EmergencyOpened()], NOW)
    assert left == [EmergencyOpened()]


def test_a_day_later_it_is_due_again_and_a_check_ends_that(make: Make) -> None:
    desk = make()
    desk.turn(FOREHEAD)
    assert desk.turn(after=24 * 3600 - 1).phase is ReferencePhase.FINE
    assert desk.turn(after=2).phase is ReferencePhase.DUE
    assert desk.state() is ReferenceState.DUE
    desk.turn(FOREHEAD)
    assert desk.state() is ReferenceState.FINE


def test_a_new_gate_is_told_at_once_and_marked_from_the_second_day_on(make: Make) -> None:
    desk = make()
    assert desk.turn().phase is ReferencePhase.DUE
    assert desk.state() is ReferenceState.FINE
    desk.turn(after=24 * 3600)
    assert desk.state() is ReferenceState.DUE


def test_the_last_check_outlives_a_restart_and_counts_for_its_own_sensor_alone(make: Make) -> None:
    desk = make(3900)
    desk.turn(FOREHEAD)
    desk.open()
    assert desk.state() is ReferenceState.FAILED
    desk.house.thermometer = FakeKeypad()
    desk.open()
    assert desk.state() is ReferenceState.FINE
    assert desk.turn().phase is ReferencePhase.DUE, "this one was never checked"


def test_no_check_is_asked_of_a_simulated_one_or_where_the_policy_wants_none(make: Make) -> None:
    simulated = FakeThermometer()
    simulated.simulated = True
    for desk in (make(thermometer=simulated), make(reference_s=0)):
        assert desk.turn(after=72 * 3600).phase is ReferencePhase.FINE
        assert desk.state() is ReferenceState.FINE


@pytest.mark.parametrize("refers", [False, True])
@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (ReferenceState.DUE, Reason.REFERENCE_DUE),
        (ReferenceState.FAILED, Reason.REFERENCE_FAILED),
    ],
)
def test_the_policy_says_what_follows(
    make: Make, state: ReferenceState, reason: Reason, refers: bool
) -> None:
    house = make(reference_refers=refers).house
    house.gate.take(replace(house.in_force, reference=state), NOW)
    view = house.see(text_of(worker()))
    assert view.decision is not None
    assert view.decision.outcome is (Outcome.REFER if refers else Outcome.ADMIT)
    assert view.decision.reasons == (reason,)


def test_a_second_measurement_by_hand_keeps_the_first_and_says_why(make: Make) -> None:
    house = make(3790, None).house
    view = house.see(text_of(worker()))
    assert (view.phase, view.asks, view.by_hand) == (Phase.TEMPERATURE, True, False)
    house.see(text_of(worker()), TemperatureTyped(3660))
    entry = house.entries[-1]
    assert [(r.sensor, r.corrected_c) for r in entry.readings] == [("fake", 3790), ("keypad", 3660)]
    assert entry.outcome is Outcome.ADMIT
    assert (entry.details["counted"], entry.details["again"]) == ("2", "fever")


@pytest.mark.parametrize(("first", "why"), [(3420, "low"), (4320, "high"), (3810, "fever")])
def test_after_a_wait_the_last_reading_counts(make: Make, first: int, why: str) -> None:
    house = make(first, None, 3660).house
    for _ in range(3):
        house.see(text_of(worker()))
    entry = house.entries[-1]
    assert [r.corrected_c for r in entry.readings] == [first, 3660]
    assert (entry.outcome, entry.details["again"]) == (Outcome.ADMIT, why)


def test_a_first_reading_that_is_well_is_not_measured_again_and_not_typed_over(make: Make) -> None:
    house = make(3650).house
    house.see(text_of(worker()), TemperatureTyped(3790))
    entry = house.entries[-1]
    assert [r.sensor for r in entry.readings] == ["fake"]
    assert "counted" not in entry.details
