"""Webhooks: what they are told, how that went, and a test."""

from __future__ import annotations

from datetime import datetime

from flask import jsonify
from flask.typing import ResponseReturnValue

from admin.api.problems import query
from admin.api.systems.described import Once, once, told
from admin.api.systems.door import blueprint, by, mine
from admin.api.systems.models import (
    After,
    DeliveryAnswer,
    DeliveryPage,
    HookAnswer,
    HookList,
    TestAnswer,
)
from admin.db import office
from checkpoint.clock import rfc3339
from checkpoint.services import webhooks as hooks
from checkpoint.services.webhooks import DeliveryRow


@blueprint.get("/webhooks")
@told(HookList)
def webhooks() -> ResponseReturnValue:
    """The webhooks of the enterprise."""
    found = [
        HookAnswer(
            hook_id=row.hook_id,
            url=row.url,
            events=[event.value for event in row.events],
            stopped=row.stopped_at is not None,
            stopped_why=row.stopped_why,
            failing_since=_time(row.failing_since),
        )
        for row in hooks.hooks(office(), mine())
    ]
    return jsonify(HookList(webhooks=found).model_dump())


@blueprint.get("/webhooks/<hook_id>/deliveries")
@told(DeliveryPage, query=After)
def deliveries(hook_id: str) -> ResponseReturnValue:
    """What was told to a webhook within two weeks, and what waits."""
    page = hooks.deliveries(office(), mine(), hook_id, query(After).after)
    found = DeliveryPage(deliveries=[_answer(row) for row in page.rows], after=page.after)
    return jsonify(found.model_dump())


@blueprint.post("/webhooks/<hook_id>/test")
@told(TestAnswer, 202, headers=Once)
def test_webhook(hook_id: str) -> ResponseReturnValue:
    """Send a test."""
    event_id = once(lambda: hooks.test(office(), by(), mine(), hook_id))
    return jsonify(TestAnswer(event_id=event_id).model_dump()), 202


def _answer(row: DeliveryRow) -> DeliveryAnswer:
    return DeliveryAnswer(
        event_id=row.event_id,
        event=row.event.value,
        at=rfc3339(row.at),
        state=row.state.value,
        attempts=row.attempts,
        last_at=_time(row.last_at),
        status=row.status,
        took_ms=row.took_ms,
        told=row.told,
    )


def _time(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
