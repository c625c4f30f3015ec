"""Enterprises as a sheet: which columns there are, and what stands in a row of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from checkpoint.errors import Refused
from checkpoint.services import authorizing, fields, identity
from checkpoint.services.enterprise_record import STAFF_MOST, Contact
from checkpoint.services.sheet_faults import Cells, Fault
from checkpoint.services.sheets import Layout, Row, narrow

ROWS = 2_000
"""Rows of enterprises in one file: so many are written while gates that report can wait."""
LAYOUT = Layout(
    {
        "name": (
            "企业名称",
            "单位名称",
            "公司名称",
            "企业",
            "名称",
            "name",
            "name of the enterprise",
        ),
        "credit_code": (
            *("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码"),
            *("unified social credit code", "credit code"),
        ),
        "enterprise_id": ("短标识", "短编号", "企业编号", "short id"),
        "township": (
            "乡镇街道",
            "所在乡镇",
            "属地",
            "乡镇",
            "街道",
            "township or street",
            "township",
        ),
        "industry": ("行业", "所属行业", "industry"),
        "above_scale": ("规上", "规上企业", "是否规上", "规模以上", "规模以上企业", "above scale"),
        "address": ("地址", "企业地址", "生产地址", "address"),
        "head": ("负责人", "法定代表人", "企业负责人", "法人", "head"),
        "head_phone": (
            "负责人电话",
            "负责人手机",
            "法定代表人电话",
            "法人电话",
            "phone of the head",
        ),
        "staff": ("从业人数", "职工人数", "员工人数", "人数", "staff"),
        "contact": ("联系人", "contact"),
        "contact_phone": ("联系人电话", "联系电话", "联系人手机", "phone of the contact"),
        "medical": ("就近医疗机构", "医疗机构", "nearest medical institution"),
        "medical_phone": ("医疗机构电话", "phone of the institution"),
        "isolation": ("隔离用房", "隔离观察室", "有无隔离用房", "isolation room"),
        "isolation_where": ("隔离用房位置", "隔离观察室位置", "where the room is"),
    },
    ("name", "credit_code"),
)
PERSONAL = frozenset({"head", "head_phone", "contact", "contact_phone"})
_LINES = ("township", "industry", "medical", "isolation_where")
_YES = frozenset({"是", "有", "√", "✓", "yes", "y", "true", "1", "规上"})
_NO = frozenset({"否", "无", "×", "✗", "no", "n", "false", "0", "规下"})
_ADDRESS_MOST = 128


@dataclass(frozen=True, slots=True)
class EnterpriseLine:
    """An enterprise as a row says; `given` has what the row says of the record, by its names.

    `contact` is one that is to be among the contacts; '' and None are what the row does not say.
    """

    row: int
    credit_code: str
    enterprise_id: str
    given: dict[str, Any] = field(repr=False)
    contact: Contact | None = field(repr=False)


def line_of(row: Row) -> EnterpriseLine | list[Fault]:
    """The enterprise of a row, or everything that is wrong with it."""
    cells = Cells(row, PERSONAL)
    code = cells.checked("credit_code", identity.credit_code, needed=True)
    short = cells.checked("enterprise_id", _short_id)
    given: dict[str, Any] = {"name": cells.checked("name", _line("name"), needed=True, wide=True)}
    for name in _LINES:
        given[name] = cells.checked(name, _line(name), wide=True)
    given["address"] = cells.checked("address", _address, wide=True)
    given["medical_phone"] = cells.checked("medical_phone", _phone("medical_phone"))
    given["head"] = _person(cells, "head")
    contact = _person(cells, "contact")
    count = cells.checked("staff", _count)
    said = {name: value for name, value in given.items() if value}
    said |= {"staff": int(count)} if count else {}
    for name in ("above_scale", "isolation"):
        told = _whether(cells, name)
        said |= {} if told is None else {name: told}
    if cells.faults:
        return cells.faults
    return EnterpriseLine(row.number, code, short, said, contact)


def _line(name: str) -> Callable[[str], str]:
    return partial(fields.line, name)


def _phone(name: str) -> Callable[[str], str]:
    return partial(fields.phone, name)


def _short_id(text: str) -> str:
    try:
        return authorizing.short_id_of(text.lower())
    except Refused as fault:
        raise Refused("enterprise_id can't be used", remedy=fault.remedy) from None


def _address(text: str) -> str:
    if len(text) > _ADDRESS_MOST:
        raise Refused(f"address is longer than {_ADDRESS_MOST} characters", remedy="shorten it")
    return fields.line("address", text, most=_ADDRESS_MOST)


def _count(text: str) -> str:
    """Digits of a count of people, as 420, 1,200 or 420人."""
    digits = text.replace(",", "").removesuffix("人").strip()
    if not (digits.isascii() and digits.isdecimal()):
        raise Refused("staff is no count", remedy="give digits")
    if len(digits) > len(str(STAFF_MOST)) or int(digits) > STAFF_MOST:
        raise Refused("staff is out of range", remedy=f"give 0 to {STAFF_MOST}")
    return digits


def _person(cells: Cells, name: str) -> Contact | None:
    """A person with a phone beside the name; a phone alone is told."""
    before = len(cells.faults)
    who = cells.checked(name, _line(name), wide=True)
    number = cells.checked(f"{name}_phone", _phone(f"{name}_phone"))
    if number and not who and len(cells.faults) == before:
        cells.wrong(f"{name}_phone", "nameless")
    return Contact(who, number) if who else None


def _whether(cells: Cells, name: str) -> bool | None:
    """Yes or no, as people write it; None for an empty cell."""
    cell = cells.row.cells.get(name, "")
    if isinstance(cell, bool):
        return cell
    before = len(cells.faults)
    told = narrow(cells.text(name)).casefold()
    if told and told not in _YES | _NO and len(cells.faults) == before:
        cells.wrong(name, "yes_no")
    return told in _YES if told in _YES | _NO else None
