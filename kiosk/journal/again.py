"""Entries that go up once more, because a restored server lost them.

They keep the standing of their first receipt; here is only what is yet to be sent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from checkpoint.wire.entries import HeldMessage, ReceiptLine


def compare(db: sqlite3.Connection, held: HeldMessage) -> int:
    """Put on the list what receipts were given for and the server lost; how many entries."""
    through, last = _taken_through(db, held.epoch)
    if held.seq < through:
        return _send_again(db, held.epoch, held.seq)
    return _send_again(db, held.epoch, held.last) if held.last < last else 0


def _taken_through(db: sqlite3.Connection, epoch: int) -> tuple[int, int]:
    """What receipts promise: every entry up to the first number is held, and the second is."""
    query = "SELECT min(seq) FROM entry WHERE epoch = ? AND state <> 'acknowledged'"
    other = db.execute(query, (epoch,)).fetchone()[0]
    query = "SELECT max(seq) FROM entry WHERE epoch = ? AND state = 'acknowledged'"
    last = db.execute(query, (epoch,)).fetchone()[0] or 0
    return (last if other is None else min(last, other - 1)), last


def _send_again(db: sqlite3.Connection, epoch: int, after: int) -> int:
    """Put what was taken once, beyond `after`, on the list; how many were not on it yet."""
    return db.execute(
        "INSERT OR IGNORE INTO again SELECT epoch, seq FROM entry"
        " WHERE epoch = ? AND seq > ? AND state <> 'unsent'",
        (epoch, after),
    ).rowcount


def sent_again(db: sqlite3.Connection, epoch: int, lines: Iterable[ReceiptLine]) -> int:
    """Take what a receipt tells of off the list; how many that were."""
    gone = (
        "DELETE FROM again WHERE epoch = ? AND seq = ?"
        " AND EXISTS (SELECT 1 FROM entry e WHERE e.epoch = ? AND e.seq = ? AND e.hash = ?)"
    )
    return sum(
        db.execute(gone, (epoch, line.seq, epoch, line.seq, line.hash)).rowcount for line in lines
    )


def again_count(db: sqlite3.Connection) -> int:
    """How many entries are on the list."""
    return int(db.execute("SELECT count(*) FROM again").fetchone()[0])
