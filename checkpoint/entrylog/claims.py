"""What signed notes say of a log, by place: the hashes in heads, the lines of receipts.

They lie in a temporary file of SQLite, so that an audit of a million entries needs no more
memory than one of a thousand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from checkpoint.clock import to_ms
from checkpoint.entrylog.chain import Link
from checkpoint.entrylog.head import Head
from checkpoint.entrylog.receipt import Receipt, ReceiptLine, Standing

_TABLES = """
CREATE TABLE head (kiosk, epoch, seq, hash, kept, at);
CREATE TABLE line (kiosk, epoch, seq, hash, standing, why, at, kept);
CREATE TABLE aside (kiosk, epoch, seq, hash);
"""
_INDEXES = """
CREATE INDEX head_place ON head (kiosk, epoch, seq);
CREATE INDEX line_place ON line (kiosk, epoch, seq);
"""
_WINDOW = 512
_NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a receipt, and when the server signed it (milliseconds)."""

    line: ReceiptLine
    at: int


@dataclass(slots=True)
class Said:
    """All that signed notes say of one entry: (hash, kept elsewhere) of heads, receipts' lines."""

    heads: list[tuple[bytes, bool]] = field(default_factory=list)
    lines: list[Told] = field(default_factory=list)


class Claims:
    """Fill with `head` and `receipts`, then ask by place. A context manager."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode=OFF;{_TABLES}")
        self._db.execute("BEGIN")
        self._window: dict[int, Said] = {}
        self._reach: tuple[str, int, range] = ("", 0, range(0))

    def __enter__(self) -> Self:
        """The claims."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget all of it."""
        self._db.close()

    def head(self, head: Head, *, kept: bool) -> None:
        """Take in a verified head; `kept` when it was held elsewhere."""
        row = (head.kiosk_id, head.epoch, head.seq, head.hash, kept, to_ms(head.at))
        self._db.execute("INSERT INTO head VALUES (?, ?, ?, ?, ?, ?)", row)

    def receipts(self, receipts: Iterable[Receipt], *, kept: bool = False) -> None:
        """Take in the lines of receipts, in order; `kept` when they were held elsewhere."""
        self._db.executemany(
            "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (r.kiosk_id, r.epoch, x.seq, x.hash, x.standing.value, x.why, to_ms(r.at), kept)
                for r in receipts
                for x in r.lines
            ),
        )

    def ready(self) -> None:
        """All is in: from here on it is asked."""
        self._db.execute("COMMIT")
        self._db.executescript(_INDEXES)

    def at(self, entry: Link) -> Said:
        """What is said of the entry at this place."""
        kiosk_id, epoch, reach = self._reach
        if (kiosk_id, epoch) != (entry.kiosk_id, entry.epoch) or entry.seq not in reach:
            self._look(entry.kiosk_id, entry.epoch, range(entry.seq, entry.seq + _WINDOW))
        return self._window.get(entry.seq) or Said()

    def _look(self, kiosk_id: str, epoch: int, reach: range) -> None:
        self._window, self._reach = {}, (kiosk_id, epoch, reach)
        place = (kiosk_id, epoch, reach.start, reach.stop)
        where = "WHERE kiosk = ? AND epoch = ? AND seq >= ? AND seq < ? ORDER BY rowid"
        heads = f"SELECT seq, hash, kept FROM head {where}"  # noqa: S608 - constant
        for seq, digest, kept in self._db.execute(heads, place):
            self._window.setdefault(seq, Said()).heads.append((digest, bool(kept)))
        lines = f"SELECT seq, hash, standing, why, at FROM line {where}"  # noqa: S608 - constant
        for row in self._db.execute(lines, place):
            line = ReceiptLine(row[0], row[1], Standing(row[2]), row[3])
            self._window.setdefault(row[0], Said()).lines.append(Told(line, row[4]))

    def taken_between(self, place: tuple[str, int], after: int, before: int) -> int | None:
        """The first seq, after and before these, that the server took by a receipt."""
        query = (
            "SELECT min(seq) FROM line WHERE kiosk = ? AND epoch = ? AND seq > ? AND seq < ?"
            " AND standing <> 'quarantined'"
        )
        found = self._db.execute(query, (*place, after, before)).fetchone()[0]
        return None if found is None else int(found)

    def not_taken(self, place: tuple[str, int], last: int) -> int | None:
        """The first seq up to `last` that no receipt says the server took."""
        query = (
            "SELECT DISTINCT seq FROM line WHERE kiosk = ? AND epoch = ? AND seq <= ?"
            " AND standing <> 'quarantined' ORDER BY seq"
        )
        wanted = 1
        for (seq,) in self._db.execute(query, (*place, last)):
            if seq != wanted:
                break
            wanted += 1
        return wanted if wanted <= last else None

    def last_heads(self, until: int | None) -> Iterator[tuple[str, int, int, bool, bool]]:
        """Of each chain the furthest head: kiosk, epoch, seq, whether it was kept elsewhere.

        The last is whether it was kept, and signed later than `until` (milliseconds).
        """
        query = (
            "SELECT kiosk, epoch, max(seq), kept, kept AND at > ? AS later FROM head"
            " GROUP BY kiosk, epoch, kept, later"
        )
        for kiosk_id, epoch, seq, *said in self._db.execute(query, (until or _NEVER,)):
            yield kiosk_id, epoch, seq, bool(said[0]), bool(said[1])

    def last_taken(self, until: int | None) -> Iterator[tuple[str, int, int, bool]]:
        """Of each chain the furthest entry that a receipt says the server took.

        The last is whether that receipt was kept elsewhere, and signed later than `until`.
        """
        query = (
            "SELECT kiosk, epoch, max(seq), kept AND at > ? AS later FROM line"
            " WHERE standing <> 'quarantined' GROUP BY kiosk, epoch, later"
        )
        for kiosk_id, epoch, seq, later in self._db.execute(query, (until or _NEVER,)):
            yield kiosk_id, epoch, seq, bool(later)

    def histories(self) -> Iterator[tuple[str, int, int]]:
        """Places where heads of one kiosk have different hashes: two histories."""
        query = (
            "SELECT kiosk, epoch, seq FROM head GROUP BY kiosk, epoch, seq"
            " HAVING count(DISTINCT hash) > 1 ORDER BY kiosk, epoch, seq"
        )
        yield from self._db.execute(query)

    def set_aside(self, place: tuple[str, int, int], digest: bytes) -> list[tuple[str, int]]:
        """Why and when the server put an entry with this hash aside, as its receipts say."""
        query = (
            "SELECT why, at FROM line WHERE kiosk = ? AND epoch = ? AND seq = ? AND hash = ?"
            " AND standing = 'quarantined' ORDER BY rowid"
        )
        return self._db.execute(query, (*place, digest)).fetchall()

    def found_aside(self, place: tuple[str, int, int], digest: bytes) -> None:
        """Note that what receipts say was put aside here is held."""
        self._db.execute("INSERT INTO aside VALUES (?, ?, ?, ?)", (*place, digest))

    def lost_aside(self) -> Iterator[tuple[str, int, int]]:
        """Places of what receipts say was put aside, and was not found."""
        query = (
            "SELECT kiosk, epoch, seq FROM (SELECT kiosk, epoch, seq, hash FROM line"
            " WHERE standing = 'quarantined' EXCEPT SELECT kiosk, epoch, seq, hash FROM aside)"
        )
        yield from self._db.execute(query)
