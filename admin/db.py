"""The server's one database, shared by accounts and services.

Why accounts have no engine of their own: docs/decisions/0004-one-engine-for-accounts.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.errors import StorageFault
from checkpoint.services import receipt_log, restoring
from checkpoint.services.office import Office
from checkpoint.storage.keyset import page
from checkpoint.storage.scope import Page
from checkpoint.storage.tables import Lookup

EXTENSION = "sibao_office"


def office() -> Office:
    """The Office of this application."""
    held = current_app.extensions[EXTENSION]
    assert isinstance(held, Office)  # noqa: S101 - create_app put it there
    return held


@contextmanager
def reading(of: Office) -> Iterator[Session]:
    """A snapshot; what was loaded stays readable after it."""
    with of.db.read() as session:
        yield session
        session.expunge_all()


@contextmanager
def transaction(of: Office) -> Iterator[Session]:
    """One durable change, all or nothing."""
    with of.db.write() as session:
        yield session


def ping(of: Office) -> None:
    """Ask the database for nothing. Raises StorageFault when it does not answer."""
    with reading(of) as session:
        session.execute(text("SELECT 1"))


def log_state() -> str:
    """How receipts stand.

    `ok`; `refused` over a database that was put back; `restored` until all is here again;
    `unknown` where that can't be read.
    """
    try:
        if receipt_log.standing(office()).behind:
            return "refused"
        return "restored" if restoring.unfinished(office()) else "ok"
    except StorageFault:
        return "unknown"


@dataclass(frozen=True, slots=True)
class LookupLine:
    """One line of the lookup record."""

    number: int
    at: datetime
    verb: str
    asked: dict[str, str]
    found: int
    why: str


def lookups_of(of: Office, account_id: str, after: str | None) -> Page[LookupLine]:
    """What an account asked the entry log, the newest first."""
    wanted = select(Lookup).where(Lookup.account_id == account_id)
    with reading(of) as session:
        rows, cursor = page(session, wanted, (Lookup.at, Lookup.id), after, 50)
        lines = tuple(
            LookupLine(r.id, from_ms(r.at), r.verb, json.loads(r.asked), r.found, r.why)
            for r in rows
        )
    return Page(lines, cursor)
