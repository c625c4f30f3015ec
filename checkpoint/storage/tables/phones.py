"""Links by which a phone gets its pass, and which pass it got."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Blob, Millis, String, length


class PhoneLink(Base):
    """A one-time link for one holder's phone; only its SHA-256 is kept.

    `sites` are ids parted by spaces; `pass_until` is the end of the pass to be issued. `pass_id`
    is the pass that the phone got, with `used_at`.
    """

    __tablename__ = "phone_link"
    __table_args__ = (
        length("link_hash", 32, 32),
        length("sites", 0, 600),
        STRICT,
    )

    link_hash: Mapped[Blob] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    holder_id: Mapped[String] = mapped_column(ForeignKey("holder.holder_id"), index=True)
    sites: Mapped[String]
    pass_until: Mapped[Millis]
    made_at: Mapped[Millis]
    expires_at: Mapped[Millis]
    used_at: Mapped[Millis | None]
    pass_id: Mapped[String | None] = mapped_column(ForeignKey("issued_pass.pass_id"))
