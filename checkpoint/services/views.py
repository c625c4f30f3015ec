"""Saved views 视图: filters of the entry list that an inspector named, to open them again.

A view is its account's. Others of the enterprise see it where it is shared, as long as its account
inspects; only its account changes it. Opening one grants nothing: the scope is asked as ever.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.credential.issue import fresh_id
from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.view_filter import ViewFilter, packed, unpacked
from checkpoint.storage import tables
from checkpoint.storage import views as stored

VIEWS_MOST = 30
"""Views of one account: they are to be found at a glance."""


@dataclass(frozen=True, slots=True)
class ViewForm:
    """What a view is to be; without a filter it keeps the one that it has."""

    name: str
    filter: ViewFilter | None
    shared: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view as pages show it; `spoilt` names conditions that could not be read."""

    view_id: str
    account_id: str
    name: str
    filter: ViewFilter
    shared: bool
    opens: bool
    version: int
    spoilt: tuple[str, ...]


def seen(
    office: Office, account_id: str, enterprise_id: str, colleagues: Collection[str]
) -> tuple[ViewRow, ...]:
    """An account's own views by name, then those that these colleagues share."""
    with office.db.read() as session:
        found = stored.seen_by(session, account_id, enterprise_id, colleagues)
        rows = [_row(row) for row in found]
    return tuple(sorted(rows, key=lambda row: row.account_id != account_id))


def own(office: Office, account_id: str, view_id: str) -> ViewRow:
    """One of the account's own. Raises NotFound."""
    with office.db.read() as session:
        return _row(_own(session, account_id, view_id))


def save(office: Office, by: Actor, enterprise_id: str, form: ViewForm) -> str:
    """Keep a filter under a name; its id. The same saved twice is there once.

    Raises Refused for a name that another view of the account has, and for one view too many.
    """
    wanted = form.filter or ViewFilter()
    name = fields.line("name", form.name)
    with office.db.write() as session:
        office.db.alone(session, f"views {by.account_id}")
        mine = stored.of_account(session, by.account_id)
        for row in mine:
            if row.name == name and _same(row, form, packed(wanted)):
                return row.view_id
        _free(mine, name, "")
        if len(mine) >= VIEWS_MOST:
            raise Refused(f"views are at most {VIEWS_MOST}", remedy="delete one first")
        if form.opens:
            stored.close_others(session, by.account_id)
        row = tables.SavedView(
            view_id=fresh_id(),
            account_id=by.account_id,
            enterprise_id=enterprise_id,
            name=name,
            conditions=packed(wanted),
            shared=form.shared,
            opens=form.opens,
            version=1,
            changed_at=office.now_ms(),
        )
        session.add(row)
        record(office, session, by, Act("save_view", row.view_id, enterprise_id))
        return row.view_id


def change(office: Office, by: Actor, view_id: str, version: int, form: ViewForm) -> None:
    """Rename, share or replace one of one's own, as it was at a version.

    Raises NotFound for another's, Refused for a name in use, Overtaken where it was changed since.
    """
    name = fields.line("name", form.name)
    with office.db.write() as session:
        office.db.alone(session, f"views {by.account_id}")
        row = _own(session, by.account_id, view_id)
        conditions = row.conditions if form.filter is None else packed(form.filter)
        if row.name == name and _same(row, form, conditions):
            return
        if row.version != version:
            raise Overtaken(by.name, row.changed_at)
        _free(stored.of_account(session, by.account_id), name, view_id)
        if form.opens and not row.opens:
            stored.close_others(session, by.account_id)
        row.name, row.conditions = name, conditions
        row.shared, row.opens = form.shared, form.opens
        row.version, row.changed_at = version + 1, office.now_ms()
        record(office, session, by, Act("change_view", view_id, row.enterprise_id))


def delete(office: Office, by: Actor, view_id: str) -> None:
    """Forget one of one's own, for its colleagues too. Raises NotFound."""
    with office.db.write() as session:
        office.db.alone(session, f"views {by.account_id}")
        row = _own(session, by.account_id, view_id)
        session.delete(row)
        record(office, session, by, Act("delete_view", view_id, row.enterprise_id))


def _own(session: Session, account_id: str, view_id: str) -> tables.SavedView:
    row = session.get(tables.SavedView, view_id)
    if row is None or row.account_id != account_id:
        raise NotFound(f"no view {view_id!r} of this account")
    return row


def _free(mine: Collection[tables.SavedView], name: str, view_id: str) -> None:
    if any(row.name == name and row.view_id != view_id for row in mine):
        raise Refused("name is taken", remedy="choose another name, or replace that view")


def _same(row: tables.SavedView, form: ViewForm, conditions: str) -> bool:
    held = (row.conditions, row.shared, row.opens)
    return held == (conditions, form.shared, form.opens)


def _row(row: tables.SavedView) -> ViewRow:
    wanted, spoilt = unpacked(row.conditions)
    return ViewRow(
        row.view_id,
        row.account_id,
        row.name,
        wanted,
        row.shared,
        row.opens,
        row.version,
        spoilt,
    )
