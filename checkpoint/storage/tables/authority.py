"""What the bureau allows: inspectors' warrants and the numbers of the policy."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Millis, Number, String, length


class Warrant(Base):
    """A warrant 查验授权; `sites` is a JSON list, empty for every site of the enterprise."""

    __tablename__ = "warrant"
    __table_args__ = (
        length("inspector", 1, 64),
        length("revoked_why", 0, 200),
        CheckConstraint("valid_from < valid_until", name="term"),
        Index("ix_warrant_account", "account_id"),
        STRICT,
    )

    warrant_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), index=True
    )
    inspector: Mapped[String]
    account_id: Mapped[String]
    valid_from: Mapped[Millis]
    valid_until: Mapped[Millis]
    sites: Mapped[String]
    granted_at: Mapped[Millis]
    revoked_at: Mapped[Millis | None]
    revoked_why: Mapped[String]


class Policy(Base):
    """One version: all the bureau's fields, or an enterprise's changes; `fields` is JSON.

    Versions are one sequence for the district. From `effective_at` on a version overtakes all
    those before it; one that was called off or overtaken before then has `withdrawn_at`.
    `account_id` wrote it, `confirmed_by` is the other officer's account, empty where there was
    none; `why` is shown to those concerned.
    """

    __tablename__ = "policy"
    __table_args__ = (
        length("why", 0, 200),
        CheckConstraint("published_at <= effective_at", name="not_before_published"),
        CheckConstraint("withdrawn_at < effective_at", name="withdrawn_before_effect"),
        Index("ix_policy_enterprise", "enterprise_id", "version"),
        STRICT,
    )

    version: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    enterprise_id: Mapped[String | None] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    fields: Mapped[String]
    published_at: Mapped[Millis]
    effective_at: Mapped[Millis]
    withdrawn_at: Mapped[Millis | None]
    account_id: Mapped[String]
    confirmed_by: Mapped[String]
    why: Mapped[String]
