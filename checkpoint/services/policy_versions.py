"""Which policy holds where and when: read from the versions, the bureau's and the enterprises'.

A version of the bureau overtakes all those before it from the time of its effect on; beside it the
enterprise's own changes hold, as far as they are stricter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.policy import Policy
from checkpoint.domain.policy_changes import ComingPolicy, Difference, differences
from checkpoint.errors import PolicyError
from checkpoint.services.office import Office
from checkpoint.storage import authority, tables


class Stand(StrEnum):
    """How a version stands."""

    COMING = "coming"
    IN_FORCE = "in_force"
    PAST = "past"
    CALLED_OFF = "called_off"
    OVERTAKEN = "overtaken"
    """another version was published that came before it"""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the bureau's: who wrote and confirmed it, when, from when, why.

    `changes` is what differs from the version before it; the first one's from Sibao's defaults.
    """

    version: int
    stand: Stand
    published_at: datetime
    effective_at: datetime
    account_id: str
    confirmed_by: str
    why: str
    changes: tuple[Difference, ...]


def applied(session: Session, enterprise_id: str, now: int) -> Policy:
    """The policy in force at a time (ms), as one transaction sees it.

    A change that a later policy of the bureau has overtaken no longer counts.
    """
    own = authority.policy_at(session, enterprise_id, now) if enterprise_id else None
    return tightened(bureaus(session, now), own)


def coming(session: Session, enterprise_id: str, now: int) -> tuple[ComingPolicy, ...]:
    """What will be in force later than a time (ms) by what was published so far, in that order."""
    found = []
    for row in authority.coming_policies(session, now):
        own = authority.policy_at(session, enterprise_id, row.effective_at)
        policy = tightened(read(row), own if enterprise_id else None)
        found.append(ComingPolicy(from_ms(row.effective_at), policy))
    return tuple(found)


def as_of(session: Session, enterprise_id: str, version: int) -> Policy | None:
    """The policy that had this version at the enterprise; None when there never was one."""
    row = session.get(tables.Policy, version)
    if row is None:
        return Policy() if version == Policy().version else None
    bureau = authority.policy_beside(session, None, row)
    own = authority.policy_beside(session, enterprise_id, row) if enterprise_id else None
    policy = tightened(read(bureau), own)
    return policy if policy.version == version else None


def history(office: Office) -> tuple[VersionRow, ...]:
    """Every version of the bureau's, the newest first."""
    with office.db.read() as session:
        now = office.now_ms()
        current = authority.policy_at(session, None, now)
        rows = authority.bureau_policies(session)
        before, found = Policy(), []
        for place, row in enumerate(rows, 1):
            policy, later = read(row), {each.published_at for each in rows[place:]}
            in_force = current is not None and row.version == current.version
            stand = Stand.IN_FORCE if in_force else _stand(row, later, now)
            found.append(_version(row, stand, differences(before, policy)))
            before = policy if row.withdrawn_at is None else before
    return tuple(reversed(found))


def made(office: Office, version: int) -> tuple[str, datetime] | None:
    """Whose account made a version, and when; None for one that there never was."""
    with office.db.read() as session:
        row = session.get(tables.Policy, version)
        return (row.account_id, from_ms(row.published_at)) if row else None


def bureaus(session: Session, now: int) -> Policy:
    """The bureau's policy in force at a time (ms); the default one before the first."""
    return read(authority.policy_at(session, None, now))


def tightened(policy: Policy, own: tables.Policy | None) -> Policy:
    """The policy with an enterprise's changes, those that are stricter."""
    if own is None:
        return policy
    for name, value in json.loads(own.fields).items():
        try:
            policy = policy.tightened(**{name: value})
        except PolicyError:
            continue
    return replace(policy, version=max(policy.version, own.version))


def read(row: tables.Policy | None) -> Policy:
    """The bureau's numbers as they are stored; the default ones for none."""
    if row is None:
        return Policy()
    return Policy.of(json.loads(row.fields))


def _stand(row: tables.Policy, later: set[int], now: int) -> Stand:
    if row.withdrawn_at is None:
        return Stand.PAST if row.effective_at <= now else Stand.COMING
    return Stand.OVERTAKEN if row.withdrawn_at in later else Stand.CALLED_OFF


def _version(row: tables.Policy, stand: Stand, changes: tuple[Difference, ...]) -> VersionRow:
    return VersionRow(
        version=row.version,
        stand=stand,
        published_at=from_ms(row.published_at),
        effective_at=from_ms(row.effective_at),
        account_id=row.account_id,
        confirmed_by=row.confirmed_by,
        why=row.why,
        changes=changes,
    )
