"""What the product and its operators do to a log is no tampering: the audit stays at exit 0."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import MetaData, Table, create_engine, delete, insert, inspect, select, text

from admin.cli import main as admin
from checkpoint.cli import main as checkpoint
from checkpoint.clock import FixedClock
from checkpoint.domain.health_pass import PassKind
from checkpoint.entrylog.erasure import Ground
from checkpoint.services import (
    Office,
    authorizing,
    enrolment,
    erasing,
    issuing,
    keys,
    resealing,
    retaining,
    roster,
)
from checkpoint.services.actions import relink, sign_records
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import PassForm, WarrantForm, WorkerForm
from checkpoint.storage import erasures, recorded, tables
from checkpoint.storage.database import Database
from checkpoint.storage.moving import go_on
from fuzz.tampering.deployment import ALICE, DATABASE, NOON, Deployment
from tests.checkpoint.services.district import id_number

pytestmark = pytest.mark.timeout(120)

BEFORE_RECORDS, BEFORE_REMARKS = "0009", "0015"
"""The last schemas without linked records, and without remarks among them."""


@pytest.fixture
def folder(made: Deployment, tmp_path: Path) -> Path:
    """A deployment's data folder, its heads beside it."""
    for path in (made.folder, made.folder.with_name(f"{made.folder.name}-heads")):
        shutil.copytree(path, tmp_path / path.name)
    return tmp_path / made.folder.name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, folder: Path) -> str:
    """The deployment's database, moved to PostgreSQL by the product's own command."""
    if request.param == "sqlite":
        return f"sqlite:///{folder / DATABASE}"
    target = str(request.getfixturevalue("postgres_database"))
    copied(folder, target)
    return target


def copied(folder: Path, target: str) -> None:
    done = CliRunner().invoke(admin, ["db", "copy", "--data", str(folder), "--to", target])
    assert done.exit_code == 0, done.output


def clean(url: str, folder: Path) -> None:
    """`checkpoint audit` opens all persons and finds nothing."""
    done = CliRunner().invoke(checkpoint, ["audit", url, "--keys", str(folder / "keys"), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["entries"] >= 72
    assert not any("sealing" in note for note in told["notes"])


def rotate_keys(office: Office) -> None:
    keys.rotate(office, ALICE, "server", "yearly")
    keys.rotate(office, ALICE, "acme", "yearly")


def seal_anew(office: Office) -> None:
    assert resealing.rotate(office, lambda _seconds: None).unreadable == 0


def erase(office: Office) -> None:
    """A worker with a pass, and all entries of somebody else."""
    form = WorkerForm("欧阳试无痕", id_number(7), "13911112222", "焊工")
    holder_id = roster.add_worker(office, ALICE, "acme", form)
    until = office.clock.now() + timedelta(days=9)
    wanted = PassForm(PassKind.WORKER, until, holder_id=holder_id)
    issuing.issue_pass(office, ALICE, "acme", wanted)
    erasing.erase_person(office, ALICE, ErasureForm("acme", holder_id))
    whose = erasures.of_holder(f"{8:016x}")
    assert erasing.erase_entries(office, ALICE, (Ground.REQUEST, whose), lambda *_: None) == 3


def retain(office: Office) -> None:
    assert retaining.retain(office).entries > 30


def work(office: Office) -> None:
    """What the bureau does any day: numbers that the database gives go on."""
    site = authorizing.add_site(office, ALICE, "acme", "another works")
    gate = authorizing.add_gate(office, ALICE, "acme", site.site_id, "East")
    enrolment.make_code(office, ALICE, "acme", gate.gate_id, "http://127.0.0.1:8000")
    now = office.clock.now()
    term = (now - timedelta(days=1), now + timedelta(days=9))
    warrant = authorizing.grant_warrant(office, ALICE, WarrantForm("acme", "Carol", *term))
    authorizing.revoke_warrant(office, ALICE, warrant.warrant_id, "left")


def mend(office: Office) -> None:
    """What a database's administrator does at night."""
    if office.db.is_sqlite:
        with closing(sqlite3.connect(str(office.db.engine.url.database))) as database:
            for line in ("VACUUM", "REINDEX", "ANALYZE"):
                database.execute(line)
                database.commit()
        return
    engine = office.db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for line in ("VACUUM FULL ANALYZE", f'REINDEX DATABASE "{engine.url.database}"'):
            connection.execute(text(line))


STEPS: tuple[Callable[[Office], None], ...] = (mend, work, rotate_keys, seal_anew, erase, retain)


def test_upkeep_moves_rotations_and_erasures_are_no_alarm(url: str, folder: Path) -> None:
    clean(url, folder)
    clock = FixedClock(NOON + timedelta(days=40))
    office = Office.open(url, folder / "keys", clock)
    for step in STEPS:
        step(office)
        clean(url, folder)
        clock.advance(60)
    mend(office)
    office.close()
    clean(url, folder)


@pytest.mark.postgres
def test_a_database_moved_there_and_back_holds_the_same_rows(
    folder: Path, postgres_database: str, tmp_path: Path
) -> None:
    back = f"sqlite:///{tmp_path}/back.db"
    copied(folder, postgres_database)
    (folder / "admin.toml").write_text(f'database_url = "{postgres_database}"\n')
    copied(folder, back)
    clean(back, folder)
    first, second = (rows(f"sqlite:///{folder / DATABASE}"), rows(back))
    assert first == second
    assert sum(map(len, first.values())) > 200


def test_only_an_empty_database_is_copied_to(folder: Path, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path}/other.db"
    copied(folder, target)
    done = CliRunner().invoke(admin, ["db", "copy", "--data", str(folder), "--to", target])
    assert done.exit_code == 2
    assert "rows already" in done.stderr


def rows(url: str) -> dict[str, list[object]]:
    engine = create_engine(url)
    found: dict[str, list[object]] = {}
    with engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            whole = connection.execute(text(f'SELECT * FROM "{name}"'))
            found[name] = sorted(map(tuple, whole), key=repr)
    engine.dispose()
    return found


@pytest.mark.parametrize("revision", [BEFORE_RECORDS, BEFORE_REMARKS])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("pg", marks=pytest.mark.postgres)])
def test_a_log_of_an_older_schema_audits_clean_once_upgraded(
    kind: str, revision: str, folder: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{folder / 'old.db'}"
    if kind == "pg":
        url = str(request.getfixturevalue("postgres_database"))
    unremarked(folder)
    older(f"sqlite:///{folder / DATABASE}", url, revision)
    done = CliRunner().invoke(checkpoint, ["audit", url])
    assert (done.exit_code, "db upgrade" in done.stderr) == (4, True)
    office = Office.open(url, folder / "keys", FixedClock(NOON))
    office.db.upgrade()
    sign_records(office)
    office.close()
    clean(url, folder)


def unremarked(folder: Path) -> None:
    """Nobody said anything of an entry, as in every older log."""
    office = Office.open(f"sqlite:///{folder / DATABASE}", folder / "keys", FixedClock(NOON))
    with office.db.write() as session:
        session.execute(delete(tables.Remark))
        session.execute(delete(tables.RecordHead).where(tables.RecordHead.record == "remark"))
        acts = tables.Action.verb.in_(recorded.REMARKED.values())
        session.execute(delete(tables.Action).where(acts))
        relink(office, session)
    office.close()


def older(source: str, target: str, revision: str) -> None:
    """The same log as a program of an older schema held it."""
    database = Database.open(target)
    database.upgrade(revision)
    old, new = create_engine(source), database.engine
    there, here = MetaData(), MetaData()
    there.reflect(old)
    here.reflect(new)
    with old.connect() as reading, new.begin() as writing:
        for table in here.sorted_tables:
            if table.name == "alembic_version" or table.name not in there.tables:
                continue
            writing.execute(delete(table))
            for row in reading.execute(select(there.tables[table.name])).mappings():
                writing.execute(insert(table), as_before(table, dict(row)))
            go_on(table, writing)
    old.dispose()
    database.close()


def as_before(table: Table, row: dict[str, object]) -> dict[str, object]:
    """A row with the columns of that time."""
    if table.name == "head":
        row["received_at"] = row["at"]
    known = {column.name: column for column in table.columns}
    return {
        name: bool(value) if str(known[name].type) == "BOOLEAN" else value
        for name, value in row.items()
        if name in known
    }
