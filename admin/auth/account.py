"""The tables of accounts: invitations, sign-ins and failed attempts. Times are milliseconds."""

from __future__ import annotations

from enum import StrEnum

from flask_security import RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Millis, Number, String, Switch


class Role(StrEnum):
    """What an account is for. Stored, never renamed."""

    BUREAU = "bureau"
    ENTERPRISE = "enterprise"
    INSPECTOR = "inspector"


class RoleName(RoleMixin):
    """A role in the form that Flask-Security asks for: an object with a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions: list[str] = []


class Account(Base, UserMixin):
    """One person's account. An account has one role; all but the bureau's have an enterprise.

    What an inspector sees is in the warrants, not here. `fs_uniquifier` is what a sign-in
    names: replacing it ends every sign-in of the account. `second_factor_by` is until when the
    account may do without a second factor that its role needs; none before it was told so.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("role IN ('bureau', 'enterprise', 'inspector')", name="role"),
        CheckConstraint("(role = 'bureau') = (enterprise_id IS NULL)", name="of_an_enterprise"),
        STRICT,
    )

    account_id: Mapped[String] = mapped_column(primary_key=True)
    username: Mapped[String] = mapped_column(unique=True)
    name: Mapped[String]
    password: Mapped[String]
    role: Mapped[String]
    enterprise_id: Mapped[String | None]
    active: Mapped[Switch]
    must_change: Mapped[Switch]
    fs_uniquifier: Mapped[String] = mapped_column(unique=True)
    made_at: Mapped[Millis]
    second_factor_by: Mapped[Millis | None]

    @property
    def roles(self) -> list[RoleName]:  # type: ignore[override]  # there a column, here one role
        """The one role, as a list."""
        return [RoleName(self.role)]


class SignIn(Base):
    """One sign-in of one browser; the cookie holds its secret, the table the secret's hash.

    `complete` once the second factor was shown, where the account has one; `confirmed_at` is when
    the person last proved to be there. `means`, `network` and `browser` are for the person's own
    eyes: how it began, from what kind of address, in what browser. It is kept for a while after
    its end.
    """

    __tablename__ = "account_sign_ins"
    __table_args__ = STRICT

    secret_hash: Mapped[String] = mapped_column(primary_key=True)
    account_id: Mapped[String] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    began_at: Mapped[Millis]
    seen_at: Mapped[Millis]
    confirmed_at: Mapped[Millis]
    complete: Mapped[Switch]
    means: Mapped[String]
    network: Mapped[String]
    browser: Mapped[String]
    ended_at: Mapped[Millis | None]


class Invitation(Base):
    """What lets a person choose an account's password, once; only the secret's hash is kept."""

    __tablename__ = "account_invitations"
    __table_args__ = STRICT

    account_id: Mapped[String] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    secret_hash: Mapped[String] = mapped_column(unique=True)
    made_at: Mapped[Millis]
    expires_at: Mapped[Millis]


class Challenge(Base):
    """What a passkey is to sign: for one purpose, once, for a few minutes."""

    __tablename__ = "account_challenges"
    __table_args__ = STRICT

    challenge_hash: Mapped[String] = mapped_column(primary_key=True)
    purpose: Mapped[String]
    expires_at: Mapped[Millis]


class Attempts(Base):
    """Attempts under one sign-in name since the last success, whether there is such a name or not.

    The name itself is not kept: people type passwords into the wrong field.
    """

    __tablename__ = "account_attempts"
    __table_args__ = STRICT

    name_hash: Mapped[String] = mapped_column(primary_key=True)
    failures: Mapped[Number]
    last_at: Mapped[Millis]
    locked_until: Mapped[Millis]
