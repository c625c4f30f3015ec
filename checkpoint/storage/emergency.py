"""Passes of a plate, and those of emergency vehicles that have not ended."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.domain.health_pass import PassKind
from checkpoint.storage.tables import Holder, IssuedPass


def of_plate(session: Session, plate: str, limit: int) -> Sequence[IssuedPass]:
    """The passes of all vehicles with a plate, of whichever issuer, the newest first."""
    rows = select(IssuedPass).join(Holder, Holder.holder_id == IssuedPass.holder_id)
    rows = rows.where(Holder.plate == plate)
    return session.scalars(rows.order_by(IssuedPass.issued_at.desc()).limit(limit)).all()


def not_ended(session: Session, issuer: str, now: int, limit: int) -> Sequence[IssuedPass]:
    """Emergency passes that are not revoked and end after now, the first to end first."""
    rows = select(IssuedPass).where(
        IssuedPass.issuer == issuer,
        IssuedPass.kind == PassKind.EMERGENCY_VEHICLE.value,
        IssuedPass.expires_at > now,
        IssuedPass.revoked_at.is_(None),
    )
    return session.scalars(rows.order_by(IssuedPass.expires_at).limit(limit)).all()
