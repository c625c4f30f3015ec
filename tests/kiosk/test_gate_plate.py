"""A vehicle's entry has the reader's word on its plate, the gatekeeper's, or both."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.observation import Direction
from checkpoint.domain.plate import PlateMatch
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import DeviceFault
from kiosk.gate.decision import InForce
from kiosk.gate.plate import compared
from kiosk.ports import DirectionChosen, GateView, Light, Phase, PlatePressed, PlateReading
from tests.kiosk.gatehouse import (
    NOW,
    FakePlates,
    House,
    bundle,
    open_journal,
    text_of,
    worker,
)

PLATE, OTHER, TWIN = "苏A12345", "苏E77665", "苏AL2345"


def _vehicle(**changes: Any) -> HealthPass:
    kind = PassKind.COMMUTING_VEHICLE
    return worker("Li Si (fictional)", kind=kind, vehicle=Vehicle(PLATE, 32), **changes)


BUS = text_of(_vehicle())


class FakeCamera(FakePlates):
    """Reads what a test says, and may be broken."""

    name = "camera"
    fault: DeviceFault | None = None

    def look(self, glimpse: object) -> PlateReading | None:
        if self.fault:
            raise self.fault
        return self.reading


@pytest.fixture
def manned(tmp_path: Path) -> Iterator[House]:
    with open_journal(tmp_path) as journal:
        yield House(journal, FixedClock(NOW))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_journal(tmp_path) as journal:
        yield House(journal, FixedClock(NOW), plate=FakeCamera())


def _outcome(view: GateView) -> tuple[Outcome, tuple[Reason, ...]] | None:
    return (view.decision.outcome, view.decision.reasons) if view.decision else None


def test_without_a_reader_the_gatekeeper_is_asked_and_the_word_is_on_the_entry(
    manned: House,
) -> None:
    view = manned.see(BUS)
    assert (view.phase, view.asks, view.decision) == (Phase.PLATE, True, None)
    assert view.shown is not None
    assert (view.shown.plate, view.plate_read) == (PLATE, "")
    good, waits = Light.GOOD, Light.PENDING
    assert [view.lights[treasure] for treasure in Treasure] == [good, waits, good, good]
    view = manned.see(None, PlatePressed(PlateMatch.AGREES))
    assert _outcome(view) == (Outcome.ADMIT, (Reason.OK,))
    (entry,) = manned.entries
    assert entry.details == {"plate": "agrees", "plate_source": "gatekeeper"}


def test_another_vehicle_on_the_pass_is_referred(manned: House) -> None:
    manned.see(BUS)
    view = manned.see(None, PlatePressed(PlateMatch.DIFFERS))
    assert _outcome(view) == (Outcome.REFER, (Reason.PLATE_MISMATCH,))
    (entry,) = manned.entries
    assert entry.details == {"plate": "differs", "plate_source": "gatekeeper"}
    assert manned.barrier.opened == 0
    manned.override("a hired car, the foreman called")
    assert manned.barrier.opened == 1


def test_silence_refers_and_names_nobody_as_its_source(manned: House) -> None:
    manned.see(BUS)
    view = manned.see(None, after=manned.settings.plate_timeout_s + 1)
    assert _outcome(view) == (Outcome.REFER, (Reason.PLATE_UNKNOWN,))
    (entry,) = manned.entries
    assert entry.details == {}


def test_a_sure_reader_needs_no_gatekeeper(house: House) -> None:
    house.plate.reading = PlateReading(PLATE, 0.99)
    assert _outcome(house.see(BUS)) == (Outcome.ADMIT, (Reason.OK,))
    (entry,) = house.entries
    assert entry.details == {"plate": "agrees", "plate_source": "camera"}


def test_a_reader_that_surely_saw_another_plate_refers(house: House) -> None:
    house.plate.reading = PlateReading(OTHER, 0.99)
    view = house.see(BUS)
    assert _outcome(view) == (Outcome.REFER, (Reason.PLATE_MISMATCH,))
    assert view.plate_read == OTHER
    (entry,) = house.entries
    assert entry.details == {"plate": "differs", "plate_source": "camera"}
    assert OTHER not in str(entry), "a plate that was read is personal"


@pytest.mark.parametrize("reading", [PlateReading(TWIN, 0.99), PlateReading(OTHER, 0.5), None])
@pytest.mark.parametrize("said", [PlateMatch.AGREES, PlateMatch.DIFFERS])
def test_an_unsure_reader_lets_the_gatekeeper_answer_and_both_are_kept(
    house: House, reading: PlateReading | None, said: PlateMatch
) -> None:
    house.plate.reading = reading
    view = house.see(BUS)
    assert (view.phase, view.plate_read) == (Phase.PLATE, reading.text if reading else "")
    assert view.lights[Treasure.REGISTER] is Light.PENDING
    house.see(None, PlatePressed(said))
    (entry,) = house.entries
    told = {"plate": said.value, "plate_source": "gatekeeper", "plate_sensed": "unknown"}
    assert entry.details == told


@pytest.mark.parametrize("sensed", [PlateReading(PLATE, 0.99), PlateReading(OTHER, 0.99)])
def test_the_gatekeepers_word_goes_before_a_later_reading(
    house: House, sensed: PlateReading
) -> None:
    house.see(BUS)
    house.plate.reading = sensed
    house.see(None, PlatePressed(PlateMatch.DIFFERS))
    (entry,) = house.entries
    assert (entry.details["plate"], entry.details["plate_source"]) == ("differs", "gatekeeper")
    assert entry.details["plate_sensed"] == ("agrees" if sensed.text == PLATE else "differs")


def test_a_broken_reader_is_a_fault_and_the_gatekeeper_goes_on(house: House) -> None:
    house.plate.fault = DeviceFault("the reader of plates has ended", remedy="look at it")
    view = house.see(BUS)
    assert (view.phase, view.asks) == (Phase.PLATE, True)
    assert [fault.code for fault in view.faults] == ["plate"]
    view = house.see(None, PlatePressed(PlateMatch.AGREES))
    assert _outcome(view) == (Outcome.ADMIT, (Reason.OK,))


@pytest.mark.parametrize("reading", [PlateReading("nonsense", 0.9), PlateReading(PLATE, 7.0)])
def test_nonsense_of_a_reader_is_a_fault_and_no_reading(
    house: House, reading: PlateReading
) -> None:
    house.plate.reading = reading
    view = house.see(BUS)
    assert (view.phase, [fault.code for fault in view.faults]) == (Phase.PLATE, ["plate"])


def test_persons_are_not_asked_for_plates(manned: House) -> None:
    assert _outcome(manned.see(text_of(worker(number=2)))) == (Outcome.ADMIT, (Reason.OK,))
    (entry,) = manned.entries
    assert entry.details == {}


def test_who_is_denied_anyhow_is_not_asked_for_a_plate(manned: House) -> None:
    expired = text_of(_vehicle(expires_at=NOW))
    assert _outcome(manned.see(expired)) == (Outcome.DENY, (Reason.EXPIRED,))
    (entry,) = manned.entries
    assert entry.details == {}


def test_a_policy_without_the_rule_asks_nobody(tmp_path: Path) -> None:
    rules = tuple(rule for rule in DEFAULT_RULES if rule != "plate")
    with open_journal(tmp_path) as journal:
        in_force = InForce(bundle(policy=Policy(rules=rules)))
        house = House(journal, FixedClock(NOW), in_force=in_force)
        assert _outcome(house.see(BUS)) == (Outcome.ADMIT, (Reason.OK,))


def test_an_exit_that_is_not_screened_is_not_asked(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        in_force = InForce(bundle(policy=Policy(screen_exits=False)))
        house = House(journal, FixedClock(NOW), in_force=in_force)
        house.see(None, DirectionChosen(Direction.OUT))
        view = house.see(BUS)
        assert _outcome(view) == (Outcome.ADMIT, (Reason.NOT_INSIDE,))


def test_a_plate_pressed_before_it_is_asked_counts_for_nobody(manned: House) -> None:
    manned.see(None, PlatePressed(PlateMatch.AGREES))
    assert manned.see(BUS).phase is Phase.PLATE


@pytest.mark.parametrize(
    ("read", "match"),
    [
        (PLATE, PlateMatch.AGREES),
        (OTHER, PlateMatch.DIFFERS),
        ("苏A12349", PlateMatch.DIFFERS),
        ("苏AL2345", PlateMatch.UNKNOWN),
        ("苏A1234S", PlateMatch.UNKNOWN),
        ("浙AL2345", PlateMatch.UNKNOWN),
        ("浙A12345", PlateMatch.UNKNOWN),
        ("苏A1234学", PlateMatch.UNKNOWN),
        ("苏A123A5", PlateMatch.UNKNOWN),
        ("苏A123455", PlateMatch.UNKNOWN),
    ],
)
def test_look_alikes_are_unknown_and_never_a_mismatch(read: str, match: PlateMatch) -> None:
    assert compared(PlateReading(read, 0.99), PLATE) is match
    assert compared(PlateReading(read, 0.5), PLATE) in (match, PlateMatch.UNKNOWN)
