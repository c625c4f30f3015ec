"""A worker's photo: one at a time, sealed, of one's own enterprise, and gone with the person."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.domain.health_pass import PassKind
from checkpoint.errors import KeyFault, NotFound, Refused
from checkpoint.services import (
    Actor,
    erasing,
    issuing,
    lookup,
    photos,
    resealing,
    retaining,
    roster,
)
from checkpoint.services import own_record as own_records
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import PassForm, VehicleForm, WorkerForm
from checkpoint.services.photos import PhotoForm
from checkpoint.storage import sunset, tables
from checkpoint.storage.scope import Scope
from tests.checkpoint.services.district import BOB, DAVE, NOON, District, id_number
from tests.checkpoint.services.remains import remains

BELLA = Actor("b2", "enterprise", "Bella")
FACE, OTHER = (b"\xff\xd8\xff\xe0" + word + b"\xff\xd9" for word in (b"her face " * 50, b"other"))


@pytest.fixture
def erin(district: District) -> str:
    return worker(district)


def worker(district: District) -> str:
    form = WorkerForm("张三", id_number(7), "13800001234", "welder")
    return roster.add_worker(district.office, BOB, "acme", form)


def put(district: District, holder_id: str, jpeg: bytes = FACE, by: Actor = BOB) -> None:
    version = roster.holder(district.office, "acme", holder_id).version
    assert photos.put(district.office, by, "acme", holder_id, PhotoForm(version, jpeg)) is None


def count(district: District) -> int:
    with district.office.db.read() as session:
        return session.query(tables.HolderPhoto).count()


def test_a_photo_is_kept_and_replaced_and_removed(district: District, erin: str) -> None:
    office = district.office
    assert photos.since(office, "acme", erin) is None
    put(district, erin)
    assert photos.photo(office, "acme", erin) == FACE
    assert photos.since(office, "acme", erin) == NOON
    put(district, erin, OTHER)
    assert photos.photo(office, "acme", erin) == OTHER
    assert count(district) == 1
    assert photos.remove(office, BOB, "acme", erin, 3) is None
    assert count(district) == 0
    with pytest.raises(NotFound):
        photos.photo(office, "acme", erin)


def test_who_put_and_removed_it_is_on_the_record(district: District, erin: str) -> None:
    put(district, erin, by=BELLA)
    put(district, erin, by=BELLA)
    for _ in range(2):
        assert photos.remove(district.office, BOB, "acme", erin, 2) is None
    rows = lookup.actions(district.office, Scope.of("acme")).rows
    told = [(row.verb, row.name, row.subject) for row in rows if row.verb.endswith("photo")]
    assert told == [("remove_photo", "Bob", erin), ("put_photo", "Bella", erin)]


def test_another_enterprise_neither_sees_nor_changes_it(district: District, erin: str) -> None:
    put(district, erin)
    office = district.office
    with pytest.raises(NotFound):
        photos.photo(office, "zenith", erin)
    with pytest.raises(NotFound):
        photos.put(office, DAVE, "zenith", erin, PhotoForm(2, OTHER))
    with pytest.raises(NotFound):
        photos.remove(office, DAVE, "zenith", erin, 2)
    assert photos.since(office, "zenith", erin) is None
    assert photos.of_holders(office, "zenith", [erin]) == {}
    assert photos.of_holders(office, "acme", [erin, "0" * 16]) == {erin: FACE}


def test_the_second_of_two_is_told_who_and_overwrites_nothing(
    district: District, erin: str
) -> None:
    put(district, erin, by=BELLA)
    told = photos.put(district.office, BOB, "acme", erin, PhotoForm(1, OTHER))
    assert told is not None
    assert (told.by, told.at, told.now.version) == ("Bella", NOON, 2)
    told = photos.remove(district.office, BOB, "acme", erin, 1)
    assert told is not None
    assert told.by == "Bella"
    assert photos.photo(district.office, "acme", erin) == FACE


@pytest.mark.parametrize(
    "blob", [b"", b"GIF89a", FACE[:-2], FACE[3:], FACE[:-2] + b" " * photos.MOST + FACE[-2:]]
)
def test_what_is_no_small_jpeg_is_refused(small: District, blob: bytes) -> None:
    holder_id = worker(small)
    with pytest.raises(Refused, match="photo"):
        photos.put(small.office, BOB, "acme", holder_id, PhotoForm(1, blob))
    assert count(small) == 0


def test_a_vehicle_has_none(small: District) -> None:
    form = VehicleForm("京A12345", "李四", 45, "Line 3")
    bus = roster.add_vehicle(small.office, BOB, "acme", form)
    with pytest.raises(Refused, match="workers alone"):
        photos.put(small.office, BOB, "acme", bus, PhotoForm(1, FACE))


def test_it_lies_sealed_in_its_own_place(small: District, tmp_path: Path) -> None:
    holder_id = worker(small)
    put(small, holder_id)
    small.office.db.scrub(whole=True)
    assert not remains({"face": b"her face her face"}, tmp_path)
    with small.office.db.write() as session:
        held = session.get_one(tables.HolderPhoto, holder_id)
        held.jpeg_sealed = small.office.keys.sealing.seal(FACE, "holder_photo/elsewhere/jpeg")
    with pytest.raises(KeyFault):
        photos.photo(small.office, "acme", holder_id)


def test_what_was_removed_lies_nowhere(small: District, tmp_path: Path) -> None:
    holder_id = worker(small)
    put(small, holder_id)
    with small.office.db.read() as session:
        sealed = session.get_one(tables.HolderPhoto, holder_id).jpeg_sealed
    photos.remove(small.office, BOB, "acme", holder_id, 2)
    assert remains({"face": sealed}, tmp_path) == []


def test_an_erased_person_has_no_photo(district: District, erin: str) -> None:
    put(district, erin)
    erasing.erase_person(district.office, BOB, ErasureForm("acme", erin))
    assert count(district) == 0
    with pytest.raises(NotFound):
        photos.photo(district.office, "acme", erin)
    with pytest.raises(NotFound):
        photos.put(district.office, BOB, "acme", erin, PhotoForm(2, FACE))


def test_it_goes_when_the_rosters_time_is_over(district: District, erin: str) -> None:
    put(district, erin)
    until = district.clock.now() + timedelta(days=9)
    issuing.issue_pass(
        district.office, BOB, "acme", PassForm(PassKind.WORKER, until, holder_id=erin)
    )
    district.clock.advance(9 * 86400)
    retaining.retain(district.office)
    assert count(district) == 1
    district.clock.advance(400 * 86400)
    retaining.retain(district.office)
    assert count(district) == 0


def test_it_is_in_the_persons_own_record(district: District, erin: str) -> None:
    form = ErasureForm("acme", erin)
    assert own_records.own_record(district.office, BOB, form, "本人要求")["photo"] is None
    put(district, erin)
    told = own_records.own_record(district.office, BOB, form, "本人要求")["photo"]
    assert base64.b64decode(told["jpeg"]) == FACE
    assert told["changed_at"] == "2026-03-02T04:00:00.000Z"


def test_a_new_sealing_key_seals_it_too(district: District, erin: str) -> None:
    put(district, erin)
    before = _sealed(district, erin)
    assert resealing.rotate(district.office, lambda _seconds: None).unreadable == 0
    assert _sealed(district, erin)[1:5] != before[1:5]
    assert photos.photo(district.office, "acme", erin) == FACE


def test_the_end_of_the_deployment_leaves_none(district: District, erin: str) -> None:
    put(district, erin)
    with district.office.db.write() as session:
        assert sunset.personal(session)["photos"] == 1
        sunset.forget(session)
    assert count(district) == 0


def _sealed(district: District, holder_id: str) -> bytes:
    with district.office.db.read() as session:
        return session.get_one(tables.HolderPhoto, holder_id).jpeg_sealed
