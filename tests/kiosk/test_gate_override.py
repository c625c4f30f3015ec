"""What Bob's gatekeeper can do over the rules while the gate goes on reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from kiosk.gate.refusals import MOST
from kiosk.ports import DirectionChosen, EmergencyOpened, Light, Opening, OverrideGiven, Phase
from tests.kiosk.gatehouse import NOW, FakeKeypad, House, open_journal, text_of, worker

EXPIRED = text_of(worker(expires_at=NOW - timedelta(days=1)))
ZHAO = text_of(worker("Zhao Liu (fictional)", number=2))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        yield House(journal, clock)


def overrides(house: House) -> list[dict[str, str]]:
    return [dict(e.details) for e in house.entries if e.kind is EntryKind.OVERRIDE]


def test_an_override_cites_its_entry_though_the_next_person_has_begun(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeKeypad())
        (refusal,) = house.see(EXPIRED).overridable
        refused = house.told[-1]
        house.empty(7)
        assert house.see(ZHAO).phase is Phase.TEMPERATURE
        view = house.see(None, OverrideGiven("ID card checked", refusal.entry), after=10)
        assert refusal.entry == f"{refused.epoch}/{refused.seq}/{refused.hash.hex()[:16]}"
        assert overrides(house) == [
            {
                "epoch": str(refused.epoch),
                "seq": str(refused.seq),
                "hash": refused.hash.hex()[:16],
                "words": "ID card checked",
            }
        ]
        assert house.barrier.opened == 1
        assert (view.opening, view.overridable) == (Opening(Reason.OVERRIDDEN, refusal.shown), ())
        assert view.shown is not None
        assert view.shown.name == "Zhao Liu (fictional)"
        assert view.decision is None, "the next person is not judged by it"


def test_an_entry_is_overridden_once(house: House) -> None:
    (refusal,) = house.see(EXPIRED).overridable
    twice = OverrideGiven("ID card checked", refusal.entry)
    house.see(None, twice, twice)
    house.see(None, twice)
    assert (len(overrides(house)), house.barrier.opened) == (1, 1)


@pytest.mark.parametrize(("seconds", "taken"), [(115, 1), (121, 0)])
def test_an_override_has_two_minutes(house: House, seconds: int, taken: int) -> None:
    (refusal,) = house.see(EXPIRED).overridable
    house.empty(seconds)
    view = house.see(None, OverrideGiven("ID card checked", refusal.entry))
    assert (len(overrides(house)), house.barrier.opened) == (taken, taken)
    assert view.overridable == ()


@pytest.mark.parametrize("entry", ["", "1/1/0000000000000000", "nonsense"])
def test_an_override_of_what_was_never_refused_is_nothing(house: House, entry: str) -> None:
    house.see(ZHAO)
    house.see(None, OverrideGiven("let him in", entry))
    assert (overrides(house), house.barrier.opened) == ([], 1)


def test_the_last_few_refusals_may_be_decided_over_and_no_more(house: House) -> None:
    for number in range(MOST + 2):
        house.see(f"not a pass {number}")
        house.empty(9)
    left = house.see(None).overridable
    assert [one.entry.split("/")[1] for one in left] == ["3", "4", "5", "6"]
    house.see(None, OverrideGiven("known to me", left[1].entry))
    assert [details["seq"] for details in overrides(house)] == ["4"]


def test_an_override_may_come_after_the_gate_was_turned_round(house: House) -> None:
    (refusal,) = house.see(EXPIRED).overridable
    house.see(None, DirectionChosen(Direction.OUT))
    house.see(None, OverrideGiven("ID card checked", refusal.entry))
    assert house.entries[-1].direction is Direction.IN


def test_an_emergency_opening_is_shown_over_a_refusal(house: House) -> None:
    assert house.see(EXPIRED).opening is None
    view = house.see(None, EmergencyOpened())
    assert view.decision is not None
    assert view.decision.outcome is Outcome.ADMIT
    assert view.decision.reasons == (Reason.EMERGENCY,)
    assert (view.phase, view.shown) == (Phase.VERDICT, None)
    assert view.opening == Opening(Reason.EMERGENCY)
    assert len(view.overridable) == 1, "who was refused may still be let through"
    house.barrier.is_open = False
    assert house.see(None).opening is None


def test_who_was_half_way_in_an_emergency_begins_again(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeKeypad())
        assert house.see(ZHAO).phase is Phase.TEMPERATURE
        view = house.see(ZHAO, EmergencyOpened())
        assert view.decision is not None
        house.see(ZHAO, after=3.1)
        view = house.see(ZHAO)
        assert (view.phase, view.decision) == (Phase.TEMPERATURE, None)
        assert [e.kind for e in house.entries] == [EntryKind.EMERGENCY]


def test_an_order_that_the_barrier_refused_opens_nothing(house: House) -> None:
    house.barrier.fault = OSError("no such device")
    assert house.see(None, EmergencyOpened()).opening is None
    assert house.entries[-1].details == {"barrier": "failed"}


def test_a_barrier_that_can_not_say_whether_it_is_open_is_a_fault(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_barrier: object) -> bool:
        raise OSError("no answer")

    house.see(ZHAO)
    monkeypatch.setattr(type(house.barrier), "is_open", property(broken))
    view = house.see(None)
    assert (view.opening, [f.code for f in view.faults]) == (None, ["barrier"])


@pytest.mark.parametrize("text", ["not a pass", EXPIRED[:-8] + "AAAAAAAA"])
def test_nobody_is_registered_by_a_code_that_names_nobody(house: House, text: str) -> None:
    view = house.see(text)
    assert view.shown is None
    assert view.lights[Treasure.CODE] is Light.BAD
    assert view.lights[Treasure.REGISTER] is Light.OFF


def test_nobody_is_registered_or_compared_by_a_pass_that_is_not_in_force(house: House) -> None:
    view = house.see(EXPIRED)
    assert view.shown is not None, "the gatekeeper may know who it is"
    assert view.lights[Treasure.REGISTER] is Light.OFF
    assert not view.second_look
