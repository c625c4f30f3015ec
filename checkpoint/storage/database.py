"""The one door to the database: SQLite or PostgreSQL by URL, transactions, the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from checkpoint.errors import Damaged, StorageFault, Unmade
from checkpoint.storage import schema
from checkpoint.storage.engine import READ, WRITE, make_engine

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
UPGRADE = "python -m admin db upgrade"
_DAMAGE = frozenset(
    (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
)
_SPEAKING = (sqlite3.DatabaseError, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
"""Damage whose words quote no row."""


class Database:
    """Transactions over one database. Threads may share it; forked processes open their own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reads = engine.execution_options(**READ[engine.dialect.name])
        self._writes = engine.execution_options(**WRITE[engine.dialect.name])

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Database:
        """`sqlite:///path` or `postgresql://…`. Raises StorageFault for any other URL.

        Without `create` a file of SQLite must be there already.
        """
        return cls(make_engine(url, create=create))

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file of SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One snapshot: all that is read belongs together. Raises StorageFault."""
        with _as_faults(), Session(self._reads, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: all of it is durable when the block has ended, or none.

        Raises StorageFault; an exception from the block rolls back and passes on.
        """
        with (
            _as_faults(),
            Session(self._writes, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def alone(self, session: Session, subject: str) -> None:
        """Until the transaction ends, no other one that named `subject` goes on.

        On SQLite there is one writer at a time anyhow.
        """
        if not self.is_sqlite:
            session.execute(_LOCK, {"key": crc32(subject.encode())})

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to a revision; safe to repeat and to run twice at once."""
        with _as_faults(), self._writes.begin() as connection:
            schema.upgrade(connection, revision)

    def require_current(self) -> None:
        """Raises StorageFault, with the command that mends it, unless the schema is current.

        Damaged for a schema that no program of ours makes, Unmade for none.
        """
        with _as_faults(), self._reads.connect() as connection:
            held, wanted = schema.revisions(connection)
        if held == wanted:
            return
        words = f"the database is at schema {held or 'none'}, this program needs {wanted}"
        if not held:
            raise Unmade(words, remedy=UPGRADE)
        if not schema.known(held):
            raise Damaged(words, remedy="use the program that made it, or a backup")
        raise StorageFault(words, remedy=UPGRADE)

    def scrub(self, *names: str, whole: bool = False) -> bool:
        """Leave nothing of deleted rows in the files of the database; whether that was done.

        SQLite zeroes what is deleted (`secure_delete`) and here empties its write-ahead log;
        while somebody reads an old state that can't be done. PostgreSQL frees the space in the
        named tables for new rows. With `whole` the tables are written anew, which locks them.
        """
        with _as_faults():
            connection = self.engine.raw_connection()
            try:
                if self.is_sqlite:
                    cursor = connection.cursor()
                    cursor.execute("VACUUM" if whole else "SELECT 1")
                    busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    return not busy
                driver: Any = connection.driver_connection
                driver.autocommit = True
                for name in names:
                    driver.execute(f"VACUUM {'FULL ' if whole else ''}{name}")
                driver.autocommit = False
                return True
            finally:
                connection.close()

    def close(self) -> None:
        """Close all connections; may be called twice."""
        self.engine.dispose()


def _is_damage(fault: BaseException | None) -> bool:
    """Whether it is the content that ails, not the disk, a lock or the connection."""
    if isinstance(fault, sqlite3.Error):
        code = getattr(fault, "sqlite_errorcode", None)
        refused = isinstance(fault, sqlite3.IntegrityError)
        return not refused and (code is None or code & 0xFF in _DAMAGE)
    return isinstance(fault, psycopg.ProgrammingError | psycopg.InternalError)


@contextmanager
def _as_faults() -> Iterator[None]:
    """Faults of the driver without the values of a row, which it likes to quote."""
    try:
        yield
    except DBAPIError as fault:
        kind = type(fault.orig).__name__
        # Only a fault of operation (disk, lock, connection) speaks of no row.
        words = f": {fault.orig}" if isinstance(fault, OperationalError) else ""
        if _is_damage(fault.orig):
            said = str(fault.orig).splitlines()[0] if isinstance(fault.orig, _SPEAKING) else kind
            raise Damaged(
                f"the database can't be read: {said}", remedy=f"restore a backup, then {UPGRADE}"
            ) from None
        raise StorageFault(
            f"the database did not take it: {kind}{words}".splitlines()[0],
            remedy=f"see that the database runs and has room, then {UPGRADE}",
        ) from None
    except SQLAlchemyError as fault:
        raise StorageFault(f"the database did not answer: {type(fault).__name__}") from fault
