"""The vehicles of an enterprise as a table: one line a vehicle that is there.

Phones of drivers stand in it where somebody asks for them with a reason; either way the action
record says who took the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from checkpoint.clock import from_ms
from checkpoint.services import roster, sealed
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.roster_export import TableOrder, noted, passes, present, some
from checkpoint.services.rows import HolderKind
from checkpoint.storage import places, riders, tables


@dataclass(frozen=True, slots=True)
class VehicleLine:
    """A vehicle in the table; `days` as the roster keeps them, `phone` empty unless asked for.

    `riders` is how many are on its manifest.
    """

    plate: str
    driver: str = field(repr=False)
    phone: str = field(repr=False)
    seats: int
    route: str
    days: str
    site: str
    riders: int
    blocked: bool
    pass_until: datetime | None


def table(
    office: Office, by: Actor, order: TableOrder, progress: Callable[[int, int], None]
) -> tuple[VehicleLine, ...]:
    """The vehicles that are there, in the order of coming; who took it is recorded first.

    Raises Refused for phones without a reason.
    """
    noted(office, by, order, "export_vehicles")
    with office.db.read() as session:
        ids = present(session, order.enterprise_id, HolderKind.VEHICLE)
        sites = {site.site_id: site.name for site in places.sites(session, order.enterprise_id)}
        ends = passes(session, order.enterprise_id, office.now_ms())
    lines: list[VehicleLine] = []
    for session, rows in some(office, ids, progress):
        ridden = riders.counts(session, [row.holder_id for row in rows])
        for row in rows:
            one = row.holder_id
            known = (sites.get(row.site_id, ""), ridden.get(one, 0), ends.get(one))
            lines.append(_line(office, row, known, order))
    return tuple(lines)


def _line(
    office: Office, row: tables.Holder, known: tuple[str, int, int | None], order: TableOrder
) -> VehicleLine:
    site, ridden, until = known
    phone = row.phone_sealed if order.full else None
    return VehicleLine(
        plate=row.plate,
        driver=roster.name_of(office, row),
        phone=sealed.unseal(office, phone, f"holder/{row.holder_id}/phone"),
        seats=row.seats,
        route=row.route,
        days=row.days,
        site=site,
        riders=ridden,
        blocked=row.blocked_at is not None,
        pass_until=None if until is None or row.barred else from_ms(until),
    )
