"""Engines that keep the storage promises on every connection.

Python's sqlite3 by itself begins no transaction before a SELECT or DDL; so its own control is
switched off and BEGIN is said here, IMMEDIATE for writes: a write then waits for its turn at
the start and can't fail half-way because another writer was faster.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from checkpoint.durable import make_folder
from checkpoint.errors import StorageFault

BUSY_S = 15
_IMMEDIATE = "sibao_immediate"

READ: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
"""Execution options of a read: one snapshot."""
WRITE: dict[str, dict[str, Any]] = {
    "sqlite": {_IMMEDIATE: True},
    "postgresql": {"isolation_level": "READ COMMITTED"},
}
"""Execution options of a write."""

_SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={BUSY_S * 1000}",
)


def make_engine(url: str, *, create: bool = True) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` (psycopg 3).

    Without `create` a file of SQLite must be there already. Raises StorageFault for any other
    URL. Parameters never appear in its errors or logs.
    """
    address = _address(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, hide_parameters=True, pool_pre_ping=True)
    path = Path(str(address.database))
    if create:
        _private_file(path)
    elif not path.is_file():
        raise StorageFault(f"{path}: there is no such file", remedy="give the server's database")
    engine = create_engine(address, hide_parameters=True, connect_args={"timeout": BUSY_S})
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Set the promises on every connection of a SQLite engine that was made elsewhere."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settings)
        event.listen(engine, "begin", _begin)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        driver = address.get_driver_name()
    except SQLAlchemyError as fault:
        raise StorageFault(
            "the database URL can't be read",
            remedy="write sqlite:///path or postgresql://user@host/name",
        ) from fault
    backend = address.get_backend_name()
    named = backend == "postgresql" or address.database not in (None, "", ":memory:")
    if (backend, driver) not in {("sqlite", "pysqlite"), ("postgresql", "psycopg")} or not named:
        raise StorageFault(
            f"no database of this kind is served: {address.drivername}",
            remedy="write sqlite:///path or postgresql://user@host/name",
        )
    return address


def _private_file(path: Path) -> None:
    """Make the file before SQLite does: readable by its owner alone, as its WAL will be."""
    try:
        make_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise StorageFault(
            f"{path}: {fault.strerror}", remedy="name a file in a folder that can be written"
        ) from fault


def _settings(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
