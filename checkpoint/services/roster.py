"""The holders 持证人 of an enterprise: workers and vehicles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential.issue import fresh_id
from checkpoint.errors import Refused
from checkpoint.services import fields, roster_search, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import RosterFilter, VehicleForm, WorkerForm
from checkpoint.services.identity import id_number
from checkpoint.services.office import Office
from checkpoint.services.plates import plate
from checkpoint.services.rows import HolderKind, HolderRow
from checkpoint.storage import holders as stored
from checkpoint.storage import people, places, tables
from checkpoint.storage.scope import Page

SEATS_MOST = 200
SOON = timedelta(days=7)
"""How long before its end a pass is to be renewed."""
WEEK = "1234567"
_DAY_MIN = 24 * 60


def add_worker(office: Office, by: Actor, enterprise_id: str, form: WorkerForm) -> str:
    """A new worker; the answer is the holder id.

    Raises Refused naming the field, never its value: a wrong ID number, one taken already.
    """
    number = id_number(form.id_number, office.clock.now())
    row = blank_holder(office, HolderKind.WORKER, fields.line("name", form.name))
    row.enterprise_id = enterprise_id
    set_id(office, row, number)
    row.phone_sealed = sealed_phone(office, form.phone, row.holder_id)
    row.job = fields.line("job", form.job, least=0)
    with office.db.write() as session:
        places.enterprise(session, enterprise_id, lock=True)
        set_shift(row, form.shift)
        set_site(session, row, form.site_id)
        require_free(office, session, row, number)
        _add(office, session, by, row)
    return row.holder_id


def add_vehicle(office: Office, by: Actor, enterprise_id: str, form: VehicleForm) -> str:
    """A new vehicle; the answer is the holder id. Raises Refused naming the field."""
    row = blank_holder(office, HolderKind.VEHICLE, fields.line("driver", form.driver))
    row.enterprise_id = enterprise_id
    row.plate = plate(form.plate)
    row.seats, row.days = seats_of(form.seats), days_of(form.days)
    row.route = fields.line("route", form.route, least=0)
    row.phone_sealed = sealed_phone(office, form.phone, row.holder_id)
    with office.db.write() as session:
        places.enterprise(session, enterprise_id, lock=True)
        set_site(session, row, form.site_id)
        if people.vehicle_taken(session, enterprise_id, row.plate):
            raise Refused("plate is in the roster already", remedy="find the vehicle by it")
        _add(office, session, by, row)
    return row.holder_id


def holders(
    office: Office, enterprise_id: str, wanted: str | RosterFilter = "", after: str | None = None
) -> Page[HolderRow]:
    """Workers and vehicles, the newest first; those that a search or a filter wants.

    Found is who has all words of the search: each a part of a name, the pinyin or its initials
    from a character on, the ID number or its last four, a part of the plate, job or route.
    """
    asked = RosterFilter(wanted) if isinstance(wanted, str) else wanted
    now = office.now_ms()
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        found = _wanted(office, enterprise_id, asked)
        rows, cursor = stored.holders(session, enterprise_id, found, after)
        ends = stored.last_ends(session, [row.holder_id for row in rows], now)
        return Page(tuple(_listed(office, row, ends) for row in rows), cursor)


def count(office: Office, enterprise_id: str, wanted: RosterFilter) -> int:
    """How many `holders` there are on all pages."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        return stored.count(session, enterprise_id, _wanted(office, enterprise_id, wanted))


def _wanted(office: Office, enterprise_id: str, asked: RosterFilter) -> stored.Wanted:
    words = roster_search.words_of(office, enterprise_id, asked.search)
    term = office.now_ms(), to_ms(office.clock.now() + SOON)
    only = stored.only(asked.kind or "", asked.site_id, asked.state or "", term)
    return stored.Wanted(words, tuple(only))


def _listed(office: Office, row: tables.Holder, ends: dict[str, int]) -> HolderRow:
    until = ends.get(row.holder_id)
    return replace(row_of(office, row), pass_until=None if until is None else from_ms(until))


def holder(office: Office, enterprise_id: str, holder_id: str) -> HolderRow:
    """One holder. Raises NotFound outside the enterprise and for one who was erased."""
    with office.db.read() as session:
        return row_of(office, people.holder(session, enterprise_id, holder_id))


def blank_line(office: Office, kind: HolderKind) -> dict[str, Any]:
    """The columns of a line with a fresh id; the rest is empty, the name too."""
    return {
        "holder_id": fresh_id(),
        "enterprise_id": None,
        "kind": kind.value,
        "id_tail": "",
        "job": "",
        "plate": "",
        "seats": 0,
        "route": "",
        "added_at": office.now_ms(),
        "blocked_why": "",
        "site_id": "",
        "days": "",
        "left_why": "",
        "version": 1,
        "changed_by": "",
    }


def blank_holder(office: Office, kind: HolderKind, name: str) -> tables.Holder:
    """A row with a fresh id and the sealed name; the rest is empty."""
    row = tables.Holder(**blank_line(office, kind))
    set_name(office, row, name)
    return row


def set_name(office: Office, row: tables.Holder, name: str) -> None:
    """Put a checked name into a line."""
    row.name_sealed = sealed.seal(office, name, f"holder/{row.holder_id}/name")
    row.name_index = sealed.index(office, "name", name)


def name_of(office: Office, row: tables.Holder) -> str:
    """The holder's name, unsealed."""
    return sealed.unseal(office, row.name_sealed, f"holder/{row.holder_id}/name")


def _add(office: Office, session: Session, by: Actor, row: tables.Holder) -> None:
    session.add(row)
    roster_search.keep(office, row)
    act = Act(f"add_{row.kind}", row.holder_id, row.enterprise_id or "")
    record(office, session, by, act)


def set_id(office: Office, row: tables.Holder, number: str) -> None:
    """Put a checked ID number into a line."""
    row.id_sealed = sealed.seal(office, number, f"holder/{row.holder_id}/id")
    row.id_index = sealed.index(office, "id_number", number)
    row.id_tail = number[-4:]


def require_free(office: Office, session: Session, row: tables.Holder, number: str) -> None:
    """Raises Refused where another worker of the enterprise has this ID number."""
    taken = sealed.indexes(office, "id_number", number)
    if people.worker_taken(session, row.enterprise_id or "", taken):
        raise Refused("id_number is in the roster already", remedy="find the worker by it")


def set_site(session: Session, row: tables.Holder, site_id: str) -> None:
    """Where the holder is as a rule, empty for nowhere. Raises NotFound for another's site."""
    if site_id:
        places.site(session, row.enterprise_id or "", site_id)
    row.site_id = site_id


def set_shift(row: tables.Holder, shift: tuple[int, int] | None) -> None:
    """When a worker is there as a rule. Raises Refused for times that no day has."""
    if shift and (shift[0] == shift[1] or not all(0 <= at < _DAY_MIN for at in shift)):
        raise Refused("shift is out of range", remedy="give two different times of the day")
    row.shift_begin, row.shift_end = shift or (None, None)


def seats_of(seats: int) -> int:
    """Seats of a vehicle. Raises Refused for more than `SEATS_MOST`."""
    if not 0 <= seats <= SEATS_MOST:
        raise Refused("seats is out of range", remedy=f"give 0 to {SEATS_MOST}")
    return seats


def days_of(days: str) -> str:
    """Days of the week as digits in order, 1 for Monday; empty for every day. Raises Refused."""
    if set(days) - set(WEEK):
        raise Refused("days is out of range", remedy="give digits from 1, Monday, to 7")
    kept = "".join(sorted(set(days)))
    return "" if kept == WEEK else kept


def sealed_phone(office: Office, text: str, holder_id: str) -> bytes | None:
    """A phone number as it is kept, None for none. Raises Refused."""
    number = fields.phone("phone", text)
    return sealed.seal(office, number, f"holder/{holder_id}/phone") if number else None


def row_of(office: Office, row: tables.Holder) -> HolderRow:
    """A line of the roster as pages show it."""
    phone = sealed.unseal(office, row.phone_sealed, f"holder/{row.holder_id}/phone")
    return HolderRow(
        holder_id=row.holder_id,
        kind=HolderKind(row.kind),
        name=name_of(office, row),
        id_tail=row.id_tail,
        phone_tail=phone[-4:],
        job=row.job,
        plate=row.plate,
        seats=row.seats,
        route=row.route,
        blocked=row.blocked_at is not None,
        blocked_at=None if row.blocked_at is None else from_ms(row.blocked_at),
        blocked_why=row.blocked_why,
        site_id=row.site_id,
        shift=shift_in(row),
        days=row.days,
        left_at=None if row.left_at is None else from_ms(row.left_at),
        left_why=row.left_why,
        version=row.version,
    )


def shift_in(row: tables.Holder) -> tuple[int, int] | None:
    """The shift of a line, None for none."""
    begin, end = row.shift_begin, row.shift_end
    return None if begin is None or end is None else (begin, end)
