"""An enterprise asks for a warrant 查验授权, the bureau reviews: services of the request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.request import RequestState, Step
from checkpoint.domain.warrant import Warrant
from checkpoint.errors import Refused
from checkpoint.services import asking, authorizing, fields, training
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.asking import StepForm
from checkpoint.services.forms import WarrantForm
from checkpoint.services.office import Office
from checkpoint.storage import places, requests, tables
from checkpoint.storage.scope import Page, Scope

KIND = tables.WarrantRequest


@dataclass(frozen=True, slots=True)
class AskForm:
    """What an enterprise asks: the warrant as it should be, why, and which one it renews."""

    wanted: WarrantForm
    why: str
    renews: str = ""


@dataclass(frozen=True, slots=True)
class WarrantRequestRow:
    """A request as both sides see it; `trained_at` is when the present guide was confirmed."""

    request_id: str
    enterprise_id: str
    account_id: str
    inspector: str
    valid_from: datetime
    valid_until: datetime
    sites: tuple[str, ...]
    why: str
    state: RequestState
    version: int
    asked_at: datetime
    renews: str
    warrant_id: str
    trained_at: datetime | None


def ask(office: Office, by: Actor, form: AskForm) -> str:
    """Ask for a warrant; the request's id.

    Raises Refused: while the enterprise is suspended or a request for the same person is open,
    for a wrong term.
    """
    wanted, why = form.wanted, fields.reason(form.why)
    with office.db.write() as session:
        asking.open_enterprise(session, wanted.enterprise_id)
        if requests.open_of(session, wanted.enterprise_id, wanted.account_id):
            raise Refused("account_id has a request that is open", remedy="wait, or withdraw it")
        row = KIND(
            request_id=asking.fresh_id(),
            enterprise_id=wanted.enterprise_id,
            account_id=wanted.account_id,
            inspector=fields.line("inspector", wanted.inspector),
            state=RequestState.REQUESTED.value,
            version=1,
            asked_at=office.now_ms(),
            renews=form.renews or None,
            warrant_id=None,
        )
        _fill(office, session, row, form)
        session.add(row)
        act = Act(asking.verb(KIND), row.request_id, row.enterprise_id, why)
        record(office, session, by, act)
        return row.request_id


def answer(office: Office, by: Actor, form: AskForm, seen: StepForm) -> None:
    """Ask again, changed, after the bureau asked back."""
    why, scope = fields.reason(form.why), Scope.of(form.wanted.enterprise_id)
    with office.db.write() as session:
        asking.open_enterprise(session, form.wanted.enterprise_id)
        row = asking.stepped(session, KIND, scope, Step.ANSWER, seen)
        _fill(office, session, row, form)
        act = Act(asking.verb(KIND, Step.ANSWER), row.request_id, row.enterprise_id, why)
        record(office, session, by, act)


def _fill(office: Office, session: Session, row: tables.WarrantRequest, form: AskForm) -> None:
    wanted = form.wanted
    for site_id in wanted.sites:
        places.site(session, wanted.enterprise_id, site_id)
    row.valid_from, row.valid_until = asking.term(office, wanted.valid_from, wanted.valid_until)
    row.why = fields.reason(form.why)
    row.sites = json.dumps(sorted(set(wanted.sites)))


def withdraw(office: Office, by: Actor, enterprise_id: str, form: StepForm) -> None:
    """Take the own request back. Raises NotFound for another's."""
    asking.Desk(office, by, KIND, Scope.of(enterprise_id)).take(Step.WITHDRAW, form)


def ask_back(office: Office, by: Actor, form: StepForm) -> None:
    """Ask the enterprise for something; the reason says what."""
    asking.Desk(office, by, KIND, Scope.whole_district()).take(Step.ASK_BACK, form)


def refuse(office: Office, by: Actor, form: StepForm) -> None:
    """Refuse it for good, with the reason."""
    asking.Desk(office, by, KIND, Scope.whole_district()).take(Step.REFUSE, form)


def grant(office: Office, by: Actor, form: StepForm, other: WarrantForm | None = None) -> Warrant:
    """Grant it as asked, or with the term and the sites of `other`; `why` may then say why.

    Raises Refused while the person has not confirmed the guide, or the enterprise is suspended.
    """
    why = fields.line("why", form.why, most=200, least=0)
    with office.db.write() as session:
        row = asking.stepped(session, KIND, Scope.whole_district(), Step.GRANT, form)
        asking.open_enterprise(session, row.enterprise_id)
        if row.account_id not in requests.readings(session, training.GUIDE):
            raise Refused("guide is not confirmed by the inspector yet", remedy="wait for it")
        terms = other or _wanted(row)
        wanted = WarrantForm(
            row.enterprise_id,
            row.inspector,
            terms.valid_from,
            terms.valid_until,
            terms.sites,
            row.account_id,
        )
        act = Act(asking.verb(KIND, Step.GRANT), row.request_id, row.enterprise_id, why)
        record(office, session, by, act)
        made = authorizing.granted(office, session, by, wanted)
        row.warrant_id = made.warrant_id
        return made


def _wanted(row: tables.WarrantRequest) -> WarrantForm:
    return WarrantForm(
        row.enterprise_id,
        row.inspector,
        from_ms(row.valid_from),
        from_ms(row.valid_until),
        tuple(json.loads(row.sites)),
        row.account_id,
    )


def one(office: Office, scope: Scope, request_id: str) -> WarrantRequestRow:
    """A request of a scope. Raises NotFound."""
    with office.db.read() as session:
        row = requests.one(session, KIND, scope, request_id)
        return _row(row, requests.readings(session, training.GUIDE))


def some(
    office: Office, scope: Scope, after: str | None = None, *, still_open: bool = True
) -> Page[WarrantRequestRow]:
    """Open or closed requests of a scope, the newest first."""
    with office.db.read() as session:
        rows, more = requests.some(session, KIND, scope, after, still_open=still_open)
        read = requests.readings(session, training.GUIDE)
        return Page(tuple(_row(row, read) for row in rows), more)


def _row(row: tables.WarrantRequest, read: dict[str, int]) -> WarrantRequestRow:
    trained = read.get(row.account_id)
    return WarrantRequestRow(
        request_id=row.request_id,
        enterprise_id=row.enterprise_id,
        account_id=row.account_id,
        inspector=row.inspector,
        valid_from=from_ms(row.valid_from),
        valid_until=from_ms(row.valid_until),
        sites=tuple(json.loads(row.sites)),
        why=row.why,
        state=RequestState(row.state),
        version=row.version,
        asked_at=from_ms(row.asked_at),
        renews=row.renews or "",
        warrant_id=row.warrant_id or "",
        trained_at=None if trained is None else from_ms(trained),
    )
