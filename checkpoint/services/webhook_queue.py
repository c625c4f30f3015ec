"""From entries to deliveries: looking for events, telling them in order, trying again.

1. Look through the receipt log from where each webhook stands: ingest itself does nothing for it.
2. Put what it asked for into its queue. 3. Of many processes one delivers for a webhook, the oldest
event first; a failing one holds up those behind it. 4. Try again after `DELAYS`, with jitter; then
give that event up. 5. After `STOP_AFTER` of nothing but failures the webhook is stopped.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, rfc3339, to_ms
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.hook_event import HookEvent, events_of
from checkpoint.entrylog import decode_entry
from checkpoint.services import webhooks
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import SYSTEM
from checkpoint.services.office import Office
from checkpoint.storage import feed, finding, places, sunset, tables
from checkpoint.storage import webhooks as stored
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables.webhooks import DeliveryState

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DELAYS = (5 * _S, 30 * _S, 2 * _M, 10 * _M, 30 * _M, _H, 2 * _H, 4 * _H, 8 * _H, 12 * _H)
"""Before the second attempt and each later one: 28 hours all together, before jitter."""
JITTER = 0.2
"""A delay is longer by up to this share of it."""
STOP_AFTER = timedelta(days=5)
SILENCE = timedelta(minutes=10)
KEPT = timedelta(days=14)
"""How long the log of deliveries is kept."""
TURN_MOST = 20
_CLAIM = timedelta(minutes=5)
_LOOK = 500
_STEP = 200
"""Lines of the log after which a webhook's place is written down though nothing was for it."""
GONE = 410


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent: where to, under which id, the body, and the secrets to sign with."""

    url: str
    event_id: str
    body: bytes
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the status, None without an answer and then why; and how long it took."""

    status: int | None
    took_ms: int
    told: str = ""

    @property
    def good(self) -> bool:
        """Whether the address took it."""
        return self.status is not None and 200 <= self.status < 300


Send = Callable[[Message], Answer]


def notice(office: Office) -> int:
    """Put into the queues what happened since the last look; how many events."""
    with office.db.read() as session:
        if sunset.held(session):
            return 0
        found = [_found(office, session, hook) for hook in stored.at_work(session)]
    told = 0
    for hook, rows, place in found:
        moved = place[0] != hook.log_id or place[1] - hook.position >= _STEP
        if not rows and not moved:
            continue
        with office.db.write() as session:
            row = stored.hook(session, hook.enterprise_id, hook.hook_id, lock=True)
            if (row.log_id, row.position) != (hook.log_id, hook.position) or row.stopped_at:
                continue  # another process was faster
            stored.add(session, rows)
            row.log_id, row.position = place
            stored.forget(session, row.hook_id, to_ms(office.clock.now() - KEPT))
        told += len(rows)
    return told


def due(office: Office) -> list[tuple[str, str]]:
    """The webhooks that this caller shall deliver for now: (enterprise, webhook), claimed."""
    now = office.now_ms()
    until = to_ms(office.clock.now() + _CLAIM)
    with office.db.read() as session:
        hooks = [(h.enterprise_id, h.hook_id) for h in stored.at_work(session)]
        hooks = [pair for pair in hooks if stored.first(session, pair[1], now) is not None]
    mine = []
    for pair in hooks:
        with office.db.write() as session:
            if stored.claim(session, pair[1], now, until):
                mine.append(pair)
    return mine


def deliver(office: Office, hook: tuple[str, str], send: Send) -> int:
    """Tell a claimed webhook what is due, until one fails; how many were taken."""
    taken = 0
    try:
        while taken < TURN_MOST and _next(office, hook, send):
            taken += 1
    finally:
        with office.db.write() as session:
            stored.release(session, hook[1])
    return taken


def _next(office: Office, hook: tuple[str, str], send: Send) -> bool:
    with office.db.read() as session:
        row = stored.hook(session, *hook)
        delivery = stored.first(session, row.hook_id, office.now_ms())
        if delivery is None or row.stopped_at is not None:
            return False
        message = Message(
            row.url,
            delivery.event_id,
            _body(session, row, delivery),
            webhooks.secrets_of(office, row),
        )
    answer = send(message)
    with office.db.write() as session:
        row = stored.hook(session, *hook, lock=True)
        webhooks.forget_older(office, row)
        held = session.get(tables.Delivery, delivery.id)
        if held is None:
            return False
        held.attempts += 1
        held.last_at, held.status = office.now_ms(), answer.status
        held.took_ms, held.told = answer.took_ms, answer.told[:64]
        if answer.good:
            held.state, row.failing_since = DeliveryState.DELIVERED.value, None
        else:
            _failed(office, session, row, held)
    return answer.good


def _failed(office: Office, session: Session, row: tables.Webhook, held: tables.Delivery) -> None:
    now = office.clock.now()
    row.failing_since = row.failing_since or to_ms(now)
    if held.attempts > len(DELAYS):
        held.state = DeliveryState.GIVEN_UP.value
    else:
        wait = DELAYS[held.attempts - 1]
        held.next_at = to_ms(now + wait * (1 + random.random() * JITTER))  # noqa: S311
    failed_for = now - from_ms(row.failing_since)
    why = webhooks.GONE if held.status == GONE else ""
    why = why or (webhooks.FAILING if failed_for >= STOP_AFTER else "")
    if why:
        webhooks.halt(office, session, row, why)
        record(office, session, SYSTEM, Act("stop_webhook", row.hook_id, row.enterprise_id, why))


def _found(
    office: Office, session: Session, hook: tables.Webhook
) -> tuple[tables.Webhook, list[dict[str, Any]], feed.Place]:
    after = (hook.log_id, hook.position)
    entries, place = feed.since(session, hook.enterprise_id, after, _LOOK)
    wanted = set(hook.events.split())
    rows = [
        webhooks.delivery(hook.hook_id, event, _event_id(_place(entry), event), office.now_ms())
        | {"kiosk_id": entry.kiosk_id, "epoch": entry.epoch, "seq": entry.seq}
        for entry in entries
        for event in events_of(entry.kind, entry.outcome, entry.reasons.split())
        if event.value in wanted
    ]
    if HookEvent.SILENT.value in wanted:
        rows += _silences(office, session, hook)
    return hook, rows, place


def _silences(office: Office, session: Session, hook: tables.Webhook) -> Iterator[dict[str, Any]]:
    before = to_ms(office.clock.now() - SILENCE)
    for kiosk in places.kiosks(session, Scope.of(hook.enterprise_id)):
        seen = max(kiosk.last_seen or 0, hook.made_at)
        if kiosk.revoked_at is None and seen < before:
            event_id = _event_id(f"{kiosk.kiosk_id}/{seen}", HookEvent.SILENT)
            if not stored.known(session, hook.hook_id, event_id):
                line = webhooks.delivery(hook.hook_id, HookEvent.SILENT, event_id, office.now_ms())
                yield line | {"kiosk_id": kiosk.kiosk_id}


def _place(entry: tables.Entry) -> str:
    return f"{entry.kiosk_id}/{entry.epoch}/{entry.seq}"


def _event_id(subject: str, event: HookEvent) -> str:
    """The same for every webhook and after every restart: whoever hears twice can tell."""
    return "evt_" + hashlib.sha256(f"{event.value} {subject}".encode()).hexdigest()[:32]


def _body(session: Session, hook: tables.Webhook, delivery: tables.Delivery) -> bytes:
    """The message: ids, reasons and figures; no name, no ID number."""
    data: dict[str, Any] = {"enterprise_id": hook.enterprise_id}
    if delivery.kiosk_id is not None:
        data["kiosk_id"] = delivery.kiosk_id
    if delivery.seq is not None and delivery.epoch is not None and delivery.kiosk_id is not None:
        place = (delivery.kiosk_id, delivery.epoch, delivery.seq)
        data |= _entry_data(finding.one(session, Scope.of(hook.enterprise_id), place), place)
    elif delivery.kiosk_id is not None:
        kiosk = places.kiosk(session, delivery.kiosk_id)
        data |= {"site_id": kiosk.site_id, "gate_id": kiosk.gate_id}
        data["last_seen"] = rfc3339(from_ms(kiosk.last_seen)) if kiosk.last_seen else None
    told = {"type": delivery.event, "timestamp": rfc3339(from_ms(delivery.at)), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _entry_data(entry: tables.Entry | None, place: tuple[str, int, int]) -> dict[str, Any]:
    named = {"kiosk_id": place[0], "epoch": place[1], "seq": place[2]}
    if entry is None:
        return named
    fault = entry.kind == EntryKind.FAULT
    return named | {
        "at": rfc3339(from_ms(entry.at)),
        "kind": entry.kind,
        "direction": entry.direction,
        "outcome": entry.outcome,
        "reasons": entry.reasons.split(),
        "site_id": entry.kiosk_site_id,
        "gate_id": entry.gate_id,
        "holder_id": entry.holder_id,
        "pass_id": entry.pass_id,
        "temperature_c": entry.temperature_c,
        "mask": entry.mask,
        "clock": entry.clock_quality,
        **({"details": decode_entry(entry.body).details} if fault else {}),
    }
