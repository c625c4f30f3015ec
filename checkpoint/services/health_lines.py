"""The lines about a worker's health, as services read and write them."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.declaration import Card, Daily, DeclarationKind, DeclaredBy, Objection
from checkpoint.domain.health_status import HealthStatus, KnownHealth, counts_until
from checkpoint.errors import NotFound
from checkpoint.services import sealed
from checkpoint.services.actor import Actor
from checkpoint.services.health_forms import DeclarationRow, StatusRow, body_place, why_place
from checkpoint.services.office import Office
from checkpoint.storage import health as stored
from checkpoint.storage import people, places, tables


def worker(session: Session, enterprise_id: str, holder_id: str) -> tables.Holder:
    """A worker of the enterprise, for a change: others wait. Raises NotFound."""
    places.enterprise(session, enterprise_id, lock=True)
    row = people.holder(session, enterprise_id, holder_id)
    if not is_own(row, enterprise_id):
        raise NotFound("only workers declare", remedy="choose a worker of the roster")
    return row


def is_own(row: tables.Holder | None, enterprise_id: str) -> bool:
    """Whether a line of a roster is a worker of the enterprise who was not erased."""
    mine = row is not None and row.enterprise_id == enterprise_id
    return mine and row is not None and row.kind == "worker" and bool(row.name_sealed)


def line_of(
    office: Office, session: Session, enterprise_id: str, holder_id: str
) -> tables.HolderHealth:
    """The line of what counts of a worker, an empty one for the first time."""
    return stored.of(session, holder_id) or new_line(office, session, enterprise_id, holder_id)


def new_line(
    office: Office, session: Session, enterprise_id: str, holder_id: str
) -> tables.HolderHealth:
    """An empty line for a worker of whom nothing was said yet."""
    row = tables.HolderHealth(
        holder_id=holder_id,
        enterprise_id=enterprise_id,
        status="",
        said_by="",
        origin_index=b"",
        changed_at=office.now_ms(),
    )
    session.add(row)
    return row


def say(
    office: Office,
    session: Session,
    by: Actor,
    said: tuple[tables.HolderHealth, HealthStatus, int | None, str, str],
) -> None:
    """Keep a status and make it count: whose line, which, until when (ms), said by whom, why."""
    row, status, until, said_by, why = said
    now = office.now_ms()
    session.add(
        tables.SaidStatus(
            holder_id=row.holder_id,
            status=status.value,
            at=now,
            until=until,
            said_by=said_by,
            account_id=by.account_id,
            name=by.name,
            why_sealed=sealed.seal(office, why, why_place(row.holder_id, now)),
        )
    )
    row.status, row.said_by, row.said_at, row.until = status.value, said_by, now, until
    row.changed_at = now


def known_of(row: tables.HolderHealth, max_age_s: int) -> KnownHealth:
    """What a gate is told of one line, greens ending by their age."""
    status = HealthStatus(row.status) if row.status else None
    ends = counts_until(status, (time_of(row.said_at), time_of(row.until)), max_age_s)
    return KnownHealth(status, ends, time_of(row.declared_at))


def declarations_of(office: Office, session: Session, holder_id: str) -> tuple[DeclarationRow, ...]:
    """What one holder declared, the newest first."""
    return tuple(read_declaration(office, one) for one in stored.declarations(session, holder_id))


def statuses_of(office: Office, session: Session, holder_id: str) -> tuple[StatusRow, ...]:
    """What was said of one holder's health, the newest first."""
    return tuple(read_status(office, one) for one in stored.statuses(session, holder_id))


def read_declaration(office: Office, row: tables.Declaration) -> DeclarationRow:
    """A declaration, opened. Raises KeyFault where it was moved or changed."""
    place = body_place(row.holder_id, row.kind, row.version)
    body = json.loads(sealed.unseal(office, row.body_sealed, place))
    kind = DeclarationKind(row.kind)
    return DeclarationRow(
        kind,
        row.version,
        from_ms(row.at),
        DeclaredBy(row.declared_by),
        row.name,
        tuple(Objection(one) for one in row.objections.split()),
        Card.of(body) if kind is DeclarationKind.CARD else Daily.of(body),
        body.get("signed", {}),
    )


def read_status(office: Office, row: tables.SaidStatus) -> StatusRow:
    """A status that was set, opened. Raises KeyFault where it was moved or changed."""
    return StatusRow(
        row.id,
        HealthStatus(row.status),
        from_ms(row.at),
        time_of(row.until),
        row.said_by,
        row.name,
        sealed.unseal(office, row.why_sealed, why_place(row.holder_id, row.at)),
    )


def time_of(ms: int | None) -> datetime | None:
    """A stored time again; None for none."""
    return None if ms is None else from_ms(ms)
