"""Whether a database has the schema that the migrations make: no more, no less, no other.

SQLite: the file's own list of tables, indexes, triggers and views. PostgreSQL: its catalogue,
compared with that of the same migrations run into temporary tables of the same server, so that
both speak in the words of one version; the transaction is then rolled back.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from typing import cast

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from checkpoint.entrylog.sqlite_form import Flaw, Schema, schema_flaws, schema_of
from checkpoint.storage import schema
from checkpoint.storage.database import Database

Catalogue = dict[str, str]
"""By what a thing is called, what it is."""
_MADE: dict[str, Catalogue] = {}
"""The migrations' catalogue by version of the server."""


@cache
def sqlite_schema() -> Schema:
    """What the migrations make on SQLite."""
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            schema.upgrade(connection, "head")
            return schema_of(raw(connection))
    finally:
        engine.dispose()


def raw(connection: Connection) -> sqlite3.Connection:
    """The connection of Python's sqlite3 beneath."""
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def flaws(database: Database, session: Session) -> Iterator[Flaw]:
    """What differs from the migrations' schema, in words."""
    if database.is_sqlite:
        yield from schema_flaws(raw(session.connection()), sqlite_schema())
        return
    with closing(database.engine.connect()) as connection:
        try:
            held = _catalogue(connection, "current_schema()")
            wanted = _migrated(connection)
        finally:
            connection.rollback()
        yield from _compared(held, wanted)
        for kind, name in connection.execute(_STRANGERS):
            yield Flaw(
                f"{'an' if kind == 'index' else 'a'} {kind} that this program does not make: {name}"
            )
        connection.rollback()


def index_flaws(database: Database) -> Iterator[str]:
    """On PostgreSQL, tables that show other rows through their indexes than by themselves."""
    for table in ("entry", "head", "receipt", "quarantine", "action", "lookup"):
        rows = text(f"SELECT count(*), coalesce(sum(id), 0) FROM {table}")  # noqa: S608 - constant
        with closing(database.engine.connect()) as connection:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            through = connection.execute(rows).one()
            for scan in ("indexscan", "indexonlyscan", "bitmapscan"):
                connection.execute(text(f"SET LOCAL enable_{scan} = off"))
            connection.execute(text("SET LOCAL enable_seqscan = on"))
            if connection.execute(rows).one() != through:
                yield f"an index of {table} shows other rows than the table holds"
            connection.rollback()


def _migrated(connection: Connection) -> Catalogue:
    """What the migrations make on this version of PostgreSQL: the same whatever the database."""
    version = str(connection.execute(text("SHOW server_version")).scalar_one())
    if version not in _MADE:
        connection.execute(text("SET LOCAL search_path = pg_temp"))
        schema.upgrade(connection, "head")
        _MADE[version] = _catalogue(
            connection, "(SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema())"
        )
    return _MADE[version]


def _catalogue(connection: Connection, where: str) -> Catalogue:
    home = connection.execute(text(f"SELECT {where}")).scalar_one()
    found: Catalogue = {}
    for query in (_RELATIONS, _COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS, _POLICIES, _RULES):
        for name, words in connection.execute(text(query), {"home": home}):
            found[name] = re.sub(rf"\b(?:{re.escape(home)}|pg_temp(?:_\d+)?)\.", "", words or "")
    return found


def _compared(held: Catalogue, wanted: Catalogue) -> Iterator[Flaw]:
    for name in sorted(held.keys() - wanted.keys()):
        yield Flaw(f"a {name} that this program does not make")
    for name in sorted(wanted.keys() - held.keys()):
        yield Flaw(f"the {name} is missing")
    for name in sorted(held.keys() & wanted.keys()):
        if held[name] != wanted[name]:
            yield Flaw(f"the {name} is not as this program makes it: {held[name]}")


_RELATIONS = """
SELECT CASE c.relkind WHEN 'r' THEN 'table ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view '
       WHEN 'S' THEN 'sequence ' WHEN 'i' THEN 'index ' ELSE 'relation ' END || c.relname,
       c.relkind::text || ' ' || c.relrowsecurity || ' ' || c.relforcerowsecurity || ' '
       || (SELECT count(*) FROM pg_inherits WHERE inhparent = c.oid OR inhrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :home AND c.relkind <> 't'
"""
_COLUMNS = """
SELECT 'column ' || c.relname || '.' || a.attname,
       format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attidentity::text
       || a.attgenerated::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = :home AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
_CONSTRAINTS = """
SELECT 'constraint ' || c.relname || '.' || k.conname,
       pg_get_constraintdef(k.oid) || ' ' || k.convalidated
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :home AND k.contype <> 'n'
"""
_INDEXES = """
SELECT 'index form ' || c.relname, pg_get_indexdef(i.indexrelid) || ' '
       || i.indisvalid || ' ' || i.indisready || ' ' || i.indislive
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid AND t.relkind = 'r'
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :home
"""
_TRIGGERS = """
SELECT 'trigger of ' || c.relname || CASE WHEN t.tgisinternal
       THEN ', internal ' || row_number() OVER (PARTITION BY c.relname, t.tgisinternal
            ORDER BY t.tgfoid::regproc::text, t.tgconstraint::text)
       ELSE ' ' || t.tgname END,
       CASE WHEN t.tgisinternal THEN '' ELSE pg_get_triggerdef(t.oid) END || t.tgenabled::text
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :home
"""
_POLICIES = """
SELECT 'row policy ' || c.relname || '.' || p.polname,
       coalesce(pg_get_expr(p.polqual, p.polrelid), '')
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :home
"""
_RULES = """
SELECT 'rule ' || c.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :home AND c.relkind = 'r'
"""
_STRANGERS = text("""
SELECT 'function', p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = current_schema() UNION ALL
SELECT 'event trigger', evtname FROM pg_event_trigger UNION ALL
SELECT 'table of another schema', n.nspname || '.' || c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', current_schema())
AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%'
AND c.relkind IN ('r', 'v', 'm')
AND c.relname IN (SELECT c2.relname FROM pg_class c2 JOIN pg_namespace n2
ON n2.oid = c2.relnamespace WHERE n2.nspname = current_schema())
""")
