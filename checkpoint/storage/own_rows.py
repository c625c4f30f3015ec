"""The rows that are about one person, for their own record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkpoint.storage.tables import Action, EmergencyRequest, Entry, Lookup, PhoneLink


def entries(session: Session, holder_id: str) -> Sequence[Entry]:
    """The person's entries, the oldest first."""
    rows = select(Entry).where(Entry.holder_id == holder_id, Entry.holder_id != "")
    return session.scalars(rows.order_by(Entry.at, Entry.id)).all()


def links(session: Session, holder_id: str) -> Sequence[PhoneLink]:
    """The person's phone links, the oldest first."""
    rows = select(PhoneLink).where(PhoneLink.holder_id == holder_id)
    return session.scalars(rows.order_by(PhoneLink.made_at)).all()


def requests(session: Session, pass_ids: Sequence[str]) -> Sequence[EmergencyRequest]:
    """The requests that led to these passes, the oldest first."""
    rows = select(EmergencyRequest).where(EmergencyRequest.pass_id.in_(pass_ids))
    return session.scalars(rows.order_by(EmergencyRequest.asked_at)).all()


def actions(session: Session, subjects: Sequence[str]) -> Sequence[Action]:
    """What was done about these ids, the oldest first."""
    return session.scalars(
        select(Action).where(Action.subject.in_(subjects)).order_by(Action.id)
    ).all()


def lookups(session: Session) -> Iterator[tuple[Lookup, str]]:
    """All lookups, the oldest first, with the name that the account last had in the actions."""
    last = select(func.max(Action.id)).group_by(Action.account_id)
    names = {
        row.account_id: row.name
        for row in session.execute(
            select(Action.account_id, Action.name).where(Action.id.in_(last))
        )
    }
    for row in session.scalars(select(Lookup).order_by(Lookup.id)):
        yield row, names.get(row.account_id, row.account_id)
