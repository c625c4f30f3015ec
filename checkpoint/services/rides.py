"""A change of a manifest is one of the vehicle's line; who leaves the enterprise rides no more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import riders, tables


def changed(
    office: Office, session: Session, by: Actor, vehicle: tables.Holder, acts: Iterable[Act]
) -> None:
    """Count an edit of the vehicle's line, and record what was done with each worker."""
    vehicle.version += 1
    vehicle.changed_at, vehicle.changed_by = office.now_ms(), by.account_id
    for act in acts:
        record(office, session, by, act)


def taken_off(holder_id: str, vehicle: tables.Holder) -> Act:
    """That somebody is on a manifest no more; the reason names the vehicle."""
    return Act("take_off_manifest", holder_id, vehicle.enterprise_id or "", vehicle.holder_id)


def end(office: Office, session: Session, by: Actor, holder_id: str) -> None:
    """Take somebody off every manifest."""
    for vehicle in riders.vehicles_of(session, holder_id, lock=True):
        riders.take_off(session, vehicle.holder_id, (holder_id,))
        changed(office, session, by, vehicle, (taken_off(holder_id, vehicle),))
