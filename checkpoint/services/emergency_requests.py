"""An enterprise asks for an emergency vehicle's pass, the bureau checks and issues or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkpoint.clock import from_ms
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.domain.request import RequestState, Step
from checkpoint.errors import NotFound
from checkpoint.services import asking, fields, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.asking import StepForm
from checkpoint.services.forms import PassForm
from checkpoint.services.issuing import opened, rows_of
from checkpoint.services.issuing_desk import Desk
from checkpoint.services.office import Office
from checkpoint.services.plates import plate
from checkpoint.services.rows import IssuedPass, PassRow
from checkpoint.storage import emergency, places, requests, tables
from checkpoint.storage.scope import Page, Scope

KIND = tables.EmergencyRequest
SHOWN_MOST = 500


@dataclass(frozen=True, slots=True)
class AskForm:
    """A vehicle that must come in: plate, driver's name, its goods and way, from, until, why."""

    enterprise_id: str
    plate: str
    driver: str
    valid_from: datetime
    valid_until: datetime
    why: str
    route: str = ""


@dataclass(frozen=True, slots=True)
class EmergencyRequestRow:
    """A request as both sides see it; `pass_id` is the pass that was issued, '' before."""

    request_id: str
    enterprise_id: str
    plate: str
    driver: str
    route: str
    valid_from: datetime
    valid_until: datetime
    why: str
    state: RequestState
    version: int
    asked_at: datetime
    pass_id: str


def ask(office: Office, by: Actor, form: AskForm) -> str:
    """Ask for a pass; the request's id, that of the first where the same is asked twice.

    Raises Refused naming what is wrong.
    """
    request_id = asking.fresh_id()
    with office.db.write() as session:
        asking.open_enterprise(session, form.enterprise_id)
        since, until = asking.term(office, form.valid_from, form.valid_until)
        driver, number = fields.line("driver", form.driver), plate(form.plate)
        if first := requests.open_for(session, form.enterprise_id, number, (since, until)):
            return first.request_id
        session.add(
            KIND(
                request_id=request_id,
                enterprise_id=form.enterprise_id,
                plate=number,
                driver_sealed=sealed.seal(office, driver, place(request_id)),
                route=fields.line("route", form.route, least=0),
                valid_from=since,
                valid_until=until,
                why=fields.reason(form.why),
                state=RequestState.REQUESTED.value,
                version=1,
                asked_at=office.now_ms(),
                pass_id=None,
            )
        )
        record(office, session, by, Act(asking.verb(KIND), request_id, form.enterprise_id))
    return request_id


def withdraw(office: Office, by: Actor, enterprise_id: str, form: StepForm) -> None:
    """Take the own request back. Raises NotFound for another's."""
    asking.Desk(office, by, KIND, Scope.of(enterprise_id)).take(Step.WITHDRAW, form)


def refuse(office: Office, by: Actor, form: StepForm) -> None:
    """Refuse it, with the reason that the enterprise reads."""
    asking.Desk(office, by, KIND, Scope.whole_district()).take(Step.REFUSE, form)


def issue(office: Office, by: Actor, form: StepForm) -> IssuedPass:
    """Sign the pass as asked. Raises NotFound, Overtaken, Refused, ClaimError."""
    with office.db.write() as session:
        row = asking.stepped(session, KIND, Scope.whole_district(), Step.GRANT, form)
        asking.open_enterprise(session, row.enterprise_id)
        now = office.clock.now()
        wanted = PassForm(
            PassKind.EMERGENCY_VEHICLE,
            from_ms(row.valid_until),
            max(from_ms(row.valid_from), now),
            name=sealed.unseal(office, row.driver_sealed, place(row.request_id)),
            vehicle=Vehicle(row.plate, 0, row.route),
            enterprise_id=row.enterprise_id,
        )
        issued = Desk(office, session, by, BUREAU, now).issue(wanted)
        row.pass_id = issued.health_pass.pass_id
        act = Act(asking.verb(KIND, Step.GRANT), row.request_id, row.enterprise_id)
        record(office, session, by, act)
    return issued


def one(office: Office, scope: Scope, request_id: str) -> EmergencyRequestRow:
    """A request of a scope. Raises NotFound."""
    with office.db.read() as session:
        return _row(office, requests.one(session, KIND, scope, request_id))


def some(
    office: Office, scope: Scope, after: str | None = None, *, still_open: bool = True
) -> Page[EmergencyRequestRow]:
    """Open or closed requests of a scope, the newest first."""
    with office.db.read() as session:
        rows, more = requests.some(session, KIND, scope, after, still_open=still_open)
        return Page(tuple(_row(office, row) for row in rows), more)


def others(office: Office, number: str) -> tuple[PassRow, ...]:
    """The passes that a plate has or had, of whichever issuer, the newest first."""
    with office.db.read() as session:
        found = emergency.of_plate(session, plate(number), SHOWN_MOST)
        return rows_of(office, session, found)


def in_force(office: Office, scope: Scope) -> tuple[HealthPass, ...]:
    """The emergency passes in force that gates of a scope let in: theirs, and those for any.

    The first to end first; those that begin later are among them.
    """
    with office.db.read() as session:
        found = emergency.not_ended(session, BUREAU, office.now_ms(), SHOWN_MOST)
        held = opened(office, session, found) if found else ()
        homes = {row.enterprise_id for row in places.enterprises(session, scope)}
    good = (p.health_pass for p in held if not (p.withdrawn or p.blocked))
    return tuple(p for p in good if not p.enterprise_id or p.enterprise_id in homes)


def issued_for(office: Office, enterprise_id: str, request_id: str) -> str:
    """The pass that an enterprise's request led to. Raises NotFound before."""
    row = one(office, Scope.of(enterprise_id), request_id)
    if not row.pass_id:
        raise NotFound(f"request {request_id!r} has no pass")
    return row.pass_id


def place(request_id: str) -> str:
    """What the driver's name is bound to."""
    return f"emergency_request/{request_id}/driver"


def _row(office: Office, row: tables.EmergencyRequest) -> EmergencyRequestRow:
    return EmergencyRequestRow(
        request_id=row.request_id,
        enterprise_id=row.enterprise_id,
        plate=row.plate,
        driver=sealed.unseal(office, row.driver_sealed, place(row.request_id)),
        route=row.route,
        valid_from=from_ms(row.valid_from),
        valid_until=from_ms(row.valid_until),
        why=row.why,
        state=RequestState(row.state),
        version=row.version,
        asked_at=from_ms(row.asked_at),
        pass_id=row.pass_id or "",
    )
