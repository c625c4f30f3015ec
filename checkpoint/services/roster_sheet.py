"""The roster as a sheet: which columns there are, and what stands in a row of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from checkpoint.services import fields
from checkpoint.services.identity import id_number
from checkpoint.services.sheet_faults import Cells, Fault
from checkpoint.services.sheets import Layout, Row, narrow

LAYOUT = Layout(
    {
        "name": ("姓名", "名字", "员工姓名", "name", "full name", "worker"),
        "id_number": (
            *("身份证号", "身份证号码", "证件号码", "证件号", "身份证", "公民身份号码"),
            *("id number", "id no.", "id card number", "identity number"),
        ),
        "phone": (
            "手机号",
            "手机号码",
            "手机",
            "电话",
            "联系电话",
            "phone",
            "phone number",
            "mobile",
        ),
        "job": ("岗位", "职务", "工种", "岗位职务", "job", "job title", "position"),
        "site_id": ("厂区", "所在厂区", "site", "plant"),
        "shift": ("班次", "班", "shift"),
    },
    ("name", "id_number"),
)
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?"
_SHIFT = re.compile(rf"{_TIME}\s*(?:-|—|–|~|至|到)+\s*(?:次日)?{_TIME}", re.ASCII)
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as a row says, `known` by the ID number; empty is what the row does not say."""

    row: int
    known: str = field(repr=False)
    name: str = field(repr=False)
    phone: str = field(repr=False)
    job: str = ""
    site_id: str = ""
    shift: tuple[int, int] | None = None


def worker_of(row: Row, sites: Mapping[str, str], now: datetime) -> Worker | list[Fault]:
    """The worker of a row, or everything that is wrong with it; `sites` by `site_key`."""
    cells = Cells(row)
    number = cells.checked("id_number", lambda text: id_number(text, now), needed=True)
    name = cells.checked("name", lambda text: fields.line("name", text), needed=True, wide=True)
    phone = cells.checked("phone", lambda text: fields.phone("phone", text))
    job = cells.checked("job", lambda text: fields.line("job", text), wide=True)
    site_id = site_in(cells, sites)
    told = narrow(cells.text("shift"))
    shift = shift_of(told)
    if told and shift is None:
        cells.wrong("shift", "shift_form")
    if cells.faults:
        return cells.faults
    return Worker(row.number, number, name, phone, job, site_id, shift)


def shift_of(text: str) -> tuple[int, int] | None:
    """Begin and end in minutes of the day of a text like 8:00-16:30; None for anything else."""
    form = _SHIFT.fullmatch(text)
    if form is None:
        return None
    begin, end = (int(form[at]) * 60 + int(form[at + 1] or 0) for at in (1, 3))
    hours = (int(form[1]), int(form[3]))
    minutes = (int(form[2] or 0), int(form[4] or 0))
    possible = max(hours) <= _HOURS and max(minutes) < 60
    begin, end = begin % (_HOURS * 60), end % (_HOURS * 60)
    return (begin, end) if possible and begin != end else None


def site_in(cells: Cells, sites: Mapping[str, str]) -> str:
    """The id of the site that a row names; empty for none, and for one that is told as wrong."""
    site = cells.text("site_id")
    site_id = sites.get(site_key(site), "")
    if site and not site_id:
        cells.wrong("site_id", "site_unknown")
    return site_id


def site_key(name: str) -> str:
    """A site's name or id as it is compared."""
    return narrow(name).replace(" ", "").casefold()
