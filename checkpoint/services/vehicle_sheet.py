"""The vehicles of a roster as a sheet: which columns there are, and what stands in a row of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from checkpoint.services import fields
from checkpoint.services.plates import plate
from checkpoint.services.roster import SEATS_MOST, WEEK, days_of
from checkpoint.services.roster_sheet import site_in
from checkpoint.services.sheet_faults import Cells, Fault
from checkpoint.services.sheets import Layout, Row, narrow

LAYOUT = Layout(
    {
        "plate": (
            *("车牌号", "车牌", "车牌号码", "号牌号码", "车号"),
            *("plate", "plate number", "licence plate", "license plate"),
        ),
        "driver": ("驾驶员", "司机", "驾驶员姓名", "司机姓名", "driver", "name of the driver"),
        "phone": (
            *("手机号", "手机号码", "手机", "电话", "联系电话", "驾驶员电话", "司机电话"),
            *("phone", "phone number", "mobile"),
        ),
        "seats": ("座位数", "座位", "座数", "核载人数", "seats", "number of seats"),
        "route": ("线路", "路线", "通勤线路", "班车线路", "route", "line"),
        "days": ("运行日", "开行日", "发车日", "星期", "days", "days of the week"),
        "site_id": ("厂区", "所在厂区", "site", "plant"),
    },
    ("plate", "driver"),
)
PERSONAL = frozenset({"plate", "driver", "phone"})
_SETS = {
    **dict.fromkeys(("每天", "每日", "天天", "everyday", "daily"), WEEK),
    **dict.fromkeys(("工作日", "weekdays", "workingdays"), "12345"),
    **dict.fromkeys(("周末", "双休日", "weekends"), "67"),
}
_DAYS = str.maketrans("一二三四五六日天", "12345677")
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BETWEEN = re.compile(r"through|to|[至到~—–]+")
_BESIDE = re.compile(r"周|星期|礼拜|每|and|[\s,、;/&和及+.]")
_SPANS = re.compile(r"(?:[1-7](?:-[1-7])?)+")


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle as a row says, `name` its driver; empty or None is what the row does not say.

    `known` is its plate. `days` are digits as the roster keeps them, empty for every day.
    """

    row: int
    known: str = field(repr=False)
    name: str = field(repr=False)
    phone: str = field(repr=False)
    site_id: str = ""
    seats: int | None = None
    route: str = ""
    days: str | None = None


def vehicle_of(row: Row, sites: Mapping[str, str]) -> Vehicle | list[Fault]:
    """The vehicle of a row, or everything that is wrong with it; `sites` by `site_key`."""
    cells = Cells(row, PERSONAL)
    known = cells.checked("plate", plate, needed=True)
    driver = cells.checked(
        "driver", lambda text: fields.line("driver", text), needed=True, wide=True
    )
    phone = cells.checked("phone", lambda text: fields.phone("phone", text))
    route = cells.checked("route", lambda text: fields.line("route", text), wide=True)
    site_id = site_in(cells, sites)
    told = cells.text("seats")
    seats = seats_of(told)
    if told and seats is None:
        cells.wrong("seats", "seats_form")
    said = cells.text("days")
    days = days_said(said)
    if said and days is None:
        cells.wrong("days", "days_form")
    if cells.faults:
        return cells.faults
    return Vehicle(row.number, known, driver, phone, site_id, seats, route, days)


def seats_of(text: str) -> int | None:
    """Seats in a text like 45 or 45座; None for anything else, and for more than there are."""
    digits = narrow(text).removesuffix("座").strip()
    possible = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(SEATS_MOST))
    return int(digits) if possible and int(digits) <= SEATS_MOST else None


def days_said(text: str) -> str | None:
    """Days of the week in a text like 周一至周五, 1-5, 一三五, Mon, Wed or 每天; None otherwise."""
    bare = narrow(text).casefold()
    for digit, name in enumerate(_ENGLISH, start=1):
        bare = re.sub(rf"\b{name}[a-z]*", str(digit), bare)
    whole = _SETS.get(re.sub(r"\s", "", bare))
    if whole:
        return days_of(whole)
    bare = _BETWEEN.sub("-", _BESIDE.sub("", bare)).translate(_DAYS)
    if not _SPANS.fullmatch(bare):
        return None
    spans = re.findall(r"(\d)(?:-(\d))?", bare)
    return days_of("".join(_from_to(first, last or first) for first, last in spans))


def _from_to(first: str, last: str) -> str:
    """The days of a span, over Sunday where it ends before it begins."""
    round_ = WEEK[WEEK.index(first) :] + WEEK
    return round_[: round_.index(last) + 1]
