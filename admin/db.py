"""The server's one database, shared by accounts and services.

Why accounts have no engine of their own: docs/decisions/0004-one-engine-for-accounts.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy.orm import Session

from checkpoint.services.office import Office

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
