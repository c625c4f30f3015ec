"""The export file and the database as evidence: intact when intact, and not otherwise."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from checkpoint.domain.entry import Personal
from checkpoint.entrylog.audit import Evidence, Layer, Report, Verdict, audit
from checkpoint.entrylog.export_file import open_export
from checkpoint.errors import StorageFault
from checkpoint.services import Scope, export
from checkpoint.services.ingest import ingest
from checkpoint.storage import evidence, tables
from tests.checkpoint.services.district import ALICE, District

ZHANG = Personal("张三", "283X", "00000000000000aa")
DISTRICT = Scope.whole_district()


@pytest.fixture
def filled(district: District) -> District:
    for name in ("acme", "zenith"):
        kiosk = district.kiosk(name)
        for _ in range(5):
            kiosk.entry(ZHANG)
        ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    return district


def report_on(path: Path) -> Report:
    with open_export(path) as found:
        return audit(found)


def test_it_audits_intact_with_its_people(filled: District, tmp_path: Path) -> None:
    ticks: list[tuple[int, int]] = []
    path = tmp_path / "log.jsonl"
    count = export.write(filled.office, ALICE, DISTRICT, path, lambda *t: ticks.append(t))
    report = report_on(path)
    assert (count, report.entries, report.verdict) == (10, 10, Verdict.INTACT)
    assert [chain.erased for chain in report.chains] == [0, 0]
    assert ticks[0] == (0, 10)
    assert ticks[-1] == (10, 10)
    assert path.stat().st_mode & 0o077 == 0


def test_one_changed_byte_anywhere_is_found(filled: District, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    export.write(filled.office, ALICE, DISTRICT, path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 997):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        assert report_on(path).verdict is Verdict.TAMPERED, place
    path.write_bytes(whole)
    assert report_on(path).verdict is Verdict.INTACT


def test_scope_chooses_whole_chains(filled: District, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    assert export.write(filled.office, ALICE, Scope.of("zenith"), path) == 5
    assert report_on(path).verdict is Verdict.INTACT
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (kiosk,) = lines[0]["kiosks"]
    assert kiosk["epochs"] == {"1": {"entries": 5, "seq": 5}}
    assert lines[0]["by"] == {"account_id": "a1", "role": "bureau"}
    assert {line["kiosk_id"] for line in lines if "body" in line} == {kiosk["kiosk_id"]}
    assert sum("head" in line for line in lines) == sum("receipt" in line for line in lines) == 1


def test_a_failed_export_leaves_no_file(filled: District, tmp_path: Path) -> None:
    def fail(_done: int, _total: int) -> None:
        raise RuntimeError

    path = tmp_path / "log.jsonl"
    with pytest.raises(RuntimeError):
        export.write(filled.office, ALICE, DISTRICT, path, fail)
    with pytest.raises(StorageFault):
        export.write(filled.office, ALICE, DISTRICT, tmp_path / "none" / "log.jsonl")
    assert not list(tmp_path.glob("log*"))


def test_an_export_is_counted_and_recorded(filled: District, tmp_path: Path) -> None:
    export.write(filled.office, ALICE, DISTRICT, tmp_path / "log.jsonl")
    with filled.office.db.read() as session:
        line = select(tables.Signature.account_id).where(tables.Signature.purpose == "export")
        act = select(tables.Action.account_id).where(tables.Action.verb == "export")
        assert [*session.scalars(line), *session.scalars(act)] == ["a1", "a1"]


def layers(district: District) -> set[Layer]:
    db = district.office.db
    notes = [note for _, note in evidence.heads(db)]
    log = Evidence(evidence.links(db), notes, evidence.keyring(db), lambda _: None)
    found = {breach.layer for breach in audit(log).breaches}
    if list(evidence.projection_mismatches(db)):
        found.add(Layer.PROJECTION)
    return found | ({Layer.STORAGE} if evidence.integrity(db) else set())


def test_an_untouched_database_is_intact(filled: District) -> None:
    assert layers(filled) == set()


PROJECTED = {
    "outcome": "DENY",
    "at": 1,
    "reasons": " fever ",
    "temperature_c": 3600,
    "enterprise_id": "nova",
    "kiosk_enterprise_id": "nova",
    "kiosk_site_id": "S-1",
    "pass_id": "",
    "mask": None,
    "clock_quality": "suspect",
}


@pytest.mark.parametrize("column", PROJECTED)
def test_a_changed_projection_is_named(filled: District, column: str) -> None:
    with filled.office.db.write() as session:
        entry = tables.Entry
        session.execute(update(entry).where(entry.seq == 2).values({column: PROJECTED[column]}))
    found = list(evidence.projection_mismatches(filled.office.db))
    assert [(seq, name) for _, _, seq, name in found] == [(2, column)] * 2


def test_a_removed_entry_and_a_cut_tail_are_found(filled: District) -> None:
    with filled.office.db.write() as session:
        session.execute(text("DELETE FROM entry WHERE seq = 5"))
    assert layers(filled) == {Layer.HEAD, Layer.PROJECTION}
    with filled.office.db.write() as session:
        session.execute(text("DELETE FROM entry WHERE seq = 2"))
    assert Layer.CHAIN in layers(filled)


def test_an_index_edited_behind_the_tables_back_is_found(small: District) -> None:
    kiosk = small.kiosk()
    kiosk.entry()
    ingest(small.office, kiosk.kiosk_id, kiosk.batch())
    with small.office.db.write() as session:
        session.execute(text("PRAGMA writable_schema=ON"))
        session.execute(
            text(
                "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master"
                " WHERE name = 'ix_entry_kiosk_site') WHERE name = 'ix_entry_at'"
            )
        )
    small.office.db.close()
    assert Layer.STORAGE in {Layer.STORAGE} & layers_or_fault(small)


def layers_or_fault(district: District) -> set[Layer]:
    try:
        return {Layer.STORAGE} if evidence.integrity(district.office.db) else set()
    except StorageFault:
        return {Layer.STORAGE}


def test_a_moved_person_is_found_by_the_export(filled: District, tmp_path: Path) -> None:
    with filled.office.db.write() as session:
        first, second = session.scalars(select(tables.Entry).where(tables.Entry.seq == 1))
        first.personal, second.personal = second.personal, first.personal
    path = tmp_path / "log.jsonl"
    export.write(filled.office, ALICE, DISTRICT, path)
    assert Layer.COMMITMENT in {breach.layer for breach in report_on(path).breaches}
