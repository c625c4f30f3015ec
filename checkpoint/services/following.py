"""Following a list: a lookup that goes on while its page shows what is new by itself."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.services import lookup
from checkpoint.services.actor import Actor
from checkpoint.services.lookup import Found
from checkpoint.services.lookup_record import Asked, note
from checkpoint.services.office import Office
from checkpoint.storage import finding, tables
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.storage.scope import Scope

SPAN = timedelta(minutes=10)
"""So long one line of the record answers for all that a followed list shows."""


def follow(office: Office, by: Actor, scope: Scope, wanted: EntryFilter, number: int) -> Found:
    """The first page of the lookup `number` as it is now.

    The record has a line `follow` with the lookup's number at the first page of each SPAN, before
    that page is shown, and none for the others. What is no lookup of this account with this
    question and scope is not followed: it is asked as a lookup of its own.
    """
    with office.db.read() as session:
        ours = _is_of(session, by, scope, wanted, number)
        told = ours and _told(session, by, number, office.now_ms())
    if not ours:
        return lookup.find(office, by, scope, wanted)
    with office.db.read() as session:
        found, cursor = finding.find(session, scope, wanted, {}, None)
        shown = lookup.rows(office, session, found)
    if not told:
        asked = wanted.asked() | {"lookup": str(number)}
        with office.db.write() as session:
            note(office, session, by, scope, Asked("follow", asked, len(shown)))
    return Found(shown, cursor, number)


def _is_of(session: Session, by: Actor, scope: Scope, wanted: EntryFilter, number: int) -> bool:
    line = session.get(tables.Lookup, number)
    if line is None or (line.account_id, line.verb) != (by.account_id, "find"):
        return False
    same: bool = json.loads(line.scope) == scope.to_json()
    return same and bool(json.loads(line.asked) == wanted.asked())


def _told(session: Session, by: Actor, number: int, now: int) -> bool:
    """Whether the newest line about following this lookup answers for this moment."""
    lines = select(tables.Lookup.at, tables.Lookup.asked).where(
        tables.Lookup.account_id == by.account_id,
        tables.Lookup.id > number,
        tables.Lookup.verb == "follow",
    )
    span = SPAN // timedelta(milliseconds=1)
    newest_first = session.execute(lines.order_by(tables.Lookup.id.desc()))
    mine = (at for at, asked in newest_first if json.loads(asked).get("lookup") == str(number))
    at = next(mine, None)
    return at is not None and at <= now < at + span
