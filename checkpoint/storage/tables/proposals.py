"""What one officer wants and another one confirms, and what the district has settled of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Millis, Number, String, length, one_of

VERDICTS = ("confirmed", "declined", "withdrawn", "alone")


class Proposal(Base):
    """Something for two officers: done when the second agrees, or at once and to be seen.

    `terms` is JSON, ids and numbers; `concerned` how many it concerns, enterprises or people.
    `done_at` is when it was carried out, `expires_at` until when it may be confirmed, none for what
    was done at once. The database itself holds that nobody confirms or declines their own;
    `alone` is the verdict where the district has one officer only.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        length("why", 1, 200),
        length("remark", 0, 200),
        one_of("verdict", VERDICTS),
        CheckConstraint(
            "verdict IN ('withdrawn', 'alone') OR decided_by <> made_by", name="two_people"
        ),
        CheckConstraint(
            "(verdict IS NULL) = (decided_at IS NULL) AND (verdict IS NULL) = (decided_by IS NULL)",
            name="decided",
        ),
        Index("ix_proposal_made", "made_at"),
        STRICT,
    )

    proposal_id: Mapped[String] = mapped_column(primary_key=True)
    kind: Mapped[String]
    terms: Mapped[String]
    why: Mapped[String]
    concerned: Mapped[Number]
    made_at: Mapped[Millis]
    made_by: Mapped[String]
    made_name: Mapped[String]
    expires_at: Mapped[Millis | None]
    done_at: Mapped[Millis | None]
    verdict: Mapped[String | None]
    decided_at: Mapped[Millis | None]
    decided_by: Mapped[String | None]
    decided_name: Mapped[String]
    remark: Mapped[String]


class Setting(Base):
    """What the district has settled for itself, who did so, when and why."""

    __tablename__ = "setting"
    __table_args__ = (length("why", 1, 200), STRICT)

    name: Mapped[String] = mapped_column(primary_key=True)
    value: Mapped[String]
    at: Mapped[Millis]
    account_id: Mapped[String]
    why: Mapped[String]
