"""The health status 健康码 of workers: set by people, and all that is known of one.

What a person set only a person ends; what the bureau set, the bureau, until the end that it named.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.domain.health_status import HealthStatus, KnownHealth
from checkpoint.errors import Overtaken, Refused
from checkpoint.services import fields, health_lines, identity, policy, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.health_forms import HealthRow, StatusForm, why_place
from checkpoint.services.office import Office
from checkpoint.storage import health as stored
from checkpoint.storage import people, tables

LONGEST = timedelta(days=366)
"""The longest that a yellow or red status is set for in one go."""
_GRAVITY = [HealthStatus.GREEN, HealthStatus.YELLOW, HealthStatus.RED]


def set_status(office: Office, by: Actor, enterprise_id: str, form: StatusForm) -> None:
    """Set a worker's health status, for the bureau or for their enterprise.

    Raises Refused without why, for an end that is none, and where the enterprise would lower or
    shorten what the bureau set; Overtaken when another status came in between.
    """
    why, now = fields.reason(form.why), office.clock.now()
    ends = _end_of(form, now)
    with office.db.write() as session:
        health_lines.worker(session, enterprise_id, form.holder_id)
        row = health_lines.line_of(office, session, enterprise_id, form.holder_id)
        before = next(iter(stored.statuses(session, form.holder_id)), None)
        if before and before.id != form.made_from:
            if _same(office, before, form, by):
                return
            raise Overtaken(before.name, before.at)
        if by.role != "bureau":
            _hold_bureaus(session, form, to_ms(now))
        said = "bureau" if by.role == "bureau" else "enterprise"
        health_lines.say(
            office, session, by, (row, form.status, to_ms(ends) if ends else None, said, why)
        )
        act = Act(f"status_{form.status}", form.holder_id, enterprise_id)
        record(office, session, by, act)


def health_of(office: Office, enterprise_id: str, holder_id: str) -> HealthRow:
    """All that is known of one worker's health. Raises NotFound outside the enterprise."""
    with office.db.read() as session:
        people.holder(session, enterprise_id, holder_id)
        row = stored.of(session, holder_id)
        max_age_s = policy.applied(session, enterprise_id, office.now_ms()).status_max_age_s
        return HealthRow(
            health_lines.known_of(row, max_age_s) if row else KnownHealth(),
            health_lines.declarations_of(office, session, holder_id),
            health_lines.statuses_of(office, session, holder_id),
        )


def _end_of(form: StatusForm, now: datetime) -> datetime | None:
    if form.status is HealthStatus.GREEN:
        return None
    if form.until is None or not now < form.until <= now + LONGEST:
        raise Refused("until is not within the next year", remedy="give the last day")
    return form.until


def _hold_bureaus(session: Session, form: StatusForm, now: int) -> None:
    """Raises Refused where the enterprise would lower what the bureau set and has not ended."""
    theirs = stored.last_said_by(session, form.holder_id, "bureau")
    in_force = theirs is not None and (theirs.until is None or theirs.until > now)
    if theirs is None or not in_force:
        return
    graver = _GRAVITY.index(form.status) - _GRAVITY.index(HealthStatus(theirs.status))
    if graver < 0 or (graver == 0 and _sooner(form, theirs)):
        raise Refused("status was set by the bureau", remedy="ask the bureau to end it")


def _sooner(form: StatusForm, theirs: tables.SaidStatus) -> bool:
    return form.until is not None and (theirs.until is None or to_ms(form.until) < theirs.until)


def _same(office: Office, row: tables.SaidStatus, form: StatusForm, by: Actor) -> bool:
    """Whether a form was handed in a second time."""
    why = sealed.unseal(office, row.why_sealed, why_place(row.holder_id, row.at))
    mine = row.account_id == by.account_id and why == form.why.strip()
    return mine and row.status == form.status and health_lines.time_of(row.until) == form.until


def set_by_number(office: Office, by: Actor, id_number: str, form: StatusForm) -> int:
    """Set the status of the worker with an ID number in all rosters; in how many lines.

    A line that this office set to the same already is left. `form.holder_id` and `made_from` are
    not looked at. Raises Refused for a number that is in no roster, and as `set_status` does.
    """
    number = identity.id_number(id_number, office.clock.now())
    wanted = sealed.indexes(office, "id_number", number)
    with office.db.read() as session:
        homes = [
            (row.enterprise_id or "", row.holder_id, stored.statuses(session, row.holder_id)[:1])
            for row in people.by_id_index(session, wanted)
            if health_lines.is_own(row, row.enterprise_id or "")
        ]
    if not homes:
        raise Refused("id_number is in no roster", remedy="ask the enterprise to add the worker")
    for home, holder_id, said in homes:
        if not (said and _same(office, said[0], form, by)):
            last = said[0].id if said else 0
            set_status(office, by, home, replace(form, holder_id=holder_id, made_from=last))
    return len(homes)
