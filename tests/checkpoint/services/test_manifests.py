"""The manifest of a commuting vehicle: of one's own roster, and gone with its people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkpoint.domain.health_pass import PassKind
from checkpoint.errors import NotFound, Refused
from checkpoint.services import (
    Actor,
    editing,
    erasing,
    issuing,
    lookup,
    manifests,
    retaining,
    roster,
)
from checkpoint.services import own_record as own_records
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import HolderEdit, PassForm, VehicleForm, WorkerForm
from checkpoint.services.manifests import ManifestForm
from checkpoint.storage import sunset, tables
from checkpoint.storage.scope import Scope
from tests.checkpoint.services.district import BOB, DAVE, NOON, District, id_number

BELLA = Actor("b2", "enterprise", "Bella")


def worker(district: District, number: int, enterprise_id: str = "acme") -> str:
    form = WorkerForm(f"张{number}", id_number(number), "13800001234", "welder")
    return roster.add_worker(district.office, BOB, enterprise_id, form)


def bus(district: District, plate: str = "京A12345") -> str:
    form = VehicleForm(plate, "李四", 45, "Line 3")
    return roster.add_vehicle(district.office, BOB, "acme", form)


def version(district: District, vehicle_id: str) -> int:
    return roster.holder(district.office, "acme", vehicle_id).version


def put(district: District, vehicle_id: str, *riders: str, by: Actor = BOB) -> None:
    form = ManifestForm(version(district, vehicle_id), riders)
    assert manifests.put_on(district.office, by, "acme", vehicle_id, form) is None


def take(district: District, vehicle_id: str, *riders: str) -> None:
    form = ManifestForm(version(district, vehicle_id), riders)
    assert manifests.take_off(district.office, BOB, "acme", vehicle_id, form) is None


def on(district: District, vehicle_id: str) -> list[str]:
    return [row.holder_id for row in manifests.manifest(district.office, "acme", vehicle_id)]


def rows(district: District) -> int:
    with district.office.db.read() as session:
        return session.query(tables.Rider).count()


def test_several_are_put_on_at_once_and_taken_off_again(district: District) -> None:
    vehicle, some = bus(district), [worker(district, number) for number in (1, 2, 3)]
    assert on(district, vehicle) == []
    put(district, vehicle, *some)
    assert on(district, vehicle) == some
    assert manifests.count(district.office, "acme", vehicle) == 3
    take(district, vehicle, some[0], some[2])
    assert on(district, vehicle) == [some[1]]


def test_a_worker_may_ride_several_vehicles(district: District) -> None:
    one, other, erin = bus(district), bus(district, "京A54321"), worker(district, 1)
    put(district, one, erin)
    put(district, other, erin)
    rides = manifests.vehicles_of(district.office, "acme", erin)
    assert [row.plate for row in rides] == ["京A12345", "京A54321"]


def test_who_put_whom_on_and_took_them_off_is_on_the_record(district: District) -> None:
    vehicle, erin = bus(district), worker(district, 1)
    put(district, vehicle, erin, by=BELLA)
    put(district, vehicle, erin, by=BELLA)
    take(district, vehicle, erin)
    take(district, vehicle, erin)
    acts = lookup.actions(district.office, Scope.of("acme")).rows
    told = [(a.verb, a.name, a.subject, a.why) for a in acts if a.verb.endswith("manifest")]
    assert told == [
        ("take_off_manifest", "Bob", erin, vehicle),
        ("put_on_manifest", "Bella", erin, vehicle),
    ]


def test_the_second_of_two_is_told_who_and_changes_nothing(district: District) -> None:
    vehicle, erin, fred = bus(district), worker(district, 1), worker(district, 2)
    put(district, vehicle, erin, by=BELLA)
    told = manifests.put_on(district.office, BOB, "acme", vehicle, ManifestForm(1, (fred,)))
    assert told is not None
    assert (told.by, told.at, told.now.version) == ("Bella", NOON, 2)
    told = manifests.take_off(district.office, BOB, "acme", vehicle, ManifestForm(1, (erin,)))
    assert told is not None
    assert on(district, vehicle) == [erin]


def test_who_edits_the_vehicle_meanwhile_is_told_of_the_manifest(district: District) -> None:
    vehicle, erin = bus(district), worker(district, 1)
    put(district, vehicle, erin)
    told = editing.edit(district.office, BELLA, "acme", vehicle, HolderEdit(1, "王五"))
    assert told is not None
    assert told.by == "Bob"


def test_another_enterprise_neither_sees_nor_changes_it(district: District) -> None:
    office, vehicle, erin = district.office, bus(district), worker(district, 1)
    put(district, vehicle, erin)
    form = ManifestForm(2, (erin,))
    for change in (manifests.put_on, manifests.take_off):
        with pytest.raises(NotFound):
            change(office, DAVE, "zenith", vehicle, form)
    for look in (manifests.manifest, manifests.count):
        with pytest.raises(NotFound):
            look(office, "zenith", vehicle)
    with pytest.raises(NotFound):
        manifests.vehicles_of(office, "zenith", erin)
    assert on(district, vehicle) == [erin]


def test_anothers_worker_is_not_put_on_and_nobody_with_them(district: District) -> None:
    vehicle, erin = bus(district), worker(district, 1)
    strange = worker(district, 2, "zenith")
    with pytest.raises(NotFound):
        put(district, vehicle, erin, strange)
    assert on(district, vehicle) == []


def test_what_is_no_worker_or_no_vehicle_is_refused(small: District) -> None:
    vehicle, other, erin = bus(small), bus(small, "京A54321"), worker(small, 1)
    with pytest.raises(Refused, match="worker"):
        put(small, vehicle, other)
    with pytest.raises(NotFound):
        put(small, erin, erin)
    with pytest.raises(Refused, match="nobody"):
        put(small, vehicle)
    assert rows(small) == 0


def test_a_manifest_has_an_end(small: District, monkeypatch: pytest.MonkeyPatch) -> None:
    vehicle, some = bus(small), [worker(small, number) for number in (1, 2, 3)]
    monkeypatch.setattr(manifests, "MOST", 2)
    put(small, vehicle, *some[:2])
    with pytest.raises(Refused, match="at most 2"):
        put(small, vehicle, some[2])


def test_a_worker_who_leaves_drops_off_and_the_editor_is_told(district: District) -> None:
    vehicle, erin, fred = bus(district), worker(district, 1), worker(district, 2)
    put(district, vehicle, erin)
    before = version(district, vehicle)
    editing.leave(district.office, BELLA, "acme", erin, "moved away")
    assert on(district, vehicle) == []
    told = manifests.put_on(district.office, BOB, "acme", vehicle, ManifestForm(before, (fred,)))
    assert told is not None
    assert told.by == "Bella"
    with pytest.raises(Refused, match="left"):
        put(district, vehicle, erin)


def test_a_vehicle_out_of_use_keeps_its_manifest_and_takes_nobody_on(small: District) -> None:
    vehicle, erin, fred = bus(small), worker(small, 1), worker(small, 2)
    put(small, vehicle, erin)
    editing.leave(small.office, BOB, "acme", vehicle, "repair")
    with pytest.raises(Refused, match="out of use"):
        put(small, vehicle, fred)
    editing.take_back(small.office, BOB, "acme", vehicle, "mended")
    put(small, vehicle, fred)
    assert on(small, vehicle) == [erin, fred]


@pytest.mark.parametrize("erased", ["worker", "vehicle"])
def test_an_erased_person_is_on_no_manifest(district: District, erased: str) -> None:
    vehicle, erin = bus(district), worker(district, 1)
    put(district, vehicle, erin)
    before = version(district, vehicle)
    gone = {"worker": erin, "vehicle": vehicle}[erased]
    erasing.erase_person(district.office, BOB, ErasureForm("acme", gone))
    assert rows(district) == 0
    if erased == "worker":
        form = ManifestForm(before, (worker(district, 2),))
        assert manifests.put_on(district.office, BOB, "acme", vehicle, form) is not None


def test_it_goes_when_the_rosters_time_is_over(district: District) -> None:
    vehicle, erin = bus(district), worker(district, 1)
    put(district, vehicle, erin)
    until = district.clock.now() + timedelta(days=9)
    form = PassForm(PassKind.WORKER, until, holder_id=erin)
    issuing.issue_pass(district.office, BOB, "acme", form)
    district.clock.advance(9 * 86400)
    retaining.retain(district.office)
    assert rows(district) == 1
    district.clock.advance(400 * 86400)
    retaining.retain(district.office)
    assert rows(district) == 0


def test_it_is_in_the_persons_own_record(district: District) -> None:
    vehicle, erin = bus(district), worker(district, 1)
    form = ErasureForm("acme", erin)
    assert own_records.own_record(district.office, BOB, form, "本人要求")["rides"] == []
    put(district, vehicle, erin)
    told = own_records.own_record(district.office, BOB, form, "本人要求")["rides"]
    assert told == [{"vehicle_id": vehicle, "plate": "京A12345", "route": "Line 3"}]


def test_the_end_of_the_deployment_leaves_none(district: District) -> None:
    put(district, bus(district), worker(district, 1))
    with district.office.db.write() as session:
        sunset.forget(session)
    assert rows(district) == 0
