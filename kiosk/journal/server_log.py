"""What the gate keeps of its server's receipt log: the last head of each log that it believed."""

from __future__ import annotations

import sqlite3

from checkpoint.entrylog.tree_head import TreeHead


def keep_tree(db: sqlite3.Connection, note: str) -> None:
    """Keep a believed head in place of the one before it of the same log."""
    head = TreeHead.read(note)
    if head is not None:
        row = (head.origin, head.size, note)
        db.execute("INSERT OR REPLACE INTO tree_head VALUES (?, ?, ?)", row)


def last_tree(db: sqlite3.Connection) -> str:
    """The note of the newest log's head; '' before the first one."""
    notes = [str(note) for (note,) in db.execute("SELECT note FROM tree_head")]
    heads = {head.begun: note for note in notes if (head := TreeHead.read(note))}
    return heads[max(heads)] if heads else ""
