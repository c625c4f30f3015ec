"""The people of an enterprise as a table for the bureau: one line a worker who is there.

Sex and day of birth are read from the ID number. ID number and phone are masked, unless somebody
asks for them in full with a reason; either way the action record says who took the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.services import fields, health_lines, roster, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.health_forms import origin_text
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind
from checkpoint.storage import health, health_lists, people, places, tables, worth

CHUNK = 500
_SHOWN = {"id": (6, 4), "phone": (3, 4)}
"""Characters of a masked value that stay at its two ends."""


@dataclass(frozen=True, slots=True)
class TableOrder:
    """Whose people, what the record names (a job), and whether numbers are wanted in full."""

    enterprise_id: str
    subject: str
    full: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A worker in the table. `sex` is `male`, `female` or '' for a line without an ID number."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    sex: str
    born: date | None = field(repr=False)
    phone: str = field(repr=False)
    job: str
    site: str
    shift: tuple[int, int] | None
    blocked: bool
    pass_until: datetime | None
    origin: str = field(repr=False)
    status: str
    declared_at: datetime | None


def table(
    office: Office, by: Actor, order: TableOrder, progress: Callable[[int, int], None]
) -> tuple[PersonLine, ...]:
    """The workers who are there, in the order of coming; who took it is recorded first.

    Raises Refused for full numbers without a reason.
    """
    noted(office, by, order, "export_roster")
    home = order.enterprise_id
    with office.db.read() as session:
        ids = present(session, home, HolderKind.WORKER)
        sites = {site.site_id: site.name for site in places.sites(session, home)}
        ends = passes(session, home, office.now_ms())
    lines: list[PersonLine] = []
    for session, rows in some(office, ids, progress):
        chunk = [row.holder_id for row in rows]
        said = health.of_many(session, chunk)
        cards = health_lists.last_cards(session, chunk)
        for row in rows:
            one = row.holder_id
            known = (said.get(one), cards.get(one), ends.get(one))
            lines.append(_line(office, row, known, (sites, order.full)))
    return tuple(lines)


def noted(office: Office, by: Actor, order: TableOrder, verb: str) -> None:
    """Record that somebody took a table. Raises Refused for full numbers without a reason."""
    why = fields.reason(order.why) if order.full else ""
    act = Act(f"{verb}_full" if order.full else verb, order.subject, order.enterprise_id, why)
    with office.db.write() as session:
        record(office, session, by, act)


def present(session: Session, enterprise_id: str, kind: HolderKind) -> list[str]:
    """The holders of a kind who have not left, in the order of coming."""
    holder = tables.Holder
    rows = select(holder.holder_id).where(
        holder.enterprise_id == enterprise_id,
        holder.kind == kind.value,
        holder.name_sealed != b"",
        holder.left_at.is_(None),
    )
    return list(session.scalars(rows.order_by(holder.added_at, holder.holder_id)))


def some(
    office: Office, ids: Sequence[str], progress: Callable[[int, int], None]
) -> Iterator[tuple[Session, list[tables.Holder]]]:
    """The holders in this order, some at a time, each time in a transaction of its own."""
    for begin in range(0, len(ids), CHUNK):
        progress(begin, len(ids))
        chunk = ids[begin : begin + CHUNK]
        with office.db.read() as session:
            rows = people.holders_by_id(session, set(chunk))
            yield session, [rows[holder_id] for holder_id in chunk if holder_id in rows]
    progress(len(ids), len(ids))


def passes(session: Session, issuer: str, now: int) -> dict[str, int]:
    """Until when each holder has a pass that is in force now."""
    issued = tables.IssuedPass
    rows = select(issued.holder_id, func.max(issued.expires_at)).where(
        issued.issuer == issuer, issued.not_before <= now, issued.expires_at > now, worth.stands()
    )
    return {row[0]: row[1] for row in session.execute(rows.group_by(issued.holder_id))}


def _line(
    office: Office,
    row: tables.Holder,
    known: tuple[tables.HolderHealth | None, tables.Declaration | None, int | None],
    shown: tuple[Mapping[str, str], bool],
) -> PersonLine:
    said, card, until = known
    sites, full = shown
    number = sealed.unseal(office, row.id_sealed, f"holder/{row.holder_id}/id")
    phone = sealed.unseal(office, row.phone_sealed, f"holder/{row.holder_id}/phone")
    origin = origin_text(health_lines.read_declaration(office, card).what) if card else ""
    declared = said.declared_at if said else None
    return PersonLine(
        name=roster.name_of(office, row),
        number=number if full else masked("id", number),
        sex=_sex(number),
        born=_born(number),
        phone=phone if full else masked("phone", phone),
        job=row.job,
        site=sites.get(row.site_id, ""),
        shift=roster.shift_in(row),
        blocked=row.blocked_at is not None,
        pass_until=None if until is None or row.barred else from_ms(until),
        origin=origin,
        status=said.status if said else "",
        declared_at=None if declared is None else from_ms(declared),
    )


def masked(kind: str, value: str) -> str:
    """An ID number or phone of which only the ends are shown."""
    left, right = _SHOWN[kind]
    if len(value) <= left + right:
        return "*" * len(value)
    return value[:left] + "*" * (len(value) - left - right) + value[-right:]


def _sex(number: str) -> str:
    if len(number) != 18:
        return ""
    return "male" if int(number[16]) % 2 else "female"


def _born(number: str) -> date | None:
    if len(number) != 18:
        return None
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
