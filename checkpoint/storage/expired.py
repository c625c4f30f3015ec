"""Rows whose time is over, class by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from checkpoint.storage.mentions import STRUCK
from checkpoint.storage.tables import (
    CaseStep,
    Chore,
    Declaration,
    EmergencyRequest,
    Holder,
    InspectionCase,
    IssuedPass,
    Lookup,
    PhoneLink,
    Quarantine,
    Remark,
    SaidStatus,
    Tombstone,
)

Rule = tuple[Any, ColumnElement[bool]]


def quarantined(before: int) -> Rule:
    """What was set aside, with a personal side, and received before a time."""
    return Quarantine, (Quarantine.received_at < before) & (Quarantine.personal != b"")


def links(before: int) -> Rule:
    """Phone links that ended before a time."""
    return PhoneLink, PhoneLink.expires_at < before


def requests(before: int) -> Rule:
    """Requests for emergency passes whose term ended before a time."""
    return EmergencyRequest, EmergencyRequest.valid_until < before


def lookups(before: int) -> Rule:
    """Lookups made before a time."""
    return Lookup, Lookup.at < before


def remarks(before: int) -> Rule:
    """Remarks made before a time whose words are still there."""
    return Remark, (Remark.at < before) & (Remark.words != STRUCK)


def declarations(before: int) -> Rule:
    """What was declared before a time."""
    return Declaration, Declaration.at < before


def statuses(before: int) -> Rule:
    """Health statuses set before a time that another one has followed."""
    later = aliased(SaidStatus)
    followed = exists().where(later.holder_id == SaidStatus.holder_id, later.id > SaidStatus.id)
    return SaidStatus, (SaidStatus.at < before) & followed


def cases(before: int) -> Rule:
    """Steps with words of cases that were closed before a time."""
    over = exists().where(
        InspectionCase.case_id == CaseStep.case_id, InspectionCase.closed_at < before
    )
    return CaseStep, (CaseStep.words_sealed != b"") & over


def tombstones(before: int) -> Rule:
    """Tombstones that ended before a time."""
    return Tombstone, Tombstone.expires_at < before


def holders(before: int) -> Rule:
    """Holders without a pass in force since before a time, and added before it."""
    alive = exists().where(
        IssuedPass.holder_id == Holder.holder_id,
        IssuedPass.expires_at >= before,
        or_(IssuedPass.revoked_at.is_(None), IssuedPass.revoked_at >= before),
    )
    return Holder, (Holder.added_at < before) & (Holder.name_sealed != b"") & ~alive


def count(session: Session, rule: Rule) -> int:
    """How many rows a rule is about."""
    table, which = rule
    return session.scalar(select(func.count()).select_from(table).where(which)) or 0


def some(session: Session, rule: Rule, limit: int) -> Sequence[Any]:
    """At most so many rows that a rule is about."""
    table, which = rule
    return session.scalars(select(table).where(which).limit(limit)).all()


def drop(session: Session, rule: Rule, limit: int) -> int:
    """Delete at most so many rows that a rule is about; how many."""
    rows = some(session, rule, limit)
    for row in rows:
        session.delete(row)
    session.flush()
    return len(rows)


def claim(session: Session, chore: str, now: int, every_ms: int) -> bool:
    """Whether it is this caller's turn to do a chore that is done once in a while.

    Compare and set in one statement: of many processes that ask at once, one gets it.
    """
    claimed = update(Chore).where(Chore.name == chore, Chore.claimed_at <= now - every_ms)
    return session.scalar(claimed.values(claimed_at=now).returning(Chore.name)) is not None
