"""Requests to the bureau, the newest first; who waits for whom; warrants that end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from checkpoint.domain.request import OPEN, RequestState
from checkpoint.errors import NotFound
from checkpoint.storage.keyset import page
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import (
    Action,
    EmergencyRequest,
    GuideReading,
    Warrant,
    WarrantRequest,
)

R = TypeVar("R", WarrantRequest, EmergencyRequest)
Kind = type[WarrantRequest] | type[EmergencyRequest]
PAGE = 50


def one(session: Session, kind: type[R], scope: Scope, request_id: str, *, lock: bool = False) -> R:
    """A request within a scope; `lock` makes others wait. Raises NotFound."""
    row = session.get(kind, request_id, with_for_update=lock or None)
    if row is None or not scope.covers(row.enterprise_id):
        raise NotFound(f"no request {request_id!r}")
    return row


def some(
    session: Session, kind: type[R], scope: Scope, after: str | None, *, still_open: bool
) -> tuple[Sequence[R], str | None]:
    """The next requests of a scope, open or closed ones. Raises NotFound for a wrong cursor."""
    states = OPEN if still_open else frozenset(RequestState) - OPEN
    rows = select(kind).where(kind.state.in_(sorted(states)))
    if not scope.district:
        rows = rows.where(kind.enterprise_id.in_(sorted(scope.enterprises)))
    return page(session, rows, (kind.asked_at, kind.request_id), after, PAGE)


def waiting(session: Session, kind: Kind, scope: Scope, state: RequestState) -> int:
    """How many requests of a scope are in a state."""
    rows = select(func.count()).select_from(kind).where(kind.state == state.value)
    if not scope.district:
        rows = rows.where(kind.enterprise_id.in_(sorted(scope.enterprises)))
    return session.scalar(rows) or 0


def open_of(session: Session, enterprise_id: str, account_id: str) -> WarrantRequest | None:
    """The request for a warrant that is open for an account."""
    rows = select(WarrantRequest).where(
        WarrantRequest.enterprise_id == enterprise_id,
        WarrantRequest.account_id == account_id,
        WarrantRequest.state.in_(sorted(OPEN)),
    )
    return session.scalar(rows.limit(1))


def open_for(
    session: Session, enterprise_id: str, plate: str, term: tuple[int, int]
) -> EmergencyRequest | None:
    """The request for an emergency pass that is open for a plate and a term."""
    rows = select(EmergencyRequest).where(
        EmergencyRequest.enterprise_id == enterprise_id,
        EmergencyRequest.plate == plate,
        EmergencyRequest.valid_from == term[0],
        EmergencyRequest.valid_until == term[1],
        EmergencyRequest.state.in_(sorted(OPEN)),
    )
    return session.scalar(rows.limit(1))


def that_granted(session: Session, warrant_id: str) -> WarrantRequest | None:
    """The request that a warrant was granted by."""
    rows = select(WarrantRequest).where(WarrantRequest.warrant_id == warrant_id)
    return session.scalar(rows.limit(1))


def timeline(session: Session, enterprise_id: str, subjects: Sequence[str]) -> Sequence[Action]:
    """What was done with these, the oldest first."""
    rows = select(Action).where(Action.enterprise_id == enterprise_id, Action.subject.in_(subjects))
    return session.scalars(rows.order_by(Action.id)).all()


def readings(session: Session, guide: int) -> dict[str, int]:
    """When each account confirmed having read a version of the guide."""
    rows = select(GuideReading).where(GuideReading.guide == guide)
    return {row.account_id: row.at for row in session.scalars(rows)}


def ending(session: Session, scope: Scope, now: int, until: int) -> Sequence[Warrant]:
    """The warrants in force that end by a time and that no other one follows, the first first."""
    later = aliased(Warrant)
    followed = (
        select(later.warrant_id)
        .where(
            later.enterprise_id == Warrant.enterprise_id,
            later.account_id == Warrant.account_id,
            later.inspector == Warrant.inspector,
            later.revoked_at.is_(None),
            later.valid_from <= Warrant.valid_until,
            later.valid_until > Warrant.valid_until,
        )
        .exists()
    )
    rows = select(Warrant).where(
        Warrant.revoked_at.is_(None),
        Warrant.valid_from <= now,
        Warrant.valid_until > now,
        Warrant.valid_until <= until,
        ~followed,
    )
    if not scope.district:
        rows = rows.where(Warrant.enterprise_id.in_(sorted(scope.enterprises)))
    return session.scalars(rows.order_by(Warrant.valid_until, Warrant.warrant_id)).all()


def warrants(
    session: Session, scope: Scope, now: int, after: str | None, *, ended: bool
) -> tuple[Sequence[Warrant], str | None]:
    """The warrants of a scope, the last to end first: those that ended or were revoked, or not."""
    over = (Warrant.valid_until <= now) | Warrant.revoked_at.is_not(None)
    rows = select(Warrant).where(over if ended else ~over)
    if not scope.district:
        rows = rows.where(Warrant.enterprise_id.in_(sorted(scope.enterprises)))
    return page(session, rows, (Warrant.valid_until, Warrant.warrant_id), after, PAGE)


def last_of(session: Session, enterprise_id: str, account_id: str, now: int) -> Warrant | None:
    """The warrant of an account that ends last, of those that have not ended."""
    rows = select(Warrant).where(
        Warrant.enterprise_id == enterprise_id,
        Warrant.account_id == account_id,
        Warrant.revoked_at.is_(None),
        Warrant.valid_until > now,
    )
    return session.scalar(rows.order_by(Warrant.valid_until.desc()).limit(1))
