"""Destroying personal sides in the journal: those whose time is over, and erased holders'.

What was destroyed is written down in the same transaction, signed by the kiosk: an audit tells
it from an entry that somebody emptied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime

from checkpoint.clock import to_ms
from checkpoint.entrylog import Link, decode_personal
from checkpoint.entrylog.erasure import BEGIN, Erasure, Ground, digest, sign_erasure, spans_of
from checkpoint.errors import EntryError
from checkpoint.keys import SigningKey
from checkpoint.keys.sealing import SealingKey
from kiosk.journal.draft import unsealed

CHUNK = 256
"""Rows looked at in one transaction: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be forgotten: entries of before a time, and all of these holders."""

    before: datetime
    holders: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """How far a pass came: the row to go on after, None at the end; how many were erased."""

    after: int | None
    erased: int


@dataclass(frozen=True, slots=True)
class Eraser:
    """Who erases by which keys, and when it is."""

    head_key: SigningKey
    sealing: SealingKey
    now: datetime

    def step(self, db: sqlite3.Connection, wanted: Wanted, after: int) -> Step:
        """Look at the next rows after one (0 at first), within a transaction."""
        query = (
            "SELECT rowid, at, kiosk_id, epoch, seq, hash, body, salt, personal FROM entry"
            " WHERE rowid > ? AND personal <> x'' ORDER BY rowid LIMIT ?"
        )
        rows = db.execute(query, (after, CHUNK)).fetchall()
        before = to_ms(wanted.before)
        gone: dict[Ground, list[tuple[int, Link]]] = {}
        for rowid, at, *columns in rows:
            row = Link(*columns)
            if at < before:
                gone.setdefault(Ground.RETENTION, []).append((rowid, row))
            elif wanted.holders and self._holder(row) in wanted.holders:
                gone.setdefault(Ground.REQUEST, []).append((rowid, row))
        for ground, found in gone.items():
            self._note(db, ground, [row for _, row in found])
            empty = "UPDATE entry SET personal = x'', salt = x'' WHERE rowid = ?"
            db.executemany(empty, [(rowid,) for rowid, _ in found])
        if not after:
            self._forget_inside(db, wanted)
        erased = sum(len(found) for found in gone.values())
        return Step(rows[-1][0] if len(rows) == CHUNK else None, erased)

    def _holder(self, row: Link) -> str:
        try:
            return decode_personal(unsealed(row, self.sealing).personal).holder_id
        except EntryError:
            return ""

    def _note(self, db: sqlite3.Connection, ground: Ground, rows: list[Link]) -> None:
        query = "SELECT number, note FROM erasure ORDER BY number DESC LIMIT 1"
        number, before = db.execute(query).fetchone() or (0, "")
        erasure = Erasure(
            number=number + 1,
            at=self.now,
            account_id=self.head_key.trusted.owner,
            ground=ground,
            previous=digest(before) if before else BEGIN,
            spans=spans_of((row.kiosk_id, row.epoch, row.seq) for row in rows),
        )
        note = sign_erasure(erasure, self.head_key)
        db.execute("INSERT INTO erasure VALUES (?, ?)", (erasure.number, note))

    def _forget_inside(self, db: sqlite3.Connection, wanted: Wanted) -> None:
        """Who is inside is told no longer than the entries tell it."""
        db.execute("DELETE FROM inside WHERE since < ?", (to_ms(wanted.before),))
        inside = [(self.sealing.blind_index(h, "inside.holder"),) for h in wanted.holders]
        db.executemany("DELETE FROM inside WHERE holder = ?", inside)


class Forgetting:
    """One pass after another over the journal, a few rows at a time: the gate never waits."""

    def __init__(self) -> None:
        self._wanted: Wanted | None = None
        self._done: Wanted | None = None
        self._after = 0

    def next(self, wanted: Wanted) -> tuple[Wanted, int] | None:
        """What to look for next and after which row; None when all of it was done already.

        Days count, not milliseconds: `before` is the beginning of its hour.
        """
        wanted = replace(wanted, before=wanted.before.replace(minute=0, second=0, microsecond=0))
        if self._wanted is None:
            if wanted == self._done:
                return None
            self._wanted, self._after = wanted, 0
        return self._wanted, self._after

    def took(self, step: Step) -> None:
        """A step was done."""
        if step.after is None:
            self._done, self._wanted = self._wanted, None
        else:
            self._after = step.after
