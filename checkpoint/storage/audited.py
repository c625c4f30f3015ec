"""A server's database for an audit: its chains, and at the end everything beside them."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TypeVar

from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from checkpoint.entrylog.claims import Claims
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.entrylog.sqlite_form import integrity_flaws
from checkpoint.errors import Damaged
from checkpoint.keys import Keyring, Purpose
from checkpoint.storage import (
    cases,
    catalogue,
    erasures,
    receipt_log_audit,
    recorded,
    records,
    remarks,
    trusted,
)
from checkpoint.storage.database import Database
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.server_log import Opener, ServerLog
from checkpoint.storage.tables import Entry, Erasure

Row = TypeVar("Row")
_TABLE_ORDER = "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off;"


@contextmanager
def open_log(
    database: Database, scope: Scope, trust: Keyring, opener: Opener | None
) -> Iterator[Evidence]:
    """The log of the kiosks in scope as evidence, in one snapshot; nothing is written.

    For the district everything stored is looked at, and rows are read as they lie in the
    tables. `trust` judges receipts, and heads where it has keys of kiosks; the others are those
    that the database names. Raises StorageFault when the database does not answer or is of an
    older schema, Damaged and Unmade when it can't be read as a log at all.
    """
    database.require_current()
    with database.read() as session, ExitStack() as streams:
        if not database.is_sqlite:
            session.execute(text(f"{_TABLE_ORDER} SET LOCAL enable_bitmapscan = off"))
        try:
            kiosks = any(Purpose.HEAD in key.purposes for key in trust.keys)
            keyring = trust if kiosks else trust + trusted.keyring(session)
            log = _Audited(ServerLog(session, scope, keyring, opener), database)
        except (ValueError, TypeError, OverflowError) as fault:
            words = f"the enrolled kiosks can't be read: {type(fault).__name__}"
            raise Damaged(words, remedy="restore a backup") from fault

        def stream(rows: Iterator[Row]) -> Iterator[Row]:
            return streams.enter_context(closing(guarded(log.log, rows)))

        yield Evidence(
            links=stream(log.log.links()),
            heads=stream(log.log.heads()),
            keyring=keyring,
            personal=log.log.personal,
            erasures=stream(erasures.notes_of(session)),
            passing=log.log.taken,
            beside=log.log.beside,
            breaches=log.at_the_end,
            notes=log.notes,
            receipts=stream(log.log.receipts()),
            gaps_expected=True,
            receipted=True,
            total=_total(session, scope),
            tree=lambda head: receipt_log_audit.judge(database, head),
        )


def _total(session: Session, scope: Scope) -> int:
    seen = within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id)
    try:
        return session.scalar(select(func.count()).select_from(Entry).where(seen)) or 0
    except DatabaseError:
        return 0


def guarded(log: ServerLog, rows: Iterator[Row]) -> Generator[Row]:
    """Rows up to where the database can't be read any more, which is a breach by itself.

    A value that no program of ours would have stored ends the reading as a damaged page does.
    """
    try:
        yield from rows
    except (DatabaseError, sqlite3.Error, ValueError, TypeError, OverflowError) as fault:
        log.note(Layer.STORAGE, f"reading ended: {type(fault).__name__}")


class _Audited:
    """The reading of one log, and what is asked once it has been read."""

    def __init__(self, log: ServerLog, database: Database) -> None:
        self.log, self.database = log, database

    def at_the_end(self, claims: Claims) -> Iterator[Breach]:
        """What is beside the chains; of the whole database only where all of it is audited."""
        for _ in guarded(self.log, self._beside_the_chains(claims)):
            yield from self.log.taken()
        yield from self.log.taken()

    def _beside_the_chains(self, claims: Claims) -> Iterator[None]:
        log, session = self.log, self.log.session
        log.set_aside(claims)
        yield
        log.tips()
        yield
        for flaw in catalogue.flaws(self.database, session):
            log.note(Layer.SCHEMA, flaw.words)
        yield
        if log.whole:
            self._integrity()
            yield
            self.log.add(receipt_log_audit.breaches(session, log.keyring))
            yield
            self._records()
            self._erasures()

    def _integrity(self) -> None:
        session = self.log.session
        if not self.database.is_sqlite:
            for words in catalogue.index_flaws(self.database):
                self.log.note(Layer.INTEGRITY, words)
            return
        raw = catalogue.raw(session.connection())
        for flaw in integrity_flaws(raw, catalogue.sqlite_schema()):
            self.log.note(Layer.INTEGRITY, flaw.words, _place_of(raw, flaw.table, flaw.row))

    def _records(self) -> None:
        for words, changed in records.breaks(self.log.session, self.log.keyring):
            verdict = Verdict.TAMPERED if changed else Verdict.INCOMPLETE
            self.log.note(Layer.RECORD, words, verdict=verdict)
        for words, kiosk_id in recorded.breaks(self.log.session):
            self.log.note(Layer.RECORD, words, (kiosk_id, 0, 0))
        for words in cases.breaks(self.log.session):
            self.log.note(Layer.RECORD, words)
        for words, place in remarks.strays(self.log.session):
            self.log.note(Layer.RECORD, words, place)

    def _erasures(self) -> None:
        """The columns of erasures against their notes."""
        rows = self.log.session.scalars(select(Erasure).order_by(Erasure.number))
        for row in rows:
            lines = row.note.split("\n")[1:7]
            told = [f"number {row.number}", f"at {row.at}", f"by {row.account_id}"]
            told += [f"ground {row.ground}", f"entries {row.entries}"]
            if lines[:4] + lines[5:] != told:
                words = f"the columns of erasure {row.number} are not what its note says"
                self.log.note(Layer.PROJECTION, words)

    def notes(self) -> Iterator[str]:
        """What could not be looked at."""
        log = self.log
        if log.opener is None and log.sealed:
            yield (
                f"no sealing key given: {log.sealed} personal sides could not be opened and"
                " compared with their commitments"
            )
        if not any(Purpose.RECEIPT in key.purposes for key in log.keyring.keys):
            yield "no key of the server is trusted here: the receipts' signatures were not judged"
        if not log.whole:
            yield "only the chains in scope were read; records and indexes were not looked at"


def _place_of(raw: sqlite3.Connection, table: str, row: int) -> tuple[str, int, int]:
    if table != "entry" or not row:
        return ("", 0, 0)
    query = "SELECT kiosk_id, epoch, seq FROM entry NOT INDEXED WHERE rowid = ?"
    found = raw.execute(query, (row,)).fetchone()
    return (str(found[0]), int(found[1]), int(found[2])) if found else ("", 0, 0)
