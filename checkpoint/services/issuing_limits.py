"""What no pass may say: a visit of more than one day, a vehicle with two routes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.domain.health_pass import HealthPass
from checkpoint.errors import Refused
from checkpoint.services.office import Office
from checkpoint.storage import people, places

_MOMENT = timedelta(microseconds=1)
_ZONE = "Asia/Shanghai"
"""For an enterprise without sites yet."""


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when, exclusive."""

    begins: datetime
    ends: datetime


def one_day(session: Session, enterprise_id: str, sites: tuple[str, ...], term: Term) -> None:
    """A visit is of one day in the zone of every site that it is for. Raises Refused."""
    rows = places.sites(session, enterprise_id)
    zones = {row.zone for row in rows if not sites or row.site_id in sites} or {_ZONE}
    for zone in sorted(zones):
        first, last = (at.astimezone(ZoneInfo(zone)) for at in (term.begins, term.ends - _MOMENT))
        if first.date() != last.date():
            raise Refused(
                f"day of the visit is not one day in {zone}",
                remedy="issue a visitor's pass for each day, and for sites of one zone",
            )


def one_route(office: Office, session: Session, wanted: HealthPass) -> None:
    """A vehicle has one route: no two passes of a kind in force at once name different ones.

    Raises Refused naming the other pass where the issuer is the same.
    """
    if wanted.vehicle is None:
        return
    office.db.alone(session, f"plate/{wanted.vehicle.plate}")
    found = people.vehicle_passes(
        session,
        wanted.vehicle.plate,
        wanted.kind.value,
        (to_ms(wanted.not_before), to_ms(wanted.expires_at)),
    )
    for row, route in found:
        if route == wanted.vehicle.route:
            continue
        if row.issuer != wanted.issuer:
            raise Refused(
                "route is another one in a pass that this vehicle has from another enterprise",
                remedy="agree on one route, or ask the bureau",
            )
        raise Refused(
            f"route is another one in pass {row.pass_id!r} of this vehicle",
            remedy=f"revoke {row.pass_id} first, or issue for the same route",
        )
