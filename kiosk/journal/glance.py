"""A look into a journal from outside, while a gate may be writing it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checkpoint.clock import from_ms
from checkpoint.errors import JournalFault
from kiosk.journal.server_log import last_tree


@dataclass(frozen=True, slots=True)
class Glance:
    """How a journal stands."""

    kiosk_id: str
    epoch: int
    last_seq: int
    last_hash: bytes
    entries: int
    unsent: int
    quarantined: int
    inside: int
    last_receipt: datetime | None
    tree: str
    """the note of the server's last tree head that was believed, '' for none"""


def glance(folder: Path) -> Glance | None:
    """How the journal in a folder stands, None where there is none. Raises JournalFault."""
    path = folder / "journal.db"
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            kiosk_id, epoch = db.execute("SELECT kiosk_id, epoch FROM chain").fetchone()
            query = "SELECT seq, hash FROM entry WHERE epoch = ? ORDER BY seq DESC LIMIT 1"
            seq, digest = db.execute(query, (epoch,)).fetchone() or (0, b"")
            query = "SELECT state, count(*) FROM entry GROUP BY state"
            states = dict(db.execute(query).fetchall())
            inside = db.execute("SELECT count(*) FROM inside").fetchone()[0]
            known = "SELECT count(*) FROM sqlite_master WHERE name = 'tree_head'"
            tree = last_tree(db) if db.execute(known).fetchone()[0] else ""
            at = db.execute("SELECT max(at) FROM receipt").fetchone()[0]
    except (sqlite3.Error, TypeError) as fault:
        raise JournalFault(f"journal {path}: {fault}", remedy="check the disk") from fault
    return Glance(
        kiosk_id,
        epoch,
        seq,
        digest,
        sum(states.values()),
        states.get("unsent", 0),
        states.get("quarantined", 0),
        inside,
        None if at is None else from_ms(at),
        tree,
    )
