"""What a journal keeps beside the bytes of its entries, compared with them and with receipts.

`Movements` follows who is inside and which steps of living codes are used up, in a temporary
file of SQLite: as many rows as there are holders, and nothing in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from checkpoint.clock import to_ms
from checkpoint.domain.entry import Entry
from checkpoint.entrylog.chain import Link
from checkpoint.entrylog.claims import Said
from checkpoint.entrylog.commitment import decode_personal
from checkpoint.entrylog.receipt import Standing
from checkpoint.entrylog.report import Layer
from checkpoint.errors import EntryError
from checkpoint.keys.sealing import SealingKey

_PROJECTED = ("at", "kind", "outcome", "direction", "pass_id")
_MOVES = 4096
"""People whose last move is remembered before it goes to the temporary file."""
_KEPT_STEPS = 24 * 60 * 2
"""Steps of 30 s in a day: what a kiosk remembers."""


def entry_column_breaches(
    told: Entry, link: Link, columns: tuple[object, ...], said: Said
) -> Iterator[tuple[Layer, str]]:
    """The layer and words for each column that is not what bytes and receipts say."""
    wanted = (to_ms(told.at), told.kind, told.outcome or "", told.direction or "", told.pass_id)
    for name, column, value in zip(_PROJECTED, columns, wanted, strict=False):
        if column != value:
            yield Layer.PROJECTION, f"column {name} says {column!r}, its bytes say {value!r}"
    told_of = [told for told in said.lines if told.line.hash == link.hash]
    standing: tuple[object, ...] = ("unsent", "", None)
    if told_of:
        line = told_of[0].line
        state = "quarantined" if line.standing is Standing.QUARANTINED else "acknowledged"
        standing = (state, "" if line.why == "-" else line.why, told_of[0].at)
    if columns[len(_PROJECTED) :] != standing:
        words = "state, why or acknowledged_at is not what the server's receipts say"
        yield Layer.RECEIPT, words


class Movements:
    """Who is inside, and the used steps, as the entries say. Closed by `close`."""

    def __init__(self, key: SealingKey | None) -> None:
        self._key = key
        self._whole = key is not None
        self._begun, self._pruned = False, False
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=OFF;"
            "CREATE TABLE inside (holder PRIMARY KEY, since);"
            "CREATE TABLE used_step (pass_id PRIMARY KEY, step);"
        )
        self._db.execute("BEGIN")
        self._moves: dict[bytes, int | None] = {}

    def close(self) -> None:
        """Forget all of it."""
        self._db.close()

    def follow(self, told: Entry, personal: bytes | None) -> None:
        """Take an entry in, its personal side in plain; None where that can't be read."""
        if not self._begun:
            self._begun, self._pruned = True, told.seq > 1
        if told.used_step is not None:
            self._db.execute(
                "INSERT INTO used_step VALUES (?, ?)"
                " ON CONFLICT (pass_id) DO UPDATE SET step = max(step, excluded.step)",
                (told.pass_id, told.used_step),
            )
        if told.commitment and (since := told.moves) is not None:
            self._move(since, personal)

    def _move(self, since: int, personal: bytes | None) -> None:
        try:
            holder = decode_personal(personal or b"").holder_id
        except EntryError:
            self._whole = False  # somebody who can't be named any more
            return
        if self._key is None:
            return
        index = self._key.blind_index(holder, "inside.holder")
        self._moves[index] = since or None
        if len(self._moves) >= _MOVES:
            self._settle()

    def _settle(self) -> None:
        self._db.executemany("INSERT OR REPLACE INTO inside VALUES (?, ?)", self._moves.items())
        self._moves.clear()

    def against(self, journal: sqlite3.Connection) -> Iterator[str]:
        """Rows of the journal that the entries do not lead to, and those that are missing.

        Where entries were pruned or persons erased, what those led to may be there besides.
        """
        self._settle()
        if self._key is not None:
            yield from self._inside(journal)
        yield from self._steps(journal)
        yield from _chain(journal)

    def _inside(self, journal: sqlite3.Connection) -> Iterator[str]:
        exact = self._whole and not self._pruned
        for holder, since in journal.execute("SELECT holder, since FROM inside NOT INDEXED"):
            known = self._db.execute("SELECT since FROM inside WHERE holder = ?", (holder,))
            told = known.fetchone()
            if told is None and not exact:
                continue
            if told is None or told[0] != since:
                yield "table inside has somebody whom the entries do not show as inside"
        for holder, _ in self._db.execute("SELECT * FROM inside WHERE since IS NOT NULL"):
            row = journal.execute("SELECT 1 FROM inside WHERE holder = ?", (holder,)).fetchone()
            if row is None and exact:
                yield "table inside lacks somebody whom the entries show as inside"

    def _steps(self, journal: sqlite3.Connection) -> Iterator[str]:
        # What is a day older than the newest step used may have been forgotten.
        for pass_id, step in journal.execute("SELECT pass_id, step FROM used_step NOT INDEXED"):
            known = self._db.execute("SELECT step FROM used_step WHERE pass_id = ?", (pass_id,))
            told = known.fetchone()
            if told is None and self._pruned:
                continue
            if told is None or told[0] > step or (told[0] != step and not self._pruned):
                yield f"table used_step says {step} of pass {pass_id}, its entries do not"
        newest = self._db.execute("SELECT max(step) FROM used_step").fetchone()[0] or 0
        for pass_id, step in self._db.execute("SELECT * FROM used_step"):
            query = "SELECT 1 FROM used_step WHERE pass_id = ?"
            row = journal.execute(query, (pass_id,)).fetchone()
            if row is None and step >= newest - _KEPT_STEPS:
                yield f"table used_step lacks pass {pass_id}: its code could be used again"


def _chain(journal: sqlite3.Connection) -> Iterator[str]:
    rows = journal.execute("SELECT kiosk_id, epoch, made_at FROM chain NOT INDEXED").fetchall()
    if len(rows) != 1 or rows[0][1] != max(1, rows[0][2]):
        yield "table chain is not as it was begun"
    query = "SELECT 1 FROM entry NOT INDEXED WHERE (kiosk_id, epoch) NOT IN (SELECT kiosk_id, epoch"
    if journal.execute(f"{query} FROM chain) LIMIT 1").fetchone():
        yield "table chain names another chain than the entries"
