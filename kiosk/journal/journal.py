"""The journal of one kiosk: append, unsent, acknowledge, head, prune, who is inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from checkpoint.clock import Clock, from_ms, to_ms
from checkpoint.credential.dynamic import step_at
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.entrylog import Head, Link, sign_head
from checkpoint.errors import JournalFault
from checkpoint.keys import Keyring, SigningKey
from checkpoint.keys.sealing import SealingKey
from checkpoint.wire.entries import HeldMessage, Receipt, Standing
from kiosk.journal.again import again_count, compare, sent_again
from kiosk.journal.draft import Draft, Tip, place, row_of, unsealed
from kiosk.journal.erasing import Eraser, Forgetting, Wanted
from kiosk.journal.newest import last_of, newest_at
from kiosk.journal.opening import begun, check_end, publish
from kiosk.journal.pruning import prune
from kiosk.journal.server_log import keep_tree, last_tree
from kiosk.journal.steps import last_step, learn_steps, use_step
from kiosk.journal.store import Store

HEAD_ENTRIES = 64
HEAD_S = 10.0
LEAST_KEEP_DAYS = 30

_COLUMNS = "kiosk_id, epoch, seq, hash, body, salt, personal"
_INSERT = (
    f"INSERT INTO entry ({_COLUMNS}, at, kind, outcome, direction, pass_id)"  # noqa: S608 - constant
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Journal:
    """Append-only; every method may be called from any thread.

    A JournalFault says that the file did not do as it should: nothing is then half-written,
    and the next call tries again.
    """

    def __init__(
        self, store: Store, tip: Tip, keys: tuple[SigningKey, SealingKey], clock: Clock
    ) -> None:
        self._store, self._tip, self._clock = store, tip, clock
        self._head_key, self._sealing = keys
        self._headed = (0, clock.monotonic())
        self._forgetting = Forgetting()

    @classmethod
    def open(
        cls,
        folder: Path,
        kiosk_id: str,
        head_key: SigningKey,
        sealing_key: SealingKey,
        clock: Clock,
    ) -> Self:
        """The journal in a folder, made where there is none: that starts an epoch.

        Raises JournalFault when another process has it, when it is another kiosk's, and when
        its end does not hold together, naming the entry.
        """
        store = Store(folder)
        try:
            tip = begun(store, kiosk_id, clock.now())
            keyring = Keyring([head_key.trusted])
            check_end(store, tip, keyring)
            publish(folder, keyring)
        except BaseException:
            store.close()
            raise
        return cls(store, tip, (head_key, sealing_key), clock)

    @property
    def kiosk_id(self) -> str:
        """Whose journal it is."""
        return self._tip.kiosk_id

    @property
    def epoch(self) -> int:
        """The epoch that is being written."""
        return self._tip.epoch

    def append(self, draft: Draft) -> Link:
        """Put an entry at the end of the chain; its link, the personal side in plain.

        Returns once the entry is on disk. Raises JournalFault, having written nothing.
        """
        with self._store.mutex:
            with self._store.writing() as db:
                entry, made = place(draft, self._tip)
                db.execute(_INSERT, row_of(entry, made, self._sealing))
                if draft.personal and (since := draft.moves) is not None:
                    self._move(db, draft.personal.holder_id, since)
                if entry.used_step is not None:
                    use_step(db, entry.pass_id, entry.used_step)
                tip = Tip(made.kiosk_id, made.epoch, made.seq, made.hash)
                headed = self._sign(db, tip) if self._head_due(made.seq) else self._headed
            self._tip, self._headed = tip, headed
        return made

    def _move(self, db: sqlite3.Connection, holder_id: str, since: int) -> None:
        holder = self._blind(holder_id)
        if since:
            db.execute("INSERT OR REPLACE INTO inside VALUES (?, ?)", (holder, since))
        else:
            db.execute("DELETE FROM inside WHERE holder = ?", (holder,))

    def _blind(self, holder_id: str) -> bytes:
        return self._sealing.blind_index(holder_id, "inside.holder")

    def is_inside(self, holder_id: str) -> bool:
        """Whether the holder came in and did not go out, as far as this gate saw."""
        return self.inside_since(holder_id) > 0

    def inside_since(self, holder_id: str) -> int:
        """When the holder came in, ms; 0 for outside, as far as this gate saw."""
        with self._store.reading() as db:
            query = "SELECT since FROM inside WHERE holder = ?"
            row = db.execute(query, (self._blind(holder_id),)).fetchone()
        return int(row[0]) if row else 0

    def used_step(self, pass_id: str) -> int | None:
        """The last step of this phone pass that let somebody pass; None for none known."""
        with self._store.reading() as db:
            return last_step(db, pass_id)

    def learn_steps(self, used: Iterable[tuple[str, int]]) -> None:
        """Note steps (pass id, step) that let somebody pass at other gates."""
        with self._store.writing() as db:
            learn_steps(db, used, step_at(self._clock.now()))

    def inside_count(self) -> int:
        """How many holders are inside, as far as this gate saw."""
        with self._store.reading() as db:
            return int(db.execute("SELECT count(*) FROM inside").fetchone()[0])

    def unsent(self, limit: int, after: int = 0) -> list[Link]:
        """The oldest consecutive entries of one epoch that the server has not taken, or has lost.

        Beyond seq `after`; personal sides in plain, as they travel.
        """
        fresh = (
            f"SELECT {_COLUMNS} FROM entry INDEXED BY entry_unsent"  # noqa: S608 - constant
            " WHERE state = 'unsent' AND seq > ? ORDER BY epoch, seq LIMIT ?"
        )
        old = (
            f"SELECT {_COLUMNS} FROM again JOIN entry USING (epoch, seq)"  # noqa: S608 - constant
            " WHERE seq > ? ORDER BY epoch, seq LIMIT ?"
        )
        with self._store.reading() as db:
            found = db.execute(old, (after, limit)).fetchall()
            rows = [Link(*row) for row in found or db.execute(fresh, (after, limit))]
        run = [
            k for i, k in enumerate(rows) if (k.epoch, k.seq) == (rows[0].epoch, rows[0].seq + i)
        ]
        return [unsealed(k, self._sealing) for k in run]

    def unsent_count(self) -> int:
        """How many entries the server has not taken."""
        with self._store.reading() as db:
            query = "SELECT count(*) FROM entry WHERE state = 'unsent'"
            return int(db.execute(query).fetchone()[0]) + again_count(db)

    def acknowledge(self, note: str, receipt: Receipt, tree: str = "") -> int:
        """Mark what the receipt tells of, and keep its note; how many entries it moved.

        With it the believed head of the server's log, where it has one. An entry moves only
        from unsent, and only when (epoch, seq, hash) are the receipt's.
        """
        move = (
            "UPDATE entry SET state = ?, why = ?, acknowledged_at = ? WHERE state = 'unsent'"
            " AND kiosk_id = ? AND epoch = ? AND seq = ? AND hash = ?"
        )
        at, moved = to_ms(receipt.at), 0
        with self._store.writing() as db:
            for line in receipt.lines:
                quarantined = line.standing is Standing.QUARANTINED
                state = "quarantined" if quarantined else "acknowledged"
                why = "" if line.why == "-" else line.why
                where = (receipt.kiosk_id, receipt.epoch, line.seq, line.hash)
                moved += db.execute(move, (state, why, at, *where)).rowcount
            moved += sent_again(db, receipt.epoch, receipt.lines)
            keep_tree(db, tree)
            if moved:
                db.execute(
                    "INSERT INTO receipt (epoch, at, note) VALUES (?, ?, ?)",
                    (receipt.epoch, at, note),
                )
        return moved

    def tree(self) -> str:
        """The note of the server's last tree head that was believed; '' before the first."""
        with self._store.reading() as db:
            return last_tree(db)

    def compare(self, held: HeldMessage) -> int:
        """Send again what receipts were given for and the server lost; how many entries."""
        with self._store.writing() as db:
            return compare(db, held)

    def last_receipt(self) -> datetime | None:
        """The server's time on the newest receipt."""
        with self._store.reading() as db:
            at = db.execute("SELECT max(at) FROM receipt").fetchone()[0]
        return None if at is None else from_ms(at)

    def newest_at(self) -> datetime | None:
        """The latest time among the last entries; None in an empty journal."""
        with self._store.reading() as db:
            return newest_at(db)

    def last_of(self, kind: EntryKind) -> Entry | None:
        """The last entry of a kind, None where there is none."""
        with self._store.reading() as db:
            return last_of(db, kind)

    def head(self) -> str:
        """A signed head of the chain as it stands, kept in the journal; '' while it is empty."""
        with self._store.mutex:
            tip, headed = self._tip, self._headed
            if tip.seq == 0:
                return ""
            with self._store.writing() as db:
                query = "SELECT note FROM head WHERE epoch = ? AND seq = ?"
                held = db.execute(query, (tip.epoch, tip.seq)).fetchone()
                if held is None:
                    headed = self._sign(db, tip)
                    held = db.execute(query, (tip.epoch, tip.seq)).fetchone()
            self._headed = headed
        return str(held[0])

    def keep_head(self) -> None:
        """Sign a head when the last one is over ten seconds old and entries came since."""
        if self._tip.seq > self._headed[0] and self._head_due(self._tip.seq):
            self.head()

    def _head_due(self, seq: int) -> bool:
        headed, at = self._headed
        return seq - headed >= HEAD_ENTRIES or self._clock.monotonic() - at >= HEAD_S

    def _sign(self, db: sqlite3.Connection, tip: Tip) -> tuple[int, float]:
        now = self._clock.now()
        note = sign_head(Head(tip.kiosk_id, tip.epoch, tip.seq, tip.hash, now), self._head_key)
        db.execute("INSERT INTO head VALUES (?, ?, ?, ?)", (tip.epoch, tip.seq, note, to_ms(now)))
        return tip.seq, self._clock.monotonic()

    def prune(self, keep_days: int = LEAST_KEEP_DAYS) -> int:
        """Delete entries that the server acknowledged over `keep_days` (30 at least) ago.

        Only whole stretches up to a signed head go, so that the head tells what the first
        kept entry is linked to. What is unsent or quarantined stays, and all after it.
        """
        days = timedelta(days=max(keep_days, LEAST_KEEP_DAYS))
        old = to_ms(self._clock.now() - days)
        with self._store.writing() as db:
            return prune(db, self._tip, old)

    def forget(self, wanted: Wanted) -> bool:
        """Destroy some of the personal sides that are to be forgotten; whether there is more to do.

        A few rows a call: the gate never waits for it.
        """
        if (due := self._forgetting.next(wanted)) is None:
            return False
        eraser = Eraser(self._head_key, self._sealing, self._clock.now())
        with self._store.writing() as db:
            step = eraser.step(db, *due)
        if step.erased:
            self._store.empty_log()
        self._forgetting.took(step)
        return step.after is not None

    def close(self) -> None:
        """Sign the last head where it can be, and close. A second call does nothing."""
        with suppress(JournalFault):
            self.head()
        self._store.close()

    def __enter__(self) -> Self:
        """The open journal."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
