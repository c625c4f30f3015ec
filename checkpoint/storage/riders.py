"""Who is on the manifest of which vehicle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from checkpoint.storage.tables import Holder, Rider


def _vehicles(enterprise_id: str) -> tuple[ColumnElement[bool], ...]:
    """Those of the roster in use, as the index of their plates knows them."""
    return (
        Holder.enterprise_id == enterprise_id,
        Holder.enterprise_id.is_not(None),
        Holder.kind == "vehicle",
        Holder.plate != "",
        Holder.left_at.is_(None),
    )


def mark(session: Session, enterprise_id: str) -> tuple[int, ...]:
    """What differs whenever `everybody` does, unread: each change makes a line a newer one."""
    rows = select(func.count(), func.sum(Holder.version), func.max(Holder.changed_at))
    total, versions, changed = session.execute(rows.where(*_vehicles(enterprise_id))).one()
    return total, int(versions or 0), changed or 0


def everybody(session: Session, enterprise_id: str) -> Iterator[tuple[Holder, set[str]]]:
    """The vehicles of an enterprise, each with the holder ids of its riders."""
    vehicles = session.scalars(select(Holder).where(*_vehicles(enterprise_id))).all()
    there = select(Rider.vehicle_id, Rider.holder_id).join(
        Holder, Holder.holder_id == Rider.vehicle_id
    )
    found: dict[str, set[str]] = {row.holder_id: set() for row in vehicles}
    for vehicle_id, holder_id in session.execute(there.where(*_vehicles(enterprise_id))):
        found[vehicle_id].add(holder_id)
    return ((row, found[row.holder_id]) for row in vehicles)


def of_vehicle(session: Session, vehicle_id: str) -> Sequence[Holder]:
    """The workers on a vehicle's manifest, in the order in which they were put on it."""
    rows = select(Holder).join(Rider, Rider.holder_id == Holder.holder_id)
    rows = rows.where(Rider.vehicle_id == vehicle_id)
    return session.scalars(rows.order_by(Rider.added_at, Rider.holder_id)).all()


def count(session: Session, vehicle_id: str) -> int:
    """How many are on a vehicle's manifest."""
    rows = select(func.count()).select_from(Rider).where(Rider.vehicle_id == vehicle_id)
    return session.scalar(rows) or 0


def counts(session: Session, vehicle_ids: Sequence[str]) -> dict[str, int]:
    """How many are on each vehicle's manifest, of those with somebody on it."""
    rows = select(Rider.vehicle_id, func.count()).where(Rider.vehicle_id.in_(vehicle_ids))
    return {row[0]: row[1] for row in session.execute(rows.group_by(Rider.vehicle_id))}


def vehicles_of(session: Session, holder_id: str, *, lock: bool = False) -> Sequence[Holder]:
    """The vehicles on whose manifests a worker is, by plate; `lock` makes others wait."""
    rows = select(Holder).join(Rider, Rider.vehicle_id == Holder.holder_id)
    rows = rows.where(Rider.holder_id == holder_id).order_by(Holder.plate, Holder.holder_id)
    return session.scalars(rows.with_for_update(of=Holder) if lock else rows).all()


def take_off(session: Session, vehicle_id: str, holder_ids: Sequence[str]) -> None:
    """Leave these workers no more on a vehicle's manifest."""
    session.execute(
        delete(Rider).where(Rider.vehicle_id == vehicle_id, Rider.holder_id.in_(holder_ids))
    )


def forget(session: Session, holder_id: str) -> None:
    """Leave somebody on no manifest and, of a vehicle, nobody on its own.

    The vehicles' lines become newer ones, so that whoever edits a manifest is told.
    """
    rides = select(Rider.vehicle_id).where(Rider.holder_id == holder_id)
    others = update(Holder).where(Holder.holder_id.in_(rides))
    session.execute(others.values(version=Holder.version + 1))
    session.execute(
        delete(Rider).where(or_(Rider.holder_id == holder_id, Rider.vehicle_id == holder_id))
    )
