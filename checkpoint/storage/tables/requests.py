"""What enterprises ask of the bureau, and who confirmed having read the operating guide.

Who did what with a request, when and why is in the action record, under the request's id.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.request import RequestState
from checkpoint.storage.base import STRICT, Base, Blob, Millis, Number, String, length, one_of


class WarrantRequest(Base):
    """A warrant that an enterprise asks for; `renews` is the one that it is to follow.

    `warrant_id` is the one that was granted. `version` grows with each step.
    """

    __tablename__ = "warrant_request"
    __table_args__ = (
        one_of("state", RequestState),
        length("inspector", 1, 64),
        length("why", 1, 200),
        CheckConstraint("valid_from < valid_until", name="term"),
        Index("ix_warrant_request_asked", "asked_at", "request_id"),
        Index("ix_warrant_request_enterprise", "enterprise_id", "asked_at", "request_id"),
        Index("ix_warrant_request_warrant", "warrant_id"),
        STRICT,
    )

    request_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    account_id: Mapped[String]
    inspector: Mapped[String]
    valid_from: Mapped[Millis]
    valid_until: Mapped[Millis]
    sites: Mapped[String]
    why: Mapped[String]
    state: Mapped[String]
    version: Mapped[Number]
    asked_at: Mapped[Millis]
    renews: Mapped[String | None]
    warrant_id: Mapped[String | None]


class EmergencyRequest(Base):
    """A pass for an emergency vehicle that an enterprise asks for; the driver's name is sealed."""

    __tablename__ = "emergency_request"
    __table_args__ = (
        one_of("state", RequestState),
        length("plate", 1, 16),
        length("route", 0, 64),
        length("why", 1, 200),
        CheckConstraint("valid_from < valid_until", name="term"),
        Index("ix_emergency_request_asked", "asked_at", "request_id"),
        Index("ix_emergency_request_enterprise", "enterprise_id", "asked_at", "request_id"),
        STRICT,
    )

    request_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    plate: Mapped[String]
    driver_sealed: Mapped[Blob]
    route: Mapped[String]
    valid_from: Mapped[Millis]
    valid_until: Mapped[Millis]
    why: Mapped[String]
    state: Mapped[String]
    version: Mapped[Number]
    asked_at: Mapped[Millis]
    pass_id: Mapped[String | None]


class GuideReading(Base):
    """Somebody confirmed having read a version of the operating guide for inspectors."""

    __tablename__ = "guide_reading"
    __table_args__ = (STRICT,)

    account_id: Mapped[String] = mapped_column(primary_key=True)
    guide: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Millis]
