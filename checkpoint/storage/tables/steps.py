"""The steps of living codes that were used a moment ago."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Millis, Number, String, length


class UsedStep(Base):
    """The last step of a phone pass that let somebody pass at a gate of the enterprise.

    Only steps that could still be shown are kept; `noted_at` is the server's time.
    """

    __tablename__ = "used_step"
    __table_args__ = (
        length("pass_id", 16, 16),
        Index("ix_used_step_noted", "enterprise_id", "noted_at"),
        Index("ix_used_step_step", "step"),
        STRICT,
    )

    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), primary_key=True
    )
    pass_id: Mapped[String] = mapped_column(primary_key=True)
    step: Mapped[Number]
    noted_at: Mapped[Millis]
