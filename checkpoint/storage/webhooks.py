"""Webhooks and what is to be told to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from checkpoint.domain.hook_event import HookEvent
from checkpoint.errors import NotFound
from checkpoint.storage.keyset import page
from checkpoint.storage.tables import Delivery, Enterprise, Webhook
from checkpoint.storage.tables.webhooks import DeliveryState

_WAITING = Delivery.state == DeliveryState.WAITING.value
_ORDER = (case((Delivery.event == HookEvent.TEST.value, 0), else_=1), Delivery.id)
PAGE = 50


def hook(session: Session, enterprise_id: str, hook_id: str, *, lock: bool = False) -> Webhook:
    """A webhook of the enterprise; `lock` makes others wait. Raises NotFound for another's."""
    row = session.get(Webhook, hook_id, with_for_update=lock or None)
    if row is None or row.enterprise_id != enterprise_id:
        raise NotFound(f"no webhook {hook_id!r} here")
    return row


def hooks(session: Session, enterprise_id: str) -> Sequence[Webhook]:
    """The webhooks of an enterprise, the oldest first."""
    rows = select(Webhook).where(Webhook.enterprise_id == enterprise_id)
    return session.scalars(rows.order_by(Webhook.made_at, Webhook.hook_id)).all()


def at_work(session: Session) -> Sequence[Webhook]:
    """All webhooks that are told of events: not stopped, their enterprise not suspended."""
    rows = select(Webhook).join(Enterprise, Enterprise.enterprise_id == Webhook.enterprise_id)
    on = rows.where(Webhook.stopped_at.is_(None), Enterprise.suspended_at.is_(None))
    return session.scalars(on.order_by(Webhook.hook_id)).all()


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Put events into the queues, each once for each webhook."""
    postgres = session.get_bind().dialect.name == "postgresql"
    for row in rows:
        adding = (postgresql if postgres else sqlite).insert(Delivery).values(row)
        session.execute(adding.on_conflict_do_nothing())


def claim(session: Session, hook_id: str, now: int, until: int) -> bool:
    """Whether it is this caller's turn to deliver for a webhook that has something due."""
    first = select(Delivery.id).where(Delivery.hook_id == hook_id, _WAITING).order_by(*_ORDER)
    due = exists().where(Delivery.id == first.limit(1).scalar_subquery(), Delivery.next_at <= now)
    claimed = update(Webhook).where(
        Webhook.hook_id == hook_id,
        Webhook.stopped_at.is_(None),
        Webhook.claimed_until <= now,
        due,
    )
    found = session.scalar(claimed.values(claimed_until=until).returning(Webhook.hook_id))
    return found is not None


def release(session: Session, hook_id: str) -> None:
    """Let others deliver for it."""
    session.execute(update(Webhook).where(Webhook.hook_id == hook_id).values(claimed_until=0))


def first(session: Session, hook_id: str, now: int) -> Delivery | None:
    """The event that is to be told next, once it is due: none but a test passes another by."""
    rows = select(Delivery).where(Delivery.hook_id == hook_id, _WAITING).order_by(*_ORDER)
    row = session.scalars(rows.limit(1)).first()
    return row if row is not None and row.next_at <= now else None


def deliveries(
    session: Session, hook_id: str, after: str | None
) -> tuple[Sequence[Delivery], str | None]:
    """What was told to a webhook and what waits, the newest first."""
    rows = select(Delivery).where(Delivery.hook_id == hook_id)
    return page(session, rows, (Delivery.at, Delivery.id), after, PAGE)


def forget(session: Session, hook_id: str, before: int) -> None:
    """Drop what is settled and older than a time."""
    session.execute(
        delete(Delivery).where(Delivery.hook_id == hook_id, ~_WAITING, Delivery.at < before)
    )


def remove(session: Session, row: Webhook) -> None:
    """A webhook with its queue and its log."""
    session.execute(delete(Delivery).where(Delivery.hook_id == row.hook_id))
    session.delete(row)


def known(session: Session, hook_id: str, event_id: str) -> bool:
    """Whether an event is in the queue or the log of a webhook."""
    rows = select(Delivery.id).where(Delivery.hook_id == hook_id, Delivery.event_id == event_id)
    return session.scalar(rows) is not None
