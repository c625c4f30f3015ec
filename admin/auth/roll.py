"""The list of accounts: who may sign in, how each account stands, and when it was last used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from admin.auth.account import Account, Invitation, SignIn
from admin.db import reading
from checkpoint.clock import from_ms
from checkpoint.services.office import Office
from checkpoint.storage.scope import Page
from checkpoint.storage.tables import SecondFactor

PAGE = 100


class Standing(StrEnum):
    """How an account stands."""

    ACTIVE = "active"
    DISABLED = "disabled"
    INVITED = "invited"
    LAPSED = "lapsed"
    INITIAL = "initial"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts: of one enterprise or of all, with a text in their names, after an account."""

    enterprise_id: str | None = None
    text: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of the list; `until` is when its invitation runs out."""

    account: Account
    standing: Standing
    until: datetime | None
    last: datetime | None
    factors: int


def some(office: Office, wanted: Wanted) -> Page[AccountRow]:
    """The accounts that are wanted, by username, `PAGE` at a time."""
    rows = select(Account).order_by(Account.username)
    if wanted.after:
        last = select(Account.username).where(Account.account_id == wanted.after)
        rows = rows.where(Account.username > last.scalar_subquery())
    if wanted.enterprise_id is not None:
        rows = rows.where(Account.enterprise_id == wanted.enterprise_id)
    if wanted.text:
        text = wanted.text.casefold()
        named = func.lower(Account.name).contains(text, autoescape=True)
        rows = rows.where(or_(Account.username.contains(text, autoescape=True), named))
    with reading(office) as session:
        found = session.scalars(rows.limit(PAGE + 1)).all()
        shown = found[:PAGE]
        lines = _lines(session, shown, office.now_ms())
    return Page(lines, shown[-1].account_id if len(found) > PAGE else None)


def everybody(office: Office, enterprise_id: str) -> tuple[AccountRow, ...]:
    """All accounts of an enterprise, by username."""
    rows = select(Account).where(Account.enterprise_id == enterprise_id).order_by(Account.username)
    with reading(office) as session:
        return _lines(session, session.scalars(rows).all(), office.now_ms())


def _lines(session: Session, accounts: Sequence[Account], now: int) -> tuple[AccountRow, ...]:
    ids = [account.account_id for account in accounts]
    invited = select(Invitation.account_id, Invitation.expires_at)
    last = select(SignIn.account_id, func.max(SignIn.began_at)).group_by(SignIn.account_id)
    factors = select(SecondFactor.account_id, func.count()).group_by(SecondFactor.account_id)
    until = dict(session.execute(invited.where(Invitation.account_id.in_(ids))).all())
    used = dict(session.execute(last.where(SignIn.account_id.in_(ids), SignIn.complete)).all())
    held = dict(session.execute(factors.where(SecondFactor.account_id.in_(ids))).all())
    return tuple(
        AccountRow(
            account=account,
            standing=_standing(account, until.get(account.account_id), now),
            until=_at(until.get(account.account_id)),
            last=_at(used.get(account.account_id)),
            factors=held.get(account.account_id, 0),
        )
        for account in accounts
    )


def _standing(account: Account, until: int | None, now: int) -> Standing:
    if not account.active:
        return Standing.DISABLED
    if until is not None:
        return Standing.INVITED if until > now else Standing.LAPSED
    return Standing.INITIAL if account.must_change else Standing.ACTIVE


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
