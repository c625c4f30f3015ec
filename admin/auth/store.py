"""Accounts for Flask-Security, by short transactions of the services' database."""

from __future__ import annotations

from typing import Any

from flask_security import UserDatastore
from sqlalchemy import select

from admin.auth.account import Account, RoleName
from admin.db import reading, transaction
from checkpoint.services.office import Office


class AccountStore(UserDatastore):
    """Finds and keeps accounts; each look-up and each change is a transaction."""

    def __init__(self, office: Office) -> None:
        super().__init__(Account, RoleName)
        self._office = office

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Account | None:
        """The account whose one named attribute has a value."""
        ((attribute, value),) = kwargs.items()
        with reading(self._office) as session:
            return session.scalar(select(Account).where(getattr(Account, attribute) == value))

    def put(self, model: Account) -> Account:
        """Keep an account as it is now."""
        with transaction(self._office) as session:
            return session.merge(model)

    def commit(self) -> None:
        """Nothing is left to do: `put` has done it."""
