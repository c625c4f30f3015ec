"""Webhooks 推送: addresses of an enterprise's systems that are told of events.

Made, stopped, begun again, removed and tried by its admin; what was told to them is listed without
a word about persons.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.hook_event import CHOSEN, HookEvent
from checkpoint.errors import Refused
from checkpoint.services import fields, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.authorizing import short_id
from checkpoint.services.office import Office
from checkpoint.storage import feed, places, tables
from checkpoint.storage import webhooks as stored
from checkpoint.storage.scope import Page
from checkpoint.storage.tables.webhooks import DeliveryState, secret_place

HOOKS_MOST = 5
URL_MOST = 500
_SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)
"""How long the secret before signs beside the new one: time to put that into the system."""
FAILING = "failing"
GONE = "gone"
"""Why a webhook was stopped by the server: it failed for days, or answered 410."""


@dataclass(frozen=True, slots=True)
class HookForm:
    """A webhook to be made."""

    url: str
    events: tuple[HookEvent, ...]


@dataclass(frozen=True, slots=True)
class HookRow:
    """A webhook as its enterprise sees it, without its secret."""

    hook_id: str
    url: str
    events: tuple[HookEvent, ...]
    made_at: datetime
    stopped_at: datetime | None
    stopped_why: str
    failing_since: datetime | None
    secret_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """How one event went: `status` of the last answer, `took_ms`, `told` for no answer."""

    event_id: str
    event: HookEvent
    at: datetime
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    last_at: datetime | None
    status: int | None
    took_ms: int | None
    told: str


def make(office: Office, by: Actor, enterprise_id: str, form: HookForm) -> tuple[str, HookRow]:
    """A new webhook: its secret, which is told this once, and its row.

    It is told of what comes from now on. Raises Refused naming the field.
    """
    url = address(form.url)
    events = [event for event in CHOSEN if event in form.events]
    if not events:
        raise Refused("events are missing", remedy="choose what the system is to be told")
    hook_id = short_id("H")
    secret = _fresh_secret()
    with office.db.write() as session:
        places.enterprise(session, enterprise_id, lock=True)
        if len(stored.hooks(session, enterprise_id)) >= HOOKS_MOST:
            raise Refused(f"webhooks are at most {HOOKS_MOST}", remedy="remove one first")
        log_id, position = feed.end(session)
        row = tables.Webhook(
            hook_id=hook_id,
            enterprise_id=enterprise_id,
            url=url,
            events=" ".join(event.value for event in events),
            secret_sealed=office.keys.sealing.seal(secret.encode(), secret_place(hook_id)),
            older_sealed=None,
            secret_at=None,
            made_at=office.now_ms(),
            stopped_at=None,
            stopped_why="",
            failing_since=None,
            claimed_until=0,
            log_id=log_id,
            position=position,
        )
        session.add(row)
        record(office, session, by, Act("make_webhook", hook_id, enterprise_id))
    return secret, row_of(row)


def renew_secret(
    office: Office, by: Actor, enterprise_id: str, hook: tuple[str, datetime], why: str
) -> tuple[str, HookRow]:
    """Another secret, which is told this once, and the row; the one before signs for `OVERLAP` too.

    `hook` is its id and when the secret was made that the admin saw. Raises Refused where it was
    renewed since: whoever presses twice would lose the secret that was shown.
    """
    (hook_id, seen), why = hook, fields.reason(why)
    secret = _fresh_secret()
    with office.db.write() as session:
        row = stored.hook(session, enterprise_id, hook_id, lock=True)
        if row_of(row).secret_at != seen:
            raise Refused("secret was renewed already", remedy="look at the page")
        row.older_sealed, row.secret_at = row.secret_sealed, office.now_ms()
        row.secret_sealed = office.keys.sealing.seal(secret.encode(), secret_place(hook_id))
        record(office, session, by, Act("renew_hook_secret", hook_id, enterprise_id, why))
        return secret, row_of(row)


def secrets_of(office: Office, row: tables.Webhook) -> tuple[str, ...]:
    """What its messages are signed with now, the newest first."""
    held = [row.secret_sealed]
    if row.older_sealed is not None and not _over(office, row):
        held.append(row.older_sealed)
    return tuple(sealed.unseal(office, field, secret_place(row.hook_id)) for field in held)


def forget_older(office: Office, row: tables.Webhook) -> None:
    """Erase the secret before, once it signs nothing any more."""
    if _over(office, row):
        row.older_sealed = None


def stop(office: Office, by: Actor, enterprise_id: str, hook_id: str, why: str) -> None:
    """Tell it nothing more; what happens meanwhile is not told later."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = stored.hook(session, enterprise_id, hook_id, lock=True)
        if row.stopped_at is not None:
            raise Refused(f"webhook {hook_id!r} is stopped already")
        halt(office, session, row, why)
        record(office, session, by, Act("stop_webhook", hook_id, enterprise_id, why))


def begin_again(office: Office, by: Actor, enterprise_id: str, hook_id: str) -> None:
    """Tell it again of what comes from now on, and of what was waiting."""
    with office.db.write() as session:
        row = stored.hook(session, enterprise_id, hook_id, lock=True)
        if row.stopped_at is None:
            raise Refused(f"webhook {hook_id!r} is not stopped")
        row.stopped_at, row.stopped_why, row.failing_since = None, "", None
        row.log_id, row.position = feed.end(session)
        record(office, session, by, Act("begin_webhook", hook_id, enterprise_id))


def remove(office: Office, by: Actor, enterprise_id: str, hook_id: str, why: str) -> None:
    """Remove it with its secret, its queue and its log."""
    why = fields.reason(why)
    with office.db.write() as session:
        stored.remove(session, stored.hook(session, enterprise_id, hook_id, lock=True))
        record(office, session, by, Act("remove_webhook", hook_id, enterprise_id, why))


def test(office: Office, by: Actor, enterprise_id: str, hook_id: str) -> str:
    """Put a test event into its queue; the event's id. Raises Refused while it is stopped."""
    now = office.now_ms()
    with office.db.write() as session:
        row = stored.hook(session, enterprise_id, hook_id, lock=True)
        if row.stopped_at is not None:
            raise Refused(f"webhook {hook_id!r} is stopped", remedy="begin it again first")
        event_id = f"evt_{secrets.token_hex(16)}"
        stored.add(session, [delivery(hook_id, HookEvent.TEST, event_id, now)])
        record(office, session, by, Act("test_webhook", hook_id, enterprise_id))
    return event_id


def hooks(office: Office, enterprise_id: str) -> tuple[HookRow, ...]:
    """The webhooks of an enterprise, the oldest first."""
    with office.db.read() as session:
        return tuple(row_of(row) for row in stored.hooks(session, enterprise_id))


def one(office: Office, enterprise_id: str, hook_id: str) -> HookRow:
    """One webhook. Raises NotFound outside the enterprise."""
    with office.db.read() as session:
        return row_of(stored.hook(session, enterprise_id, hook_id))


def deliveries(
    office: Office, enterprise_id: str, hook_id: str, after: str | None = None
) -> Page[DeliveryRow]:
    """What was told to a webhook and what waits, the newest first."""
    with office.db.read() as session:
        stored.hook(session, enterprise_id, hook_id)
        found, cursor = stored.deliveries(session, hook_id, after)
        return Page(tuple(map(_delivery_row, found)), cursor)


def address(url: str) -> str:
    """The address of a webhook, as far as it can be judged by itself. Raises Refused."""
    text = fields.line("url", url, most=URL_MOST)
    try:
        parts = urlsplit(text)
        port = parts.port or 443
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("https", "http") or not parts.hostname or not port:
        raise Refused("url is no address of the web", remedy="give https://… and a host")
    if not text.isascii() or " " in text:
        raise Refused("url is no address of the web", remedy="write the host in punycode")
    if parts.username is not None or parts.fragment:
        raise Refused("url holds a password or a fragment", remedy="leave it out")
    return text


def halt(office: Office, session: Session, row: tables.Webhook, why: str) -> None:
    """Stop a webhook within a transaction; what waits for it stays, to be told once it goes on."""
    session.flush()
    row.stopped_at, row.stopped_why = office.now_ms(), why


def delivery(hook_id: str, event: HookEvent, event_id: str, at: int) -> dict[str, object]:
    """A line of a queue, of no entry."""
    return {
        "hook_id": hook_id,
        "event_id": event_id,
        "event": event.value,
        "at": at,
        "kiosk_id": None,
        "epoch": None,
        "seq": None,
        "state": DeliveryState.WAITING.value,
        "attempts": 0,
        "next_at": at,
        "last_at": None,
        "status": None,
        "took_ms": None,
        "told": "",
    }


def row_of(row: tables.Webhook) -> HookRow:
    """A stored webhook as its enterprise sees it."""
    return HookRow(
        row.hook_id,
        row.url,
        tuple(map(HookEvent, row.events.split())),
        from_ms(row.made_at),
        None if row.stopped_at is None else from_ms(row.stopped_at),
        row.stopped_why,
        None if row.failing_since is None else from_ms(row.failing_since),
        from_ms(row.made_at if row.secret_at is None else row.secret_at),
    )


def _over(office: Office, row: tables.Webhook) -> bool:
    return office.clock.now() >= row_of(row).secret_at + OVERLAP


def _fresh_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


def _delivery_row(row: tables.Delivery) -> DeliveryRow:
    state = DeliveryState(row.state)
    waits = state is DeliveryState.WAITING
    return DeliveryRow(
        row.event_id,
        HookEvent(row.event),
        from_ms(row.at),
        state,
        row.attempts,
        from_ms(row.next_at) if waits else None,
        None if row.last_at is None else from_ms(row.last_at),
        row.status,
        row.took_ms,
        row.told,
    )
