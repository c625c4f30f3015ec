"""What all requests to the bureau have in common: steps, versions, the timeline."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.request import RequestState, Step, after
from checkpoint.errors import Overtaken, Refused
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.rows import ActionRow
from checkpoint.storage import places, requests, tables
from checkpoint.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step with a request: `version` is the one that the person saw, `why` the reason."""

    request_id: str
    version: int
    why: str


def fresh_id() -> str:
    """The id of a new request."""
    return f"r{secrets.token_hex(6)}"


def open_enterprise(session: Session, enterprise_id: str) -> tables.Enterprise:
    """The enterprise that asks, locked. Raises Refused while it is suspended."""
    row = places.enterprise(session, enterprise_id, lock=True)
    if row.suspended_at is not None:
        raise Refused(f"enterprise {enterprise_id!r} is suspended", remedy="ask the bureau")
    return row


def term(office: Office, since: datetime, until: datetime) -> tuple[int, int]:
    """A term as stored. Raises Refused for one that is empty or past."""
    if not since < until or until <= office.clock.now():
        raise Refused("valid_until is not after valid_from and now", remedy="correct the term")
    return to_ms(since), to_ms(until)


def stepped(
    session: Session, kind: type[requests.R], scope: Scope, step: Step, form: StepForm
) -> requests.R:
    """Take a step with a request of a scope; the row is to be completed and the act recorded.

    Raises NotFound, Overtaken when it changed since it was seen, Refused when it is not possible.
    """
    row = requests.one(session, kind, scope, form.request_id, lock=True)
    if row.version != form.version:
        last = requests.timeline(session, row.enterprise_id, [row.request_id])
        raise Overtaken(last[-1].name if last else "", last[-1].at if last else row.asked_at)
    state = after(RequestState(row.state), step)
    if state is None:
        raise Refused(f"request is {row.state}: not possible", remedy="reload the page")
    row.state, row.version = state.value, row.version + 1
    return row


@dataclass(frozen=True, slots=True)
class Desk(Generic[requests.R]):
    """Where requests of a kind are handled, within the scope of who handles them."""

    office: Office
    by: Actor
    kind: type[requests.R]
    scope: Scope

    def take(self, step: Step, form: StepForm) -> None:
        """A step that needs nothing but its reason: ask back, refuse, withdraw."""
        why = fields.reason(form.why)
        with self.office.db.write() as session:
            row = stepped(session, self.kind, self.scope, step, form)
            act = Act(verb(self.kind, step), row.request_id, row.enterprise_id, why)
            record(self.office, session, self.by, act)


def verb(kind: requests.Kind, step: Step | None = None) -> str:
    """How the action record calls a step; None is the asking itself."""
    what = "warrant" if kind is tables.WarrantRequest else "emergency"
    return f"{step.value if step else 'ask'}_{what}_request"


def line_of(row: tables.Action) -> ActionRow:
    """A line of a timeline; the terms of a grant, which only an audit reads, are left out."""
    return ActionRow(
        at=from_ms(row.at),
        account_id=row.account_id,
        role=row.role,
        name=row.name,
        verb=row.verb,
        subject=row.subject,
        enterprise_id=row.enterprise_id,
        why="" if row.verb == "grant_warrant" else row.why,
    )


def timeline(office: Office, enterprise_id: str, *subjects: str) -> tuple[ActionRow, ...]:
    """What was done with these requests and warrants, the oldest first."""
    with office.db.read() as session:
        return tuple(map(line_of, requests.timeline(session, enterprise_id, subjects)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many requests wait for one side: for warrants, for emergency passes."""

    warrants: int
    emergency: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.warrants + self.emergency


def waiting(office: Office, scope: Scope) -> Waiting:
    """What waits for the bureau (the whole district), or for an enterprise."""
    state = RequestState.REQUESTED if scope.district else RequestState.ASKED_BACK
    with office.db.read() as session:
        return Waiting(
            requests.waiting(session, tables.WarrantRequest, scope, state),
            requests.waiting(session, tables.EmergencyRequest, scope, state),
        )
