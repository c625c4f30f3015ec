"""What the sensor said of a mask and what the gatekeeper said are both on the entry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.observation import Mask
from checkpoint.domain.reason import Reason
from checkpoint.errors import DeviceFault
from kiosk.ports import Box, GateView, Glimpse, MaskPressed, Phase
from tests.kiosk.gatehouse import (
    NOW,
    FakeButton,
    FakeMask,
    House,
    open_journal,
    text_of,
    worker,
)

WANG = text_of(worker())
ZHAO = text_of(worker("Zhao Liu (fictional)", number=2))


class FakeCameraSensor(FakeMask):
    """Answers as it is told, and keeps what it was asked with."""

    name = "camera"

    def __init__(self, answer: Mask | None = None) -> None:
        super().__init__(answer)
        self.glimpses: list[Glimpse] = []
        self.fault: DeviceFault | None = None

    def look(self, glimpse: Glimpse) -> Mask | None:
        self.glimpses.append(glimpse)
        if self.fault:
            raise self.fault
        return self.answer


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_journal(tmp_path) as journal:
        yield House(journal, FixedClock(NOW), mask=FakeCameraSensor())


def _outcome(view: GateView) -> Outcome | None:
    return view.decision.outcome if view.decision else None


def test_a_sure_camera_needs_no_gatekeeper(house: House) -> None:
    house.mask.answer = Mask.WORN
    assert _outcome(house.see(WANG)) is Outcome.ADMIT
    (entry,) = house.entries
    assert (entry.mask, entry.mask_source, entry.details) == (Mask.WORN, "camera", {})


def test_an_unsure_camera_lets_the_gatekeeper_answer(house: House) -> None:
    view = house.see(WANG)
    assert (view.phase, view.asks) == (Phase.MASK, True)
    assert _outcome(house.see(None, MaskPressed(Mask.WORN))) is Outcome.ADMIT
    (entry,) = house.entries
    assert (entry.mask, entry.mask_source) == (Mask.WORN, "gatekeeper")
    assert entry.details == {"mask_sensed": "unknown"}


@pytest.mark.parametrize("sensed", list(Mask))
@pytest.mark.parametrize("pressed", list(Mask))
def test_the_gatekeepers_word_goes_first_and_the_cameras_is_kept(
    house: House, sensed: Mask, pressed: Mask
) -> None:
    house.see(WANG)
    house.mask.answer = sensed
    house.see(None, MaskPressed(pressed))
    (entry,) = house.entries
    assert (entry.mask, entry.mask_source) == (pressed, "gatekeeper")
    assert entry.details == {"mask_sensed": sensed.value}


def test_silence_of_both_is_a_reason_and_never_a_guess(house: House) -> None:
    house.see(WANG)
    view = house.see(WANG, after=house.settings.mask_timeout_s + 1)
    assert view.decision is not None
    assert view.decision.reasons == (Reason.MASK_UNKNOWN,)
    (entry,) = house.entries
    assert (entry.mask, entry.mask_source, entry.details) == (None, "", {})


def test_where_nothing_senses_only_the_gatekeeper_is_cited(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), mask=FakeButton())
        house.see(WANG)
        house.see(None, MaskPressed(Mask.NONE))
        (entry,) = house.entries
        assert (entry.mask, entry.mask_source, entry.details) == (Mask.NONE, "gatekeeper", {})


def test_a_broken_camera_sensor_is_a_fault_and_the_gatekeeper_goes_on(house: House) -> None:
    house.mask.fault = DeviceFault("the network failed", remedy="start the gate again")
    view = house.see(WANG)
    assert [fault.code for fault in view.faults] == ["mask"]
    assert _outcome(house.see(None, MaskPressed(Mask.WORN))) is Outcome.ADMIT


def test_the_sensor_is_told_who_is_there_and_where_the_code_was(house: House) -> None:
    house.reader.place = Box(600, 400, 120, 120)
    house.see(WANG)
    house.reader.place = None
    house.see(None)
    came = NOW + (house.mask.glimpses[0].at - NOW)
    assert {(glimpse.since, glimpse.code) for glimpse in house.mask.glimpses} == {
        (came, Box(600, 400, 120, 120))
    }
    house.see(None, MaskPressed(Mask.WORN))
    house.empty(20)
    house.reader.place = Box(1, 2, 3, 4)
    house.see(ZHAO)
    assert house.mask.glimpses[-1].code == Box(1, 2, 3, 4)
    assert house.mask.glimpses[-1].since > came
