"""While a device is down the gate goes on by the policy's lane: by hand, or all are referred."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.degraded import Degraded, Lane
from checkpoint.domain.observation import Mask
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import Ailment, DeviceFault
from kiosk.gate.decision import InForce
from kiosk.gate.faults import Code
from kiosk.ports import CodelessBegun, Fault, GateView, MaskPressed, Phase, TemperatureTyped
from tests.kiosk.gatehouse import NOW, FakeMask, House, bundle, open_journal, text_of, worker

WANG = text_of(worker())
GONE = DeviceFault("no answer", remedy="plug it in", ailment=Ailment.LOST)
REFERS = Degraded(*[Lane.REFER] * 4)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_journal(tmp_path) as journal:
        yield House(journal, FixedClock(NOW))


def strict(house: House) -> None:
    """Bob's bureau wants everybody referred while anything is down."""
    policy = replace(Policy(), degraded=REFERS)
    house.gate.take(InForce(bundle(policy=policy)), NOW)


def no_thermometer(house: House) -> None:
    house.thermometer.ails = GONE
    house.thermometer.answers.clear()
    house.thermometer.answers.append(GONE)


def no_camera(house: House) -> None:
    fault = Fault(Code.CAMERA, "no picture", ailment=Ailment.SILENT)
    house.gate.faults.begin(fault, house.clock.now())


def said(view: GateView) -> tuple[Outcome, set[Reason]]:
    assert view.decision is not None
    return view.decision.outcome, set(view.decision.reasons)


def test_the_gatekeeper_types_what_the_thermometer_does_not_say(house: House) -> None:
    no_thermometer(house)
    view = house.see(WANG)
    assert (view.phase, view.asks, view.decision) == (Phase.TEMPERATURE, True, None)
    view = house.see(WANG, TemperatureTyped(3660))
    assert said(view) == (Outcome.ADMIT, {Reason.OK})
    passage = next(e for e in house.entries if e.readings)
    assert [(r.corrected_c, r.sensor) for r in passage.readings] == [(3660, "keypad")]
    assert passage.details["down"] == "thermometer"


def test_what_is_typed_does_not_go_before_a_thermometer_that_works(house: House) -> None:
    view = house.see(WANG, TemperatureTyped(3990))
    assert said(view) == (Outcome.ADMIT, {Reason.OK})
    assert "down" not in house.entries[0].details


def test_nobody_is_waited_for_where_everybody_is_referred(house: House) -> None:
    strict(house)
    no_thermometer(house)
    view = house.see(WANG)
    assert not view.asks
    assert said(view) == (Outcome.REFER, {Reason.NO_TEMPERATURE, Reason.DEVICE_DOWN})
    view = house.override("measured by hand: 36.6")
    assert said(view)[0] is Outcome.ADMIT


def test_the_gatekeeper_presses_what_the_mask_sensor_does_not_say(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), mask=FakeMask(None))
        house.mask.ails = GONE
        house.see(None)
        view = house.see(WANG)
        assert (view.phase, view.asks) == (Phase.MASK, True)
        view = house.see(WANG, MaskPressed(Mask.WORN))
        assert said(view) == (Outcome.ADMIT, {Reason.OK})
        assert house.entries[-1].mask_source == "gatekeeper"


def test_without_its_camera_the_mask_sensor_is_down_too(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        looks = frozenset({"mask", "plate"})
        house = House(journal, FixedClock(NOW), mask=FakeMask(None), onlookers=looks)
        strict(house)
        no_camera(house)
        house.scanner.text = WANG
        view = house.gate.step(None, (), house.clock.now())
        assert said(view) == (Outcome.REFER, {Reason.MASK_UNKNOWN, Reason.DEVICE_DOWN})
        assert house.entries[-1].details["down"] == "camera,mask"


def test_without_its_camera_a_thermometer_that_looks_through_it_is_asked_of_the_gatekeeper(
    tmp_path: Path,
) -> None:
    with open_journal(tmp_path) as journal:
        looks = frozenset({"thermometer"})
        house = House(journal, FixedClock(NOW), onlookers=looks)
        house.thermometer.answers.append(None)
        house.thermometer.answers.popleft()
        no_camera(house)
        house.scanner.text = WANG
        view = house.gate.step(None, (), house.clock.now())
        assert (view.phase, view.asks, view.by_hand) == (Phase.TEMPERATURE, True, True)
        view = house.gate.step(None, (TemperatureTyped(3660),), house.clock.now())
        assert said(view) == (Outcome.ADMIT, {Reason.OK})
        assert house.entries[-1].details["down"] == "camera,thermometer"


def test_a_scanned_code_counts_while_the_camera_is_down(house: House) -> None:
    no_camera(house)
    house.scanner.text = WANG
    view = house.gate.step(None, (), house.clock.now())
    assert said(view) == (Outcome.ADMIT, {Reason.OK})


def test_somebody_without_a_scanner_is_begun_by_the_gatekeeper(house: House) -> None:
    assert not house.see(None).codeless
    view = house.see(None, CodelessBegun())
    assert (view.phase, view.decision) == (Phase.WAITING, None), "codes can be read"
    no_camera(house)
    assert house.see(None).codeless
    view = house.gate.step(None, (CodelessBegun(),), house.clock.now())
    assert not view.codeless
    assert said(view) == (Outcome.REFER, {Reason.NO_CODE})
    view = house.override("known by face, printed pass seen")
    assert said(view)[0] is Outcome.ADMIT
    assert house.barrier.opened == 1


def test_no_passing_is_begun_where_the_camera_refers(house: House) -> None:
    strict(house)
    no_camera(house)
    assert not house.see(None).codeless


def test_where_there_is_no_camera_a_dead_scanner_lets_the_gatekeeper_begin(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), camera=False)
        assert not house.gate.step(None, (), house.clock.now()).codeless, "codes can be scanned"
        house.scanner.ails = GONE
        assert house.gate.step(None, (), house.clock.now()).codeless
        view = house.gate.step(None, (CodelessBegun(),), house.clock.now())
        assert said(view) == (Outcome.REFER, {Reason.NO_CODE})
        strict(house)
        assert not house.empty(30).codeless


def test_a_dead_scanner_beside_a_camera_that_reads_lets_nobody_begin(house: House) -> None:
    house.scanner.ails = GONE
    assert not house.see(None).codeless
    assert not house.see(None).codeless


def test_by_hand_is_who_is_admitted_while_the_barrier_is_down(house: House) -> None:
    house.barrier.ails = GONE
    house.see(None)
    view = house.see(WANG)
    assert said(view) == (Outcome.ADMIT, {Reason.OK})
    assert [fault.operator_code for fault in view.faults] == ["B-01"]


def test_everybody_is_referred_while_the_barrier_is_down_where_the_policy_says_so(
    house: House,
) -> None:
    strict(house)
    house.barrier.ails = GONE
    house.see(None)
    assert said(house.see(WANG)) == (Outcome.REFER, {Reason.DEVICE_DOWN})
