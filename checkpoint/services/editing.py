"""A holder of the roster corrected, gone, and back again.

An edit says which version of the line it was made from: when somebody changed the line since,
nothing is written, and the answer says who it was and what stands there now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.health_pass import HealthPass
from checkpoint.errors import Refused
from checkpoint.services import (
    fields,
    issuing,
    phone_links,
    rides,
    roster,
    roster_search,
    sealed,
)
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import HolderEdit, IdCorrection
from checkpoint.services.identity import id_number
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind, HolderRow, PassRow
from checkpoint.storage import erasures, people, tables, worth


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the line since: who, when, and as it is now. Nothing was written."""

    by: str
    at: datetime
    now: HolderRow


def edit(
    office: Office, by: Actor, enterprise_id: str, holder_id: str, form: HolderEdit
) -> Conflict | None:
    """Put what the form says into the line; None once it is there.

    What was there before is left nowhere in the roster. Raises NotFound for another enterprise's
    holder and one who was erased, Refused naming the field.
    """
    with office.db.write() as session:
        row = line(session, enterprise_id, holder_id)
        if row.version != form.version:
            return conflict(office, session, row)
        before = roster.row_of(office, row), _phone(office, row)
        _fill(office, session, row, form)
        if before == (roster.row_of(office, row), _phone(office, row)):
            return None
        changed(office, session, by, Act("edit_holder", holder_id, enterprise_id))
    office.db.scrub(*erasures.TOUCHED)
    return None


def correct_id(
    office: Office, by: Actor, enterprise_id: str, holder_id: str, form: IdCorrection
) -> Conflict | None:
    """Put the right ID number into a worker's line. Issues nothing: see `outdated`. As `edit`."""
    why = fields.reason(form.why)
    number = id_number(form.id_number, office.clock.now())
    with office.db.write() as session:
        row = line(session, enterprise_id, holder_id)
        if row.kind != HolderKind.WORKER:
            raise Refused("id_number is of workers alone", remedy="edit the vehicle")
        if row.version != form.version:
            return conflict(office, session, row)
        if sealed.unseal(office, row.id_sealed, f"holder/{holder_id}/id") == number:
            raise Refused("id_number is the one in the roster", remedy="give the right one")
        roster.require_free(office, session, row, number)
        roster.set_id(office, row, number)
        changed(office, session, by, Act("correct_id", holder_id, enterprise_id, why))
    office.db.scrub(*erasures.TOUCHED)
    return None


def leave(office: Office, by: Actor, enterprise_id: str, holder_id: str, why: str) -> int:
    """The holder left the enterprise: passes are revoked, gates refuse them; how many passes.

    They are on no manifest any more; a vehicle keeps its own. The line stays until the roster's
    retention erases it. Raises Refused for one who left before.
    """
    why = fields.reason(why)
    with office.db.write() as session:
        row = line(session, enterprise_id, holder_id)
        if row.left_at is not None:
            raise Refused(f"holder {holder_id!r} has left already")
        row.left_at, row.left_why = office.now_ms(), why
        changed(office, session, by, Act("leave_holder", holder_id, enterprise_id, why))
        standing = worth.standing_of(session, enterprise_id, holder_id, office.now_ms())
        for each in standing:
            each.revoked_at, each.revoked_why = office.now_ms(), why
            record(office, session, by, Act("revoke_pass", each.pass_id, enterprise_id, why))
        phone_links.end(office, session, by, phone_links.ended(holder_id, enterprise_id, why))
        rides.end(office, session, by, holder_id)
    return len(standing)


def take_back(office: Office, by: Actor, enterprise_id: str, holder_id: str, why: str) -> None:
    """One who left is there again. Revoked passes stay revoked: issue another one."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = line(session, enterprise_id, holder_id)
        if row.left_at is None:
            raise Refused(f"holder {holder_id!r} has not left")
        row.left_at, row.left_why = None, ""
        changed(office, session, by, Act("return_holder", holder_id, enterprise_id, why))


def outdated(office: Office, enterprise_id: str, holder_id: str) -> tuple[PassRow, ...]:
    """The holder's passes in force that say something else than the roster does now."""
    with office.db.read() as session:
        row = people.holder(session, enterprise_id, holder_id)
        found = worth.standing_of(session, enterprise_id, holder_id, office.now_ms())
        said = issuing.opened(office, session, found) if found else ()
        known = roster.row_of(office, row)
        other = [
            each for each, one in zip(found, said, strict=True) if _differs(one.health_pass, known)
        ]
        return issuing.rows_of(office, session, other)


def _differs(said: HealthPass, known: HolderRow) -> bool:
    if (said.name, said.id_tail) != (known.name, known.id_tail):
        return True
    vehicle = said.vehicle
    return vehicle is not None and (vehicle.seats, vehicle.route) != (known.seats, known.route)


def line(session: Session, enterprise_id: str, holder_id: str) -> tables.Holder:
    """The line of a holder, locked. Raises NotFound for another's and for one who was erased."""
    return people.holder(session, enterprise_id, holder_id, lock=True)


def _phone(office: Office, row: tables.Holder) -> str:
    return sealed.unseal(office, row.phone_sealed, f"holder/{row.holder_id}/phone")


def _fill(office: Office, session: Session, row: tables.Holder, form: HolderEdit) -> None:
    vehicle = row.kind == HolderKind.VEHICLE
    name = fields.line("driver" if vehicle else "name", form.name)
    if name != roster.name_of(office, row):
        roster.set_name(office, row, name)
    if form.phone is not None and fields.phone("phone", form.phone) != _phone(office, row):
        row.phone_sealed = roster.sealed_phone(office, form.phone, row.holder_id)
    roster.set_site(session, row, form.site_id)
    if vehicle:
        row.seats, row.days = roster.seats_of(form.seats), roster.days_of(form.days)
        row.route = fields.line("route", form.route, least=0)
    else:
        row.job = fields.line("job", form.job, least=0)
        roster.set_shift(row, form.shift)


def changed(office: Office, session: Session, by: Actor, act: Act) -> None:
    """Count an edit of the act's subject, and record it."""
    row = session.get_one(tables.Holder, act.subject)
    row.version += 1
    roster_search.keep(office, row)
    row.changed_at, row.changed_by = office.now_ms(), by.account_id
    record(office, session, by, act)


def conflict(office: Office, session: Session, row: tables.Holder) -> Conflict:
    """Who changed a line last."""
    who = erasures.names(session, {row.changed_by}).get(row.changed_by, "")
    at = from_ms(row.added_at if row.changed_at is None else row.changed_at)
    return Conflict(who, at, roster.row_of(office, row))
