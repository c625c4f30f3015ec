"""Webhooks of enterprises, and what is to be told to each, in order."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.hook_event import HookEvent
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


class DeliveryState(StrEnum):
    """How far a delivery is. Stored, never renamed."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Webhook(Base):
    """An address that is told of events; `events` between spaces.

    `log_id` and `position` are the last line of the receipt log that was looked at for it.
    `failing_since` is the first failure after the last success. Nobody but the holder of
    `claimed_until` delivers, until then. `secret_at` is when the secret was renewed last, none if
    never; `older_sealed` is the one before it, which signs beside it for a time.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        length("hook_id", 8, 8),
        length("url", 8, 500),
        length("events", 1, 300),
        length("stopped_why", 0, 200),
        STRICT,
    )

    hook_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), index=True
    )
    url: Mapped[String]
    events: Mapped[String]
    secret_sealed: Mapped[Blob]
    older_sealed: Mapped[Blob | None]
    secret_at: Mapped[Millis | None]
    made_at: Mapped[Millis]
    stopped_at: Mapped[Millis | None]
    stopped_why: Mapped[String]
    failing_since: Mapped[Millis | None]
    claimed_until: Mapped[Millis]
    log_id: Mapped[Number]
    position: Mapped[Number]


class Delivery(Base):
    """One event for one webhook: no person, no body; that is made from the entry when it is sent.

    `kiosk_id`, `epoch` and `seq` are the entry's place; a silent kiosk has no entry, a test has
    neither. `status` is what the address answered last, `told` why it was no success.
    """

    __tablename__ = "hook_delivery"
    __table_args__ = (
        UniqueConstraint("hook_id", "event_id"),
        one_of("event", HookEvent),
        one_of("state", DeliveryState),
        length("event_id", 36, 36),
        length("told", 0, 64),
        Index(
            "ix_hook_delivery_waiting",
            "hook_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        STRICT,
    )

    id: Mapped[Key]
    hook_id: Mapped[String] = mapped_column(ForeignKey("webhook.hook_id", ondelete="CASCADE"))
    event_id: Mapped[String]
    event: Mapped[String]
    at: Mapped[Millis]
    kiosk_id: Mapped[String | None]
    epoch: Mapped[Number | None]
    seq: Mapped[Number | None]
    state: Mapped[String]
    attempts: Mapped[Number]
    next_at: Mapped[Millis]
    last_at: Mapped[Millis | None]
    status: Mapped[Number | None]
    took_ms: Mapped[Number | None]
    told: Mapped[String]


def secret_place(hook_id: str) -> str:
    """What a webhook's secret is sealed for."""
    return f"webhook/{hook_id}/secret"
