"""An officer of the bureau confirms by the password, away from a browser."""

from __future__ import annotations

import math
from datetime import timedelta

from flask_security import hash_password, verify_password

from admin.auth.account import Role
from admin.auth.accounts import by_username
from admin.auth.lockout import lockout
from admin.auth.passwords import normal
from checkpoint.errors import Refused
from checkpoint.services import Actor, Office

TERMINAL = "terminal"
"""What stands for the address in the count of failed attempts."""


def confirmed(office: Office, username: str, password: str) -> Actor:
    """The officer. Needs the application's context. A failure counts as at the sign-in.

    Raises Refused while the name is locked, for a wrong name or password (told alike), for another
    role, and for a password that somebody else chose.
    """
    name = username.strip().casefold()
    wait = lockout().attempt(name, TERMINAL)
    if wait:
        minutes = math.ceil(wait / timedelta(minutes=1))
        raise Refused("too many failed attempts", remedy=f"try again in {minutes} minutes")
    account = by_username(office, name)
    if account is None:
        hash_password(password)  # as long as a comparison takes
    if (
        account is None
        or not verify_password(normal(password), account.password)
        or not account.active
    ):
        raise Refused("username or password is wrong", remedy="try again")
    lockout().forget(name)
    if account.role != Role.BUREAU.value:
        raise Refused(f"{name} is no officer of the bureau", remedy="name one")
    if account.must_change:
        raise Refused(
            f"{name} has an initial password, which somebody else knows",
            remedy="sign in on the page and choose another one",
        )
    return Actor(account.account_id, account.role, account.name)
