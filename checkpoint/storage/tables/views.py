"""Saved views: filters of the entry list that an inspector named."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Millis, Number, String, Switch, length

_OPENS = text("opens")
_OPENS_SQLITE = text("opens = 1")


class SavedView(Base):
    """A saved view 视图 of one account; `conditions` is JSON, nothing of a person in it.

    `shared` with the inspectors of the enterprise; `opens` is the one that the list begins with.
    `version` counts changes.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        length("view_id", 16, 16),
        length("name", 1, 64),
        length("conditions", 2, 2000),
        Index(
            "uq_saved_view_opens",
            "account_id",
            unique=True,
            sqlite_where=_OPENS_SQLITE,
            postgresql_where=_OPENS,
        ),
        STRICT,
    )

    view_id: Mapped[String] = mapped_column(primary_key=True)
    account_id: Mapped[String] = mapped_column(index=True)
    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), index=True
    )
    name: Mapped[String]
    conditions: Mapped[String]
    shared: Mapped[Switch]
    opens: Mapped[Switch]
    version: Mapped[Number]
    changed_at: Mapped[Millis]
