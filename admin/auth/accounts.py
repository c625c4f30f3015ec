"""Making, finding and disabling accounts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.auth import passwords
from admin.auth.account import Account, Role
from admin.auth.sign_ins import end_all
from admin.db import reading, transaction
from checkpoint.errors import ClaimError, NotFound, Refused
from checkpoint.services import Actor, authorizing, fields
from checkpoint.services.actions import Act, record
from checkpoint.services.office import Office

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_WEAK = {
    passwords.Weakness.SHORT: "is too short",
    passwords.Weakness.LONG: "is too long",
    passwords.Weakness.ABOUT: "holds the username or the person's name",
    passwords.Weakness.GUESSED: "is guessed too easily",
}
_CHANGEABLE = {Role.ENTERPRISE, Role.INSPECTOR}


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
    return readable(4)


def readable(groups: int) -> str:
    """Random groups of four characters that can't be taken for others; 20 bits a group less one."""
    chosen = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(groups))
    return "-".join(chosen)


def add(office: Office, by: Actor, new: NewAccount, initial: InitialPassword) -> Account:
    """Make an account. Needs the application's context, whose password rules it uses.

    Raises ClaimError for a bad value, Refused when the username is taken.
    """
    if weak := passwords.weakness(initial.password, (new.username, new.name)):
        raise ClaimError(
            f"password {_WEAK[weak]}",
            remedy=f"take {passwords.PASSWORD_MIN} to {passwords.PASSWORD_MAX} characters that"
            " nobody guesses, without the account's name",
        )
    with transaction(office) as session:
        return insert(office, session, by, new, initial)


def insert(
    office: Office, session: Session, by: Actor, new: NewAccount, initial: InitialPassword
) -> Account:
    """The same within a transaction, for a password that was judged already."""
    if not USERNAME.fullmatch(new.username):
        raise ClaimError(
            "username is not of the allowed form",
            remedy="2 to 32 of a-z, 0-9, dot, line, beginning with a letter",
        )
    if (new.role is Role.BUREAU) != (new.enterprise_id is None):
        raise ClaimError(
            f"a {new.role} account with enterprise {new.enterprise_id!r}",
            remedy="all accounts but the bureau's belong to one enterprise",
        )
    account = Account(
        account_id=secrets.token_hex(8),
        username=new.username,
        name=fields.line("name", new.name or new.username),
        password=hashed(initial.password),
        role=new.role.value,
        enterprise_id=new.enterprise_id,
        active=True,
        must_change=initial.must_change,
        fs_uniquifier=secrets.token_hex(32),
        made_at=office.now_ms(),
    )
    office.db.alone(session, f"username {new.username}")
    if session.scalar(select(Account).where(Account.username == new.username)):
        raise Refused("username is taken by an account", remedy="choose another one")
    session.add(account)
    record(office, session, by, Act("add_account", account.account_id, new.enterprise_id or ""))
    return account


def hashed(password: str) -> str:
    """What is kept of a password. Needs the application's context."""
    made: str = hash_password(passwords.normal(password))
    return made


def by_username(office: Office, username: str) -> Account | None:
    """The account of a sign-in name."""
    with reading(office) as session:
        return session.scalar(select(Account).where(Account.username == username))


def account_of(office: Office, account_id: str, enterprise_id: str | None = None) -> Account:
    """An account, of an enterprise where one is given. Raises NotFound."""
    with reading(office) as session:
        account = session.get(Account, account_id)
    if account is None or (enterprise_id is not None and account.enterprise_id != enterprise_id):
        raise NotFound(f"no account {account_id!r}")
    return account


def may_administer(office: Office, account_id: str, enterprise_id: str) -> bool:
    """Whether an account looks after an enterprise now."""
    with reading(office) as session:
        account = session.get(Account, account_id)
    return (
        account is not None
        and account.active
        and (account.role, account.enterprise_id) == (Role.ENTERPRISE.value, enterprise_id)
    )


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
    with changing(office, by, account_id, (verb, why)) as (account, _session):
        account.active = active
    return account


def set_role(office: Office, by: Actor, account_id: str, role: Role, why: str) -> Account:
    """Make an enterprise's admin its inspector, or the other way; the sign-ins end at once.

    Warrants of the account end with it, with the same reason. Raises NotFound, and Refused for an
    officer's account, which stays one.
    """
    with changing(office, by, account_id, (f"make_{role.value}", why)) as (account, session):
        if not {Role(account.role), role} <= _CHANGEABLE:
            raise Refused("role of an officer stays", remedy="make another account")
        if account.role == role.value:
            raise Refused("role is this one already", remedy="reload the page")
        account.role = role.value
        authorizing.end_warrants_of(office, session, by, account_id, why)
    return account


def set_password(
    office: Office, by: Actor, account_id: str, fresh: InitialPassword, why: str
) -> Account:
    """Give an account another password; its sign-ins end at once. Raises NotFound."""
    with changing(office, by, account_id, ("reset_password", why)) as (account, _session):
        account.password = hashed(fresh.password)
        account.must_change = fresh.must_change
    return account


@contextmanager
def changing(
    office: Office, by: Actor, account_id: str, act: tuple[str, str]
) -> Iterator[tuple[Account, Session]]:
    """Change an account and end its sign-ins, recorded under a verb and why. Raises NotFound."""
    verb, why = act
    with transaction(office) as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None:
            raise NotFound(f"no account {account_id!r}")
        yield account, session
        account.fs_uniquifier = secrets.token_hex(32)
        end_all(session, account_id, office.now_ms())
        record(office, session, by, Act(verb, account_id, account.enterprise_id or "", why))
