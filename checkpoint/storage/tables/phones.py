"""Links by which a phone gets its pass, and which pass it got."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.health_pass import PassKind
from checkpoint.storage.base import (
    STRICT,
    Base,
    Blob,
    Millis,
    Number,
    String,
    length,
    one_of,
)


class PhoneLink(Base):
    """A one-time link for one holder's phone; only its SHA-256 is kept.

    What the pass will say: `kind`; `enterprise_id` that it is for, none for every one; `sites`,
    ids parted by spaces; from `not_before`, none for the moment of fetching, until `pass_until`;
    a worker's shift in minutes of the day; a visitor's host, sealed, until the link is used.
    `pass_id` is the pass that the phone got, with `used_at`.
    """

    __tablename__ = "phone_link"
    __table_args__ = (
        length("link_hash", 32, 32),
        one_of("kind", PassKind),
        length("sites", 0, 600),
        STRICT,
    )

    link_hash: Mapped[Blob] = mapped_column(primary_key=True)
    issuer: Mapped[String]
    kind: Mapped[String]
    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"), index=True)
    enterprise_id: Mapped[String | None] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    sites: Mapped[String]
    host_sealed: Mapped[Blob | None]
    not_before: Mapped[Millis | None]
    pass_until: Mapped[Millis]
    shift_begin: Mapped[Number | None]
    shift_end: Mapped[Number | None]
    made_at: Mapped[Millis]
    expires_at: Mapped[Millis]
    used_at: Mapped[Millis | None]
    pass_id: Mapped[String | None] = mapped_column(ForeignKey("issued_pass.pass_id"), index=True)
