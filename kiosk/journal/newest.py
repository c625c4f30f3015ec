"""What the end of a journal tells."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from checkpoint.clock import from_ms
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.entrylog import decode_entry

_LATEST = "SELECT max(at) FROM (SELECT at FROM entry ORDER BY epoch DESC, seq DESC LIMIT 64)"
_LAST = "SELECT body FROM entry WHERE kind = ? ORDER BY epoch DESC, seq DESC LIMIT 1"


def newest_at(db: sqlite3.Connection) -> datetime | None:
    """The latest time among the last entries; None in an empty journal."""
    at = db.execute(_LATEST).fetchone()[0]
    return None if at is None else from_ms(at)


def last_of(db: sqlite3.Connection, kind: EntryKind) -> Entry | None:
    """The last entry of a kind, None where there is none."""
    row = db.execute(_LAST, (kind.value,)).fetchone()
    return decode_entry(row[0]) if row else None
