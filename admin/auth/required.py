"""Whose role needs a second factor, and from when on nothing else is open to them."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app

from admin.auth import factors
from admin.auth.account import Account
from admin.config import Settings
from admin.db import office, transaction
from checkpoint.clock import from_ms


def needed(account: Account) -> bool:
    """Whether the settings ask for a second factor of this account's role."""
    settings: Settings = current_app.config["SIBAO"]
    return account.role in settings.second_factor_for and not settings.demo


def begin_grace(account: Account) -> None:
    """Note, the first time, until when the account may do without a second factor."""
    if not needed(account) or account.second_factor_by is not None:
        return
    settings: Settings = current_app.config["SIBAO"]
    grace = timedelta(days=settings.second_factor_grace_days)
    with transaction(office()) as session:
        row = session.get(Account, account.account_id)
        if row is not None:
            row.second_factor_by = office().now_ms() + grace // timedelta(milliseconds=1)


def missing(account: Account) -> bool:
    """Whether the account's role needs a second factor and it has none."""
    return needed(account) and not factors.held(office(), account.account_id)


def overdue(account: Account) -> bool:
    """Whether one is missing and the time to set it up is over."""
    by = account.second_factor_by
    over = by is not None and by <= office().now_ms()
    return over and missing(account)


def deadline(account: Account) -> datetime | None:
    """Until when one is to be set up, as a time; None where nothing is missing."""
    by = account.second_factor_by
    return from_ms(by) if by is not None and missing(account) else None
