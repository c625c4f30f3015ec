"""Whether a file of SQLite is in its form: its schema, its indexes, the rules of its tables.

`integrity_check` alone is not enough: through a connection that only reads it passes over
CHECKs, and it accepts any schema. So the schema is compared with the one that the program
makes, every index is counted against its table, and types and CHECKs are asked by SQL.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

_MISSING = re.compile(r"row (\d+) missing from index (\S+)")
_PART = re.compile(r"\bWHERE (.+)$")
_LINES = 200
_TYPES = {"INTEGER": "integer", "TEXT": "text", "BLOB": "blob"}

Schema = dict[tuple[str, str], str]
"""By kind and name the SQL that made it, spaces evened out."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing out of form; `table` and `row` (its rowid) where it is about a row."""

    words: str
    table: str = ""
    row: int = 0


def schema_of(database: sqlite3.Connection) -> Schema:
    """What the file says that it holds; statistics of the planner left out."""
    rows = database.execute("SELECT type, name, sql FROM sqlite_master")
    return {
        (kind, name): " ".join((sql or "").split())
        for kind, name, sql in rows
        if not str(name).startswith("sqlite_stat")
    }


def schema_flaws(database: sqlite3.Connection, wanted: Schema) -> Iterator[Flaw]:
    """What the file has beside the wanted schema, lacks of it, or defines in another way."""
    held = schema_of(database)
    for kind, name in sorted(held.keys() - wanted.keys()):
        yield Flaw(
            f"{'an' if kind == 'index' else 'a'} {kind} that this program does not make: {name}"
        )
    for kind, name in sorted(wanted.keys() - held.keys()):
        yield Flaw(f"the {kind} {name} is missing")
    for kind, name in sorted(held.keys() & wanted.keys()):
        if held[kind, name] != wanted[kind, name]:
            yield Flaw(f"the {kind} {name} is defined in another way than this program does")


def integrity_flaws(database: sqlite3.Connection, wanted: Schema) -> Iterator[Flaw]:
    """Damage of pages and indexes, rows that an index hides, rows against types and CHECKs."""
    for (line,) in database.execute(f"PRAGMA integrity_check({_LINES})"):
        if line != "ok":
            yield _index_flaw(database, str(line))
    for table, row, target, _ in database.execute("PRAGMA foreign_key_check").fetchmany(_LINES):
        yield Flaw(f"a row of {table} refers to no row of {target}", table, row or 0)
    present = schema_of(database)
    for kind, name in sorted(wanted.keys() & present.keys()):
        if kind == "table":
            yield from _hidden(database, name)
            yield from _against_rules(database, name, wanted[kind, name])


def _index_flaw(database: sqlite3.Connection, line: str) -> Flaw:
    hidden = _MISSING.search(line)
    query = "SELECT tbl_name FROM sqlite_master WHERE type = 'index' AND name = ?"
    owner = database.execute(query, (hidden[2],)).fetchone() if hidden else None
    if hidden is None or owner is None:
        return Flaw(f"integrity_check: {line}")
    # integrity_check counts the rows of a table from 1.
    row = database.execute(
        f'SELECT rowid FROM "{owner[0]}" NOT INDEXED ORDER BY rowid LIMIT 1 OFFSET ?',  # noqa: S608
        (int(hidden[1]) - 1,),
    ).fetchone()
    return Flaw(f"the index {hidden[2]} hides this row", owner[0], row[0] if row else 0)


def _hidden(database: sqlite3.Connection, table: str) -> Iterator[Flaw]:
    """Each index against its table: as many rows, and the same ones."""
    indexes = database.execute(
        "SELECT i.name, coalesce(m.sql, '') FROM pragma_index_list(?) AS i"
        " JOIN sqlite_master AS m ON m.type = 'index' AND m.name = i.name",
        (table,),
    ).fetchall()
    counted = "SELECT count(*), total(rowid), total(rowid % 8191 * 1.0 * (rowid % 8191)) FROM"
    for index, sql in indexes:
        part = _PART.search(sql)
        rows = f"WHERE {part[1]}" if part else ""
        through = f'{counted} "{table}" INDEXED BY "{index}" {rows}'
        beside = f'{counted} "{table}" NOT INDEXED {rows}'
        if database.execute(through).fetchone() != database.execute(beside).fetchone():
            yield Flaw(f"the index {index} shows other rows than the table {table} holds")


def _against_rules(database: sqlite3.Connection, table: str, sql: str) -> Iterator[Flaw]:
    """Rows that have another type than their column, or fail a CHECK of the wanted table."""
    wrong = []
    for _, column, kind, required, _, key in database.execute(f'PRAGMA table_info("{table}")'):
        if kind not in _TYPES:
            continue
        types = [_TYPES[kind], *([] if required or key else ["null"])]
        listed = ", ".join(f"'{name}'" for name in types)
        wrong.append((f'typeof("{column}") NOT IN ({listed})', f"{column} has another type"))
    if not wrong:
        return
    wrong += [(f"NOT ({rule})", f"it breaks the rule {rule}") for rule in checks(sql)]
    broken = " OR ".join(condition for condition, _ in wrong)
    found = database.execute(
        f'SELECT rowid, {", ".join(c for c, _ in wrong)} FROM "{table}" NOT INDEXED'  # noqa: S608
        f" WHERE {broken} LIMIT {_LINES}"
    )
    for row, *failed in found:
        words = ", ".join(say for fail, (_, say) in zip(failed, wrong, strict=True) if fail)
        yield Flaw(f"table {table}: {words}", table, row)


def checks(sql: str) -> Iterator[str]:
    """The conditions of the CHECKs in the SQL that made a table."""
    for start in (found.end() for found in re.finditer(r"\bCHECK \(", sql)):
        depth, quoted = 1, False
        for end in range(start, len(sql)):
            quoted ^= sql[end] == "'"
            depth += 0 if quoted else {"(": 1, ")": -1}.get(sql[end], 0)
            if depth == 0:
                yield sql[start:end]
                break
