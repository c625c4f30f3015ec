"""Bob's bus comes to the gate: who shows a pass after it rides it, until its turn is over."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.boarding import CommutingVehicle
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.observation import Direction
from checkpoint.domain.plate import PlateMatch
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import decode_entry
from checkpoint.wire.bundle import Bundle, sign_bundle
from checkpoint.wire.manifests import Manifests
from kiosk import bootstrap
from kiosk.bundle import BUNDLE, TRUST
from kiosk.config import Settings
from kiosk.feed import Feed
from kiosk.gate.boarding import Boarding
from kiosk.gate.decision import InForce
from kiosk.ports import (
    AnnulmentPressed,
    BoardingView,
    DirectionChosen,
    PlatePressed,
    VehicleDone,
)
from tests.kiosk.gatehouse import (
    NOW,
    SERVER,
    SERVER_KEYRING,
    House,
    bundle,
    open_journal,
    text_of,
    worker,
)

ADMIT, REFER = Outcome.ADMIT, Outcome.REFER
PLATE = "京A12345"
ERIN, FRANK, GRACE = (worker(name, number=n) for n, name in enumerate(("E", "F", "G"), 1))
BUS, VAN, TRUCK = (
    worker("Driver", number=number, kind=kind, vehicle=Vehicle(plate, 2))
    for number, kind, plate in (
        (11, PassKind.COMMUTING_VEHICLE, PLATE),
        (12, PassKind.COMMUTING_VEHICLE, "京A54321"),
        (13, PassKind.COMMUTING_VEHICLE, "京A00001"),
    )
)
STRANGER = worker("S", number=4)
VISITOR = worker("V", number=5, kind=PassKind.VISITOR, host="Bob", sites=("S1",))
ASKED = Policy(rules=(*DEFAULT_RULES, "boarding"))
RIDERS = {who.holder_id for who in (ERIN, FRANK, GRACE)}
TOLD = Manifests(
    {
        BUS.holder_id: CommutingVehicle("", 2, RIDERS),
        TRUCK.holder_id: CommutingVehicle(),
    }
)
"""What the bundle tells: two seats for three on the bus's manifest; the truck brings nobody."""


def at_bobs(policy: Policy = ASKED, manifests: Manifests | None = TOLD) -> Bundle:
    return bundle(policy=policy, manifests=manifests)


@pytest.fixture
def gate(tmp_path: Path) -> House:
    return house(tmp_path, at_bobs())


def house(folder: Path, held: Bundle) -> House:
    clock = FixedClock(NOW)
    return House(open_journal(folder, clock), clock, in_force=InForce(held))


def shown(gate: House, who: HealthPass) -> Entry:
    """Somebody shows a pass until there is a verdict, and clears the way."""
    before = len(gate.told)
    for _ in range(6):
        view = gate.see(text_of(who), *([PlatePressed(PlateMatch.AGREES)] if who.vehicle else []))
        if view.decision:
            break
    gate.empty(4)
    passings = [e for e in gate.entries[before:] if e.kind is EntryKind.PASSAGE]
    assert len(passings) == 1
    return passings[0]


def aboard(gate: House) -> BoardingView | None:
    return gate.see(None).boarding


def test_riders_on_the_manifest_come_in_and_are_counted(gate: House) -> None:
    bus = shown(gate, BUS)
    assert (bus.outcome, bus.details.get("vehicle")) == (ADMIT, None)
    assert aboard(gate) == BoardingView(PLATE, 0, 2)
    entry = shown(gate, ERIN)
    assert (entry.outcome, entry.reasons) == (ADMIT, (Reason.OK,))
    assert entry.details["vehicle"] == str(bus.seq)
    assert aboard(gate) == BoardingView(PLATE, 1, 2)


def test_a_rider_beyond_the_seats_is_referred_and_the_gatekeeper_decides(gate: House) -> None:
    bus = shown(gate, BUS)
    for who in (ERIN, FRANK):
        assert shown(gate, who).outcome is ADMIT
    third = shown(gate, GRACE)
    assert (third.outcome, third.reasons) == (REFER, (Reason.VEHICLE_FULL,))
    assert aboard(gate) == BoardingView(PLATE, 2, 2)
    gate.override("a child on a lap")
    assert gate.entries[-1].details["vehicle"] == str(bus.seq)
    assert aboard(gate) == BoardingView(PLATE, 3, 2)


@pytest.mark.parametrize("who", [STRANGER, VISITOR], ids=["worker", "visitor"])
def test_who_is_not_on_the_manifest_is_referred(gate: House, who: HealthPass) -> None:
    shown(gate, BUS)
    entry = shown(gate, who)
    assert (entry.outcome, entry.reasons) == (REFER, (Reason.NOT_ON_MANIFEST,))
    assert gate.barrier.opened == 1, "for the bus alone"
    assert aboard(gate) == BoardingView(PLATE, 0, 2)


def test_the_same_rider_takes_one_seat(tmp_path: Path) -> None:
    gate = house(tmp_path, at_bobs(replace(ASKED, passback=False)))
    shown(gate, BUS)
    for who in (ERIN, FRANK):
        shown(gate, who)
    gate.empty(6)
    again = shown(gate, ERIN)
    assert again.outcome is ADMIT
    assert aboard(gate) == BoardingView(PLATE, 2, 2)


def test_the_turn_is_over_when_the_gatekeeper_says_so(gate: House) -> None:
    shown(gate, BUS)
    assert gate.see(None, VehicleDone()).boarding is None
    entry = shown(gate, STRANGER)
    assert (entry.outcome, "vehicle" in entry.details) == (ADMIT, False)


def test_the_turn_is_over_after_a_quiet_time(gate: House) -> None:
    shown(gate, BUS)
    gate.clock.advance(100)
    assert shown(gate, ERIN).details.get("vehicle")
    gate.clock.advance(100)
    assert aboard(gate) == BoardingView(PLATE, 1, 2), "a rider begins the quiet time anew"
    gate.clock.advance(30)
    assert aboard(gate) is None
    assert shown(gate, STRANGER).outcome is ADMIT


def test_the_quiet_time_is_a_setting_of_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.model_validate(
        {
            "folder": str(tmp_path / "gate"),
            "standalone": True,
            "gate": {"boarding_quiet_s": 7},
            "camera": {"driver": "none"},
            "scanner": {"driver": "simulated"},
            "display": {"enabled": False},
        }
    )
    made: list[float] = []

    def boarding(quiet_s: float) -> Boarding:
        made.append(quiet_s)
        return Boarding(quiet_s)

    monkeypatch.setattr(bootstrap, "Boarding", boarding)
    with bootstrap.station(settings, FixedClock(NOW), bootstrap.Voice(print, print)):
        assert made == [7]


def test_another_vehicle_has_its_own_riders(gate: House) -> None:
    shown(gate, BUS)
    van = shown(gate, VAN)
    assert van.outcome is ADMIT
    assert aboard(gate) == BoardingView("京A54321", 0, 0)
    entry = shown(gate, ERIN)
    assert entry.reasons == (Reason.NOT_ON_MANIFEST,), "of a van that the gate was not told of"
    assert entry.details["vehicle"] == str(van.seq)


def test_a_vehicle_that_brings_nobody_asks_nobody(gate: House) -> None:
    shown(gate, BUS)
    shown(gate, TRUCK)
    assert aboard(gate) is None
    assert shown(gate, STRANGER).outcome is ADMIT


def test_who_leaves_while_a_bus_comes_in_does_not_ride_it(gate: House) -> None:
    shown(gate, BUS)
    gate.see(None, DirectionChosen(Direction.OUT))
    entry = shown(gate, STRANGER)
    assert (entry.direction, entry.outcome, entry.details) == (Direction.OUT, ADMIT, {})


def test_a_refused_vehicle_brings_nobody_until_the_gatekeeper_lets_it_pass(
    tmp_path: Path,
) -> None:
    sunday = Manifests({BUS.holder_id: CommutingVehicle("7", 2, RIDERS)})
    gate = house(tmp_path, at_bobs(manifests=sunday))
    entry = shown(gate, BUS)
    assert (entry.outcome, entry.reasons) == (REFER, (Reason.OUTSIDE_SHIFT,))
    assert aboard(gate) is None
    gate.override("the enterprise said so by phone")
    assert gate.empty(4).boarding == BoardingView(PLATE, 0, 2)
    rider = shown(gate, ERIN)
    assert rider.details["vehicle"] == str(gate.entries[1].seq)


def test_nobody_walked_through_gives_the_seat_back(gate: House) -> None:
    shown(gate, BUS)
    shown(gate, ERIN)
    last = gate.see(None).annullable[-1]
    view = gate.see(None, AnnulmentPressed(last.entry))
    assert view.boarding == BoardingView(PLATE, 0, 2)
    first = view.annullable[0]
    assert gate.see(None, AnnulmentPressed(first.entry)).boarding is None


def test_nothing_of_it_happens_until_the_policy_asks(tmp_path: Path) -> None:
    gate = house(tmp_path, at_bobs(Policy()))
    shown(gate, BUS)
    assert aboard(gate) is None
    entry = shown(gate, STRANGER)
    assert (entry.outcome, entry.details) == (ADMIT, {})


def test_a_bundle_that_tells_of_no_vehicle_leaves_riders_to_a_person(tmp_path: Path) -> None:
    gate = house(tmp_path, at_bobs(manifests=None))
    shown(gate, BUS)
    assert shown(gate, ERIN).reasons == (Reason.NOT_ON_MANIFEST,)


def test_the_entries_hold_no_more_of_anybody_than_before(gate: House) -> None:
    shown(gate, BUS)
    shown(gate, ERIN)
    for link in gate.told:
        assert BUS.holder_id.encode() not in link.body
        assert PLATE.encode() not in link.body


def test_a_feed_takes_the_vehicle_and_then_its_riders(tmp_path: Path) -> None:
    enrolled = tmp_path / "gate"
    enrolled.mkdir()
    (enrolled / BUNDLE).write_bytes(sign_bundle(at_bobs(), SERVER))
    (enrolled / TRUST).write_text(json.dumps(SERVER_KEYRING.to_json()), encoding="utf-8")
    feed = Feed.open(tmp_path / "feed", FixedClock(NOW), given=enrolled)
    out: list[str] = []
    lines = [
        (BUS, "2026-03-02T08:00:00Z"),
        (ERIN, "2026-03-02T08:00:10Z"),
        (STRANGER, "2026-03-02T08:00:20Z"),
        (FRANK, "2026-03-02T08:00:30Z"),
        (GRACE, "2026-03-02T08:00:40Z"),
        (worker("late", number=6), "2026-03-02T08:02:41Z"),
    ]
    with feed.journal:
        said = [
            {"text": text_of(who), "temperature_c": 36.5, "mask": "worn", "at": at}
            for who, at in lines
        ]
        assert feed.run((json.dumps(one).encode() for one in said), out.append, out.append) == 0
        bodies = [decode_entry(link.body) for link in feed.journal.unsent(9)]
    told = [json.loads(line)["reasons"] for line in out]
    assert told == [["ok"], ["ok"], ["not_on_manifest"], ["ok"], ["vehicle_full"], ["ok"]]
    assert [body.details.get("vehicle") for body in bodies] == [None, *["1"] * 4, None]
