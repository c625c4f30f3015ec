"""A database that can't be opened any more: an audit says so in words, with its exit status."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checkpoint.cli import main
from fuzz.tampering.deployment import DATABASE, TRUST, Deployment

PAGE = 4096


def overwritten(offset: int, blob: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(blob)

    return damage


def cut(size: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        path.write_bytes(path.read_bytes()[:size])

    return damage


def changed(sql: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database:
            database.executescript(sql)

    return damage


DAMAGE = {
    "its first bytes are zeros": overwritten(0, bytes(100)),
    "its list of tables is noise": overwritten(100, b"\xa5" * (PAGE - 100)),
    "pages are noise": overwritten(PAGE, b"\xa5" * PAGE * 20),
    "it ends in its second page": cut(PAGE + 900),
    "it ends half-way": cut(15 * PAGE),
    "it is a text": lambda path: path.write_text("hello") and None,
    "tables are gone": changed("DROP TABLE kiosk; DROP TABLE entry;"),
    "it names a schema of the future": changed("UPDATE alembic_version SET version_num='z'"),
    "a kiosk's time is no time": changed(f"UPDATE kiosk SET enrolled_at = {1 << 60}"),
    "a kiosk's key is no key": changed(
        "PRAGMA ignore_check_constraints=ON; UPDATE kiosk SET public_key = x'00' WHERE rowid = 1"
    ),
    "a text is no UTF-8": changed("UPDATE kiosk SET site_id = CAST(x'ff' AS TEXT) WHERE rowid = 1"),
}


def audited(path: Path, made: Deployment) -> Result:
    trust = str(made.folder / TRUST)
    return CliRunner().invoke(main, ["audit", f"sqlite:///{path}", "--trust", trust, "--json"])


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_is_damaged_is_tampered_with_and_said_so(
    made: Deployment, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / DATABASE
    shutil.copy(made.folder / DATABASE, path)
    damage(path)
    done = audited(path, made)
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    told = json.loads(done.stdout)
    assert told["verdict"] == "tampered"
    assert told["first"]["words"]


def test_an_empty_database_is_incomplete(made: Deployment, tmp_path: Path) -> None:
    path = tmp_path / DATABASE
    path.touch()
    done = audited(path, made)
    assert done.exit_code == 3
    assert json.loads(done.stdout)["first"]["layer"] == "storage"
