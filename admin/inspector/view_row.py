"""The row of saved views above the list of entries, and which of them is open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from admin.auth import accounts
from admin.auth.account import Role
from admin.auth.current import account
from admin.db import office
from admin.inspector.filters import FilterForm
from checkpoint.errors import NotFound
from checkpoint.services import views
from checkpoint.services.views import ViewRow


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """The views that the account sees, the names of their accounts, and what is open."""

    rows: tuple[ViewRow, ...]
    owners: dict[str, str]
    form: FilterForm

    @property
    def open(self) -> ViewRow | None:
        """The view that asks for just what the form asks; None where its values are wrong."""
        now = office().clock.now()
        if self.form.errors or self.form.let_go(now):
            return None
        asked = self.form.kept(now)
        return next((row for row in self.rows if row.filter == asked), None)


def seen() -> tuple[tuple[ViewRow, ...], dict[str, str]]:
    """One's own views and those that colleagues share, and the names of those colleagues."""
    me = account()
    colleagues = {
        one.account_id: one.name
        for one in accounts.everyone(office(), me.enterprise_id)
        if one.active and one.role == Role.INSPECTOR and one.account_id != me.account_id
    }
    return views.seen(office(), me.account_id, me.enterprise_id or "", colleagues), colleagues


def chosen(form: FilterForm) -> ViewChoice:
    """The views; the form is filled with the one asked for by its id, else the one that opens.

    An empty id asks for the plain list. Raises NotFound for a view that is not to be seen.
    """
    rows, owners = seen()
    asked, now = request.args.get("view"), office().clock.now()
    if request.method == "GET" and asked:
        wanted = next((row for row in rows if row.view_id == asked), None)
        if wanted is None:
            raise NotFound(f"no view {asked!r}")
        form.open(wanted.filter, now)
    elif request.method == "GET" and asked is None:
        mine = (row for row in rows if row.opens and row.account_id == account().account_id)
        if first := next(mine, None):
            form.open(first.filter, now)
    return ViewChoice(rows, owners, form)
