"""A database copied into another one, of the same kind or not: row by row, nothing changed."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Table, delete, func, insert, inspect, select, text
from sqlalchemy.orm import Session

from checkpoint.errors import Refused, StorageFault
from checkpoint.storage.base import Base
from checkpoint.storage.database import Database

Tell = Callable[[str, int, int], None]
"""Takes a table's name, the rows copied of it, and how many it has."""
_CHUNK = 500
_MARK = "alembic_version"
_MADE = frozenset({"chore"})
"""Tables into which an upgrade itself puts rows."""


def copy(source: Database, target: Database, tell: Tell) -> int:
    """Copy every row of a current database into an empty one, whose tables are made; the count.

    One snapshot is read and one transaction written, so the target has all of it or nothing.
    Raises Refused when the target holds something, StorageFault when either does not answer or
    the source has tables that this program does not know.
    """
    source.require_current()
    target.upgrade()
    with source.read() as old, target.write() as new:
        tables = _tables(old)
        for table in tables:
            if table.name in _MADE:
                new.execute(delete(table))
            elif new.scalar(select(func.count()).select_from(table)):
                raise Refused(
                    f"the database to copy to holds rows already: table {table.name}",
                    remedy="name an empty database",
                )
        return sum(_copied(table, old, new, tell) for table in tables)


def _tables(session: Session) -> list[Table]:
    """All tables, those that others refer to first."""
    known = Base.metadata.sorted_tables
    held = set(inspect(session.connection()).get_table_names()) - {_MARK}
    if strange := sorted(held ^ {table.name for table in known}):
        raise StorageFault(
            f"tables that are not this program's, or missing: {', '.join(strange)}",
            remedy="audit the database",
        )
    return known


def _copied(table: Table, old: Session, new: Session, tell: Tell) -> int:
    total, done = old.scalar(select(func.count()).select_from(table)) or 0, 0
    rows = select(table).order_by(*table.primary_key.columns)
    tell(table.name, 0, total)
    with old.execute(rows.execution_options(yield_per=_CHUNK)) as found:
        for some in found.mappings().partitions(_CHUNK):
            new.execute(insert(table), [dict(row) for row in some])
            done += len(some)
            tell(table.name, done, total)
    go_on(table, new.connection())
    return done


def go_on(table: Table, connection: Connection) -> None:
    """Let the numbers that the database gives go on after the last one copied."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    asked = {"table": table.name, "column": column.name}
    given = "pg_get_serial_sequence(:table, :column)"
    if connection.execute(text(f"SELECT {given}"), asked).scalar():
        last = f"(SELECT max({column.name}) FROM {table.name})"  # noqa: S608 - names of our own
        connection.execute(text(f"SELECT setval({given}, {last}) WHERE {last} > 0"), asked)
