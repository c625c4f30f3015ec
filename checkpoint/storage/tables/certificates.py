"""The signer certificates of foreign issuers that the bureau believes."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.credential.foreign.certificates import DER_MOST
from checkpoint.storage.base import STRICT, Base, Blob, Millis, Number, String, length


class SignerCertificate(Base):
    """A signer certificate 签发者证书, X.509 in DER, and what is read off it.

    `usages` are the kinds that it may sign, parted by blanks. `changed` numbers all changes of
    the list, so that its greatest value tells one state of the list from another.
    """

    __tablename__ = "signer_certificate"
    __table_args__ = (
        length("fingerprint", 64, 64),
        length("key_id", 16, 16),
        length("der", 1, DER_MOST),
        length("withdrawn_why", 0, 200),
        Index("ix_signer_certificate_key_id", "key_id"),
        Index("ix_signer_certificate_changed", "changed", unique=True),
        STRICT,
    )

    fingerprint: Mapped[String] = mapped_column(primary_key=True)
    key_id: Mapped[String]
    country: Mapped[String]
    since: Mapped[Millis]
    until: Mapped[Millis]
    usages: Mapped[String]
    der: Mapped[Blob]
    changed: Mapped[Number]
    added_at: Mapped[Millis]
    account_id: Mapped[String]
    withdrawn_at: Mapped[Millis | None]
    withdrawn_why: Mapped[String]
