"""What the database promises, on both kinds."""

import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from checkpoint.errors import StorageFault
from checkpoint.storage import Base, Database, tables
from checkpoint.storage.engine import make_engine

MINE = [Base.metadata.tables[table.__tablename__] for table in tables.ALL]
NAMES = {table.name for table in MINE}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_database"))
    return f"sqlite:///{tmp_path}/sibao.db"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


def _enterprise(**changes: object) -> tables.Enterprise:
    values = {
        "enterprise_id": "acme",
        "name": "Acme",
        "credit_code": "9" * 18,
        "township": "",
        "industry": "",
        "above_scale": True,
        "registered_at": 0,
        "suspended_at": None,
    }
    return tables.Enterprise(**values | changes)


def test_the_scripts_make_what_the_tables_say(database: Database) -> None:
    database.upgrade()
    with database.engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_object": lambda _o, name, kind, *_: kind != "table" or name in NAMES,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_scripts_make_every_check_and_index_too(tmp_path: Path) -> None:
    """Autogenerate looks at no CHECK and no STRICT: compare SQLite's own words."""
    scripted, declared = (Database.open(f"sqlite:///{tmp_path}/{n}.db") for n in "ab")
    scripted.upgrade()
    Base.metadata.create_all(declared.engine, tables=MINE)
    found = [_words(database) for database in (scripted, declared)]
    assert found[0] == found[1]
    assert all("STRICT" in words for kind, words in found[0].values() if kind == "table")


def _words(database: Database) -> dict[str, tuple[str, str]]:
    rows = "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL"
    with database.read() as session:
        found = session.execute(text(rows)).all()
    mine = {table.name for table in MINE} | {i.name for t in MINE for i in t.indexes}
    shape = {}
    for name, kind, sql in found:
        if name in mine:
            added = r", (?=\w+ (?:BLOB|TEXT|INTEGER))| (?=CONSTRAINT)"
            parts = re.split(rf",\s*\n|{added}|\n\)", sql) if kind == "table" else [sql]
            shape[name] = (
                kind,
                " ".join(sorted(filter(None, (" ".join(p.split()) for p in parts)))),
            )
    database.close()
    return shape


@pytest.mark.postgres
def test_postgresql_has_every_check_and_index_too(postgres_database: str) -> None:
    database = Database.open(postgres_database)
    shape = """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public'"""

    def held() -> set[tuple[str, ...]]:
        with database.read() as session:
            rows = session.execute(text(shape)).all()
        return {tuple(row) for row in rows if row[0] in NAMES}

    Base.metadata.create_all(database.engine, tables=MINE)
    declared = held()
    with database.write() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
    database.upgrade()
    assert held() == declared
    database.close()


def test_an_upgrade_may_be_repeated_and_run_twice_at_once(database: Database) -> None:
    faults: list[BaseException] = []

    def go() -> None:
        try:
            database.upgrade()
        except BaseException as fault:  # noqa: BLE001  (the test shows whatever it was)
            faults.append(fault)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    database.upgrade()
    database.require_current()


def test_a_database_at_another_schema_is_refused_with_the_remedy(database: Database) -> None:
    with pytest.raises(StorageFault) as caught:
        database.require_current()
    assert caught.value.remedy == "python -m admin db upgrade"


def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    database.upgrade()

    def fail() -> None:
        with database.write() as session:
            session.add(_enterprise())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.scalars(select(tables.Enterprise)).all() == []


def test_flags_and_times_come_back_as_they_went(database: Database) -> None:
    database.upgrade()
    with database.write() as session:
        session.add(_enterprise(registered_at=253402300799999, suspended_at=-1))
    with database.read() as session:
        row = session.scalars(select(tables.Enterprise)).one()
        assert (row.above_scale, row.registered_at, row.suspended_at) == (True, 253402300799999, -1)


@pytest.mark.parametrize(
    "wrong", [{"name": "x" * 65}, {"credit_code": "9"}, {"enterprise_id": "a"}, {"name": None}]
)
def test_the_database_itself_refuses_wrong_values(
    database: Database, wrong: dict[str, object]
) -> None:
    database.upgrade()
    with pytest.raises(StorageFault), database.write() as session:
        session.add(_enterprise(**wrong))


def test_a_row_cannot_refer_to_nothing(database: Database) -> None:
    database.upgrade()
    with pytest.raises(StorageFault), database.write() as session:
        session.add(tables.Site(site_id="S-1", enterprise_id="none", name="x", zone="UTC"))


def test_faults_do_not_quote_rows(database: Database) -> None:
    database.upgrade()
    secret = "secret-name-" + "x" * 60
    with pytest.raises(StorageFault) as caught, database.write() as session:
        session.add(_enterprise(name=secret))
    assert "secret" not in caught.value.diagnostics()
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None


def test_one_read_is_one_snapshot(database: Database) -> None:
    database.upgrade()
    with database.read() as session:
        assert session.scalars(select(tables.Enterprise.enterprise_id)).all() == []
        with database.write() as other:
            other.add(_enterprise())
        assert session.scalars(select(tables.Enterprise.enterprise_id)).all() == []


def test_writers_wait_for_each_other(database: Database) -> None:
    """Reading first and writing later never fails half-way because another was faster."""
    database.upgrade()
    with database.write() as session:
        session.add(_enterprise(registered_at=0))

    def add() -> None:
        for _ in range(10):
            with database.write() as session:
                row = session.get(tables.Enterprise, "acme", with_for_update=True)
                assert row is not None
                row.registered_at += 1

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.scalars(select(tables.Enterprise.registered_at)).one() == 40


def test_every_connection_of_sqlite_keeps_the_promises(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/x.db")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            for name, value in wanted.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value
    engine.dispose()
    assert (tmp_path / "x.db").stat().st_mode & 0o077 == 0


def test_a_write_takes_its_turn_at_the_start(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/x.db")
    database.upgrade()
    with database.write() as session:
        session.scalars(select(tables.Enterprise)).all()
        other = sqlite3.connect(tmp_path / "x.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    database.close()


def test_strict_tables_take_no_wrong_type(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/x.db")
    database.upgrade()
    with pytest.raises(StorageFault), database.write() as session:
        session.execute(text("INSERT INTO kiosk_chain VALUES ('K', 'one', 1, x'00')"))
    database.close()


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "no url", "postgresql+asyncpg://x/y"]
)
def test_other_databases_are_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(StorageFault) as caught:
        Database.open(url)
    assert "sqlite:///" in caught.value.remedy


def test_a_password_is_in_no_fault() -> None:
    database = Database.open("postgresql://bob:hunter2@127.0.0.1:1/none?connect_timeout=1")
    with pytest.raises(StorageFault) as caught:
        database.require_current()
    assert "hunter2" not in caught.value.diagnostics()
    database.close()


def test_the_scripts_travel_with_the_package(tmp_path: Path) -> None:
    """From another folder, as an installed package would."""
    code = (
        "import sys, json; from checkpoint.storage import Database;"
        "d = Database.open(sys.argv[1]); d.upgrade(); d.require_current(); print(json.dumps('ok'))"
    )
    root = str(Path(__file__).parents[2])
    line = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/x.db"]
    env = {"PYTHONPATH": root, "PATH": ""}
    done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == "ok"


def test_integrity_errors_are_faults_of_storage(database: Database) -> None:
    database.upgrade()
    with database.write() as session:
        session.add(_enterprise())
    with pytest.raises(StorageFault) as caught, database.write() as session:
        session.add(_enterprise())
    assert not isinstance(caught.value, IntegrityError)
