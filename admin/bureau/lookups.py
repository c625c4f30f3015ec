"""What inspectors asked the entry log, and whom they unmasked: all of it, for the bureau."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from admin.access import scope
from admin.auth.account import Account, Role
from admin.bureau.home import blueprint
from admin.db import office, reading
from checkpoint.clock import from_ms
from checkpoint.services import authorizing
from checkpoint.storage.keyset import page
from checkpoint.storage.scope import Page
from checkpoint.storage.tables import Lookup

_ROWS = 200
_UNMASKING = "unmask"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with those right after it that asked the same: how often, since when.

    `found` is what the last of them found. A list that refreshes itself asks again each time
    something is new.
    """

    at: datetime
    first: datetime
    times: int
    account_id: str
    role: str
    verb: str
    asked: dict[str, str]
    found: int
    why: str


@blueprint.get("/lookups")
def lookups() -> ResponseReturnValue:
    """All lookups, the newest first; of one inspector, of one enterprise's, unmaskings only."""
    wanted = {name: request.args.get(name, "") for name in ("who", "enterprise", "only")}
    with reading(office()) as session:
        people = session.scalars(
            select(Account).where(Account.role == Role.INSPECTOR.value).order_by(Account.name)
        ).all()
        after = request.args.get("after")
        rows, cursor = page(session, _asked_for(wanted), (Lookup.id, Lookup.id), after, _ROWS)
        found = Page(tuple(folded(rows)), cursor)
    return render_template(
        "bureau/lookups.html",
        page=found,
        wanted=wanted,
        people=people,
        enterprises=[each.enterprise for each in authorizing.enterprises(office(), scope())],
        section="bureau.actions",
    )


def _asked_for(wanted: dict[str, str]) -> Select[Lookup]:
    rows = select(Lookup)
    if wanted["who"]:
        rows = rows.where(Lookup.account_id == wanted["who"])
    if wanted["enterprise"]:
        theirs = select(Account.account_id).where(Account.enterprise_id == wanted["enterprise"])
        rows = rows.where(Lookup.account_id.in_(theirs))
    if wanted["only"]:
        rows = rows.where(Lookup.verb == _UNMASKING)
    return rows


def folded(rows: Iterable[Lookup]) -> Iterator[Asked]:
    """Equal questions that follow each other as one line."""
    for _, same in groupby(rows, lambda r: (r.account_id, r.verb, r.asked, r.scope, r.why)):
        lines = list(same)
        last, first = lines[0], lines[-1]
        asked = {k: v for k, v in json.loads(last.asked).items() if k not in ("limit", "places")}
        yield Asked(
            from_ms(last.at),
            from_ms(first.at),
            len(lines),
            last.account_id,
            last.role,
            last.verb,
            asked,
            last.found,
            last.why,
        )
