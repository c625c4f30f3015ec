"""What accounts asked the entry log, and whom they unmasked: all of it, for the bureau."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Select, select

from admin.auth.account import Account, Role
from admin.db import reading
from checkpoint.clock import from_ms
from checkpoint.services.office import Office
from checkpoint.storage.keyset import page
from checkpoint.storage.scope import Page
from checkpoint.storage.tables import Lookup

_ROWS = 200
_UNMASKING = "unmask"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of one account, of one enterprise's accounts, only those that showed names; all together."""

    who: str = ""
    enterprise: str = ""
    unmasked: bool = False


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


def inspectors(office: Office) -> Sequence[Account]:
    """The accounts of inspectors, by name."""
    rows = select(Account).where(Account.role == Role.INSPECTOR.value).order_by(Account.name)
    with reading(office) as session:
        return session.scalars(rows).all()


def asked(office: Office, wanted: Wanted, after: str | None) -> Page[Asked]:
    """Lookups, the newest first, equal ones in one line."""
    with reading(office) as session:
        rows, cursor = page(session, _rows(wanted), (Lookup.id, Lookup.id), after, _ROWS)
        return Page(tuple(folded(rows)), cursor)


def _rows(wanted: Wanted) -> Select[Lookup]:
    rows = select(Lookup)
    if wanted.who:
        rows = rows.where(Lookup.account_id == wanted.who)
    if wanted.enterprise:
        theirs = select(Account.account_id).where(Account.enterprise_id == wanted.enterprise)
        rows = rows.where(Lookup.account_id.in_(theirs))
    if wanted.unmasked:
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
