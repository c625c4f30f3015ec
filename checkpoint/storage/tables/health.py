"""What holders declared, what was said of their health, and what of it counts now.

`sealed` columns are under the sealing key, `index` columns its blind indexes; who a holder is says
the roster alone.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.declaration import DeclarationKind, DeclaredBy
from checkpoint.domain.health_status import HealthStatus
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

SAID_BY = ("declaration", "enterprise", "bureau")
"""Who set a health status."""


class Declaration(Base):
    """One version of a declaration: a correction is another one. Lines never change.

    `body_sealed` is JSON; `origin_index` is that of province and city on a card, empty on others;
    `objections` are words of `Objection`, parted by spaces. `digest` is the SHA-256 of what a
    phone signed and its signature, none where no phone did: sent again, it is found by it.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        one_of("kind", DeclarationKind),
        one_of("declared_by", DeclaredBy),
        length("objections", 0, 100),
        Index("uq_declaration", "holder_id", "kind", "version", unique=True),
        Index("uq_declaration_digest", "digest", unique=True),
        Index("ix_declaration_at", "at"),
        STRICT,
    )

    id: Mapped[Key]
    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"))
    kind: Mapped[String]
    version: Mapped[Number]
    at: Mapped[Millis]
    declared_by: Mapped[String]
    account_id: Mapped[String]
    name: Mapped[String]
    objections: Mapped[String]
    origin_index: Mapped[Blob]
    body_sealed: Mapped[Blob]
    digest: Mapped[Blob | None]


class SaidStatus(Base):
    """A health status 健康码 that was set, with who and why; lines are only ever added."""

    __tablename__ = "said_status"
    __table_args__ = (
        one_of("status", HealthStatus),
        one_of("said_by", SAID_BY),
        Index("ix_said_status_holder", "holder_id", "id"),
        Index("ix_said_status_at", "at"),
        STRICT,
    )

    id: Mapped[Key]
    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"))
    status: Mapped[String]
    at: Mapped[Millis]
    until: Mapped[Millis | None]
    said_by: Mapped[String]
    account_id: Mapped[String]
    name: Mapped[String]
    why_sealed: Mapped[Blob]


class HolderHealth(Base):
    """What counts now of one holder: the last status and when it was last said, the declarations.

    `status` is empty where none was ever said. `origin_index` and `card_at` are the last card's,
    `changed_at` is when this line changed last.
    """

    __tablename__ = "holder_health"
    __table_args__ = (
        one_of("status", ("", *HealthStatus)),
        one_of("said_by", ("", *SAID_BY)),
        Index("ix_holder_health_status", "enterprise_id", "status", "said_at", "holder_id"),
        Index("ix_holder_health_changed", "enterprise_id", "changed_at"),
        Index("ix_holder_health_origin", "enterprise_id", "origin_index"),
        STRICT,
    )

    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"), primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    status: Mapped[String]
    said_by: Mapped[String]
    said_at: Mapped[Millis | None]
    until: Mapped[Millis | None]
    declared_at: Mapped[Millis | None]
    card_at: Mapped[Millis | None]
    origin_index: Mapped[Blob]
    changed_at: Mapped[Millis]
