"""Pages by keyset: the newest first, nothing skipped or repeated while rows are added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from checkpoint.errors import NotFound

PAGE_CAP = 500
_DIGITS_MOST = 18  # fewer than 2^63 in any case
_CURSOR = re.compile(r"(-?\d{1,18})\.([0-9A-Za-z-]{1,32})", re.ASCII)
Order = tuple[InstrumentedAttribute[int], InstrumentedAttribute[Any]]


def page(
    session: Session, rows: Select[Any], order: Order, after: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """The rows that follow `after`, the greatest `order` first, and the next cursor.

    Raises NotFound for a cursor that is not one of ours.
    """
    limit = capped(limit)
    first, second = order
    rows = rows.where(*beyond(order, after)).order_by(first.desc(), second.desc())
    found = session.scalars(rows.limit(limit + 1)).all()
    if len(found) <= limit:
        return found, None
    edge = found[limit - 1]
    return found[:limit], f"{getattr(edge, first.key)}.{getattr(edge, second.key)}"


def capped(limit: int) -> int:
    """How many rows a page has where so many are asked for."""
    return max(1, min(limit, PAGE_CAP))


def beyond(order: Order, after: str | None) -> list[ColumnElement[bool]]:
    """The condition that rows follow a cursor, if one is given.

    Raises NotFound for one that is none of ours.
    """
    if after is None:
        return []
    first, second = order
    form = _CURSOR.fullmatch(after)
    numbered = second.type.python_type is int
    if form is None or (numbered and not _is_number(form[2])):
        raise NotFound("no such page", remedy="begin at the first page")
    last = int(form[2]) if numbered else form[2]
    return [tuple_(first, second) < tuple_(int(form[1]), last)]


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _DIGITS_MOST
