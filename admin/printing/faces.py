"""What is printed of a pass, in zh-CN with English small print."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from admin.printing import qr
from admin.printing.glyphs import Run, runs
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.errors import Refused
from checkpoint.services import Office, authorizing
from checkpoint.services.rows import IssuedPass

_ZONE = "Asia/Shanghai"
_KINDS = {
    PassKind.WORKER: ("员工出行上岗通行证", "Worker travel pass", "#0f5f56"),
    PassKind.COMMUTING_VEHICLE: ("员工通勤车辆通行证", "Commuting vehicle pass", "#1d4a86"),
    PassKind.EMERGENCY_VEHICLE: ("车辆应急通行证", "Emergency vehicle pass", "#a8201f"),
    PassKind.VISITOR: ("访客证", "Visitor's pass", "#8a5a00"),
}
_NEW_ENERGY_LENGTH = 8
_WEEK = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Names:
    """What ids of an enterprise and its sites are called, and the zone of its times."""

    enterprise: str = ""
    sites: tuple[tuple[str, str], ...] = ()
    zone: str = _ZONE


def names_for(office: Office, enterprise_id: str) -> Names:
    """The names for an enterprise's passes; for passes to every enterprise there are none."""
    if not enterprise_id:
        return Names()
    rows = authorizing.places(office, enterprise_id)
    return Names(
        authorizing.enterprise(office, enterprise_id).name,
        tuple((row.site.site_id, row.site.name) for row in rows),
        rows[0].site.zone if rows else _ZONE,
    )


def usable(issued: IssuedPass, now: datetime) -> IssuedPass:
    """The pass itself. Raises Refused for one that no gate would take on paper, or any more."""
    pass_id = issued.health_pass.pass_id
    if issued.health_pass.holder_key is not None:
        raise Refused(
            f"pass {pass_id!r} is a phone's: on paper every gate refuses it as stale",
            remedy="issue another one to print",
        )
    if issued.revoked:
        raise Refused(f"pass {pass_id!r} is revoked", remedy="issue another one")
    if issued.withdrawn:
        raise Refused(f"pass {pass_id!r} is of a withdrawn key", remedy="issue another one")
    if issued.blocked:
        raise Refused(f"pass {pass_id!r} is of a blocked holder", remedy="unblock the holder first")
    if issued.health_pass.expires_at <= now:
        raise Refused(f"pass {pass_id!r} has expired", remedy="issue another one")
    return issued


def face_of(issued: IssuedPass, names: Names, photo: bytes = b"") -> dict[str, Any]:
    """The data of one card or permit, for the page's template: plain texts and drawn runs.

    `photo` is the holder's, a JPEG of 3 to 4.
    """
    health_pass = issued.health_pass
    title, english, colour = _KINDS[health_pass.kind]
    vehicle = health_pass.vehicle
    plate = vehicle.plate if vehicle else ""
    return {
        "title": title,
        "english": english,
        "colour": colour,
        "code": qr.svg(issued.text),
        "photo": _framed(photo) if photo else "",
        "name": runs(health_pass.name),
        "id_tail": health_pass.id_tail,
        "plate": [plate[:2], plate[2:]] if plate else [],
        "green": len(plate) == _NEW_ENERGY_LENGTH,
        "seats": str(vehicle.seats) if vehicle and vehicle.seats else "",
        "route": runs(vehicle.route) if vehicle else [],
        "host": runs(health_pass.host),
        "shift": shift_words(health_pass.shift),
        "days": _days(issued.days),
        "enterprise": runs(names.enterprise or "全区企业 Every enterprise"),
        "sites": _sites(health_pass, names),
        "valid": _valid(health_pass, ZoneInfo(names.zone)),
        "serial": " ".join(health_pass.pass_id[at : at + 4] for at in range(0, 16, 4)),
    }


def _framed(jpeg: bytes) -> str:
    """A JPEG within an SVG: the data of a page are texts."""
    told = base64.b64encode(jpeg).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 4">'
        f'<image width="3" height="4" href="data:image/jpeg;base64,{told}"/></svg>'
    )


def _days(days: str) -> str:
    """Days of the week of a vehicle; empty for every day."""
    return "每周" + "、".join(_WEEK[int(day) - 1] for day in days) if days else ""


def shift_words(shift: tuple[int, int] | None) -> str:
    """Begin and end of a shift by the site's clock; empty for none."""
    return "–".join(f"{at // 60:02}:{at % 60:02}" for at in shift) if shift else ""


def _sites(health_pass: HealthPass, names: Names) -> list[Run]:
    called = dict(names.sites)
    sites = "、".join(called.get(site, site) for site in health_pass.sites)
    return runs(sites or "全部厂区 All sites")


def _valid(health_pass: HealthPass, zone: ZoneInfo) -> list[str]:
    """First and last: whole days as days, else to the minute."""
    begins = health_pass.not_before.astimezone(zone)
    ends = health_pass.expires_at.astimezone(zone)
    if ends.time() == time.min:
        last = ends - timedelta(days=1)
        return [f"{begins:%Y-%m-%d}", f"{last:%Y-%m-%d}"]
    return [f"{begins:%Y-%m-%d %H:%M}", f"{ends:%Y-%m-%d %H:%M}"]
