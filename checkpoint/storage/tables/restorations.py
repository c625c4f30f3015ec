"""Restores of this database, and how far each chain had gone that it does not hold yet."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Blob, Key, Millis, Number, String, length


class Restoration(Base):
    """One restore. `ended_at` once all is here again, or the bureau took the loss, with `why`."""

    __tablename__ = "restoration"
    __table_args__ = (length("why", 0, 200), STRICT)

    id: Mapped[Key]
    at: Mapped[Millis]
    backup_at: Mapped[Millis | None]
    ended_at: Mapped[Millis | None]
    why: Mapped[String]


class Awaited(Base):
    """The last entry of a chain that this server had given a receipt for before the restore."""

    __tablename__ = "awaited"
    __table_args__ = (length("hash", 32, 32), STRICT)

    restoration_id: Mapped[Number] = mapped_column(ForeignKey("restoration.id"), primary_key=True)
    kiosk_id: Mapped[String] = mapped_column(primary_key=True)
    epoch: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[Number]
    hash: Mapped[Blob]
