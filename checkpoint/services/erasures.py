"""The record of what was erased: signed, numbered, and naming places instead of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.entrylog.erasure import (
    BEGIN,
    Erasure,
    Ground,
    Place,
    digest,
    sign_erasure,
    spans_of,
)
from checkpoint.keys import Purpose
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import erasures, tables
from checkpoint.storage.scope import Page


def note(
    office: Office, session: Session, by: Actor, ground: Ground, places: Iterable[Place]
) -> Erasure:
    """Say in the transaction that erases them that these entries are without their person.

    To be called after the entries were changed: erasures are written one after the other.
    """
    office.db.alone(session, "erasure")
    before = erasures.last(session)
    erasure = Erasure(
        number=before.number + 1 if before else 1,
        at=office.clock.now(),
        account_id=by.account_id,
        ground=ground,
        previous=digest(before.note) if before else BEGIN,
        spans=spans_of(places),
    )
    key = office.keys.server
    session.add(
        tables.Erasure(
            number=erasure.number,
            at=to_ms(erasure.at),
            account_id=by.account_id,
            ground=ground.value,
            entries=erasure.entries,
            note=sign_erasure(erasure, key),
        )
    )
    session.flush()
    count(office, session, Signing(key, Purpose.RECEIPT, f"erasure/{erasure.number}"), by)
    return erasure


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One erasure as people see it; `name` is the account's in the action record."""

    number: int
    at: datetime
    account_id: str
    name: str
    ground: Ground
    entries: int


def record_of(office: Office, after: str | None = None) -> Page[ErasureRow]:
    """All erasures, the newest first."""
    with office.db.read() as session:
        rows, cursor = erasures.listed(session, after)
        names = erasures.names(session, {row.account_id for row in rows})
        told = tuple(
            ErasureRow(
                row.number,
                from_ms(row.at),
                row.account_id,
                names.get(row.account_id, row.account_id),
                Ground(row.ground),
                row.entries,
            )
            for row in rows
        )
    return Page(told, cursor)
