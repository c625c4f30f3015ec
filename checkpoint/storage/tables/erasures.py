"""What was erased, whom not to take back, and whose turn it is. None names a person."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.entrylog.erasure import Ground
from checkpoint.storage.base import STRICT, Base, Blob, Millis, Number, String, length, one_of


class Erasure(Base):
    """One signed erasure: the other columns are projections of `note`.

    Lines are numbered from 1 without a gap and only ever added. An entry whose body holds a
    commitment and whose `personal` is empty is named by one of them, else it was tampered with.
    """

    __tablename__ = "erasure"
    __table_args__ = (one_of("ground", Ground), STRICT)

    number: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Millis]
    account_id: Mapped[String]
    ground: Mapped[String]
    entries: Mapped[Number]
    note: Mapped[String]


class Tombstone(Base):
    """An erased holder whose entries a kiosk may still send: by blind index, until a time.

    `holder_sealed` is the holder's id under the sealing key, so that kiosks can be told; `index`
    and sealed id say nothing without the key. `enterprise_id` is empty for the bureau's.
    """

    __tablename__ = "tombstone"
    __table_args__ = (
        length("holder_index", 32, 32),
        Index("ix_tombstone_enterprise", "enterprise_id", "expires_at"),
        STRICT,
    )

    holder_index: Mapped[Blob] = mapped_column(primary_key=True)
    holder_sealed: Mapped[Blob]
    enterprise_id: Mapped[String]
    made_at: Mapped[Millis]
    expires_at: Mapped[Millis]


class Chore(Base):
    """What one process of the server does once in a while, and when it was last taken on."""

    __tablename__ = "chore"
    __table_args__ = (STRICT,)

    name: Mapped[String] = mapped_column(primary_key=True)
    claimed_at: Mapped[Millis]
