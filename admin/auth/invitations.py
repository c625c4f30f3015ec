"""Invitations: a secret by which a person chooses the password of an account, once.

Whoever invites never knows the password. A second invitation takes the place of the first.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin.auth import accounts, factors, lockout, passwords
from admin.auth.account import Account, Invitation, Role
from admin.db import reading, transaction
from checkpoint.clock import from_ms
from checkpoint.errors import NotFound, Refused
from checkpoint.services import Actor
from checkpoint.services.actions import Act, record
from checkpoint.services.office import Office

TERM = timedelta(hours=72)
_GROUPS = 6
_FORM = re.compile(r"[a-z2-9]{4}(-[a-z2-9]{4}){5}")


@dataclass(frozen=True, slots=True)
class Invited:
    """An account and what its owner is handed: shown once, kept as a hash."""

    account: Account
    secret: str = field(repr=False)
    until: datetime


def invite(office: Office, by: Actor, new: accounts.NewAccount) -> Invited:
    """Make an account that nobody can sign in to before the invitation is taken up.

    Raises ClaimError for a bad value, Refused when the username is taken.
    """
    nobodys = accounts.InitialPassword(secrets.token_urlsafe(32), must_change=False)
    with transaction(office) as session:
        account = accounts.insert(office, session, by, new, nobodys)
        session.flush()
        return _invited(office, session, account)


def again(office: Office, by: Actor, account_id: str, why: str, *, factors_too: bool) -> Invited:
    """End an account's password and sign-ins, and with `factors_too` its second factors.

    Raises NotFound, and Refused for a disabled account and for a colleague of one's own: an officer
    who could become another one would be two officers. That is done at the server's terminal.
    """
    verb = "reset_account" if factors_too else "reinvite"
    with accounts.changing(office, by, account_id, (verb, why)) as (account, session):
        if account.role == Role.BUREAU and by.role == Role.BUREAU:
            raise Refused(
                "an officer's account is not another officer's to take",
                remedy="python -m admin account invite USERNAME",
            )
        if not account.active:
            raise Refused("account is disabled", remedy="enable it first")
        account.password = accounts.hashed(secrets.token_urlsafe(32))
        account.must_change = False
        if factors_too:
            factors.remove_all(session, account_id)
        invited = _invited(office, session, account)
    lockout.lockout().forget(invited.account.username)
    return invited


def found(office: Office, secret: str) -> Account | None:
    """The account that an invitation is for; None for one that is used, too old or never was."""
    with reading(office) as session:
        return _account(office, session, secret)


def accept(office: Office, secret: str, password: str) -> Account:
    """Take an invitation up: from now on the password is the person's own.

    Raises NotFound for an invitation that does not hold (any more), Refused for a weak password.
    """
    with transaction(office) as session:
        account = _account(office, session, secret)
        if account is None:
            raise NotFound("no such invitation", remedy="ask for another one")
        office.db.alone(session, f"account {account.account_id}")
        if weak := passwords.weakness(password, (account.username, account.name)):
            raise Refused(f"password is {weak.value}", remedy="choose another one")
        mine = Invitation.secret_hash == _hash(secret)
        if not session.execute(
            delete(Invitation).where(mine).returning(Invitation.account_id)
        ).all():
            raise NotFound("no such invitation", remedy="ask for another one")
        account.password = accounts.hashed(password)
        account.must_change = False
        account.fs_uniquifier = secrets.token_hex(32)
        by = Actor(account.account_id, account.role, account.name)
        act = Act("accept_invitation", account.account_id, account.enterprise_id or "")
        record(office, session, by, act)
        return account


def _invited(office: Office, session: Session, account: Account) -> Invited:
    secret = accounts.readable(_GROUPS)
    now = office.now_ms()
    until = now + TERM // timedelta(milliseconds=1)
    session.merge(
        Invitation(
            account_id=account.account_id,
            secret_hash=_hash(secret),
            made_at=now,
            expires_at=until,
        )
    )
    return Invited(account, secret, from_ms(until))


def _account(office: Office, session: Session, secret: str) -> Account | None:
    if not _FORM.fullmatch(secret):
        return None
    holds = Invitation.expires_at > office.now_ms()
    wanted = select(Account).join(Invitation, Invitation.account_id == Account.account_id)
    return session.scalar(
        wanted.where(Invitation.secret_hash == _hash(secret), holds, Account.active)
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
