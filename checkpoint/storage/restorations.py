"""Restores of the database, and what is waited for after one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.storage.tables import Awaited, Restoration


def begin(session: Session, at: int, backup_at: int | None) -> Restoration:
    """Note a restore; one that was not over is taken up in it."""
    before = unfinished(session)
    if before is not None:
        end(before, at, "restored again")
    row = Restoration(at=at, backup_at=backup_at, ended_at=None, why="")
    session.add(row)
    session.flush()
    return row


def wait_for(
    session: Session, row: Restoration, place: tuple[str, int], tip: tuple[int, bytes]
) -> None:
    """Wait for a chain to reach this entry."""
    kiosk_id, epoch = place
    chain = {"restoration_id": row.id, "kiosk_id": kiosk_id, "epoch": epoch}
    session.add(Awaited(**chain, seq=tip[0], hash=tip[1]))


def unfinished(session: Session) -> Restoration | None:
    """The restore that is not over."""
    wanted = select(Restoration).where(Restoration.ended_at.is_(None))
    return session.scalars(wanted.order_by(Restoration.id.desc()).limit(1)).first()


def awaited(session: Session, row: Restoration) -> Sequence[Awaited]:
    """What a restore waits for, by kiosk and epoch."""
    wanted = select(Awaited).where(Awaited.restoration_id == row.id)
    return session.scalars(wanted.order_by(Awaited.kiosk_id, Awaited.epoch)).all()


def end(row: Restoration, at: int, why: str) -> None:
    """The restore is over."""
    row.ended_at, row.why = at, why
