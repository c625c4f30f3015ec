"""Entries in the order in which they came to the server, whoever's they are: nothing is missed.

The order is that of the receipt log, which is written by one transaction at a time; the numbers of
rows are given out before commits, and a reader could pass one by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from checkpoint.errors import NotFound
from checkpoint.storage.tables import Entry, Leaf, ReceiptLog

WINDOW = 5_000
"""Lines of the receipt log that one question looks through at most."""
_CURSOR = re.compile(r"(\d{1,9})\.(\d{1,18})", re.ASCII)
BEGINNING = (0, 0)
Place = tuple[int, int]
"""Of the receipt log: which one, and the position of a line."""


def place_of(cursor: str) -> Place:
    """The place that a cursor names, the beginning for an empty one. Raises NotFound."""
    if not cursor:
        return BEGINNING
    form = _CURSOR.fullmatch(cursor)
    if form is None:
        raise NotFound("no such cursor", remedy="begin without one")
    return int(form[1]), int(form[2])


def end(session: Session) -> Place:
    """The place of the last line there is."""
    log = session.scalars(select(ReceiptLog).order_by(ReceiptLog.log_id.desc()).limit(1)).first()
    return (log.log_id, max(0, log.size - 1)) if log else BEGINNING


def since(
    session: Session, enterprise_id: str, after: Place, limit: int
) -> tuple[Sequence[Entry], Place]:
    """Entries of the enterprise's kiosks that came after a place, in order, and where to go on."""
    window = session.execute(
        select(Leaf.log_id, Leaf.position)
        .where(tuple_(Leaf.log_id, Leaf.position) > tuple_(*after))
        .order_by(Leaf.log_id, Leaf.position)
        .offset(WINDOW - 1)
        .limit(1)
    ).first()
    last = (window.log_id, window.position) if window else end(session)
    if last <= after:
        return [], after
    place = tuple_(Leaf.log_id, Leaf.position)
    rows = session.execute(
        select(Entry, Leaf.log_id, Leaf.position)
        .join(
            Leaf,
            (Leaf.kiosk_id == Entry.kiosk_id)
            & (Leaf.epoch == Entry.epoch)
            & (Leaf.seq == Entry.seq)
            & (Leaf.hash == Entry.hash),
        )
        .where(
            place > tuple_(*after),
            place <= tuple_(*last),
            Leaf.standing != "quarantined",
            Entry.kiosk_enterprise_id == enterprise_id,
        )
        .order_by(Leaf.log_id, Leaf.position)
        .limit(limit)
    ).all()
    if len(rows) == limit:
        last = (rows[-1].log_id, rows[-1].position)
    return [row.Entry for row in rows], last
