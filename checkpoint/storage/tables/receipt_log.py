"""The receipt log: a Merkle tree (RFC 6962) over every line of every receipt.

`leaf` holds what the tree's leaves are made of, hashes and no personal data; `log_tile` is made
from them, `tree_head` says what was signed over it.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Blob, Key, Millis, Number, String, length, one_of


class ReceiptLog(Base):
    """One log; the newest goes on, an older one ended with a restore. `opening` is leaf 0."""

    __tablename__ = "receipt_log"
    __table_args__ = (STRICT,)

    log_id: Mapped[Key]
    origin: Mapped[String] = mapped_column(unique=True)
    opening: Mapped[String]
    size: Mapped[Number]


class Leaf(Base):
    """One line of a receipt, at its place in a log; `at` is the receipt's time."""

    __tablename__ = "leaf"
    __table_args__ = (
        length("hash", 32, 32),
        one_of("standing", ("accepted", "flagged", "quarantined")),
        Index("ix_leaf_place", "kiosk_id", "epoch", "seq"),
        STRICT,
    )

    log_id: Mapped[Number] = mapped_column(ForeignKey("receipt_log.log_id"), primary_key=True)
    position: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"))
    epoch: Mapped[Number]
    seq: Mapped[Number]
    hash: Mapped[Blob]
    standing: Mapped[String]
    why: Mapped[String]
    at: Mapped[Millis]


class LogTile(Base):
    """Up to 256 hashes of one level of a log's tree, 32 bytes each, joined."""

    __tablename__ = "log_tile"
    __table_args__ = (length("hashes", 32, 8192), STRICT)

    log_id: Mapped[Number] = mapped_column(ForeignKey("receipt_log.log_id"), primary_key=True)
    level: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[Blob]


class SignedTree(Base):
    """A tree head as this server signed it; one for each size that was ever told."""

    __tablename__ = "tree_head"
    __table_args__ = (STRICT,)

    log_id: Mapped[Number] = mapped_column(ForeignKey("receipt_log.log_id"), primary_key=True)
    size: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[String]
