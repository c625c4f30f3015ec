"""The record of what was erased: signed, numbered, and naming places instead of people."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
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
