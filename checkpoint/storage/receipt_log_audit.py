"""Recomputing the receipt log: each leaf's bytes, the tree over them, what was signed over it.

1. Leaves follow each other without a gap. 2. The tiles are those of the leaves. 3. Each tree head
has the root that the leaves had at its size. 4. What a leaf says was taken is held, with that
hash. 5. What is held, and came since the log began, has its leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.entrylog.tiles import WIDTH, Tiles
from checkpoint.entrylog.tree import HASH_BYTES, Frontier, leaf_hash, root
from checkpoint.entrylog.tree_head import TreeHead, opening_at
from checkpoint.errors import EntryError, StorageFault
from checkpoint.keys import Keyring, Purpose
from checkpoint.storage import receipt_log
from checkpoint.storage.database import Database
from checkpoint.storage.tables import Entry, Leaf, LogTile, Quarantine, ReceiptLog, SignedTree

_CHUNK = 500


def breaches(session: Session, keyring: Keyring) -> Iterator[Breach]:
    """All that is wrong with the receipt logs, in their order.

    Signatures are judged where the keyring has a key that signs receipts.
    """
    for log in session.scalars(select(ReceiptLog).order_by(ReceiptLog.log_id)).all():
        yield from _Log(session, log, keyring).breaches()
    yield from _unheld(session)
    yield from _unlogged(session)


def judge(database: Database, head: TreeHead) -> str:
    """What is wrong with the logs under a head that was kept elsewhere; '' for nothing."""
    try:
        with database.read() as session:
            return _judged(session, head)
    except (StorageFault, EntryError) as fault:
        return f"the receipt log can't be read: {fault.message}"


def _judged(session: Session, head: TreeHead) -> str:
    log = receipt_log.by_origin(session, head.origin)
    if log is None:
        return f"the tree head is of a log that is not here: {head.origin}"
    if head.size > log.size:
        return f"a tree head was signed at line {head.size}, the receipt log ends at {log.size}"
    if root(head.size, receipt_log.tiles(session, log).node) != head.root:
        return f"a tree head has another root at line {head.size}: there are two histories"
    return ""


class _Log:
    """One pass over a log."""

    def __init__(self, session: Session, log: ReceiptLog, keyring: Keyring) -> None:
        self._session, self._log, self._keyring = session, log, keyring
        self._judged = any(Purpose.RECEIPT in key.purposes for key in keyring.keys)
        self._edge = Frontier()
        self._tiles = Tiles(0, lambda _level, _position: b"")
        self._heads = self._signed()
        self._head = next(self._heads, None)

    def breaches(self) -> Iterator[Breach]:
        """What is wrong with it."""
        log = self._log
        if opening_at(log.opening) != log.origin:
            yield _bad("the receipt log does not begin with its own name")
        yield from self._add(leaf_hash(log.opening.encode()), _bad)
        for row in self._leaves():
            wrong = _at(row)
            if row.position != self._edge.size:
                yield wrong(f"after line {self._edge.size - 1} comes {row.position}")  # 1
                return
            yield from self._add(receipt_log.leaf_of(row).hash(), wrong)
        if log.size != self._edge.size:
            yield _bad(f"the receipt log has {self._edge.size} lines, {log.size} are noted")
        yield from self._compared(lambda _level, _position: True, _bad)
        if self._head is not None:
            words = f"a tree head was signed at line {self._head[0]}, the log ends before"
            yield _bad(words)
        yield from self._strays()

    def _signed(self) -> Iterator[tuple[int, str]]:
        """Size and note of each tree head, in order."""
        last = -1
        wanted = select(SignedTree.size, SignedTree.note).where(
            SignedTree.log_id == self._log.log_id
        )
        while rows := self._session.execute(
            wanted.where(SignedTree.size > last).order_by(SignedTree.size).limit(_CHUNK)
        ).all():
            yield from ((row.size, row.note) for row in rows)
            last = rows[-1].size

    def _leaves(self) -> Iterator[Any]:
        wanted = select(*Leaf.__table__.columns).where(Leaf.log_id == self._log.log_id)
        rows = wanted.order_by(Leaf.position).execution_options(yield_per=_CHUNK)
        with self._session.execute(rows) as found:
            yield from found

    def _add(self, leaf: bytes, wrong: Callable[[str], Breach]) -> Iterator[Breach]:
        self._edge.add(leaf)
        self._tiles.append([leaf])
        if self._edge.size % WIDTH == 0:
            full = WIDTH * HASH_BYTES
            yield from self._compared(lambda *at: len(self._tiles.changed[at]) == full, wrong)
        while self._head is not None and self._head[0] == self._edge.size:  # 3
            told = TreeHead.read(self._head[1])
            if told != TreeHead(self._log.origin, self._edge.size, self._edge.root()):
                yield wrong(f"the tree head of line {self._edge.size} has another root")
            elif self._judged and TreeHead.open(self._head[1], self._keyring) is None:
                yield wrong(f"the tree head of line {self._edge.size} is not the server's")
            self._head = next(self._heads, None)

    def _compared(
        self, due: Callable[[int, int], bool], wrong: Callable[[str], Breach]
    ) -> Iterator[Breach]:  # 2
        """Compare the tiles that are due, and forget them."""
        for level, position in [at for at in self._tiles.changed if due(*at)]:
            stored = self._session.get(LogTile, (self._log.log_id, level, position))
            if stored is None or stored.hashes != self._tiles.changed.pop((level, position)):
                yield wrong(f"the stored tree is not that of the lines (tile {level}/{position})")
            if stored is not None:
                self._session.expunge(stored)

    def _strays(self) -> Iterator[Breach]:
        size, levels = self._edge.size, 0
        tiles = 0
        while size:
            tiles += -(-size // WIDTH)
            size, levels = size // WIDTH, levels + 1
        held = select(func.count()).select_from(LogTile).where(LogTile.log_id == self._log.log_id)
        if self._session.scalar(held) != tiles:
            yield _bad("the stored tree has other tiles than its lines make")


def _unheld(session: Session) -> Iterator[Breach]:  # 4
    """Leaves of entries that are not held. Before a chain's first entry they have expired."""
    first = aliased(Entry)
    same = and_(
        Entry.kiosk_id == Leaf.kiosk_id,
        Entry.epoch == Leaf.epoch,
        Entry.seq == Leaf.seq,
        Entry.hash == Leaf.hash,
    )
    aside = and_(
        Quarantine.kiosk_id == Leaf.kiosk_id,
        Quarantine.epoch == Leaf.epoch,
        Quarantine.seq == Leaf.seq,
        Quarantine.hash == Leaf.hash,
    )
    begun = (
        select(func.min(first.seq))
        .where(first.kiosk_id == Leaf.kiosk_id, first.epoch == Leaf.epoch)
        .scalar_subquery()
    )
    lost = select(*Leaf.__table__.columns).where(
        ~exists().where(same),
        ~and_(Leaf.standing == "quarantined", exists().where(aside)),
        Leaf.seq >= func.coalesce(begun, Leaf.seq),
    )
    ordered = lost.order_by(Leaf.log_id, Leaf.position).execution_options(yield_per=_CHUNK)
    for row in session.execute(ordered):
        yield _at(row)("a receipt was given for this entry, and it is not held")


def _unlogged(session: Session) -> Iterator[Breach]:  # 5
    since = select(func.min(Leaf.at)).scalar_subquery()
    here = and_(
        Leaf.kiosk_id == Entry.kiosk_id,
        Leaf.epoch == Entry.epoch,
        Leaf.seq == Entry.seq,
        Leaf.hash == Entry.hash,
    )
    place = (Entry.kiosk_id, Entry.epoch, Entry.seq)
    stray = select(*place).where(Entry.received_at >= since, ~exists().where(here))
    ordered = stray.order_by(*place).execution_options(yield_per=_CHUNK)
    for kiosk_id, epoch, seq in session.execute(ordered):
        words = "this entry is held, and no receipt was ever given for it"
        yield Breach(Layer.TREE, Verdict.TAMPERED, kiosk_id, epoch, seq, words)


def _at(row: Any) -> Callable[[str], Breach]:
    place = row.kiosk_id, row.epoch, row.seq
    return lambda words: Breach(Layer.TREE, Verdict.TAMPERED, *place, words)


def _bad(words: str) -> Breach:
    return Breach(Layer.TREE, Verdict.TAMPERED, "", 0, 0, words)
