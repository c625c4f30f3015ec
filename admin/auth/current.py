"""Who is asking."""

from __future__ import annotations

from flask import abort
from flask_login import current_user

from admin.auth.account import Account


def signed_in() -> Account | None:
    """The account of this request; None when nobody is signed in."""
    account = current_user._get_current_object()  # noqa: SLF001 - the proxy's documented way out
    return account if isinstance(account, Account) else None


def account() -> Account:
    """The account of this request, which the access table has let in."""
    found = signed_in()
    if found is None:
        abort(401)
    return found
