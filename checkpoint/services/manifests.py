"""The manifest 乘车名单 of a commuting vehicle: which workers of the roster ride it.

Putting on and taking off is an edit of the vehicle's line: whoever edits an older one is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.errors import NotFound, Refused
from checkpoint.services import editing, rides, roster
from checkpoint.services.actions import Act
from checkpoint.services.actor import Actor
from checkpoint.services.editing import Conflict
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind, HolderRow
from checkpoint.storage import erasures, people, riders, tables

MOST = 400
"""Riders on one manifest: two shifts of the largest vehicle."""


@dataclass(frozen=True, slots=True)
class ManifestForm:
    """Workers by holder id, and the version of the vehicle's line that they were chosen for."""

    version: int
    holder_ids: tuple[str, ...]


def manifest(office: Office, enterprise_id: str, vehicle_id: str) -> tuple[HolderRow, ...]:
    """Who rides a vehicle, by name. Raises NotFound for another's, and for what is no vehicle."""
    with office.db.read() as session:
        _vehicle(people.holder(session, enterprise_id, vehicle_id))
        found = [roster.row_of(office, row) for row in riders.of_vehicle(session, vehicle_id)]
        return tuple(sorted(found, key=lambda row: (row.name, row.holder_id)))


def count(office: Office, enterprise_id: str, vehicle_id: str) -> int:
    """How many ride a vehicle; nobody rides what is none. Raises NotFound for another's."""
    with office.db.read() as session:
        people.holder(session, enterprise_id, vehicle_id)
        return riders.count(session, vehicle_id)


def vehicles_of(office: Office, enterprise_id: str, holder_id: str) -> tuple[HolderRow, ...]:
    """The vehicles that a worker rides, by plate. Raises NotFound for another's."""
    with office.db.read() as session:
        people.holder(session, enterprise_id, holder_id)
        found = riders.vehicles_of(session, holder_id)
        return tuple(roster.row_of(office, row) for row in found)


def put_on(
    office: Office, by: Actor, enterprise_id: str, vehicle_id: str, form: ManifestForm
) -> Conflict | None:
    """Put workers on a manifest; None once all of them are on it.

    Raises NotFound for another enterprise's vehicle or worker, Refused for nobody, for one who
    left, for what is no worker, for a vehicle out of use, and for more than `MOST`.
    """
    with office.db.write() as session:
        vehicle = _line(session, enterprise_id, vehicle_id, form)
        if vehicle.left_at is not None:
            raise Refused("the vehicle is out of use", remedy="take it back into the roster first")
        there = {row.holder_id for row in riders.of_vehicle(session, vehicle_id)}
        wanted = sorted({*form.holder_ids} - there)
        if not wanted:
            return None
        if vehicle.version != form.version:
            return editing.conflict(office, session, vehicle)
        if len(there) + len(wanted) > MOST:
            raise Refused(f"a manifest has at most {MOST} riders", remedy="take others off first")
        for holder_id in wanted:
            _worker(editing.line(session, enterprise_id, holder_id))
        session.add_all(
            tables.Rider(
                vehicle_id=vehicle_id,
                holder_id=holder_id,
                added_at=office.now_ms(),
                added_by=by.account_id,
            )
            for holder_id in wanted
        )
        acts = [Act("put_on_manifest", one, enterprise_id, vehicle_id) for one in wanted]
        rides.changed(office, session, by, vehicle, acts)
    return None


def take_off(
    office: Office, by: Actor, enterprise_id: str, vehicle_id: str, form: ManifestForm
) -> Conflict | None:
    """Take workers off a manifest; None once none of them is on it.

    Raises NotFound for another enterprise's vehicle, Refused for nobody.
    """
    with office.db.write() as session:
        vehicle = _line(session, enterprise_id, vehicle_id, form)
        there = {row.holder_id for row in riders.of_vehicle(session, vehicle_id)}
        gone = sorted({*form.holder_ids} & there)
        if not gone:
            return None
        if vehicle.version != form.version:
            return editing.conflict(office, session, vehicle)
        riders.take_off(session, vehicle_id, gone)
        acts = [rides.taken_off(one, vehicle) for one in gone]
        rides.changed(office, session, by, vehicle, acts)
    office.db.scrub(*erasures.TOUCHED)
    return None


def _line(
    session: Session, enterprise_id: str, vehicle_id: str, form: ManifestForm
) -> tables.Holder:
    vehicle = editing.line(session, enterprise_id, vehicle_id)
    _vehicle(vehicle)
    if not form.holder_ids:
        raise Refused("nobody is ticked", remedy="tick who is meant")
    return vehicle


def _vehicle(row: tables.Holder) -> None:
    if row.kind != HolderKind.VEHICLE:
        raise NotFound(f"holder {row.holder_id!r} is no vehicle")


def _worker(row: tables.Holder) -> None:
    if row.kind != HolderKind.WORKER:
        raise Refused("a rider is a worker of the roster", remedy="choose workers alone")
    if row.left_at is not None:
        raise Refused("a rider has left the enterprise", remedy="choose those who are still there")


def own(session: Session, holder_id: str) -> list[dict[str, str]]:
    """What a person's own record holds of it: the vehicles that they ride."""
    found = riders.vehicles_of(session, holder_id)
    return [{"vehicle_id": row.holder_id, "plate": row.plate, "route": row.route} for row in found]
