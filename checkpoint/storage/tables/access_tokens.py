"""Access tokens of enterprises' own systems, and what they asked for once.

Of a token only its SHA-256 is kept: it has 256 random bits, so nobody finds it from that.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Blob, Millis, String, length


class AccessToken(Base):
    """A token of one enterprise; `scopes` between spaces, `made_by` the account that made it.

    `used_from` is the address of the last use.
    """

    __tablename__ = "access_token"
    __table_args__ = (
        length("token_id", 8, 8),
        length("name", 1, 64),
        length("scopes", 1, 200),
        length("secret_hash", 32, 32),
        length("used_from", 0, 64),
        length("revoked_why", 0, 200),
        STRICT,
    )

    token_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), index=True
    )
    name: Mapped[String]
    scopes: Mapped[String]
    secret_hash: Mapped[Blob] = mapped_column(unique=True)
    made_by: Mapped[String]
    made_at: Mapped[Millis]
    expires_at: Mapped[Millis]
    used_at: Mapped[Millis | None]
    used_from: Mapped[String]
    revoked_at: Mapped[Millis | None]
    revoked_why: Mapped[String]


class AskedOnce(Base):
    """A request that bore an Idempotency-Key: what came of it, to be answered alike again.

    `fingerprint` is an HMAC over the request, keyed by the token, which is not stored: it says
    nothing of the ID number in the request. `subject` is the id of what was made or changed, empty
    while the request is being served.
    """

    __tablename__ = "asked_once"
    __table_args__ = (
        length("request_key", 1, 64),
        length("fingerprint", 32, 32),
        length("subject", 0, 64),
        STRICT,
    )

    token_id: Mapped[String] = mapped_column(ForeignKey("access_token.token_id"), primary_key=True)
    request_key: Mapped[String] = mapped_column(primary_key=True)
    fingerprint: Mapped[Blob]
    subject: Mapped[String]
    at: Mapped[Millis]
