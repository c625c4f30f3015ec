"""The erasures of the entry log, one after the other."""

from __future__ import annotations

from collections.abc import Generator

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.storage.database import Database
from checkpoint.storage.tables import Erasure


def notes(database: Database) -> Generator[str]:
    """The signed notes in order: for `entrylog.erasure.Erasures`."""
    with database.read() as session:
        yield from notes_of(session)


def notes_of(session: Session) -> Generator[str]:
    """The same within a transaction."""
    rows = select(Erasure.note).order_by(Erasure.number).execution_options(yield_per=500)
    yield from session.scalars(rows)


def last(session: Session) -> Erasure | None:
    """The latest erasure, None before the first."""
    return session.scalar(select(Erasure).order_by(Erasure.number.desc()).limit(1))
