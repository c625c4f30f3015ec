"""Replacing the sealing key of a gate's journal, the gate being stopped.

1. The next key is on disk. 2. One transaction seals every person anew. 3. The next key takes the
place of the old one, which is destroyed. Cut short anywhere, the next start goes on.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from checkpoint.entrylog import Link, decode_personal
from checkpoint.entrylog.journal_file import sealed_under
from checkpoint.errors import EntryError, KeyFault
from checkpoint.keys import sealing_ring
from checkpoint.keys.sealing_ring import NEXT, SealingRing
from kiosk.journal.store import Store

_COLUMNS = "rowid, kiosk_id, epoch, seq, hash, body, salt, personal"


def begun(folder: Path) -> bool:
    """Whether a rotation was cut short."""
    return (folder / "keys" / NEXT).exists()


def rotate(folder: Path) -> int:
    """Replace the key; how many persons were sealed anew.

    Raises JournalFault while a gate runs there, KeyFault when the keys can't be read or written.
    """
    keys = folder / "keys"
    store = Store(folder)
    try:
        sealing_ring.begin(keys)  # 1
        ring = SealingRing.load_or_make(keys)
        with store.writing() as db:  # 2
            done = _anew(db, ring)
        store.empty_log()
    finally:
        store.close()
    sealing_ring.end(keys)  # 3
    return done


def _anew(db: sqlite3.Connection, ring: SealingRing) -> int:
    done = 0
    holders: set[str] = set()
    query = f"SELECT {_COLUMNS} FROM entry WHERE personal <> x''"  # noqa: S608 - constant
    for rowid, *columns in db.execute(query).fetchall():
        row = Link(*columns)
        try:
            plain = ring.open(row.personal, sealed_under(row))
            holders.add(decode_personal(plain).holder_id)
        except (KeyFault, EntryError):
            continue
        fresh = replace(row, personal=ring.seal(plain, sealed_under(row)))
        db.execute("UPDATE entry SET personal = ? WHERE rowid = ?", (fresh.personal, rowid))
        done += 1
    _inside_anew(db, ring, holders)
    return done


def _inside_anew(db: sqlite3.Connection, ring: SealingRing, holders: set[str]) -> None:
    """Who is inside, under the next index; whom no entry names any more is forgotten."""
    rows = dict(db.execute("SELECT holder, since FROM inside").fetchall())
    db.execute("DELETE FROM inside")
    for holder in holders:
        new, *old = ring.blind_indexes(holder, "inside.holder")
        since = next((rows[index] for index in (new, *old) if index in rows), None)
        if since is not None:
            db.execute("INSERT INTO inside VALUES (?, ?)", (new, since))
