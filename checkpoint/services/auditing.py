"""Audits with the server's own keys: personal sides opened, receipts judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from checkpoint.clock import SystemClock
from checkpoint.entrylog import Link
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.report import Report, unread
from checkpoint.errors import Damaged, KeyFault
from checkpoint.keys import Keyring
from checkpoint.keys.sealing_ring import CURRENT, DESTROYED, SealingRing
from checkpoint.services import sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.ingest import content_of
from checkpoint.services.office import SERVER, KeyFolder, Office, beside
from checkpoint.storage.audited import open_log
from checkpoint.storage.database import Database
from checkpoint.storage.head_store import HeadStore
from checkpoint.storage.scope import Scope
from checkpoint.storage.server_log import Opener


@contextmanager
def evidence(office: Office, scope: Scope) -> Iterator[Evidence]:
    """The log of the kiosks in scope, judged by this server's keys. Raises StorageFault."""
    with open_log(office.db, scope, office.keys.ring(SERVER), opener(office)) as found:
        yield found


def audited(
    office: Office, by: Actor, scope: Scope, begun: Callable[[int], None], tick: Callable[[], None]
) -> Report:
    """Audit the chains of the kiosks in scope; that it was done is in the action record.

    `begun` is told about how many entries the log has, `tick` is called once an entry. Raises
    StorageFault.
    """
    with office.db.write() as session:
        record(office, session, by, Act("audit", "entry_log", next(iter(scope.enterprises), "")))
    try:
        with evidence(office, scope) as found:
            begun(found.total)
            return audit(found, (), tick)
    except Damaged as fault:
        return unread(fault)


@contextmanager
def open_database(
    url: str, keys: Path | None = None, trust: Keyring | None = None
) -> Iterator[Evidence]:
    """A server's database as evidence; nothing is made where there is none.

    `keys` is the server's key folder; without one that beside a file of SQLite is taken, and
    where there is none the personal side stays sealed. Raises StorageFault and KeyFault.
    """
    database = Database.open(url, create=False)
    try:
        office = _office(database, keys or _beside(url))
        own = office.keys.ring(SERVER) if office else Keyring()
        with open_log(
            database, Scope.whole_district(), trust or own, opener(office) if office else None
        ) as found:
            yield found
    finally:
        database.close()


def _beside(url: str) -> Path | None:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return None
    return Path(str(address.database)).parent / "keys"


def _office(database: Database, keys: Path | None) -> Office | None:
    if keys is None or not any((keys / name).is_file() for name in (CURRENT, DESTROYED)):
        return None
    clock = SystemClock()
    return Office(database, KeyFolder(keys, clock), clock, HeadStore(beside(keys.parent)))


def opener(office: Office) -> Opener:
    """The sealing key of the office at work on what it stored."""
    held = _HeldRing(office)
    return Opener(
        side=held.side,
        indexes=lambda column, value: sealed.indexes_under(held.ring, column, value),
        content=lambda link: content_of(replace(link, **_parts(held.side(link)))),
    )


def _parts(side: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"salt": side[0], "personal": side[1]}


class _HeldRing:
    """The sealing keys as they were read once, instead of from their files for each entry.

    Those that came since are added, and none is dropped: the audit reads one snapshot of the
    database, which may be older than a rotation.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    @cached_property
    def ring(self) -> SealingRing:
        """The keys; asked for by the first sealed field only, as an ended deployment has none."""
        return self._office.keys.sealing

    def side(self, link: Link) -> tuple[bytes, bytes]:
        """Salt and record of a stored entry, both empty once erased. Raises KeyFault."""
        if not link.personal:
            return b"", b""
        try:
            return sealed.side_under(self.ring, link)
        except KeyFault:
            present = self._office.keys.sealing.keys
            more = tuple(key for key in present if key not in self.ring.keys)
            if not more:
                raise
            self.ring = SealingRing(more + self.ring.keys)
            return sealed.side_under(self.ring, link)
