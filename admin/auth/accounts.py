"""Making, finding and disabling accounts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask_security import hash_password
from sqlalchemy import select

from admin.auth.account import Account, Role
from admin.db import reading, transaction
from checkpoint.clock import to_ms
from checkpoint.errors import ClaimError, NotFound, Refused
from checkpoint.services import Actor
from checkpoint.services.actions import Act, record
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


@dataclass(frozen=True, slots=True)
class InitialPassword:
    """A password that somebody else knows; one's own is to be chosen at the first sign-in."""

    password: str = field(repr=False)
    must_change: bool = True


def initial_password() -> str:
    """A random password that can be read aloud and typed: four groups of four, 79 bits."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def add(office: Office, by: Actor, new: NewAccount, initial: InitialPassword) -> Account:
    """Make an account. Needs the application's context, whose password rules it uses.

    Raises ClaimError for a bad value, Refused when the username is taken.
    """
    if not USERNAME.fullmatch(new.username):
        raise ClaimError(
            "username is not of the allowed form",
            remedy="2 to 32 of a-z, 0-9, dot, line, beginning with a letter",
        )
    if not PASSWORD_MIN <= len(initial.password) <= PASSWORD_MAX:
        raise ClaimError(
            "password has a wrong length",
            remedy=f"take {PASSWORD_MIN} to {PASSWORD_MAX} characters",
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
        password=hash_password(initial.password),
        role=new.role.value,
        enterprise_id=new.enterprise_id,
        active=True,
        must_change=initial.must_change,
        fs_uniquifier=secrets.token_hex(32),
        made_at=to_ms(office.clock.now()),
    )
    with transaction(office) as session:
        office.db.alone(session, f"username {new.username}")
        if session.scalar(select(Account).where(Account.username == new.username)):
            raise Refused("username is taken", remedy="choose another one")
        session.add(account)
        act = Act("add_account", account.account_id, new.enterprise_id or "")
        record(office, session, by, act)
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


def set_active(office: Office, by: Actor, account_id: str, *, active: bool, why: str) -> Account:
    """Disable or enable an account; its sign-ins end at once. Raises NotFound."""
    verb = "enable_account" if active else "disable_account"
    with _changed(office, by, account_id, (verb, why)) as account:
        account.active = active
    return account


def set_password(
    office: Office, by: Actor, account_id: str, fresh: InitialPassword, why: str
) -> Account:
    """Give an account another password; its sign-ins end at once. Raises NotFound."""
    with _changed(office, by, account_id, ("reset_password", why)) as account:
        account.password = hash_password(fresh.password)
        account.must_change = fresh.must_change
    return account


@contextmanager
def _changed(office: Office, by: Actor, account_id: str, act: tuple[str, str]) -> Iterator[Account]:
    verb, why = act
    with transaction(office) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(f"no account {account_id!r}")
        yield account
        account.fs_uniquifier = secrets.token_hex(32)
        record(office, session, by, Act(verb, account_id, account.enterprise_id or "", why))
