"""One person through one gate: what Bob's gatekeeper and Carol the inspector may rely on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import commit, decode_personal
from checkpoint.errors import DeviceFault, JournalFault
from kiosk.config import GateSettings
from kiosk.gate.decision import InForce
from kiosk.ports import (
    DirectionChosen,
    EmergencyOpened,
    GateView,
    Light,
    MaskPressed,
    Phase,
    TemperatureTyped,
)
from tests.kiosk.gatehouse import (
    NOW,
    FakeButton,
    FakeKeypad,
    FakeMask,
    FakeThermometer,
    House,
    bundle,
    open_journal,
    text_of,
    worker,
)

WANG = text_of(worker())
ZHAO = text_of(worker("Zhao Liu (fictional)", number=2))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    with open_journal(tmp_path, clock) as journal:
        yield House(journal, clock)


def outcome(view: GateView) -> Outcome | None:
    return view.decision.outcome if view.decision else None


def reasons(view: GateView) -> set[Reason]:
    return set(view.decision.reasons) if view.decision else set()


def break_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(draft: object) -> Any:
        raise JournalFault("journal: database or disk is full", remedy="free disk space")

    monkeypatch.setattr(house.journal, "append", full)


def test_a_worker_in_order_is_admitted_after_the_entry_is_on_disk(house: House) -> None:
    view = house.see(WANG)
    assert outcome(view) is Outcome.ADMIT
    assert view.phase is Phase.VERDICT
    assert set(view.lights.values()) == {Light.GOOD}
    assert house.barrier.opened == 1
    assert view.inside == 1
    assert view.shown is not None
    assert view.shown.name == "Wang Wu (fictional)"
    assert view.second_look, "a printed pass asks for a second look"
    (entry,) = house.entries
    assert (entry.kind, entry.outcome) == (EntryKind.PASSAGE, Outcome.ADMIT)
    assert (entry.enterprise_id, entry.site_id, entry.gate_id) == ("E001", "S1", "G1")
    assert entry.warrant_id == "W1"
    assert view.entry == f"1-{house.told[0].hash.hex()[:8]}"


def test_the_entry_commits_to_the_person_without_naming_them(house: House) -> None:
    house.see(WANG)
    (link,) = house.told
    assert decode_personal(link.personal).name == "Wang Wu (fictional)"
    assert b"Wang" not in link.body
    assert house.entries[0].commitment == commit(link.personal, link.salt)


def test_nobody_there_is_no_entry(house: House) -> None:
    assert house.empty(60).phase is Phase.WAITING
    assert house.entries == []


def test_an_expired_pass_is_denied_at_once_and_nobody_is_measured(house: House) -> None:
    house.thermometer = FakeThermometer(RuntimeError("must not be asked"))
    view = house.see(text_of(worker(expires_at=NOW - timedelta(days=1))))
    assert outcome(view) is Outcome.DENY
    assert Reason.EXPIRED in reasons(view)
    assert view.lights[Treasure.TEMPERATURE] is Light.OFF
    assert view.readings == ()
    assert house.barrier.opened == 0
    assert view.faults == ()


@pytest.mark.parametrize("text", ["HELLO", "SB1:", "x" * 5000, "SB1:%%%", "\ud800", ""])
def test_what_is_no_pass_is_denied_and_recorded(house: House, text: str) -> None:
    view = house.see(text)
    assert outcome(view) is Outcome.DENY
    assert Reason.MALFORMED in reasons(view)
    assert view.shown is None
    assert house.entries[0].code_digest != b""


def test_a_pass_of_daves_plant_does_not_open_bobs_gate(house: House) -> None:
    daves = worker(issuer="E002", enterprise_id="E002")
    view = house.see(text_of(daves))
    assert outcome(view) is Outcome.DENY
    assert Reason.WRONG_SITE in reasons(view)


def test_holding_a_code_is_one_passing(house: House) -> None:
    for _ in range(600):
        house.see(WANG)
    assert len(house.entries) == 1


def test_the_same_code_after_the_guard_is_another_passing(house: House) -> None:
    house.see(WANG)
    house.empty(20)
    view = house.see(WANG)
    assert outcome(view) is Outcome.REFER
    assert reasons(view) == {Reason.ALREADY_INSIDE}


def test_the_next_person_need_not_wait_for_the_clear_time(house: House) -> None:
    house.see(WANG)
    house.see(WANG, after=3.1)
    view = house.see(ZHAO)
    assert view.shown is not None
    assert view.shown.name == "Zhao Liu (fictional)"
    assert [e.outcome for e in house.entries] == [Outcome.ADMIT, Outcome.ADMIT]


def test_a_fever_is_measured_again_and_all_readings_are_kept(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeThermometer(3800, 3790, 3810))
        assert house.see(WANG).phase is Phase.TEMPERATURE
        assert house.see(WANG).phase is Phase.TEMPERATURE
        view = house.see(WANG)
        assert (outcome(view), reasons(view)) == (Outcome.DENY, {Reason.FEVER})
        assert [r.raw_c for r in house.entries[0].readings] == [3800, 3790, 3810]
        assert view.lights[Treasure.TEMPERATURE] is Light.BAD


def test_a_second_measurement_may_clear_the_first(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeThermometer(3420, 3660))
        house.see(WANG)
        view = house.see(WANG)
        assert outcome(view) is Outcome.ADMIT
        assert [r.raw_c for r in house.entries[0].readings] == [3420, 3660]


def test_silence_of_the_thermometer_refers_and_never_admits(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeThermometer(None))
        assert house.see(WANG).phase is Phase.TEMPERATURE
        assert house.see(WANG, after=14).phase is Phase.TEMPERATURE
        view = house.see(WANG, after=1.1)
        assert (outcome(view), reasons(view)) == (Outcome.REFER, {Reason.NO_TEMPERATURE})
        assert house.barrier.opened == 0


def test_silence_of_the_mask_sensor_refers(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), mask=FakeMask(None))
        view = house.see(WANG)
        assert (view.phase, view.lights[Treasure.MASK]) == (Phase.MASK, Light.PENDING)
        assert view.lights[Treasure.TEMPERATURE] is Light.GOOD
        view = house.see(WANG, after=15.1)
        assert (outcome(view), reasons(view)) == (Outcome.REFER, {Reason.MASK_UNKNOWN})


def test_a_mask_seen_while_waiting_for_a_temperature_counts(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(
            journal,
            FixedClock(NOW),
            thermometer=FakeThermometer(None),
            settings=GateSettings(temperature_timeout_s=5),
        )
        house.see(WANG)
        house.mask.answer = None
        view = house.see(WANG, after=5.1)
        assert reasons(view) == {Reason.NO_TEMPERATURE}


def test_the_gatekeeper_types_and_presses(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeKeypad(), mask=FakeButton())
        view = house.see(WANG)
        assert (view.phase, view.asks, view.by_hand) == (Phase.TEMPERATURE, True, True)
        view = house.see(None, TemperatureTyped(3650))
        assert (view.phase, view.asks) == (Phase.MASK, True)
        view = house.see(None, MaskPressed(Mask.WORN))
        assert outcome(view) is Outcome.ADMIT
        assert house.entries[0].mask_source == "gatekeeper"


def test_what_was_typed_for_one_is_not_used_for_the_next(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeKeypad())
        house.see(None, TemperatureTyped(3650), MaskPressed(Mask.WORN))
        assert house.see(WANG).readings == ()


def test_exits_are_screened_unless_the_policy_says_otherwise(house: House) -> None:
    house.gate.take(InForce(bundle(2, policy=Policy(screen_exits=False))), house.clock.now())
    house.thermometer.answers.appendleft(None)
    view = house.see(WANG, DirectionChosen(Direction.OUT))
    assert outcome(view) is Outcome.ADMIT
    assert view.direction is Direction.OUT
    assert house.entries[-1].readings == ()
    assert view.lights[Treasure.TEMPERATURE] is Light.OFF


def test_in_and_out_count_the_people_inside(house: House) -> None:
    house.see(WANG)
    house.empty(20)
    assert house.see(ZHAO).inside == 2
    house.empty(20)
    assert house.see(WANG, DirectionChosen(Direction.OUT)).inside == 1


def test_an_override_is_an_entry_that_cites_and_then_opens(house: House) -> None:
    house.see(WANG)
    house.empty(20)
    assert outcome(house.see(WANG)) is Outcome.REFER
    cited = house.told[-1]
    view = house.override("went out by the other gate")
    assert outcome(view) is Outcome.ADMIT
    assert view.decision is not None
    assert view.decision.reasons[0] is Reason.OVERRIDDEN
    entry = house.entries[-1]
    assert (entry.kind, entry.reasons) == (EntryKind.OVERRIDE, (Reason.OVERRIDDEN,))
    assert entry.details == {
        "epoch": str(cited.epoch),
        "seq": "2",
        "hash": cited.hash.hex()[:16],
        "words": "went out by the other gate",
    }
    assert entry.pass_id == house.entries[1].pass_id
    assert house.barrier.opened == 2


def test_an_override_is_for_the_last_one_only_and_not_for_ever(house: House) -> None:
    house.see("not a pass")
    house.empty(121)
    house.override("too late now")
    house.override("  ")
    assert [e.kind for e in house.entries] == [EntryKind.PASSAGE]
    assert house.barrier.opened == 0


def test_the_emergency_button_opens_always(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        break_disk(house, broken)
        view = house.see(None, EmergencyOpened())
        assert house.barrier.opened == 1
        assert [f.code for f in view.faults] == ["journal"]
    house.empty(5)
    kinds = [e.kind for e in house.entries]
    assert EntryKind.EMERGENCY in kinds, "the entry follows when the disk has room"


def test_without_a_durable_entry_nothing_is_green(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_disk(house, broken)
        view = house.see(WANG)
        assert outcome(view) is Outcome.REFER
        assert Light.GOOD not in view.lights.values()
        assert view.entry == ""
        assert [(f.code, f.remedy) for f in view.faults] == [("journal", "free disk space")]
        assert house.barrier.opened == 0
        house.override("let him in anyway")
        assert house.barrier.opened == 0, "what was not recorded can't be overridden"
    house.empty(9)
    view = house.see(WANG)
    assert outcome(view) is Outcome.ADMIT
    assert view.faults == ()
    states = [e.details.get("state") for e in house.entries if e.kind is EntryKind.FAULT]
    assert states == ["failed", "recovered"]


@pytest.mark.parametrize("nonsense", [9999, -1, "36.5", ValueError("NaN"), DeviceFault("gone")])
def test_nonsense_of_the_thermometer_is_a_fault_and_no_reading(
    tmp_path: Path, nonsense: object
) -> None:
    with open_journal(tmp_path) as journal:
        house = House(journal, FixedClock(NOW), thermometer=FakeThermometer(nonsense, None, 3650))
        view = house.see(WANG)
        assert [f.code for f in view.faults] == ["thermometer"]
        assert view.readings == ()
        house.see(WANG)
        view = house.see(WANG, after=2)
        assert outcome(view) is Outcome.ADMIT
        assert view.faults == ()
        details = [e.details for e in house.entries if e.kind is EntryKind.FAULT]
        assert [(d["device"], d["state"]) for d in details] == [
            ("thermometer", "failed"),
            ("thermometer", "recovered"),
        ]


def test_a_reader_that_fails_is_one_fault_until_it_works(house: House) -> None:
    house.reader.fault = DeviceFault("reader gone", remedy="plug it in")
    view = house.see(WANG)
    for _ in range(30):
        view = house.see(WANG)
    assert [(f.code, f.remedy) for f in view.faults] == [("reader", "plug it in")]
    house.reader.fault = None
    assert outcome(house.see(WANG, after=3)) is Outcome.ADMIT
    assert [e.kind for e in house.entries].count(EntryKind.FAULT) == 2


def test_a_barrier_that_fails_is_a_fault_beside_the_verdict(house: House) -> None:
    house.barrier.fault = OSError("no such device")
    view = house.see(WANG)
    assert outcome(view) is Outcome.ADMIT
    assert [f.code for f in view.faults] == ["barrier"]


def test_boot_bundle_heartbeat_and_shutdown_are_entries(house: House) -> None:
    house.gate.begin(house.clock.now(), "1.0")
    house.gate.take(InForce(bundle(7)), house.clock.now())
    house.see(None, after=901)
    house.gate.end(house.clock.now(), "told to stop")
    kinds = [e.kind for e in house.entries]
    assert kinds == ["boot", "bundle", "heartbeat", "shutdown"]
    assert house.entries[1].details == {"version": "7"}
    assert house.entries[1].bundle_version == 7


def test_a_clock_that_cannot_be_right_refers(house: House) -> None:
    house.gate.take(replace(house.in_force, clock_quality=ClockQuality.SUSPECT), NOW)
    view = house.see(WANG)
    assert (outcome(view), reasons(view)) == (Outcome.REFER, {Reason.CLOCK_SUSPECT})
    assert house.entries[0].clock_quality is ClockQuality.SUSPECT


def test_a_clock_set_back_does_not_hold_a_person_for_ever(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        house = House(
            journal,
            FixedClock(NOW),
            thermometer=FakeThermometer(None),
            settings=GateSettings(temperature_timeout_s=5),
        )
        house.see(WANG)
        house.clock.jump(NOW - timedelta(days=1))
        house.see(WANG)
        assert outcome(house.see(WANG, after=5.1)) is Outcome.REFER


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("reader", "reader"),
        ("thermometer", "thermometer"),
        ("mask", "mask"),
        ("barrier", "barrier"),
    ],
)
def test_a_device_that_dies_while_nobody_is_there_is_known(
    house: House, role: str, code: str
) -> None:
    device = getattr(house, role)
    device.ails = DeviceFault("no answer", remedy="plug it in")
    view = house.see(None)
    assert [(fault.code, fault.remedy) for fault in view.faults] == [(code, "plug it in")]
    house.see(None, after=1)
    device.ails = None
    assert house.see(None, after=1).faults, "a loose plug is one fault"
    assert not house.see(None, after=2).faults
    told = [entry.details.get("state") for entry in house.entries]
    assert told == ["failed", "recovered"]
