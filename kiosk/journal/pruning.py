"""Letting go of old entries that the server holds."""

from __future__ import annotations

import sqlite3

from kiosk.journal.draft import Tip


def prune(db: sqlite3.Connection, tip: Tip, old: int) -> int:
    """Delete entries acknowledged before `old`, milliseconds, up to a signed head; how many.

    What is unsent, quarantined or must go up again stays, and all after it.
    """
    kept = (
        "SELECT min(seq) FROM entry WHERE epoch = :epoch"
        " AND NOT (state = 'acknowledged' AND acknowledged_at < :old AND seq < :last"
        " AND seq NOT IN (SELECT seq FROM again WHERE epoch = :epoch))"
    )
    places = {"epoch": tip.epoch, "old": old, "last": tip.seq - 1}
    first = db.execute(kept, places).fetchone()[0] or 0
    query = "SELECT max(seq) FROM head WHERE epoch = ? AND seq < ?"
    upto = db.execute(query, (tip.epoch, first)).fetchone()[0] or 0
    gone = "DELETE FROM entry WHERE epoch = ? AND seq <= ?"
    return db.execute(gone, (tip.epoch, upto)).rowcount
