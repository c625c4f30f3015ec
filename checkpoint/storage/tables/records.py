"""Who did what, and who asked for what. Lines are only ever added, each linked to the one before.

How they are linked and signed: `storage.records`.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

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


class RecordHead(Base):
    """The last line of `action` or of `lookup`, and the server's signed note of it."""

    __tablename__ = "record_head"
    __table_args__ = (one_of("record", ("action", "lookup")), length("hash", 32, 32), STRICT)

    record: Mapped[String] = mapped_column(primary_key=True)
    last: Mapped[Number]
    hash: Mapped[Blob]
    note: Mapped[String]
