"""The end of the deployment: one line once it has begun, none before."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Millis, Number, String, Switch, length


class Sunset(Base):
    """The sunset 退出: who ends the deployment, and how far it is.

    `done` are the steps behind it, parted by blanks; `facts` is JSON of what they found; `folder`
    is where the export and the certificate go; `note` is the certificate, empty until `ended_at`.
    """

    __tablename__ = "sunset"
    __table_args__ = (CheckConstraint("id = 1", name="one"), length("why", 1, 200), STRICT)

    id: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    begun_at: Mapped[Millis]
    first_account: Mapped[String]
    second_account: Mapped[String]
    why: Mapped[String]
    folder: Mapped[String]
    with_persons: Mapped[Switch]
    done: Mapped[String]
    facts: Mapped[String]
    ended_at: Mapped[Millis | None]
    note: Mapped[String]
