"""What is left of a person after an erasure: nothing, and the log is whole."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.policy import Policy
from checkpoint.domain.retention import Retention
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.erasure import Ground, open_erasure
from checkpoint.entrylog.report import Layer, Verdict
from checkpoint.errors import NotFound, PolicyError, Refused, StorageFault
from checkpoint.services import (
    SYSTEM,
    Scope,
    auditing,
    bundles,
    erasing,
    issuing,
    lookup,
    phone,
    policy,
    retaining,
    roster,
)
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import PassForm, VehicleForm, WorkerForm
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import erasures, evidence, tables
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.wire.bundle import open_bundle
from tests.checkpoint.services.district import ALICE, BOB, CAROL, DAVE, District, id_number
from tests.checkpoint.services.remains import remains, spellings

NAME, PHONE = "欧阳试无痕", "13911112222"
ID = id_number(7)
SECRETS = (NAME, PHONE, ID)
OTHER = Personal("留下者", "000X", "00000000000000cc")
DAY = timedelta(days=1)


class Person:
    """A worker of Bob's with a pass, a phone link, entries, and people who talk about them."""

    def __init__(self, district: District, talk: str = f"{NAME} {PHONE}") -> None:
        self.district, office = district, district.office
        self.id = roster.add_worker(office, BOB, "acme", WorkerForm(NAME, ID, PHONE, "焊工"))
        self.form = ErasureForm("acme", self.id)
        until = district.clock.now() + 20 * DAY
        wanted = PassForm(PassKind.WORKER, until, holder_id=self.id)
        self.passed = issuing.issue_pass(office, BOB, "acme", wanted)
        phone.make_link(office, BOB, "acme", wanted)
        self.kiosk = district.kiosk()
        self.personal = Personal(NAME, ID[-4:], self.id)
        for number in range(30):
            self.kiosk.entry(OTHER if number % 3 else self.personal)
        self.send()
        issuing.block_holder(office, BOB, "acme", self.id, f"{talk} 请假")
        lookup.unmask(office, CAROL, Scope.whole_district(), self.place(1), f"查 {talk}")
        lookup.find(office, CAROL, Scope.whole_district(), EntryFilter(holder_id=self.id))

    def send(self) -> str:
        return ingest(self.district.office, self.kiosk.kiosk_id, self.kiosk.batch())

    def place(self, seq: int) -> EntryPlace:
        return EntryPlace(self.kiosk.kiosk_id, 1, seq)

    def sealed(self) -> dict[str, bytes]:
        """The sealed bytes that are kept of the person now."""
        with self.district.office.db.read() as session:
            holder = session.get_one(tables.Holder, self.id)
            passed = session.get_one(tables.IssuedPass, self.passed.health_pass.pass_id)
            mine = select(tables.Entry).where(tables.Entry.holder_id == self.id)
            found = {
                "sealed name": holder.name_sealed,
                "name index": holder.name_index,
                "sealed ID": holder.id_sealed or b"",
                "ID index": holder.id_index or b"",
                "sealed phone": holder.phone_sealed or b"",
                "sealed pass": passed.text_sealed,
            }
            for row in session.scalars(mine):
                found |= {
                    f"entry {row.seq}": row.personal,
                    f"name index of {row.seq}": row.name_index or b"",
                    f"tail index of {row.seq}": row.tail_index or b"",
                }
        assert len(found) == 36
        assert all(found.values())
        return found


@pytest.fixture
def person(district: District) -> Person:
    return Person(district)


def verdict(district: District) -> Verdict:
    """The audit of the whole database by the server's own keys."""
    with auditing.evidence(district.office, evidence.ALL) as log:
        report = audit(log)
    assert [b for b in report.breaches if b.layer is not Layer.HEAD] == []
    return report.verdict


def data_of(district: District, tmp_path: Path) -> Path:
    """Where the database's files are, PostgreSQL's write-ahead log with them."""
    if district.office.db.is_sqlite:
        return tmp_path
    with district.office.db.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        return Path(connection.execute(text("SHOW data_directory")).scalar_one())


def test_a_stolen_dump_shows_nobody(district: District, tmp_path: Path) -> None:
    """The keys being kept apart: no name, number or phone, nor a plain hash of one."""
    person = Person(district, talk="")
    assert len(person.sealed()) == 36
    folder = data_of(district, tmp_path)
    if not district.office.db.is_sqlite:
        folder /= "base"  # the server's write-ahead log has what other tests wrote in clear
    assert remains(spellings(SECRETS), folder) == []


def test_after_an_erasure_no_byte_of_the_person_is_left(
    district: District, person: Person, tmp_path: Path
) -> None:
    sealed = person.sealed()
    erased = erasing.erase_person(district.office, ALICE, person.form)
    assert (erased.entries, erased.passes, erased.scrubbed) == (10, 1, True)
    folder = data_of(district, tmp_path)
    if district.office.db.is_sqlite:
        assert remains(spellings(SECRETS) | sealed, folder) == []
    else:
        # What PostgreSQL's write-ahead log keeps for a while is sealed; its tables keep nothing.
        assert remains(sealed, folder / "base") == []
        assert remains(spellings((ID, PHONE)), folder / "base") == []
    assert verdict(district) is Verdict.INTACT


def test_the_record_says_who_erased_how_many_entries_when_and_no_name(
    district: District, person: Person
) -> None:
    erasing.erase_person(district.office, ALICE, replace(person.form, ground=Ground.CONSENT))
    (note,) = erasures.notes(district.office.db)
    erasure = open_erasure(note, district.office.keys.server_keyring())
    assert (erasure.account_id, erasure.at) == ("a1", district.clock.now())
    assert (erasure.entries, erasure.ground) == (10, Ground.CONSENT)
    done = lookup.actions(district.office, Scope.whole_district()).rows
    acts = [(a.name, a.verb, a.subject, a.why) for a in done if a.verb == "erase_person"]
    assert acts == [("Alice", "erase_person", person.id, "consent")]
    assert not [a for a in done if NAME in a.why or PHONE in a.why]


def test_others_are_untouched_and_the_pass_lets_nobody_in(
    district: District, person: Person
) -> None:
    erasing.erase_person(district.office, ALICE, person.form)
    whole = Scope.whole_district()
    page = lookup.find(district.office, CAROL, whole, EntryFilter(name=OTHER.name))
    assert len(page.rows) == 20
    assert lookup.find(district.office, CAROL, whole, EntryFilter(name=NAME)).rows == ()
    with pytest.raises(NotFound):
        lookup.unmask(district.office, CAROL, whole, person.place(1), "why")
    assert roster.holders(district.office, "acme").rows == ()
    with pytest.raises(NotFound, match="erased"):
        issuing.text_of(district.office, "acme", person.passed.health_pass.pass_id)
    blob, _ = bundles.bundle_for(district.office, person.kiosk.kiosk_id)
    bundle = open_bundle(blob, district.office.keys.server_keyring())
    assert person.passed.health_pass.pass_id in bundle.trust.revoked
    assert set(bundle.erased) == {person.id}
    assert erasing.erase_person(district.office, ALICE, person.form).entries == 0


def test_what_an_offline_gate_sends_later_is_erased_on_arrival(
    district: District, person: Person, tmp_path: Path
) -> None:
    erasing.erase_person(district.office, ALICE, person.form)
    person.kiosk.entry(person.personal)
    person.kiosk.entry(OTHER)
    twin = replace(person.kiosk, links=person.kiosk.links[:5])
    twin.entry(replace(person.personal, plate="fork"))
    person.send()
    fork = twin.batch(twin.links[5:])
    ingest(district.office, twin.kiosk_id, fork)
    whole = Scope.whole_district()
    with pytest.raises(NotFound):
        lookup.unmask(district.office, CAROL, whole, person.place(31), "why")
    assert lookup.unmask(district.office, CAROL, whole, person.place(32), "why") == OTHER
    with district.office.db.read() as session:
        aside = session.scalars(select(tables.Quarantine)).one()
        assert (aside.why, aside.personal) == ("fork", b"")
    notes = [*erasures.notes(district.office.db)]
    ring = district.office.keys.server_keyring()
    assert [open_erasure(n, ring).ground for n in notes] == [Ground.REQUEST, Ground.ERASED_BEFORE]
    assert verdict(district) is Verdict.TAMPERED, "the fork, and nothing but the fork"
    if district.office.db.is_sqlite:
        district.office.db.scrub()
        assert remains(spellings(SECRETS), tmp_path) == []


def test_the_reminder_of_an_erasure_ends(district: District, person: Person) -> None:
    erasing.erase_person(district.office, ALICE, person.form)
    with district.office.db.read() as session:
        (stone,) = erasures.all_tombstones(session)
        assert person.id.encode() not in stone.holder_index + stone.holder_sealed
    district.clock.advance(61 * DAY.total_seconds())
    assert retaining.due(district.office).tombstones == 1
    retaining.retain(district.office)
    with district.office.db.read() as session:
        assert erasures.all_tombstones(session) == []


def test_an_erasure_that_was_cut_short_is_ended_by_the_next_run(
    district: District, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead(BaseException):
        """The process is killed here."""

    def kill(*_: object) -> None:
        raise Dead

    with monkeypatch.context() as broken:
        broken.setattr("checkpoint.services.erasing._forget_aside", kill)
        with pytest.raises(Dead):
            erasing.erase_person(district.office, ALICE, person.form)
    assert retaining.due(district.office).holders == 1
    retaining.retain(district.office)
    assert retaining.due(district.office).holders == 0
    assert roster.holders(district.office, "acme").rows == ()
    assert verdict(district) is Verdict.INTACT


def test_nobody_erases_another_enterprises_people(district: District, person: Person) -> None:
    with pytest.raises(NotFound):
        erasing.erase_person(district.office, DAVE, ErasureForm("zenith", person.id))
    assert erasing.holders_of(district.office, ID.lower()) == (person.form,)
    assert erasing.holder_home(district.office, person.id) == person.form
    with pytest.raises(Refused):
        erasing.holders_of(district.office, id_number(9))


def test_a_vehicle_is_erased_too_and_another_may_have_its_plate(district: District) -> None:
    made = VehicleForm("京A12345", NAME, 5, "线路", PHONE)
    for _ in range(2):
        holder_id = roster.add_vehicle(district.office, BOB, "acme", made)
        erasing.erase_person(district.office, BOB, ErasureForm("acme", holder_id))
    assert roster.add_vehicle(district.office, BOB, "acme", made)


def test_each_class_is_kept_for_its_time_and_no_longer(
    district: District, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "SLICE", 4)
    monkeypatch.setattr(erasing, "SLICE", 4)
    with district.office.db.read() as session:
        assert session.scalars(select(tables.PhoneLink)).all() == [], "the block ended it"
    left = PassForm(
        PassKind.VISITOR, district.clock.now() + timedelta(hours=8), name="王五", host="Bob"
    )
    phone.make_link(district.office, BOB, "acme", left)
    assert retaining.due(district.office).total == 0
    district.clock.advance(9 * DAY.total_seconds())
    assert retaining.due(district.office) == retaining.Retained(links=1)
    district.clock.advance(22 * DAY.total_seconds())
    told: list[tuple[str, int, int]] = []
    assert retaining.due(district.office) == retaining.Retained(links=1, entries=30)
    done = retaining.retain(district.office, SYSTEM, lambda *said: told.append(said))
    assert done == retaining.Retained(links=1, entries=30)
    assert ("entries", 8, 30) in told
    assert len([*erasures.notes(district.office.db)]) == 8
    assert verdict(district) is Verdict.INTACT
    district.clock.advance(80 * DAY.total_seconds())
    assert retaining.retain(district.office).holders == 2
    district.clock.advance(1100 * DAY.total_seconds())
    done = retaining.retain(district.office)
    assert (done.lookups, done.tombstones) == (2, 2)
    assert retaining.due(district.office).total == 0


def test_what_was_set_aside_is_forgotten_as_well(district: District, person: Person) -> None:
    twin = replace(person.kiosk, links=person.kiosk.links[:5])
    twin.entry(replace(person.personal, plate="fork"))
    ingest(district.office, twin.kiosk_id, twin.batch(twin.links[5:]))
    twin.links[5] = replace(twin.links[5], salt=bytes(16))
    ingest(district.office, twin.kiosk_id, twin.batch(twin.links[5:]))
    assert verdict(district) is Verdict.TAMPERED, "the fork, and nothing but the fork"
    erasing.erase_person(district.office, ALICE, person.form)
    with district.office.db.read() as session:
        assert session.scalars(select(tables.Quarantine.personal)).all() == [b""]
    assert verdict(district) is Verdict.TAMPERED, "as before"


def test_the_bureau_decides_how_long(district: District, person: Person) -> None:
    kept = replace(Retention(), entries_days=3)
    policy.publish(district.office, ALICE, replace(Policy(), retention=kept))
    assert policy.in_force(district.office, "acme").retention == kept
    district.clock.advance(4 * DAY.total_seconds())
    assert retaining.due(district.office).entries == 30
    with pytest.raises(PolicyError, match="lookups_days"):
        Retention(lookups_days=30)


def test_of_many_servers_one_does_it_once_a_day(district: District, person: Person) -> None:
    district.clock.advance(40 * DAY.total_seconds())
    assert retaining.retain_daily(district.office) is not None
    assert retaining.retain_daily(district.office) is None
    district.clock.advance(DAY.total_seconds())
    assert retaining.retain_daily(district.office) is not None


def test_a_fault_erases_a_slice_or_nothing(
    district: District, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageFault("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("checkpoint.services.erasures.count", fail)
        with pytest.raises(StorageFault):
            erasing.erase_person(district.office, ALICE, person.form)
    assert (
        lookup.unmask(district.office, CAROL, Scope.whole_district(), person.place(1), "why")
        == person.personal
    )
    assert verdict(district) is Verdict.INTACT
