"""The one door to the database: SQLite or PostgreSQL by URL, transactions, the schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zlib import crc32

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from checkpoint.errors import StorageFault
from checkpoint.storage import schema
from checkpoint.storage.engine import READ, WRITE, make_engine

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
UPGRADE = "python -m admin db upgrade"


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
        """Raises StorageFault, with the command that mends it, unless the schema is current."""
        with _as_faults(), self._reads.connect() as connection:
            held, wanted = schema.revisions(connection)
        if held != wanted:
            raise StorageFault(
                f"the database is at schema {held or 'none'}, this program needs {wanted}",
                remedy=UPGRADE,
            )

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


@contextmanager
def _as_faults() -> Iterator[None]:
    """Faults of the driver without the values of a row, which it likes to quote."""
    try:
        yield
    except DBAPIError as fault:
        kind = type(fault.orig).__name__
        # Only a fault of operation (disk, lock, connection) speaks of no row.
        words = f": {fault.orig}" if isinstance(fault, OperationalError) else ""
        raise StorageFault(
            f"the database did not take it: {kind}{words}".splitlines()[0],
            remedy=f"see that the database runs and has room, then {UPGRADE}",
        ) from None
    except SQLAlchemyError as fault:
        raise StorageFault(f"the database did not answer: {type(fault).__name__}") from fault
