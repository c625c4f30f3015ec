"""Databases laid open: SQLite by its file, PostgreSQL by a connection, both with guards off."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from fuzz.tampering.changes import Row


class SqliteHands:
    """A file of SQLite; a context manager that leaves the changes behind."""

    key = "rowid"

    def __init__(self, path: str) -> None:
        self._path = path
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, isolation_level=None)
        database.row_factory = sqlite3.Row
        for setting in ("ignore_check_constraints=ON", "foreign_keys=OFF", "synchronous=OFF"):
            database.execute(f"PRAGMA {setting}")
        return database

    def ask(self, sql: str, *values: Any) -> list[Row]:
        """Rows of a question."""
        return [dict(row) for row in self._db.execute(sql, values)]

    def do(self, sql: str, *values: Any) -> int:
        """Change; how many rows. A value that the table refuses changes none."""
        try:
            return self._db.execute(sql, values).rowcount
        except (sqlite3.IntegrityError, OverflowError):
            return 0

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [row["name"] for row in self.ask("SELECT name FROM pragma_table_info(?)", table)]

    def tables(self) -> set[str]:
        """The names of all tables."""
        return {row["name"] for row in self.ask("SELECT name FROM sqlite_master")}

    def reindex(self, index: str, meanwhile: str, after: str) -> None:
        """Fill an index by one definition and name it by another.

        A partial index may not name rowids, so the row is left out by its first column's place.
        """
        self._db.execute("PRAGMA writable_schema=ON")
        change = "UPDATE sqlite_master SET sql = ? WHERE name = ?"
        self._db.execute(change, (meanwhile, index))
        self._db.close()
        self._db = self._open()
        self._db.execute(f'REINDEX "{index}"')
        self._db.execute("PRAGMA writable_schema=ON")
        self._db.execute(change, (after, index))

    def put_back(self, old: str) -> None:
        """Have the content of another file."""
        with closing(sqlite3.connect(old)) as other:
            other.backup(self._db)

    def close(self) -> None:
        """Put everything into the file."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()


class FileHands:
    """A file as its lines, written when it is closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines = path.read_bytes().splitlines(keepends=True)

    def close(self) -> None:
        """Write the lines."""
        self._path.write_bytes(b"".join(self.lines))


class PostgresHands:
    """A database of PostgreSQL, by a superuser: triggers and foreign keys do not act."""

    key = "ctid"

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._db = self._engine.connect()
        self._db.execute(text("SET session_replication_role = replica"))

    def ask(self, sql: str, *values: Any) -> list[Row]:
        """Rows of a question."""
        return [dict(row) for row in self._db.execute(*_named(sql, values)).mappings()]

    def do(self, sql: str, *values: Any) -> int:
        """Change; how many rows. A value that the table refuses changes none."""
        try:
            return self._db.execute(*_named(sql, values)).rowcount
        except (IntegrityError, DataError, ProgrammingError):
            return 0

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [column["name"] for column in inspect(self._engine).get_columns(table)]

    def tables(self) -> set[str]:
        """The names of all tables."""
        return set(inspect(self._engine).get_table_names())

    def reindex(self, index: str, meanwhile: str, after: str) -> None:
        """Not without the server's own files."""
        raise NotImplementedError

    def put_back(self, old: str) -> None:
        """Not without the server's own files."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()
        self._engine.dispose()


def _named(sql: str, values: tuple[Any, ...]) -> tuple[Any, dict[str, Any]]:
    count = iter(range(len(values)))
    statement = re.sub(r"\?", lambda _: f":v{next(count)}", sql).replace(
        "ctid AS k", "ctid::text AS k"
    )
    statement = statement.replace("ctid = :", "ctid = :").replace("x''", "''")
    return text(re.sub(r"ctid = (:v\d+)", r"ctid = CAST(\1 AS tid)", statement)), {
        f"v{number}": value for number, value in enumerate(values)
    }
