"""What a gate is told of commuting vehicles: ids alone, where the policy asks, at once."""

from __future__ import annotations

import pytest

from checkpoint.domain.boarding import CommutingVehicle
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.services import bundles, editing, erasing, manifests, policy, roster
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import HolderEdit, VehicleForm
from checkpoint.storage import riders
from tests.checkpoint.services.district import ALICE, BOB, DAVE, District, Kiosk
from tests.checkpoint.services.test_bundles import opened
from tests.checkpoint.services.test_manifests import put, take, version, worker

ASKED = Policy(rules=(*DEFAULT_RULES, "boarding"))


def bus(district: District, enterprise_id: str = "acme") -> str:
    form = VehicleForm("京A12345", "李四", 45, "Line 3", days="15")
    return roster.add_vehicle(district.office, BOB, enterprise_id, form)


def told(district: District, kiosk: Kiosk, vehicle: str) -> CommutingVehicle | None:
    table = opened(district, kiosk).manifests
    assert table is not None
    return table.known(vehicle)


def test_a_gate_knows_days_seats_and_riders_and_hears_of_each_change_at_once(
    district: District,
) -> None:
    policy.publish(district.office, ALICE, ASKED)
    kiosk, vehicle = district.kiosk(), bus(district)
    erin, fred = worker(district, 1), worker(district, 2)
    assert told(district, kiosk, vehicle) == CommutingVehicle("15", 45, frozenset())
    put(district, vehicle, erin, fred)
    assert told(district, kiosk, vehicle) == CommutingVehicle("15", 45, {erin, fred})
    take(district, vehicle, fred)
    assert told(district, kiosk, vehicle) == CommutingVehicle("15", 45, {erin})
    edit = HolderEdit(version(district, vehicle), "李四", seats=20, days="")
    assert editing.edit(district.office, BOB, "acme", vehicle, edit) is None
    assert told(district, kiosk, vehicle) == CommutingVehicle("", 20, {erin})


@pytest.mark.parametrize("how", ["leaves", "is erased"])
def test_who_goes_rides_no_more_at_the_gate(district: District, how: str) -> None:
    policy.publish(district.office, ALICE, ASKED)
    kiosk, vehicle, erin = district.kiosk(), bus(district), worker(district, 1)
    put(district, vehicle, erin)
    assert told(district, kiosk, vehicle) == CommutingVehicle("15", 45, {erin})
    if how == "leaves":
        editing.leave(district.office, BOB, "acme", erin, "moved away")
    else:
        erasing.erase_person(district.office, BOB, ErasureForm("acme", erin))
    assert told(district, kiosk, vehicle) == CommutingVehicle("15", 45, frozenset())
    editing.leave(district.office, BOB, "acme", vehicle, "sold")
    assert told(district, kiosk, vehicle) is None


def test_nothing_of_it_travels_until_a_policy_asks(district: District) -> None:
    kiosk, vehicle = district.kiosk(), bus(district)
    assert opened(district, kiosk).manifests is None
    policy.tighten(district.office, BOB, "acme", {"boarding": True})
    assert told(district, kiosk, vehicle) == CommutingVehicle("15", 45, frozenset())
    assert opened(district, kiosk).policy.boarding
    policy.tighten(district.office, BOB, "acme", {})
    assert opened(district, kiosk).manifests is None


def test_another_enterprises_vehicles_stay_out_of_it(district: District) -> None:
    policy.publish(district.office, ALICE, ASKED)
    kiosk, strange = district.kiosk(), bus(district, "zenith")
    stranger = worker(district, 3, "zenith")
    form = manifests.ManifestForm(1, (stranger,))
    assert manifests.put_on(district.office, DAVE, "zenith", strange, form) is None
    assert told(district, kiosk, strange) is None


def test_it_says_nobodys_name(small: District) -> None:
    policy.publish(small.office, ALICE, ASKED)
    kiosk, vehicle, erin = small.kiosk(), bus(small), worker(small, 1)
    put(small, vehicle, erin)
    signed, _ = bundles.bundle_for(small.office, kiosk.kiosk_id)
    assert bytes.fromhex(erin) in signed
    for name in ("张1", "李四", "京A12345", "Line 3"):
        assert name.encode() not in signed


def test_it_is_read_once_while_it_is_the_same(
    small: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy.publish(small.office, ALICE, ASKED)
    kiosk, vehicle = small.kiosk(), bus(small)
    first = opened(small, kiosk)
    monkeypatch.setattr(riders, "everybody", None)
    assert opened(small, kiosk).manifests == first.manifests
    monkeypatch.undo()
    put(small, vehicle, worker(small, 1))
    assert opened(small, kiosk).version == first.version + 1
