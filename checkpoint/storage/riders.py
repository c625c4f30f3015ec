"""Who is on the manifest of which vehicle."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from checkpoint.storage.tables import Holder, Rider


def of_vehicle(session: Session, vehicle_id: str) -> Sequence[Holder]:
    """The workers on a vehicle's manifest, in the order in which they were put on it."""
    rows = select(Holder).join(Rider, Rider.holder_id == Holder.holder_id)
    rows = rows.where(Rider.vehicle_id == vehicle_id)
    return session.scalars(rows.order_by(Rider.added_at, Rider.holder_id)).all()


def count(session: Session, vehicle_id: str) -> int:
    """How many are on a vehicle's manifest."""
    rows = select(func.count()).select_from(Rider).where(Rider.vehicle_id == vehicle_id)
    return session.scalar(rows) or 0


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
