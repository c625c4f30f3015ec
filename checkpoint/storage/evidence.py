"""The log as it is carried away: its entries, heads and receipts in the order of an audit.

Everything is read in streams; a log of any length fits in memory. A stream that is not read to
its end must be closed (`contextlib.closing`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.entrylog import Head as SignedHead
from checkpoint.entrylog import Link
from checkpoint.keys import Keyring
from checkpoint.storage import trusted
from checkpoint.storage.database import Database
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Entry, Head, Kiosk, Quarantine, Receipt

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


def last_heads(session: Session, scope: Scope) -> list[tuple[SignedHead, str]]:
    """The furthest head of each chain of the kiosks in scope, and its note."""
    ranked = (
        func.row_number()
        .over(partition_by=(Head.kiosk_id, Head.epoch), order_by=(Head.seq.desc(), Head.id.desc()))
        .label("rank")
    )
    seen = within(scope, Kiosk.enterprise_id, Kiosk.site_id)
    every = select(Head, ranked).join(Kiosk, Kiosk.kiosk_id == Head.kiosk_id).where(seen).subquery()
    wanted = select(every).where(every.c.rank == 1).order_by(every.c.kiosk_id, every.c.epoch)
    return [
        (SignedHead(row.kiosk_id, row.epoch, row.seq, row.hash, from_ms(row.at)), row.note)
        for row in session.execute(wanted)
    ]


def scoped_receipts(session: Session, scope: Scope) -> Iterator[str]:
    """The receipts signed for the kiosks in scope."""
    rows = select(Receipt.note).join(Kiosk, Kiosk.kiosk_id == Receipt.kiosk_id)
    seen = within(scope, Kiosk.enterprise_id, Kiosk.site_id)
    yield from (note for (note,) in _stream(session, rows.where(seen).order_by(Receipt.id)))


def scoped_quarantine(session: Session, scope: Scope) -> Iterator[Quarantine]:
    """What the kiosks in scope sent and the server put aside, in the order in which it came."""
    rows = select(Quarantine).join(Kiosk, Kiosk.kiosk_id == Quarantine.kiosk_id)
    seen = within(scope, Kiosk.enterprise_id, Kiosk.site_id)
    yield from (row for (row,) in _stream(session, rows.where(seen).order_by(Quarantine.id)))


def cited_policies(session: Session, scope: Scope) -> list[tuple[str, int]]:
    """Enterprise and policy version of the entries in scope, each pair once, in order."""
    pairs = select(Entry.enterprise_id, Entry.policy_version).distinct()
    seen = within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id)
    return sorted((each, version) for each, version in session.execute(pairs.where(seen)))


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


def _stream(session: Session, rows: Select[*tuple[Any, ...]]) -> Generator[Any]:
    with session.execute(rows.execution_options(yield_per=_CHUNK)) as found:
        yield from found
