"""Holders, their passes, every signature that made one, and keys that may make none any more.

`sealed` columns are under the sealing key, bound to table, row and column; `index` columns are
its blind indexes. Neither says anything without the key, which lies outside the database.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.health_pass import PassKind
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

HOLDER_KINDS = ("worker", "vehicle", "visitor")
_REVOKED = text("revoked_at IS NOT NULL")
_WORKER = text("kind = 'worker'")
_VEHICLE = text("kind = 'vehicle' AND enterprise_id IS NOT NULL AND plate <> ''")
_PLATED = text("plate <> ''")


class Holder(Base):
    """A holder 持证人; of no enterprise when the bureau issued its pass.

    An erased one is an empty line (`name_sealed` too) that its passes hang on: their numbers
    stay on the list of revoked passes. `shift_begin` and `shift_end` are minutes of the site's
    day, `days` the days of the week as digits, 1 for Monday, empty for every day. One who left
    the enterprise has `left_at`. `version` counts edits, `changed_by` is the account of the last.
    `found_by` is what a search finds the line by: the first 8 bytes of each blind index of a part
    of the name, the plate, the job, in order; None until they are made.
    """

    __tablename__ = "holder"
    __table_args__ = (
        length("holder_id", 16, 16),
        one_of("kind", HOLDER_KINDS),
        length("id_tail", 0, 4),
        length("job", 0, 64),
        length("plate", 0, 16),
        length("route", 0, 64),
        length("blocked_why", 0, 200),
        length("site_id", 0, 32),
        CheckConstraint("shift_begin BETWEEN 0 AND 1439", name="shift_begin_range"),
        CheckConstraint("shift_end BETWEEN 0 AND 1439", name="shift_end_range"),
        length("days", 0, 7),
        length("left_why", 0, 200),
        Index(
            "uq_holder_worker",
            "enterprise_id",
            "id_index",
            unique=True,
            sqlite_where=_WORKER,
            postgresql_where=_WORKER,
        ),
        Index(
            "uq_holder_vehicle",
            "enterprise_id",
            "plate",
            unique=True,
            sqlite_where=_VEHICLE,
            postgresql_where=_VEHICLE,
        ),
        Index("ix_holder_enterprise_added", "enterprise_id", "added_at", "holder_id"),
        Index("ix_holder_enterprise_name", "enterprise_id", "name_index"),
        Index("ix_holder_plate", "plate", sqlite_where=_PLATED, postgresql_where=_PLATED),
        STRICT,
    )

    holder_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String | None] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    kind: Mapped[String]
    name_sealed: Mapped[Blob]
    name_index: Mapped[Blob]
    id_sealed: Mapped[Blob | None]
    id_index: Mapped[Blob | None]
    id_tail: Mapped[String]
    phone_sealed: Mapped[Blob | None]
    job: Mapped[String]
    plate: Mapped[String]
    seats: Mapped[Number]
    route: Mapped[String]
    added_at: Mapped[Millis]
    blocked_at: Mapped[Millis | None]
    blocked_why: Mapped[String]
    site_id: Mapped[String] = mapped_column(default="", server_default="")
    shift_begin: Mapped[Number | None]
    shift_end: Mapped[Number | None]
    days: Mapped[String] = mapped_column(default="", server_default="")
    left_at: Mapped[Millis | None]
    left_why: Mapped[String] = mapped_column(default="", server_default="")
    version: Mapped[Number] = mapped_column(default=1, server_default=text("1"))
    changed_at: Mapped[Millis | None]
    changed_by: Mapped[String] = mapped_column(default="", server_default="")
    found_by: Mapped[Blob | None] = mapped_column(deferred=True)

    @property
    def barred(self) -> bool:
        """Whether no pass of this holder is worth anything: blocked, or left the enterprise."""
        return self.blocked_at is not None or self.left_at is not None


class HolderPhoto(Base):
    """The photo 照片 of a worker, as a JPEG of 300 × 400 pixels; none is a line that is not there.

    `changed_by` is the account that put it there.
    """

    __tablename__ = "holder_photo"
    __table_args__ = (STRICT,)

    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"), primary_key=True)
    jpeg_sealed: Mapped[Blob]
    changed_at: Mapped[Millis]
    changed_by: Mapped[String]


class Rider(Base):
    """A worker on the manifest 乘车名单 of a commuting vehicle; `added_by` is an account."""

    __tablename__ = "rider"
    __table_args__ = (Index("ix_rider_holder_id", "holder_id"), STRICT)

    vehicle_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"), primary_key=True)
    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"), primary_key=True)
    added_at: Mapped[Millis]
    added_by: Mapped[String]


class IssuedPass(Base):
    """A pass 通行证 that was issued; `issuer` is an enterprise or `bureau`."""

    __tablename__ = "issued_pass"
    __table_args__ = (
        length("pass_id", 16, 16),
        one_of("kind", PassKind),
        length("revoked_why", 0, 200),
        Index("ix_issued_pass_issuer_at", "issuer", "issued_at", "pass_id"),
        Index("ix_issued_pass_issuer_expires", "issuer", "expires_at"),
        Index(
            "ix_issued_pass_revoked",
            "issuer",
            "expires_at",
            "revoked_at",
            "pass_id",
            sqlite_where=_REVOKED,
            postgresql_where=_REVOKED,
        ),
        STRICT,
    )

    pass_id: Mapped[String] = mapped_column(primary_key=True)
    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"), index=True)
    issuer: Mapped[String]
    kind: Mapped[String]
    issued_at: Mapped[Millis]
    not_before: Mapped[Millis]
    expires_at: Mapped[Millis]
    key_id: Mapped[String]
    text_sealed: Mapped[Blob]
    revoked_at: Mapped[Millis | None]
    revoked_why: Mapped[String]
    successor: Mapped[String | None]


class PassBatch(Base):
    """A batch of passes: of one kind, issued to a roster in one go, all at the moment `at`."""

    __tablename__ = "pass_batch"
    __table_args__ = (
        one_of("kind", PassKind),
        Index("uq_pass_batch", "issuer", "at", "kind", unique=True),
        Index("ix_pass_batch_issuer_id", "issuer", "id"),
        STRICT,
    )

    id: Mapped[Key]
    issuer: Mapped[String]
    kind: Mapped[String]
    at: Mapped[Millis]
    account_id: Mapped[String]


class Signature(Base):
    """One signature of a key of this server: none is made without a line here."""

    __tablename__ = "signature"
    __table_args__ = (
        Index("ix_signature_key_at", "key_id", "at"),
        Index("ix_signature_subject", "subject"),
        STRICT,
    )

    id: Mapped[Key]
    key_id: Mapped[String]
    purpose: Mapped[String]
    subject: Mapped[String]
    at: Mapped[Millis]
    account_id: Mapped[String]


class Withdrawal(Base):
    """A key that is believed no more for passes issued from `since` until `until`.

    Without ends it is the whole key. Lines are only ever added.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        length("key_id", 8, 8),
        length("why", 0, 200),
        Index("ix_withdrawal_owner", "owner", "id"),
        STRICT,
    )

    id: Mapped[Key]
    key_id: Mapped[String]
    owner: Mapped[String]
    since: Mapped[Millis | None]
    until: Mapped[Millis | None]
    at: Mapped[Millis]
    why: Mapped[String]
