"""The entry log: links of the kiosks' chains, heads, receipts, and what did not fit.

The columns of `entry` from `at` to `cites` are projections of `body`, made by
`storage.projection` and compared by an audit.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.storage.base import (
    STRICT,
    Base,
    Blob,
    Key,
    Millis,
    Number,
    String,
    length,
    one_of,
)

_FILTERED = (
    *("kind", "outcome", "direction", "temperature_c", "clock_quality", "standing"),
    *("gate_id", "reasons", "pass_kind"),
)
"""What filters ask of an entry beside its person: read from the index, without the rows."""
HIGH_C = 3700
"""Hundredths of a °C: warmer than most people, and below the usual threshold of a fever."""
UNUSUAL = (
    "kind <> 'passage' OR outcome IS NULL OR outcome <> 'ADMIT' OR reasons <> ' ok '"
    " OR clock_quality <> 'synchronised' OR standing <> 'accepted'"
    f" OR pass_kind <> 'worker' OR temperature_c >= {HIGH_C}"
)
"""What most entries are not. A question that only such entries answer is asked in these words."""


def _later(name: str, column: str, present: str) -> Index:
    """Rows by a rare column, the newest first by reading backwards; rows without it left out."""
    there = text(present)
    return Index(name, column, "at", "id", sqlite_where=there, postgresql_where=there)


class Entry(Base):
    """One entry. `personal` is sealed (the salt of its commitment with it), empty once erased.

    `kiosk_enterprise_id` and `kiosk_site_id` are where the kiosk was enrolled: they alone
    decide who may see the entry. `standing` is the server's, `why` its mark.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("kiosk_id", "epoch", "seq"),
        length("hash", 32, 32),
        length("body", 1, 8192),
        one_of("kind", EntryKind),
        one_of("outcome", Outcome),
        one_of("standing", ("accepted", "flagged")),
        Index("ix_entry_kiosk_enterprise", "kiosk_enterprise_id", "at", "id"),
        Index("ix_entry_kiosk_site", "kiosk_site_id", "at", "id", *_FILTERED),
        Index(
            "ix_entry_unusual",
            *("kiosk_site_id", "at", "id", *_FILTERED),
            sqlite_where=text(UNUSUAL),
            postgresql_where=text(UNUSUAL),
        ),
        Index("ix_entry_at", "at", "id"),
        Index(
            "ix_entry_gap",
            "kiosk_id",
            "epoch",
            "seq",
            sqlite_where=text("why = 'gap'"),
            postgresql_where=text("why = 'gap'"),
        ),
        Index(
            "ix_entry_events",
            "kiosk_id",
            "epoch",
            "seq",
            sqlite_where=text("kind IN ('boot', 'fault', 'reference')"),
            postgresql_where=text("kind IN ('boot', 'fault', 'reference')"),
        ),
        Index(
            "ix_entry_cites",
            "kiosk_id",
            "epoch",
            "cites",
            "kind",
            sqlite_where=text("cites IS NOT NULL"),
            postgresql_where=text("cites IS NOT NULL"),
        ),
        _later("ix_entry_pass", "pass_id", "pass_id <> ''"),
        _later("ix_entry_holder", "holder_id", "holder_id <> ''"),
        _later("ix_entry_name", "name_index", "name_index IS NOT NULL"),
        _later("ix_entry_tail", "tail_index", "tail_index IS NOT NULL"),
        STRICT,
    )

    id: Mapped[Key]
    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"))
    epoch: Mapped[Number]
    seq: Mapped[Number]
    hash: Mapped[Blob]
    body: Mapped[Blob]
    personal: Mapped[Blob]

    at: Mapped[Millis]
    kind: Mapped[String]
    direction: Mapped[String | None]
    outcome: Mapped[String | None]
    reasons: Mapped[String]
    enterprise_id: Mapped[String]
    site_id: Mapped[String]
    gate_id: Mapped[String]
    warrant_id: Mapped[String]
    pass_id: Mapped[String]
    pass_kind: Mapped[String | None]
    temperature_c: Mapped[Number | None]
    mask: Mapped[String | None]
    clock_quality: Mapped[String]
    policy_version: Mapped[Number]
    bundle_version: Mapped[Number]
    cites: Mapped[Number | None]

    holder_id: Mapped[String]
    name_index: Mapped[Blob | None]
    tail_index: Mapped[Blob | None]

    kiosk_enterprise_id: Mapped[String]
    kiosk_site_id: Mapped[String]
    standing: Mapped[String]
    why: Mapped[String]
    received_at: Mapped[Millis]


class KioskChain(Base):
    """The furthest entry held of each epoch of a kiosk."""

    __tablename__ = "kiosk_chain"
    __table_args__ = (length("hash", 32, 32), STRICT)

    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"), primary_key=True)
    epoch: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[Number]
    hash: Mapped[Blob]


class Head(Base):
    """A head signed by a kiosk, each once; two of one place with different hashes prove a fork."""

    __tablename__ = "head"
    __table_args__ = (
        UniqueConstraint("kiosk_id", "epoch", "seq", "hash", "at"),
        length("hash", 32, 32),
        STRICT,
    )

    id: Mapped[Key]
    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"))
    epoch: Mapped[Number]
    seq: Mapped[Number]
    hash: Mapped[Blob]
    at: Mapped[Millis]
    note: Mapped[String]


class Receipt(Base):
    """A receipt that this server signed for a batch that brought something new."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_kiosk", "kiosk_id", "epoch", "id"),
        Index("ix_receipt_at", "kiosk_id", "epoch", "at"),
        STRICT,
    )

    id: Mapped[Key]
    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"))
    epoch: Mapped[Number]
    at: Mapped[Millis]
    note: Mapped[String]


class Quarantine(Base):
    """What came from a kiosk and does not fit its chain, as it came; each content once.

    `content` is the SHA-256 over hash, body and personal side; `personal` is sealed.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("kiosk_id", "epoch", "seq", "content"),
        length("hash", 32, 32),
        length("content", 32, 32),
        STRICT,
    )

    id: Mapped[Key]
    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"))
    epoch: Mapped[Number]
    seq: Mapped[Number]
    hash: Mapped[Blob]
    body: Mapped[Blob]
    personal: Mapped[Blob]
    content: Mapped[Blob]
    why: Mapped[String]
    received_at: Mapped[Millis]
