"""A log of before reference checks takes them on, and every entry that it held stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from checkpoint.storage import Database
from checkpoint.storage.base import Base

BEFORE = "0017"
TABLES = Base.metadata.tables
PLACE = {"enterprise_id": "acme", "site_id": "S1", "gate_id": "G1", "kiosk_id": "K1"}
KNOWN = PLACE | {"zone": "UTC", "standing": "accepted", "hash": b"h" * 32, "epoch": 1}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the version before, with one gate."""
    url = f"sqlite:///{tmp_path}/sibao.db"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_database"))
    opened = Database.open(url)
    opened.upgrade(BEFORE)
    with opened.engine.begin() as connection:
        for table in ("enterprise", "site", "gate", "kiosk"):
            _put(connection, table)
    yield opened
    opened.close()


def _put(connection: Connection, table: str, **given: Any) -> None:
    """A row with something in each column that must have it."""
    fill: dict[str, Any] = {"TEXT": "x", "BIGINT": 1, "BLOB": b"x" * 32, "BOOLEAN": True}
    row = {c.name: fill[str(c.type)] for c in TABLES[table].columns if not c.nullable}
    wanted = {name: value for name, value in KNOWN.items() if name in row}
    if table == "enterprise":
        wanted["credit_code"] = "9" * 18
    connection.execute(insert(TABLES[table]).values(row | wanted | given))


def _entries(connection: Connection) -> list[Any]:
    entry = TABLES["entry"]
    return list(connection.execute(select(entry).order_by(entry.c.id)).all())


def test_the_entries_stay_and_checks_are_taken(older: Database) -> None:
    with older.engine.begin() as connection:
        for seq, kind in enumerate(("boot", "passage", "heartbeat"), start=1):
            _put(connection, "entry", id=seq, seq=seq, kind=kind, cites=None)
        before = _entries(connection)
    with pytest.raises(IntegrityError), older.engine.begin() as connection:
        _put(connection, "entry", id=4, seq=4, kind="reference")
    older.upgrade()
    with older.engine.begin() as connection:
        assert _entries(connection) == before
        _put(connection, "entry", id=4, seq=4, kind="reference")
    with pytest.raises(IntegrityError), older.engine.begin() as connection:
        _put(connection, "entry", id=5, seq=5, kind="tea")
