"""Replacing the sealing key while the server runs: nothing is lost, the old key is worthless."""

from pathlib import Path

import pytest

from checkpoint.entrylog.report import Verdict
from checkpoint.errors import KeyFault, Refused
from checkpoint.keys.sealing import SealingKey
from checkpoint.services import Scope, erasing, issuing, lookup, resealing, roster
from checkpoint.services.forms import WorkerForm
from checkpoint.storage import sealed_rows, tables
from checkpoint.storage.entry_filter import EntryFilter
from tests.checkpoint.services.district import ALICE, BOB, CAROL, District
from tests.checkpoint.services.remains import remains
from tests.checkpoint.services.test_erasing import ID, NAME, PHONE, Person, data_of, verdict

WHOLE = Scope.whole_district()


def at_once(_seconds: float) -> None:
    """No waiting in tests."""


def rotating(district: District) -> bool:
    return district.office.keys.sealing.rotating


def everything_is_found(district: District, person: Person) -> None:
    office = district.office
    assert roster.holder(office, "acme", person.id).name == NAME
    assert [row.holder_id for row in roster.holders(office, "acme", ID).rows] == [person.id]
    assert len(lookup.find(office, CAROL, WHOLE, EntryFilter(name=NAME)).rows) == 10
    assert lookup.unmask(office, CAROL, WHOLE, person.place(1), "why") == person.personal
    passed = person.passed.health_pass.pass_id
    assert issuing.text_of(office, "acme", passed).text == person.passed.text
    with pytest.raises(Refused, match="roster already"):
        roster.add_worker(office, BOB, "acme", WorkerForm(NAME, ID, PHONE, ""))


def test_after_a_rotation_all_is_found_and_the_old_key_is_gone(
    district: District, tmp_path: Path
) -> None:
    person, keys = Person(district), tmp_path / "keys"
    old = SealingKey.load_or_make(keys / "sealing.json")
    written = (keys / "sealing.json").read_bytes()
    sealed = person.sealed()
    done = resealing.rotate(district.office, at_once)
    assert done.rows > 30
    assert done.unreadable == 0
    assert {path.name for path in keys.glob("sealing*")} == {"sealing.json"}
    assert (keys / "sealing.json").read_bytes() != written
    assert district.office.keys.sealing.key_id.hex() == done.key_id != old.key_id.hex()
    everything_is_found(district, person)
    assert verdict(district) is Verdict.INTACT
    folder = data_of(district, tmp_path)
    folders = [folder] if district.office.db.is_sqlite else [folder / "base"]
    assert remains(sealed, *folders) == []
    with pytest.raises(KeyFault):
        old.open(next(iter(person.sealed().values())), f"holder/{person.id}/name")


@pytest.mark.parametrize("slices", [1, 2, 3, 5])
def test_a_rotation_that_was_killed_goes_on_and_all_is_found_meanwhile(
    small: District, slices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """kill -9."""

    person, left = Person(small), slices
    monkeypatch.setattr(resealing, "SLICE", 4)
    some = sealed_rows.some

    def dying(*asked: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return some(*asked)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(sealed_rows, "some", dying)
        with pytest.raises(Killed):
            resealing.rotate(small.office, at_once)
    assert rotating(small)
    everything_is_found(small, person)
    assert verdict(small) is Verdict.INTACT
    begun = small.office.keys.sealing.key_id.hex()
    assert resealing.rotate(small.office, at_once).key_id == begun
    assert not rotating(small)
    everything_is_found(small, person)
    assert verdict(small) is Verdict.INTACT


def test_what_a_slow_request_stored_by_the_old_key_is_sealed_anew(small: District) -> None:
    person = Person(small)
    ring = small.office.keys.sealing

    def meanwhile(seconds: float) -> None:
        assert seconds >= 60
        with small.office.db.write() as session:
            holder = session.get_one(tables.Holder, person.id)
            holder.name_sealed = ring.seal(NAME.encode(), f"holder/{person.id}/name")

    resealing.rotate(small.office, meanwhile)
    assert roster.holder(small.office, "acme", person.id).name == NAME


def test_an_erased_person_stays_erased_and_known_as_such(small: District) -> None:
    person = Person(small)
    erasing.erase_person(small.office, ALICE, person.form)
    resealing.rotate(small.office, at_once)
    person.kiosk.entry(person.personal)
    person.send()
    assert erasing.entries_of(small.office, person.id) == 0
    assert verdict(small) is Verdict.INTACT
