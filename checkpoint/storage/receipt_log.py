"""The receipt log in the database: its leaves, tiles and signed heads."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.entrylog.receipt import ReceiptLine, Standing
from checkpoint.entrylog.tiles import Tiles
from checkpoint.entrylog.tree_head import Leaf
from checkpoint.storage import tables


def present(session: Session) -> tables.ReceiptLog | None:
    """The log that goes on; None before the first receipt."""
    return session.scalars(
        select(tables.ReceiptLog).order_by(tables.ReceiptLog.log_id.desc()).limit(1)
    ).first()


def by_origin(session: Session, origin: str) -> tables.ReceiptLog | None:
    """The log of a name; None for another server's."""
    wanted = select(tables.ReceiptLog).where(tables.ReceiptLog.origin == origin)
    return session.scalars(wanted).first()


def begin(session: Session, origin: str, opening: str) -> tables.ReceiptLog:
    """Another log, empty but for its name; its opening is yet to be appended."""
    log = tables.ReceiptLog(origin=origin, opening=opening, size=0)
    session.add(log)
    session.flush()
    return log


def tiles(session: Session, log: tables.ReceiptLog) -> Tiles:
    """The tree of a log as it is stored."""

    def load(level: int, position: int) -> bytes:
        row = session.get(tables.LogTile, (log.log_id, level, position))
        return row.hashes if row else b""

    return Tiles(log.size, load)


def keep(session: Session, log: tables.ReceiptLog, tree: Tiles) -> None:
    """Store what was appended to the tree."""
    for (level, position), hashes in tree.changed.items():
        row = session.get(tables.LogTile, (log.log_id, level, position))
        if row is None:
            place = {"log_id": log.log_id, "level": level, "position": position}
            session.add(tables.LogTile(**place, hashes=hashes))
        else:
            row.hashes = hashes
    log.size = tree.size


def add_leaves(session: Session, log: tables.ReceiptLog, leaves: Sequence[Leaf]) -> None:
    """Store the leaves that come after what the log has."""
    rows = [
        {
            "log_id": log.log_id,
            "position": log.size + offset,
            "kiosk_id": leaf.kiosk_id,
            "epoch": leaf.epoch,
            "seq": leaf.line.seq,
            "hash": leaf.line.hash,
            "standing": leaf.line.standing.value,
            "why": leaf.line.why,
            "at": to_ms(leaf.at),
        }
        for offset, leaf in enumerate(leaves)
    ]
    if rows:
        session.execute(insert(tables.Leaf), rows)


def leaf_of(row: tables.Leaf) -> Leaf:
    """The leaf as it was appended, if the row is. Raises ValueError for an unknown standing."""
    line = ReceiptLine(row.seq, row.hash, Standing(row.standing), row.why)
    return Leaf(row.kiosk_id, row.epoch, from_ms(row.at), line)


def found(session: Session, place: tuple[str, int, int]) -> Sequence[tables.Leaf]:
    """The leaves of an entry's place, the oldest first."""
    kiosk_id, epoch, seq = place
    wanted = select(tables.Leaf).where(
        tables.Leaf.kiosk_id == kiosk_id, tables.Leaf.epoch == epoch, tables.Leaf.seq == seq
    )
    return session.scalars(wanted.order_by(tables.Leaf.log_id, tables.Leaf.position)).all()


def add_head(session: Session, log: tables.ReceiptLog, note: str) -> None:
    """Keep what was signed over the log as it stands."""
    session.add(tables.SignedTree(log_id=log.log_id, size=log.size, note=note))


def last_head(session: Session, log: tables.ReceiptLog) -> str:
    """The note of the furthest tree head of a log; '' where none was signed."""
    wanted = (
        select(tables.SignedTree.note)
        .where(tables.SignedTree.log_id == log.log_id)
        .order_by(tables.SignedTree.size.desc())
        .limit(1)
    )
    return session.scalars(wanted).first() or ""
