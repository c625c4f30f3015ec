"""Who has not declared, who is yellow or red and why, who comes from where; and in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.declaration import DeclaredBy
from checkpoint.domain.health_status import HealthStatus, KnownHealth
from checkpoint.services import health_lines, policy, roster
from checkpoint.services.health_forms import StatusRow, origin_text
from checkpoint.services.office import Office
from checkpoint.storage import health as stored
from checkpoint.storage import health_lists as lists
from checkpoint.storage import people, places, tables
from checkpoint.storage.scope import Page


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One worker in a list; `said` is the status that was set last, None for none.

    `declared_by` says in whose hand the last declaration is, None where none is kept.
    """

    holder_id: str
    name: str
    id_tail: str
    job: str
    known: KnownHealth
    said: StatusRow | None
    declared_by: DeclaredBy | None = None


@dataclass(frozen=True, slots=True)
class OriginRow:
    """A place that people came from: `index` finds them again; how many, and the last card."""

    index: str
    place: str
    workers: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class HealthNumbers:
    """Of one enterprise: the workers who may come, and of them who declared, yellow and red."""

    enterprise_id: str
    name: str
    township: str
    workers: int
    declared: int
    yellow: int
    red: int

    @property
    def undeclared(self) -> int:
        """Who has not declared."""
        return self.workers - self.declared


def numbers(office: Office, enterprise_id: str, since: datetime) -> HealthNumbers:
    """The numbers of one enterprise since a time. Raises NotFound."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        (row,) = lists.numbers(session, to_ms(since), enterprise_id)
    return HealthNumbers(*row)


def last_declared(
    office: Office, enterprise_id: str, bounds: Sequence[datetime]
) -> tuple[int, ...]:
    """How many workers who may come declared last between which times.

    `bounds` falls: the first number is of those since its first time, the next of those before it
    and since the second, and so on; the last two are before all of them, and never. Raises
    NotFound.
    """
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        ever = lists.declared_since(session, enterprise_id, [to_ms(bound) for bound in bounds])
    return tuple(many - younger for younger, many in pairwise((0, *ever)))


def by_enterprise(office: Office, since: datetime) -> tuple[HealthNumbers, ...]:
    """The numbers of all enterprises, by township. No names of people."""
    with office.db.read() as session:
        return tuple(HealthNumbers(*row) for row in lists.numbers(session, to_ms(since)))


def shifts(office: Office, enterprise_id: str) -> list[lists.Shift]:
    """The shifts of the workers who may come."""
    with office.db.read() as session:
        return lists.shifts(session, enterprise_id)


def undeclared(
    office: Office,
    enterprise_id: str,
    before: datetime,
    after: str | None = None,
    shift: lists.Shift | None = None,
) -> Page[HealthLine]:
    """The workers who may come and have not declared since a time; of one shift where given."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        rows, cursor = lists.undeclared(session, enterprise_id, to_ms(before), after, shift)
        return Page(_lines(office, session, enterprise_id, rows), cursor)


def declared(
    office: Office, enterprise_id: str, since: datetime, after: str | None = None
) -> Page[HealthLine]:
    """The workers who may come and have declared since a time, the last change first."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        rows, cursor = lists.declared(session, enterprise_id, to_ms(since), after)
        return Page(_of(office, session, enterprise_id, rows), cursor)


def of_status(
    office: Office, enterprise_id: str, status: HealthStatus, after: str | None = None
) -> Page[HealthLine]:
    """Who is of a status, and why."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        rows, cursor = lists.of_status(session, enterprise_id, status, after)
        return Page(_of(office, session, enterprise_id, rows), cursor)


def of_origin(
    office: Office, enterprise_id: str, index: str, after: str | None = None
) -> Page[HealthLine]:
    """Who came from a place, named by its `OriginRow.index`; nobody for one that is none."""
    try:
        wanted = bytes.fromhex(index)
    except ValueError:
        return Page(())
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        if not wanted:
            return Page(())
        rows, cursor = lists.of_origin(session, enterprise_id, wanted, after)
        return Page(_of(office, session, enterprise_id, rows), cursor)


def origins(office: Office, enterprise_id: str) -> tuple[OriginRow, ...]:
    """From where people came by their last cards, the most first."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        found = lists.origins(session, enterprise_id)
        cards = lists.last_cards(session, (row[3] for row in found))
        return tuple(
            OriginRow(index.hex(), _place(office, cards.get(one)), many, from_ms(last or 0))
            for index, many, last, one in found
        )


def _place(office: Office, card: tables.Declaration | None) -> str:
    return origin_text(health_lines.read_declaration(office, card).what) if card else ""


def _of(
    office: Office, session: Session, enterprise_id: str, rows: Iterable[tables.HolderHealth]
) -> tuple[HealthLine, ...]:
    order = [row.holder_id for row in rows]
    known = people.holders_by_id(session, {*order})
    return _lines(office, session, enterprise_id, (known[one] for one in order if one in known))


def _lines(
    office: Office, session: Session, enterprise_id: str, rows: Iterable[tables.Holder]
) -> tuple[HealthLine, ...]:
    found = list(rows)
    ids = {row.holder_id for row in found}
    held, said = stored.of_many(session, ids), lists.last_statuses(session, ids)
    last = stored.last_declared(session, ids)
    max_age_s = policy.applied(session, enterprise_id, office.now_ms()).status_max_age_s
    return tuple(
        HealthLine(
            row.holder_id,
            roster.name_of(office, row),
            row.id_tail,
            row.job,
            health_lines.known_of(held[row.holder_id], max_age_s)
            if row.holder_id in held
            else KnownHealth(),
            health_lines.read_status(office, said[row.holder_id])
            if row.holder_id in said
            else None,
            DeclaredBy(last[row.holder_id].declared_by) if row.holder_id in last else None,
        )
        for row in found
    )
