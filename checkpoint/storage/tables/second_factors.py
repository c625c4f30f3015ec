"""What accounts prove themselves with besides a password. Whose accounts: `account_id`, no name."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Blob, Millis, Number, String, length


class SecondFactor(Base):
    """An authenticator app (`totp`) or a passkey of an account; `name` is the owner's word for it.

    An app has its seed, sealed, and `counter`, the last step of 30 s that was used: no code of it
    or of one before is taken again. A passkey has its credential id, its public key (COSE), and
    `counter`, its number of signatures, 0 where it does not count.
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        CheckConstraint("kind IN ('totp', 'passkey')", name="kind_known"),
        CheckConstraint(
            "(kind = 'passkey') = (credential_id IS NOT NULL AND public_key IS NOT NULL)"
            " AND (kind = 'totp') = (seed_sealed IS NOT NULL)",
            name="of_its_kind",
        ),
        length("name", 1, 64),
        STRICT,
    )

    factor_id: Mapped[String] = mapped_column(primary_key=True)
    account_id: Mapped[String] = mapped_column(index=True)
    kind: Mapped[String]
    name: Mapped[String]
    seed_sealed: Mapped[Blob | None]
    credential_id: Mapped[Blob | None] = mapped_column(unique=True)
    public_key: Mapped[Blob | None]
    counter: Mapped[Number]
    made_at: Mapped[Millis]
    used_at: Mapped[Millis | None]


class RecoveryCode(Base):
    """A code that stands in once for a lost second factor; sealed, and deleted when it is used."""

    __tablename__ = "recovery_code"
    __table_args__ = STRICT

    code_id: Mapped[String] = mapped_column(primary_key=True)
    account_id: Mapped[String] = mapped_column(index=True)
    code_sealed: Mapped[Blob]


def seed_place(factor_id: str) -> str:
    """What the seed of an app is sealed for."""
    return f"second_factor/{factor_id}/seed"


def code_place(code_id: str) -> str:
    """What a recovery code is sealed for."""
    return f"recovery_code/{code_id}/code"
