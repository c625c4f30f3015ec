"""Who did, asked and remarked what. Lines are only ever added, each linked to the one before.

How they are linked and signed: `storage.records`.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.remark import WORDS_MOST, RemarkKind
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


class Action(Base):
    """One change: who, in which role, did what to what, when and why. No personal data."""

    __tablename__ = "action"
    __table_args__ = (
        length("why", 0, 200),
        Index("ix_action_enterprise", "enterprise_id", "id"),
        STRICT,
    )

    id: Mapped[Key]
    at: Mapped[Millis]
    account_id: Mapped[String]
    role: Mapped[String]
    name: Mapped[String]
    verb: Mapped[String]
    subject: Mapped[String]
    enterprise_id: Mapped[String]
    why: Mapped[String]
    hash: Mapped[Blob | None]


class Lookup(Base):
    """One question to the entry log or one unmasking; `asked` and `scope` are JSON."""

    __tablename__ = "lookup"
    __table_args__ = (
        length("why", 0, 200),
        Index("ix_lookup_account", "account_id", "id"),
        STRICT,
    )

    id: Mapped[Key]
    at: Mapped[Millis]
    account_id: Mapped[String]
    role: Mapped[String]
    verb: Mapped[String]
    asked: Mapped[String]
    scope: Mapped[String]
    found: Mapped[Number]
    why: Mapped[String]
    hash: Mapped[Blob | None]


class Remark(Base):
    """What somebody said of an entry afterwards.

    `entry_hash` is the entry's, `enterprise_id` that where its kiosk was enrolled.
    """

    __tablename__ = "remark"
    __table_args__ = (
        one_of("kind", RemarkKind),
        length("entry_hash", 32, 32),
        length("words", 1, WORDS_MOST),
        Index("ix_remark_place", "kiosk_id", "epoch", "seq"),
        STRICT,
    )

    id: Mapped[Key]
    at: Mapped[Millis]
    account_id: Mapped[String]
    role: Mapped[String]
    name: Mapped[String]
    kind: Mapped[String]
    enterprise_id: Mapped[String]
    kiosk_id: Mapped[String]
    epoch: Mapped[Number]
    seq: Mapped[Number]
    entry_hash: Mapped[Blob]
    words: Mapped[String]
    hash: Mapped[Blob | None]


class RecordHead(Base):
    """The last line of a record, and the server's signed note of it."""

    __tablename__ = "record_head"
    __table_args__ = (
        one_of("record", ("action", "lookup", "remark")),
        length("hash", 32, 32),
        STRICT,
    )

    record: Mapped[String] = mapped_column(primary_key=True)
    last: Mapped[Number]
    hash: Mapped[Blob]
    note: Mapped[String]
