"""Names instead of ids: of enterprises, and of who signs."""

from __future__ import annotations

from flask import g
from flask_babel import get_locale, gettext

from admin.auth import accounts
from admin.auth.current import account
from admin.db import office
from checkpoint.domain.place import BUREAU
from checkpoint.errors import NotFound
from checkpoint.services import authorizing


def owner(owner_id: str) -> str:
    """The name of an enterprise or of the bureau; the id where nobody has it, a dash for none."""
    if not owner_id:
        return "—"
    if owner_id == BUREAU:
        return str(gettext("Bureau"))
    known: dict[str, str] = g.setdefault("owner_names", {})
    if owner_id not in known:
        try:
            known[owner_id] = authorizing.enterprise(office(), owner_id).name
        except NotFound:
            known[owner_id] = owner_id
    return known[owner_id]


def account_name(account_id: str) -> str:
    """The name of an account that the reader may see; empty for another's and for none."""
    known: dict[str, str] | None = g.get("account_names")
    if known is None:
        everybody = accounts.everyone(office(), account().enterprise_id)
        known = g.account_names = {each.account_id: each.name for each in everybody}
    return known.get(account_id, "")


def country(code: str) -> str:
    """A country's name in the person's language with its letters; letters alone where unknown."""
    locale = get_locale()
    name = locale.territories.get(code) if locale else None
    return f"{name} {code}" if name else code or "—"
