"""Finding enterprises: by words, by township, by size, by what they lack; page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.storage.tables import Action, Enterprise, EnterpriseRecord, Warrant

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which enterprises are meant; what is empty or None does not matter.

    `text` is a part of the name, id or credit code; `spelt` are ids that it means otherwise.
    `unwarranted`: nobody may inspect it now.
    """

    text: str = ""
    township: str = ""
    above_scale: bool | None = None
    suspended: bool | None = None
    unwarranted: bool = False
    spelt: frozenset[str] = frozenset()


def some(
    session: Session, wanted: Wanted, now: int, after: str, limit: int = PAGE
) -> tuple[Sequence[Enterprise], str]:
    """The next enterprises by id after one ('' for the first), and after which the next page."""
    rows = select(Enterprise).where(*_rules(wanted, now), Enterprise.enterprise_id > after)
    found = session.scalars(rows.order_by(Enterprise.enterprise_id).limit(limit + 1)).all()
    return found[:limit], found[limit - 1].enterprise_id if len(found) > limit else ""


def every(session: Session, wanted: Wanted, now: int) -> Sequence[Enterprise]:
    """All that are meant, by id."""
    rows = select(Enterprise).where(*_rules(wanted, now)).order_by(Enterprise.enterprise_id)
    return session.scalars(rows).all()


def with_records(session: Session) -> Sequence[tuple[Enterprise, EnterpriseRecord | None]]:
    """Each enterprise with what else is kept of it, None before anything was."""
    same = EnterpriseRecord.enterprise_id == Enterprise.enterprise_id
    rows = session.execute(select(Enterprise, EnterpriseRecord).outerjoin(EnterpriseRecord, same))
    return [(row[0], row[1]) for row in rows]


def names(session: Session) -> Sequence[tuple[str, str]]:
    """The id and the name of each enterprise."""
    rows = session.execute(select(Enterprise.enterprise_id, Enterprise.name))
    return [(row[0], row[1]) for row in rows]


def townships(session: Session) -> Sequence[str]:
    """The townships that enterprises lie in."""
    named = select(Enterprise.township).where(Enterprise.township != "").distinct()
    return sorted(session.scalars(named))


def last_change(session: Session, enterprise_id: str, verb: str) -> Action | None:
    """Who last did this to an enterprise."""
    rows = select(Action).where(Action.enterprise_id == enterprise_id, Action.verb == verb)
    return session.scalar(rows.order_by(Action.id.desc()).limit(1))


def acts_upon(
    session: Session, enterprise_id: str, verbs: Sequence[str], since: datetime
) -> Sequence[Action]:
    """What others than its own people did to an enterprise since then, the newest first."""
    rows = select(Action).where(
        Action.enterprise_id == enterprise_id,
        Action.verb.in_(verbs),
        Action.at >= to_ms(since),
        Action.role != "enterprise",
    )
    return session.scalars(rows.order_by(Action.id.desc())).all()


def _rules(wanted: Wanted, now: int) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if wanted.text:
        text = wanted.text
        told = Enterprise.name.icontains(text, autoescape=True)
        code = Enterprise.credit_code.contains(text.upper(), autoescape=True)
        short = Enterprise.enterprise_id.contains(text, autoescape=True)
        rules.append(or_(told, code, short, Enterprise.enterprise_id.in_(sorted(wanted.spelt))))
    if wanted.township:
        rules.append(Enterprise.township == wanted.township)
    if wanted.above_scale is not None:
        rules.append(Enterprise.above_scale == wanted.above_scale)
    if wanted.suspended is not None:
        there = Enterprise.suspended_at
        rules.append(there.is_not(None) if wanted.suspended else there.is_(None))
    if wanted.unwarranted:
        held = exists().where(
            Warrant.enterprise_id == Enterprise.enterprise_id,
            Warrant.valid_from <= now,
            Warrant.valid_until > now,
            Warrant.revoked_at.is_(None),
        )
        rules.append(~held)
    return rules
