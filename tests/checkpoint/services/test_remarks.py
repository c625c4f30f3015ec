"""What an inspector says of an entry afterwards stands beside it, signed, for its time."""

import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from checkpoint.domain.entry import Personal
from checkpoint.domain.remark import WORDS_MOST, RemarkKind
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.erasure import Ground
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.report import Layer, Report, Verdict
from checkpoint.errors import NotFound, Refused
from checkpoint.services import (
    Actor,
    Scope,
    auditing,
    erasing,
    export,
    keys,
    lookup,
    own_record,
    remarks,
    retaining,
    roster,
)
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import WorkerForm
from checkpoint.services.ingest import ingest
from checkpoint.services.remarks import RemarkForm
from checkpoint.services.rows import EntryPlace, EntryRow, RemarkRow
from checkpoint.storage import erasures, evidence, tables
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.storage.mentions import STRUCK
from tests.checkpoint.services.district import (
    ALICE,
    BOB,
    CAROL,
    NOON,
    District,
    Kiosk,
    id_number,
)
from tests.checkpoint.services.remains import remains, spellings
from tests.checkpoint.services.test_erasing import data_of

ACME = Scope.of("acme")
WRONG = "体温枪未校准，36.9 应为 36.5"
LATE = "此人当时由班长陪同"
NOTE, CORRECTION = RemarkKind.NOTE, RemarkKind.CORRECTION
NAME, PHONE = "欧阳试无痕", "13911112222"
SECRETS = (NAME, PHONE, id_number(7))
COLUMNS = {
    "id": "id + 9",
    "at": "at + 1",
    "account_id": "'x'",
    "role": "'bureau'",
    "name": "'Mallory'",
    "kind": "'note'",
    "enterprise_id": "'zenith'",
    "kiosk_id": "'K-222222'",
    "epoch": "epoch + 1",
    "seq": "seq + 1",
    "entry_hash": "hash",
    "words": "'nothing was wrong'",
    "hash": "entry_hash",
}
"""Each stored column of a remark, and what a forger puts there."""


@pytest.fixture
def holder(district: District) -> str:
    """A worker of Bob's, whose entries the kiosk records."""
    return roster.add_worker(
        district.office, BOB, "acme", WorkerForm(NAME, id_number(7), PHONE, "焊工")
    )


@pytest.fixture
def kiosk(district: District, holder: str) -> Kiosk:
    """Three entries of the worker at acme's gate, one of nobody."""
    made = district.kiosk("acme")
    for _ in range(3):
        made.entry(Personal(NAME, id_number(7)[-4:], holder))
    made.entry()
    ingest(district.office, made.kiosk_id, made.batch())
    return made


def say(
    district: District, kiosk: Kiosk, words: str = WRONG, seq: int = 2, **more: object
) -> RemarkRow:
    kind = RemarkKind(str(more.get("kind", CORRECTION.value)))
    form = RemarkForm(EntryPlace(kiosk.kiosk_id, 1, seq), kind, words)
    return remarks.add(district.office, more.get("by", CAROL), ACME, form)  # type: ignore[arg-type]


def shown(district: District, kiosk: Kiosk, seq: int = 2) -> EntryRow:
    wanted = EntryFilter(kiosk_id=kiosk.kiosk_id)
    rows = lookup.find(district.office, CAROL, ACME, wanted).rows
    return next(row for row in rows if row.place.seq == seq)


def report(district: District) -> Report:
    with auditing.evidence(district.office, evidence.ALL) as log:
        return audit(log)


def clean(district: District) -> None:
    found = report(district)
    assert (found.verdict, found.first) == (Verdict.INTACT, None)


def test_a_remark_stands_beside_its_entry_and_the_entry_stays(
    district: District, kiosk: Kiosk
) -> None:
    before = kiosk.links[1]
    say(district, kiosk)
    district.clock.advance(60)
    say(district, kiosk, LATE, kind=NOTE)
    row = shown(district, kiosk)
    told = [(one.at, one.name, one.kind, one.words) for one in row.remarks]
    later = NOON + timedelta(seconds=60)
    assert told == [(NOON, "Carol", CORRECTION, WRONG), (later, "Carol", NOTE, LATE)]
    assert row.corrected
    assert not shown(district, kiosk, 1).remarks
    with district.office.db.read() as session:
        entry = session.scalar(select(tables.Entry).where(tables.Entry.seq == 2))
        acts = session.scalars(select(tables.Action.verb).order_by(tables.Action.id)).all()[-2:]
    assert entry is not None
    assert (entry.hash, entry.body) == (before.hash, before.body)
    assert acts == ["correct_entry", "note_entry"]
    clean(district)


def test_a_late_note_alone_is_no_correction(district: District, kiosk: Kiosk) -> None:
    say(district, kiosk, LATE, kind=NOTE)
    row = shown(district, kiosk)
    assert (row.corrected, len(row.remarks)) == (False, 1)


def test_the_same_said_twice_stands_there_once(district: District, kiosk: Kiosk) -> None:
    assert say(district, kiosk) == say(district, kiosk, f"  {WRONG}\n")
    other = say(district, kiosk, by=Actor("c2", "inspector", "Cho"))
    assert [row.number for row in shown(district, kiosk).remarks] == [1, other.number]
    clean(district)


def test_outside_of_the_scope_there_is_no_entry_to_speak_of(
    district: District, kiosk: Kiosk
) -> None:
    form = RemarkForm(EntryPlace(kiosk.kiosk_id, 1, 2), CORRECTION, WRONG)
    for scope in (Scope.of("zenith"), Scope()):
        with pytest.raises(NotFound):
            remarks.add(district.office, CAROL, scope, form)
    nowhere = RemarkForm(EntryPlace(kiosk.kiosk_id, 1, 99), CORRECTION, WRONG)
    with pytest.raises(NotFound):
        remarks.add(district.office, CAROL, ACME, nowhere)
    with district.office.db.read() as session:
        assert not session.scalars(select(tables.Remark)).all()


@pytest.mark.parametrize("words", ["", " \n ", "x" * (WORDS_MOST + 1), "a\x00b", "\u202eabc"])
def test_words_that_nobody_can_read_are_refused(
    small: District, kiosk_of_small: Kiosk, words: str
) -> None:
    with pytest.raises(Refused, match="words"):
        say(small, kiosk_of_small, words, seq=1)


@pytest.fixture
def kiosk_of_small(small: District) -> Kiosk:
    """One entry of nobody."""
    made = small.kiosk("acme")
    made.entry()
    ingest(small.office, made.kiosk_id, made.batch())
    return made


def test_the_longest_words_are_kept_whole(small: District, kiosk_of_small: Kiosk) -> None:
    longest = "更" * WORDS_MOST
    assert say(small, kiosk_of_small, longest, seq=1).words == longest


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_stored_column_is_named(
    district: District, kiosk: Kiosk, column: str
) -> None:
    assert set(COLUMNS) == {each.name for each in tables.Remark.__table__.columns}
    say(district, kiosk)
    say(district, kiosk, LATE, seq=3, kind=NOTE)
    clean(district)
    with district.office.db.write() as session:
        change = f"UPDATE remark SET {column} = {COLUMNS[column]} WHERE id = 1"
        session.execute(text(change))
    found = report(district)
    assert found.verdict is Verdict.TAMPERED
    assert {breach.layer for breach in found.breaches} == {Layer.RECORD}


@pytest.mark.parametrize("gone", [1, 2])
def test_a_remark_taken_out_is_missed(district: District, kiosk: Kiosk, gone: int) -> None:
    say(district, kiosk)
    say(district, kiosk, LATE, kind=NOTE)
    with district.office.db.write() as session:
        session.execute(text("DELETE FROM remark WHERE id = :id"), {"id": gone})
    assert report(district).verdict is Verdict.TAMPERED


def test_the_last_remark_put_away_under_an_older_signature_is_missed(
    district: District, kiosk: Kiosk
) -> None:
    say(district, kiosk)
    with district.office.db.read() as session:
        head = session.get_one(tables.RecordHead, "remark")
        older = {"last": head.last, "hash": head.hash, "note": head.note}
    say(district, kiosk, LATE, kind=NOTE)
    with district.office.db.write() as session:
        session.execute(text("DELETE FROM remark WHERE id = 2"))
        back = "UPDATE record_head SET last = :last, hash = :hash, note = :note"
        session.execute(text(f"{back} WHERE record = 'remark'"), older)
    found = report(district)
    assert found.verdict is Verdict.TAMPERED
    assert found.first
    assert "the record of actions says" in found.first.words


def test_an_erased_person_leaves_no_byte_in_remarks(
    district: District, kiosk: Kiosk, holder: str, tmp_path: Path
) -> None:
    say(district, kiosk, f"{NAME}（{PHONE}）走错了门")
    say(district, kiosk, f"当时 {NAME} 在旁边", seq=4, kind=NOTE)
    told = own_record.own_record(district.office, BOB, ErasureForm("acme", holder), "asked")
    assert [row["seq"] for row in told["remarks"]] == [2]
    done = erasing.erase_person(district.office, ALICE, ErasureForm("acme", holder))
    assert (done.entries, done.scrubbed) == (3, True)
    assert shown(district, kiosk).remarks[0].words == STRUCK
    assert shown(district, kiosk, 4).remarks[0].words == f"当时 {STRUCK} 在旁边"
    folder = data_of(district, tmp_path)
    wanted = spellings(SECRETS)
    assert remains(wanted, folder if district.office.db.is_sqlite else folder / "base") == []
    clean(district)


def test_words_go_with_the_person_of_their_entry(district: District, kiosk: Kiosk) -> None:
    say(district, kiosk)
    say(district, kiosk, LATE, seq=4, kind=NOTE)
    which = erasures.of_holder(shown_holder(district))
    what = (Ground.REQUEST, which)
    assert erasing.erase_entries(district.office, ALICE, what, erasing.silent) == 3
    assert shown(district, kiosk).remarks[0].words == STRUCK
    assert shown(district, kiosk, 4).remarks[0].words == LATE
    clean(district)


def shown_holder(district: District) -> str:
    with district.office.db.read() as session:
        return session.scalars(select(tables.Entry.holder_id)).all()[0]


def test_words_are_kept_as_long_as_entries(district: District, kiosk: Kiosk) -> None:
    say(district, kiosk, seq=4)
    district.clock.advance(20 * 86400)
    say(district, kiosk, LATE, seq=4, kind=NOTE)
    district.clock.advance(11 * 86400)
    assert retaining.due(district.office).remarks == 1
    assert retaining.retain(district.office).remarks == 1
    assert [one.words for one in shown(district, kiosk, 4).remarks] == [STRUCK, LATE]
    assert retaining.due(district.office).total == 0
    clean(district)


def test_rotations_are_no_alarm_and_later_remarks_go_on(district: District, kiosk: Kiosk) -> None:
    say(district, kiosk)
    district.clock.advance(60)
    keys.rotate(district.office, ALICE, "server", "yearly")
    clean(district)
    say(district, kiosk, LATE, kind=NOTE)
    clean(district)


def exported(district: District, tmp_path: Path, scope: Scope = ACME) -> Path:
    path = tmp_path / "log.zip"
    export.write(district.office, CAROL, scope, path)
    return path


def test_an_export_carries_the_remarks_about_its_entries(
    district: District, kiosk: Kiosk, tmp_path: Path
) -> None:
    say(district, kiosk)
    other = district.kiosk("zenith")
    other.entry()
    ingest(district.office, other.kiosk_id, other.batch())
    theirs = RemarkForm(EntryPlace(other.kiosk_id, 1, 1), NOTE, "zenith alone")
    remarks.add(district.office, CAROL, Scope.of("zenith"), theirs)
    path = exported(district, tmp_path)
    with zipfile.ZipFile(path) as folder:
        lines = folder.read("entries.jsonl").decode()
    assert lines.count('{"remark":') == 1
    assert WRONG in lines
    assert f'"entry":"{kiosk.kiosk_id} 1 2 {kiosk.links[1].hash.hex()}"' in lines
    assert "zenith alone" not in lines
    with open_export(path) as log:
        assert audit(log).verdict is Verdict.INTACT


def race(works: list[Callable[[], object]]) -> list[BaseException]:
    gate, faults = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


def test_many_at_once_keep_the_record_unbroken(district: District, kiosk: Kiosk) -> None:
    def speaker(number: int) -> Callable[[], object]:
        by = Actor(f"c{number}", "inspector", "Carol")
        return lambda: say(district, kiosk, f"{WRONG} {number % 3}", seq=1 + number % 3, by=by)

    whose = (Ground.REQUEST, erasures.of_holder(shown_holder(district)))
    erase = lambda: erasing.erase_entries(district.office, ALICE, whose, erasing.silent)  # noqa: E731
    assert race([*map(speaker, range(7)), erase]) == []
    with district.office.db.read() as session:
        ids = session.scalars(select(tables.Remark.id).order_by(tables.Remark.id)).all()
    assert ids == list(range(1, 8))
    clean(district)
