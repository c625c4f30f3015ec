"""The register of enterprises: found by words and marks, page by page; who is suspended and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.place import Enterprise
from checkpoint.services.office import Office
from checkpoint.services.rows import EnterpriseRow
from checkpoint.services.spelling import pinyin_of, plain
from checkpoint.services.stored import enterprise_of, enterprise_row
from checkpoint.storage import enterprises, places
from checkpoint.storage.enterprises import Wanted

__all__ = ["Suspension", "Wanted", "every", "find", "suspension", "townships", "with_code"]


@dataclass(frozen=True, slots=True)
class Suspension:
    """Since when an enterprise is suspended, and the officer's reason."""

    since: datetime
    why: str


def find(office: Office, wanted: Wanted, after: str = "") -> tuple[tuple[EnterpriseRow, ...], str]:
    """The next fifty by id, and what to ask the next ones after; '' where there are no more."""
    with office.db.read() as session:
        meant = _spelt(session, wanted)
        rows, more = enterprises.some(session, meant, office.now_ms(), after)
        return tuple(enterprise_row(row) for row in rows), more


def every(office: Office, wanted: Wanted) -> tuple[EnterpriseRow, ...]:
    """All that are meant, by id."""
    with office.db.read() as session:
        rows = enterprises.every(session, _spelt(session, wanted), office.now_ms())
        return tuple(enterprise_row(row) for row in rows)


def with_code(office: Office, credit_code: str) -> Enterprise | None:
    """The enterprise of a unified social credit code."""
    with office.db.read() as session:
        row = places.enterprise_with_code(session, credit_code)
        return enterprise_of(row) if row else None


def townships(office: Office) -> tuple[str, ...]:
    """Every township that an enterprise lies in."""
    with office.db.read() as session:
        return tuple(enterprises.townships(session))


def suspension(office: Office, enterprise_id: str) -> Suspension | None:
    """How an enterprise is suspended; None while it is not. Raises NotFound."""
    with office.db.read() as session:
        row = places.enterprise(session, enterprise_id)
        if row.suspended_at is None:
            return None
        line = enterprises.last_change(session, enterprise_id, "suspend")
        return Suspension(from_ms(row.suspended_at), line.why if line else "")


def _spelt(session: Session, wanted: Wanted) -> Wanted:
    """The same, and the enterprises whose name the text spells in pinyin or by its initials.

    Names of enterprises are no personal data, so they are compared here and kept spelt.
    """
    text = plain(wanted.text)
    if not (text.isascii() and text.isalpha()):
        return wanted
    found = (key for key, name in enterprises.names(session) if text in _pinyin(name))
    return replace(wanted, spelt=frozenset(found))


@lru_cache(maxsize=8192)
def _pinyin(name: str) -> frozenset[str]:
    return frozenset(pinyin_of(name))
