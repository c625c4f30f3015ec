"""Making, finding and disabling accounts."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from flask_security import hash_password
from sqlalchemy import select

from admin.auth.account import Account, Role
from admin.db import reading, transaction
from checkpoint.clock import to_ms
from checkpoint.errors import ClaimError, NotFound, Refused
from checkpoint.services.office import Office

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
PASSWORD_MIN = 10
PASSWORD_MAX = 128
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is asked for a new account."""

    username: str
    name: str
    role: Role
    enterprise_id: str | None = None


def initial_password() -> str:
    """A random password that can be read aloud and typed: four groups of four, 79 bits."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def add(office: Office, new: NewAccount, password: str, *, must_change: bool = True) -> Account:
    """Make an account. Needs the application's context, whose password rules it uses.

    Raises ClaimError for a bad value, Refused when the username is taken.
    """
    if not USERNAME.fullmatch(new.username):
        raise ClaimError(
            f"username {new.username!r} is not allowed",
            remedy="2 to 32 of a-z, 0-9, dot, line, beginning with a letter",
        )
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise ClaimError(
            "the password has a wrong length", remedy=f"take {PASSWORD_MIN} to {PASSWORD_MAX} characters"
        )
    if (new.role is Role.BUREAU) != (new.enterprise_id is None):
        raise ClaimError(
            f"a {new.role} account with enterprise {new.enterprise_id!r}",
            remedy="all accounts but the bureau's belong to one enterprise",
        )
    account = Account(
        account_id=secrets.token_hex(8),
        username=new.username,
        name=new.name.strip() or new.username,
        password=hash_password(password),
        role=new.role.value,
        enterprise_id=new.enterprise_id,
        active=True,
        must_change=must_change,
        fs_uniquifier=secrets.token_hex(32),
        made_at=to_ms(office.clock.now()),
    )
    with transaction(office) as session:
        office.db.alone(session, f"username {new.username}")
        if session.scalar(select(Account).where(Account.username == new.username)):
            raise Refused(f"username {new.username!r} is taken", remedy="choose another one")
        session.add(account)
    return account


def by_username(office: Office, username: str) -> Account | None:
    """The account of a sign-in name."""
    with reading(office) as session:
        return session.scalar(select(Account).where(Account.username == username))


def everyone(office: Office, enterprise_id: str | None = None) -> list[Account]:
    """All accounts, or those of an enterprise, by username."""
    wanted = select(Account).order_by(Account.username)
    if enterprise_id is not None:
        wanted = wanted.where(Account.enterprise_id == enterprise_id)
    with reading(office) as session:
        return list(session.scalars(wanted))


def set_active(office: Office, account_id: str, *, active: bool) -> Account:
    """Disable or enable an account; its sign-ins end at once. Raises NotFound."""
    with transaction(office) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(f"no account {account_id!r}")
        account.active = active
        account.fs_uniquifier = secrets.token_hex(32)
    return account
