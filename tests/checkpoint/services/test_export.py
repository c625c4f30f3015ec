"""The export file and the database as evidence: intact when intact, and not otherwise."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update

from checkpoint.cli import main
from checkpoint.domain.entry import Personal
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.export_zip import ENTRIES
from checkpoint.entrylog.report import Layer, Report, Verdict
from checkpoint.errors import EntryError, StorageFault
from checkpoint.services import Scope, auditing, export, policy
from checkpoint.services.ingest import ingest
from checkpoint.storage import tables
from tests.checkpoint.services.district import ALICE, BOB, District, build

ZHANG = Personal("张三", "283X", "00000000000000aa")
DISTRICT = Scope.whole_district()


@pytest.fixture
def filled(district: District) -> District:
    for name in ("acme", "zenith"):
        kiosk = district.kiosk(name)
        for _ in range(10):
            kiosk.entry(ZHANG)
        ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    return district


def entries_in(path: Path) -> bytes:
    with zipfile.ZipFile(path) as folder:
        return folder.read(ENTRIES)


def report_on(path: Path) -> Report:
    with open_export(path) as found:
        return audit(found)


def test_it_audits_intact_with_its_people(filled: District, tmp_path: Path) -> None:
    ticks: list[tuple[int, int]] = []
    path = tmp_path / "log.zip"
    count = export.write(filled.office, ALICE, DISTRICT, path, lambda *t: ticks.append(t))
    report = report_on(path)
    assert (count, report.entries, report.verdict) == (20, 20, Verdict.INTACT)
    assert [chain.erased for chain in report.chains] == [0, 0]
    assert ticks[0] == (0, 20)
    assert ticks[-1] == (20, 20)
    assert path.stat().st_mode & 0o077 == 0


def test_one_changed_byte_anywhere_is_found(filled: District, tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    export.write(filled.office, ALICE, DISTRICT, path)
    alone = tmp_path / ENTRIES
    whole = entries_in(path)
    for place in range(0, len(whole), 997):
        changed = bytearray(whole)
        changed[place] ^= 1
        alone.write_bytes(bytes(changed))
        assert report_on(alone).verdict is Verdict.TAMPERED, place
    alone.write_bytes(whole)
    assert report_on(alone).verdict is Verdict.INTACT


def test_scope_chooses_whole_chains(filled: District, tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    assert export.write(filled.office, ALICE, Scope.of("zenith"), path) == 10
    assert report_on(path).verdict is Verdict.INTACT
    lines = [json.loads(line) for line in entries_in(path).splitlines()]
    (kiosk,) = lines[0]["kiosks"]
    assert kiosk["epochs"] == {"1": {"entries": 10, "seq": 10}}
    assert lines[0]["by"] == {"account_id": "a1", "role": "bureau"}
    assert {line["kiosk_id"] for line in lines if "body" in line} == {kiosk["kiosk_id"]}
    assert sum("head" in line for line in lines) == sum("receipt" in line for line in lines) == 1


def test_a_failed_export_leaves_no_file(filled: District, tmp_path: Path) -> None:
    def fail(_done: int, _total: int) -> None:
        raise RuntimeError

    path = tmp_path / "log.zip"
    with pytest.raises(RuntimeError):
        export.write(filled.office, ALICE, DISTRICT, path, fail)
    with pytest.raises(StorageFault):
        export.write(filled.office, ALICE, DISTRICT, tmp_path / "none" / "log.zip")
    assert not list(tmp_path.glob("log*"))


def test_an_export_is_counted_and_recorded(filled: District, tmp_path: Path) -> None:
    export.write(filled.office, ALICE, DISTRICT, tmp_path / "log.zip")
    with filled.office.db.read() as session:
        line = select(tables.Signature.account_id).where(tables.Signature.purpose == "export")
        act = select(tables.Action.account_id).where(tables.Action.verb == "export")
        assert session.scalars(line).all() == ["a1", "a1"], "of its lines and of the ZIP"
        assert session.scalars(act).all() == ["a1"]


def layers(district: District) -> set[Layer]:
    url = district.office.db.engine.url.render_as_string(hide_password=False)
    with auditing.open_database(url) as found:
        return {breach.layer for breach in audit(found).breaches}


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


def test_a_changed_projection_is_named(filled: District) -> None:
    with filled.office.db.write() as session:
        for seq, (column, value) in enumerate(PROJECTED.items(), start=1):
            change = update(tables.Entry).where(tables.Entry.seq == seq)
            session.execute(change.values({column: value}))
    with auditing.evidence(filled.office, DISTRICT) as log:
        found = [b for b in audit(log).breaches if "the stored column" in b.words]
    assert [b.words.split()[3] for b in found] == [*PROJECTED] * 2
    assert layers(filled) == {Layer.PROJECTION}


def test_a_removed_entry_and_a_cut_tail_are_found(filled: District) -> None:
    with filled.office.db.write() as session:
        session.execute(text("DELETE FROM entry WHERE seq = 10"))
    wanted = {Layer.RECEIPT, Layer.HEAD, Layer.PROJECTION, Layer.TREE}
    assert layers(filled) == wanted
    with filled.office.db.write() as session:
        session.execute(text("DELETE FROM entry WHERE seq = 2"))
    assert Layer.CHAIN in layers(filled)


def test_a_row_hidden_from_one_index_is_found(small: District) -> None:
    kiosk = small.kiosk()
    kiosk.entry()
    ingest(small.office, kiosk.kiosk_id, kiosk.batch())
    name = small.office.db.engine.url.database or ""
    small.office.close()
    file = sqlite3.connect(name)
    sql = "SELECT sql FROM sqlite_master WHERE name = 'ix_entry_pass'"
    (told,) = file.execute(sql).fetchone()
    file.execute("PRAGMA writable_schema=ON")
    change = "UPDATE sqlite_master SET sql = ? WHERE name = 'ix_entry_pass'"
    file.execute(change, (told.replace("<> ''", "= 'none'"),))
    file.commit()
    file.close()
    file = sqlite3.connect(name)
    file.execute("REINDEX ix_entry_pass")
    file.execute("PRAGMA writable_schema=ON")
    file.execute(change, (told,))
    file.commit()
    file.close()
    assert layers(small) == {Layer.INTEGRITY}


def test_a_trigger_of_someone_elses_is_found(small: District) -> None:
    with small.office.db.write() as session:
        session.execute(text("CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END"))
    assert layers(small) == {Layer.SCHEMA, Layer.STORAGE}


@pytest.mark.postgres
def test_a_trigger_on_postgresql_is_found_too(postgres_database: str, tmp_path: Path) -> None:
    district = build(postgres_database, tmp_path / "keys")
    with district.office.db.write() as session:
        session.execute(text("CREATE RULE r AS ON DELETE TO entry DO INSTEAD NOTHING"))
    assert layers(district) == {Layer.SCHEMA, Layer.STORAGE}
    district.office.close()


def test_a_damaged_file_is_a_breach_not_a_crash(small: District) -> None:
    kiosk = small.kiosk()
    for _ in range(200):
        kiosk.entry(ZHANG)
    ingest(small.office, kiosk.kiosk_id, kiosk.batch())
    small.office.close()
    path = Path(small.office.db.engine.url.database or "")
    blob = bytearray(path.read_bytes())
    place = blob.find(kiosk.links[100].body)
    blob[place - 2500 : place + 2500] = b"\xff" * 5000
    path.write_bytes(bytes(blob))
    assert layers(small) & {Layer.STORAGE, Layer.BODY, Layer.CHAIN}


def test_an_audit_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageFault, match="no such file"),
        auditing.open_database(f"sqlite:///{tmp_path}/none.db"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_audit_command_names_the_first_bad_entry(filled: District) -> None:
    url = filled.office.db.engine.url.render_as_string(hide_password=False)
    assert CliRunner().invoke(main, ["audit", url]).exit_code == 0
    with filled.office.db.write() as session:
        entry = tables.Entry
        session.execute(update(entry).where(entry.seq == 3).values(body=bytes(50)))
    done = CliRunner().invoke(main, ["audit", url, "--json"])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["first"]["seq"] == 3


def test_a_moved_person_is_found_by_the_export(filled: District, tmp_path: Path) -> None:
    with filled.office.db.write() as session:
        first, second = session.scalars(select(tables.Entry).where(tables.Entry.seq == 1))
        first.personal, second.personal = second.personal, first.personal
    path = tmp_path / "log.zip"
    export.write(filled.office, ALICE, DISTRICT, path)
    assert Layer.COMMITMENT in {breach.layer for breach in report_on(path).breaches}


def by_itself(path: Path) -> tuple[int, str]:
    """What the export's own verifier says, run as a program by itself."""
    with zipfile.ZipFile(path) as folder:
        folder.extract("verify.py", path.parent / "alone")
    verifier = str(path.parent / "alone" / "verify.py")
    done = subprocess.run(
        [sys.executable, "-I", verifier, str(path)],
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


def exported(district: District, tmp_path: Path) -> Path:
    path = tmp_path / "log.zip"
    export.write(district.office, ALICE, DISTRICT, path)
    return path


def both(district: District, tmp_path: Path) -> int:
    """The verdict on an export, which both verifiers agree upon."""
    path = exported(district, tmp_path)
    ours = report_on(path).verdict
    assert by_itself(path)[0] == ours
    return ours


def test_its_own_verifier_says_so_in_words(filled: District, tmp_path: Path) -> None:
    status, words = by_itself(exported(filled, tmp_path))
    assert status == 0
    assert "INTACT" in words
    assert "完好" in words
    assert "entries: 20, chains: 2" in words


def test_the_same_log_gives_the_same_files_in_the_same_order(
    filled: District, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    one, other = (exported(filled, tmp_path / name) for name in ("a", "b"))
    with zipfile.ZipFile(one) as folder:
        assert folder.namelist() == ["README.txt", "verify.py", "policies.json", ENTRIES]
        readme = folder.read("README.txt").decode()
    assert "怎样核验" in readme
    assert "How to verify it" in readme
    assert one.read_bytes() == other.read_bytes()


def test_each_policy_that_entries_cite_comes_with_it(filled: District, tmp_path: Path) -> None:
    stricter = policy.tighten(filled.office, BOB, "acme", {"fever_threshold_c": 3700})
    kiosk = filled.kiosk("acme")
    kiosk.entry(policy_version=stricter.version)
    ingest(filled.office, kiosk.kiosk_id, kiosk.batch())
    path = exported(filled, tmp_path)
    with zipfile.ZipFile(path) as folder:
        held = json.loads(folder.read("policies.json"))["policies"]
    told = [(p["enterprise_id"], p["version"], p["policy"]["fever_threshold_c"]) for p in held]
    assert told == [("acme", 1, 3730), ("acme", stricter.version, 3700), ("zenith", 1, 3730)]
    assert report_on(path).verdict is Verdict.INTACT


def test_a_policy_that_never_was_leaves_it_incomplete(filled: District, tmp_path: Path) -> None:
    kiosk = filled.kiosk("acme")
    kiosk.entry(policy_version=77)
    ingest(filled.office, kiosk.kiosk_id, kiosk.batch())
    assert both(filled, tmp_path) == Verdict.INCOMPLETE


def test_what_was_put_aside_shows_and_must_not_vanish(filled: District, tmp_path: Path) -> None:
    kiosk = filled.kiosk("acme")
    kiosk.entry()
    kiosk.append(b"no entry at all")
    ingest(filled.office, kiosk.kiosk_id, kiosk.batch())
    path = exported(filled, tmp_path)
    (aside,) = [json.loads(x) for x in entries_in(path).splitlines() if b'"quarantined"' in x[:14]]
    assert bytes.fromhex(aside["quarantined"]["body"]) == b"no entry at all"
    assert aside["quarantined"]["why"] == "unreadable"
    # The head at seq 2 reaches beyond what could be taken.
    assert both(filled, tmp_path) == Verdict.INCOMPLETE
    with filled.office.db.write() as session:
        session.execute(text("DELETE FROM quarantine"))
    assert both(filled, tmp_path) == Verdict.TAMPERED


def test_a_receipt_that_was_deleted_shows(filled: District, tmp_path: Path) -> None:
    with filled.office.db.write() as session:
        session.execute(text("DELETE FROM receipt WHERE id = 1"))
    assert both(filled, tmp_path) == Verdict.TAMPERED


def test_an_entry_that_has_not_come_yet_is_missing_and_no_more(
    small: District, tmp_path: Path
) -> None:
    kiosk = small.kiosk()
    links = [kiosk.entry(ZHANG) for _ in range(4)]
    ingest(small.office, kiosk.kiosk_id, kiosk.batch([links[0], links[1], links[3]]))
    assert both(small, tmp_path) == Verdict.INCOMPLETE
    ingest(small.office, kiosk.kiosk_id, kiosk.batch([links[2]]))
    assert both(small, tmp_path) == Verdict.INTACT


def test_an_erased_person_leaves_it_intact_and_a_hidden_one_does_not(
    small: District, tmp_path: Path
) -> None:
    kiosk = small.kiosk()
    erased = [kiosk.entry(ZHANG) for _ in range(3)][1]
    gone = replace(erased, salt=b"", personal=b"")
    ingest(small.office, kiosk.kiosk_id, kiosk.batch([kiosk.links[0], gone, kiosk.links[2]]))
    assert both(small, tmp_path) == Verdict.INTACT
    with small.office.db.write() as session:
        session.execute(text("UPDATE entry SET personal = :none WHERE seq = 3"), {"none": b""})
    assert both(small, tmp_path) == Verdict.TAMPERED


def test_no_byte_of_the_zip_around_the_files_changes_unseen(
    filled: District, tmp_path: Path
) -> None:
    path = exported(filled, tmp_path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as folder:
        names = [whole.index(name.encode()) for name in folder.namelist()]
        directory = folder.start_dir
    outside = {*range(10), *names, *range(directory, len(whole), 7), len(whole) - 1}
    flipped = tmp_path / "flipped.zip"
    for number, at in enumerate(sorted(outside)):
        flipped.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            verdict: Verdict | None = report_on(flipped).verdict
        except EntryError:
            verdict = None
        assert verdict is not Verdict.INTACT, at
        if number % 20 == 0:
            (tmp_path / "alone").mkdir(exist_ok=True)
            assert verified_by_itself(path, flipped) != 0, at
    for changed in (b"\0" + whole, whole + b"\0", whole[:-1]):
        flipped.write_bytes(changed)
        assert report_on(flipped).verdict is not Verdict.INTACT


def verified_by_itself(kit: Path, changed: Path) -> int:
    """The exit status of the verifier that came with an export, asked about another file."""
    with zipfile.ZipFile(kit) as folder:
        folder.extract("verify.py", kit.parent / "alone")
    verifier = str(kit.parent / "alone" / "verify.py")
    command = [sys.executable, "-I", verifier, str(changed)]
    return subprocess.run(command, capture_output=True, timeout=50, check=False).returncode
