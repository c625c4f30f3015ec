"""Proposals: one officer wants it, another one confirms it. What each then does: `confirming`.

Beside them stand the emergency brakes, done at once by one officer and open until another one has
seen them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.errors import NotFound, Refused
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.office import Office
from checkpoint.storage import tables

LIFE = timedelta(days=7)
"""How long a proposal may be confirmed."""
AGAIN = timedelta(seconds=10)
SHOWN = 100
OFFICERS, ONE, TWO = "officers", "one", "two"
"""The setting that says whether one officer is enough, and its two values."""


class Stand(StrEnum):
    """How a proposal stands."""

    OPEN = "open"
    """waits for another officer"""
    UNSEEN = "unseen"
    """done at once, and no other officer has seen it"""
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ALONE = "alone"
    """done by the only officer there was"""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is proposed: the kind, its terms as plain JSON values without personal data, and why.

    `concerned` is how many enterprises or people it concerns.
    """

    kind: str
    terms: Mapping[str, Any]
    why: str
    concerned: int = 0


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal as it stands. `at_once`: it was done before anybody else had seen it.

    `job_id` is told once, by what lets a job begin.
    """

    proposal_id: str
    kind: str
    stand: Stand
    why: str
    concerned: int
    made_at: datetime
    made_by: str
    made_name: str
    at_once: bool
    expires_at: datetime | None = None
    decided_at: datetime | None = None
    decided_name: str = ""
    remark: str = ""
    terms: dict[str, Any] = field(default_factory=dict)
    job_id: str = ""

    @property
    def waits(self) -> bool:
        """Whether another officer is to look at it."""
        return self.stand in (Stand.OPEN, Stand.UNSEEN)


def note(office: Office, session: Session, by: Actor, wanted: Wanted) -> None:
    """Within the act's own transaction: it was done at once, and another officer shall see it.

    What the server does by itself is nobody's to confirm.
    """
    if by.account_id != SYSTEM.account_id:
        row = new(office, by, wanted)
        row.done_at, row.expires_at = row.made_at, None
        session.add(row)


def new(office: Office, by: Actor, wanted: Wanted) -> tables.Proposal:
    """The row of a proposal that nobody has decided on. Raises Refused without a reason."""
    now = office.now_ms()
    return tables.Proposal(
        proposal_id="P-" + secrets.token_hex(6),
        kind=wanted.kind,
        terms=json.dumps(wanted.terms, sort_keys=True),
        why=fields.reason(wanted.why),
        concerned=wanted.concerned,
        made_at=now,
        made_by=by.account_id,
        made_name=by.name,
        expires_at=now + LIFE // timedelta(milliseconds=1),
        done_at=None,
        verdict=None,
        decided_at=None,
        decided_by=None,
        decided_name="",
        remark="",
    )


def just_made(session: Session, row: tables.Proposal) -> tables.Proposal | None:
    """The same proposal of the same officer, made within `AGAIN` before and not decided against."""
    kept = tables.Proposal
    return session.scalar(
        select(kept).where(
            kept.made_by == row.made_by,
            kept.kind == row.kind,
            kept.terms == row.terms,
            kept.why == row.why,
            kept.made_at > row.made_at - AGAIN // timedelta(milliseconds=1),
            or_(kept.verdict.is_(None), kept.verdict == "alone"),
        )
    )


def proposal(office: Office, proposal_id: str) -> ProposalRow:
    """One proposal. Raises NotFound."""
    with office.db.read() as session:
        return row_of(held(session, proposal_id), office.now_ms())


def proposals(office: Office) -> tuple[ProposalRow, ...]:
    """Those that wait for somebody, the oldest first, then the last hundred others."""
    now = office.now_ms()
    newest = select(tables.Proposal).order_by(tables.Proposal.made_at.desc())
    with office.db.read() as session:
        waiting = [row_of(row, now) for row in session.scalars(newest.where(_waits(now)))]
        done = [
            row_of(row, now) for row in session.scalars(newest.where(~_waits(now)).limit(SHOWN))
        ]
    return (*reversed(waiting), *done)


def waiting_for(office: Office, account_id: str) -> int:
    """How many wait for this officer: open ones of others."""
    mine = tables.Proposal.made_by == account_id
    with office.db.read() as session:
        rows = select(tables.Proposal.proposal_id).where(_waits(office.now_ms()), ~mine)
        return len(session.scalars(rows.limit(SHOWN)).all())


def held(session: Session, proposal_id: str, *, lock: bool = False) -> tables.Proposal:
    """The row; `lock` makes others wait. Raises NotFound."""
    row = session.get(tables.Proposal, proposal_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"no proposal {proposal_id!r}")
    return row


def setting(office: Office) -> tuple[str, datetime, str] | None:
    """Whether one officer is enough, as it was settled: the value, when, why; None if never."""
    with office.db.read() as session:
        row = session.get(tables.Setting, OFFICERS)
        return (row.value, from_ms(row.at), row.why) if row else None


def settle(office: Office, by: Actor, value: str, why: str) -> None:
    """Settle that one officer is enough, or that it takes two. Raises Refused."""
    if value not in (ONE, TWO):
        raise Refused(f"officers is {value!r}", remedy=f"take {ONE} or {TWO}")
    why = fields.reason(why)
    with office.db.write() as session:
        session.merge(
            tables.Setting(
                name=OFFICERS, value=value, at=office.now_ms(), account_id=by.account_id, why=why
            )
        )
        record(office, session, by, Act("settle_officers", value, "", why))


def row_of(row: tables.Proposal, now: int) -> ProposalRow:
    """A proposal as it stands at a time."""
    return ProposalRow(
        proposal_id=row.proposal_id,
        kind=row.kind,
        stand=_stand(row, now),
        why=row.why,
        concerned=row.concerned,
        made_at=from_ms(row.made_at),
        made_by=row.made_by,
        made_name=row.made_name,
        at_once=row.done_at == row.made_at and row.verdict != "alone",
        expires_at=None if row.expires_at is None else from_ms(row.expires_at),
        decided_at=None if row.decided_at is None else from_ms(row.decided_at),
        decided_name=row.decided_name,
        remark=row.remark,
        terms=json.loads(row.terms),
    )


def _stand(row: tables.Proposal, now: int) -> Stand:
    if row.verdict is not None:
        return Stand(row.verdict)
    if row.expires_at is None:
        return Stand.UNSEEN
    return Stand.OPEN if row.expires_at > now else Stand.EXPIRED


def _waits(now: int) -> ColumnElement[bool]:
    lasts = or_(tables.Proposal.expires_at.is_(None), tables.Proposal.expires_at > now)
    return tables.Proposal.verdict.is_(None) & lasts
