"""What ids of the action record stand for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.storage.tables import Enterprise, Gate, Holder, IssuedPass, Kiosk, Site, Warrant


def holders(session: Session, ids: Collection[str]) -> dict[str, Holder]:
    """Ids of holders, and of passes, with the holder of each."""
    found = {
        row.holder_id: row
        for row in session.scalars(select(Holder).where(Holder.holder_id.in_(ids)))
    }
    passes = (
        select(IssuedPass.pass_id, Holder)
        .join(Holder, Holder.holder_id == IssuedPass.holder_id)
        .where(IssuedPass.pass_id.in_(ids))
    )
    for row in session.execute(passes):
        found.setdefault(row[0], row[1])
    return found


def placed(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Ids of enterprises, sites, gates, kiosks (by their gate) and warrants with their names."""
    named: tuple[tuple[Any, Any], ...] = (
        (Enterprise.enterprise_id, Enterprise.name),
        (Site.site_id, Site.name),
        (Gate.gate_id, Gate.name),
        (Warrant.warrant_id, Warrant.inspector),
    )
    found: dict[str, str] = {}
    for key, name in named:
        found |= {row[0]: row[1] for row in session.execute(select(key, name).where(key.in_(ids)))}
    gates = (
        select(Kiosk.kiosk_id, Gate.name)
        .join(Gate, Gate.gate_id == Kiosk.gate_id)
        .where(Kiosk.kiosk_id.in_(ids))
    )
    return found | {row[0]: row[1] for row in session.execute(gates)}
