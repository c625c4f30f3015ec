"""A server's database as evidence: what an audit reads, in the order in which it checks.

Everything is read in streams; a log of any length fits in memory. A stream that is not read to
its end must be closed (`contextlib.closing`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from checkpoint.entrylog import Link, decode_entry
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.errors import EntryError, StorageFault
from checkpoint.keys import Keyring
from checkpoint.storage import erasures, receipt_log_audit, trusted
from checkpoint.storage.database import Database
from checkpoint.storage.places import within
from checkpoint.storage.projection import Column, projected
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Entry, Head, Kiosk, KioskChain, Receipt

_CHUNK = 500
_IN_ORDER = (Entry.kiosk_id, Entry.epoch, Entry.seq)
ALL = Scope.whole_district()


def links(database: Database) -> Generator[Link]:
    """All entries by kiosk, epoch and seq. `personal` is as stored: sealed, the salt within."""
    with database.read() as session:
        yield from scoped_links(session, ALL)


def scoped_links(session: Session, scope: Scope) -> Generator[Link]:
    """The whole chains of the kiosks in scope, as `links`."""
    columns = (*_IN_ORDER, Entry.hash, Entry.body, Entry.personal)
    seen = within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id)
    for kiosk_id, epoch, seq, hash_, body, personal in _stream(
        session, select(*columns).where(seen).order_by(*_IN_ORDER)
    ):
        yield Link(kiosk_id, epoch, seq, hash_, body, b"", personal)


def heads(database: Database) -> Generator[tuple[str, str]]:
    """The kiosk and the signed note of every head."""
    with database.read() as session:
        yield from scoped_heads(session, ALL)


def scoped_heads(session: Session, scope: Scope) -> Generator[tuple[str, str]]:
    """The heads of the kiosks in scope, as `heads`."""
    order = (Head.kiosk_id, Head.epoch, Head.seq, Head.id)
    rows = select(Head.kiosk_id, Head.note).join(Kiosk, Kiosk.kiosk_id == Head.kiosk_id)
    seen = within(scope, Kiosk.enterprise_id, Kiosk.site_id)
    yield from ((k, note) for k, note in _stream(session, rows.where(seen).order_by(*order)))


def scoped_receipts(session: Session, scope: Scope) -> Iterator[str]:
    """The receipts signed for the kiosks in scope."""
    rows = select(Receipt.note).join(Kiosk, Kiosk.kiosk_id == Receipt.kiosk_id)
    seen = within(scope, Kiosk.enterprise_id, Kiosk.site_id)
    yield from (note for (note,) in _stream(session, rows.where(seen).order_by(Receipt.id)))


def keyring(database: Database) -> Keyring:
    """The head keys of all kiosks; the server's own keyring lies in the key folder."""
    with database.read() as session:
        return trusted.keyring(session)


def extents(session: Session, scope: Scope) -> dict[str, dict[int, tuple[int, int]]]:
    """For each kiosk in scope and epoch: how many entries are held, and the last number."""
    seen = within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id)
    rows = session.execute(
        select(Entry.kiosk_id, Entry.epoch, func.count(), func.max(Entry.seq))
        .where(seen)
        .group_by(Entry.kiosk_id, Entry.epoch)
        .order_by(Entry.kiosk_id, Entry.epoch)
    )
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for kiosk_id, epoch, held, last in rows:
        found.setdefault(kiosk_id, {})[epoch] = (held, last)
    return found


def projection_mismatches(database: Database) -> Generator[tuple[str, int, int, str]]:
    """Kiosk, epoch, seq and column wherever a stored column is not what the bytes say.

    A body that can't be read is named as the column `body`; the place of a kiosk as enrolled
    and the tips of the chains are compared too.
    """
    with database.read() as session:
        homes = {row.kiosk_id: row for row in session.scalars(select(Kiosk))}
        for (entry,) in _stream(session, select(Entry).order_by(*_IN_ORDER)):
            for column in _wrong(entry, homes.get(entry.kiosk_id)):
                yield entry.kiosk_id, entry.epoch, entry.seq, column
            session.expunge(entry)
        yield from _wrong_tips(session)


def _wrong(entry: Entry, home: Kiosk | None) -> Iterator[str]:
    if home is None:
        yield "kiosk_id"
        return
    try:
        wanted: dict[str, Column] = projected(decode_entry(entry.body))
    except EntryError:
        yield "body"
        return
    wanted |= {"kiosk_enterprise_id": home.enterprise_id, "kiosk_site_id": home.site_id}
    yield from (name for name, value in wanted.items() if getattr(entry, name) != value)


def _wrong_tips(session: Session) -> Iterator[tuple[str, int, int, str]]:
    tips = {(row.kiosk_id, row.epoch): row for row in session.scalars(select(KioskChain))}
    for kiosk_id, epochs in extents(session, ALL).items():
        for epoch, (_, last) in epochs.items():
            tip = tips.pop((kiosk_id, epoch), None)
            if tip is None or tip.seq != last:
                yield kiosk_id, epoch, last, "kiosk_chain"
    for tip in tips.values():
        yield tip.kiosk_id, tip.epoch, tip.seq, "kiosk_chain"


def integrity(database: Database) -> list[str]:
    """What is wrong with the store itself; an empty list for a sound one.

    Triggers, views and rules, which could act or show what no program of ours wrote; on SQLite
    also its own check of the file, indexes included, and rows that refer to nothing.
    """
    with database.read() as session:
        found = [
            f"a foreign {kind}: {name}"
            for kind, name in session.execute(_ACTIVE[database.is_sqlite])
        ]
        if not database.is_sqlite:
            return found
        lines = [str(line) for line in session.execute(text("PRAGMA integrity_check")).scalars()]
        strays = session.execute(text("PRAGMA foreign_key_check")).all()
    found += [line for line in lines if line != "ok"]
    return found + [f"a row of {row[0]} refers to no row of {row[2]}" for row in strays]


_ACTIVE = {
    True: text("SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"),
    False: text(
        "SELECT 'trigger', tgname::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL"
        " SELECT 'rule', rulename::text FROM pg_rules WHERE schemaname = current_schema() UNION ALL"
        " SELECT 'view', viewname::text FROM pg_views WHERE schemaname = current_schema()"
    ),
}


@contextmanager
def open_database(url: str) -> Iterator[Evidence]:
    """A server's database as evidence for an audit; nothing is made where there is none.

    The personal side stays sealed. A damaged file ends the reading and is itself a breach.
    Raises StorageFault when the database does not answer or has another schema.
    """
    database = Database.open(url, create=False)
    damage: list[Breach] = []

    def read() -> Iterator[Link]:
        try:
            yield from links(database)
        except StorageFault as fault:
            damage.append(_stored(f"reading ended: {fault.message}"))

    def breaches(_claims: object) -> Iterator[Breach]:
        try:
            damage.extend(_stored(words) for words in integrity(database))
            for kiosk_id, epoch, seq, column in projection_mismatches(database):
                words = f"the stored column {column} is not what the bytes say"
                place = (kiosk_id, epoch, seq)
                damage.append(Breach(Layer.PROJECTION, Verdict.TAMPERED, *place, words))
            with database.read() as session:
                damage.extend(receipt_log_audit.breaches(session))
        except StorageFault as fault:
            damage.append(_stored(f"checking ended: {fault.message}"))
        yield from damage

    try:
        database.require_current()
        notes = [note for _, note in heads(database)]
        keys = keyring(database)
        yield Evidence(
            links=read(),
            heads=notes,
            keyring=keys,
            personal=lambda _: None,
            erasures=erasures.notes(database),
            breaches=breaches,
            gaps_expected=True,
            tree=lambda head: receipt_log_audit.judge(database, head),
        )
    finally:
        database.close()


def _stored(words: str) -> Breach:
    return Breach(Layer.STORAGE, Verdict.TAMPERED, "", 0, 0, words)


def _stream(session: Session, rows: Select[*tuple[Any, ...]]) -> Generator[Any]:
    with session.execute(rows.execution_options(yield_per=_CHUNK)) as found:
        yield from found
