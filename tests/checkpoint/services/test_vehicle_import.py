"""Vehicles from a file into the roster: by their plates, with what is wrong told at its cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.errors import Refused
from checkpoint.services import editing, roster, roster_import
from checkpoint.services.forms import VehicleForm, WorkerForm
from checkpoint.services.roster_import import Plan, Upload
from checkpoint.services.roster_kinds import VEHICLES
from checkpoint.services.rows import HolderRow
from checkpoint.services.sheet_import import Verdict
from checkpoint.services.vehicle_sheet import days_said, seats_of
from tests.checkpoint.services.district import BOB, District, id_number
from tests.checkpoint.services.sheets_made import good as good_worker
from tests.checkpoint.services.sheets_made import xlsx

HEAD = ("车牌号", "驾驶员", "手机号", "座位数", "线路", "运行日", "厂区")


def good(serial: int = 1, **changes: Any) -> list[Any]:
    """A row that is right."""
    row = {
        "plate": f"京A{10000 + serial}",
        "driver": f"王师傅{serial}",
        "phone": f"139{serial:08d}",
        "seats": 45,
        "route": "东线",
        "days": "周一至周五",
        "site": "acme works",
    }
    return list((row | changes).values())


def _plan(district: District, *rows: list[Any]) -> Plan:
    blob = xlsx(rows, HEAD)
    return roster_import.plan(district.office, "acme", blob, lambda _done, _of: None, VEHICLES)


def _import(district: District, *rows: list[Any], only_valid: bool = False) -> Plan:
    upload = Upload("acme", "0" * 16, xlsx(rows, HEAD), only_valid, VEHICLES)
    return roster_import.import_holders(
        district.office, BOB, upload, lambda _session: None, lambda _done, _of: None
    )


def _vehicle(district: District, search: str = "") -> HolderRow:
    (row,) = roster.holders(district.office, "acme", search).rows
    return row


def test_vehicles_come_in_and_the_same_file_again_changes_nothing(small: District) -> None:
    rows = [good(serial) for serial in range(1, 5)]
    assert _plan(small, *rows).count(Verdict.NEW) == 4
    assert roster.holders(small.office, "acme").rows == ()
    assert _import(small, *rows).count(Verdict.NEW) == 4
    assert _import(small, *rows).count(Verdict.SAME) == 4
    found = _vehicle(small, "京A10003")
    assert (found.plate, found.name, found.seats, found.route) == (
        "京A10003",
        "王师傅3",
        45,
        "东线",
    )
    assert (found.days, found.phone_tail) == ("12345", "0003")
    assert found.site_id == small.sites["acme"].site_id


def test_a_vehicle_is_known_by_its_plate_however_it_is_typed(small: District) -> None:
    _import(small, good())
    before = _vehicle(small)
    changed = good(plate=" 京a·10001", driver="李师傅", seats=30, days="每天")
    made = _import(small, changed)
    after = _vehicle(small)
    assert made.count(Verdict.CHANGED) == 1
    assert (after.holder_id, after.version) == (before.holder_id, 2)
    assert (after.name, after.seats, after.days, after.route) == ("李师傅", 30, "", "东线")
    assert _vehicle(small, "lsf").plate == "京A10001"


def test_an_empty_cell_leaves_what_is_there(small: District) -> None:
    _import(small, good())
    nothing: dict[str, Any] = dict.fromkeys(("phone", "seats", "route", "days", "site"), "")
    assert _import(small, good(**nothing)).count(Verdict.SAME) == 1
    assert _import(small, good(**(nothing | {"seats": 0}))).count(Verdict.CHANGED) == 1
    after = _vehicle(small)
    assert (after.seats, after.route, after.days, after.phone_tail) == (0, "东线", "12345", "0001")


def test_workers_and_another_enterprises_vehicles_are_not_touched(district: District) -> None:
    office = district.office
    worker = roster.add_worker(office, BOB, "acme", WorkerForm("王师傅1", id_number()))
    other = roster.add_vehicle(office, BOB, "zenith", VehicleForm("京A10001", "赵师傅"))
    assert _import(district, good()).count(Verdict.NEW) == 1
    assert roster.holder(office, "zenith", other).name == "赵师傅"
    assert roster.holder(office, "acme", worker).version == 1


def test_a_sheet_of_workers_is_no_sheet_of_vehicles(small: District) -> None:
    with pytest.raises(Refused, match="heading is not"):
        roster_import.plan(
            small.office, "acme", xlsx([good_worker()]), lambda _done, _of: None, VEHICLES
        )


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no plate": ({"plate": None}, "plate", "missing"),
    "no driver": ({"driver": " "}, "driver", "missing"),
    "a plate of no province": ({"plate": "ABC123"}, "plate", "plate_form"),
    "a plate with an O": ({"plate": "京A1O001"}, "plate", "plate_form"),
    "a plate of digits": ({"plate": 10001}, "plate", "number"),
    "a script for a plate": ({"plate": "<script>alert(1)</script>"}, "plate", "plate_form"),
    "a short phone": ({"phone": "12"}, "phone", "phone_form"),
    "too many seats": ({"seats": 201}, "seats", "seats_form"),
    "less than no seat": ({"seats": -1}, "seats", "seats_form"),
    "seats in words": ({"seats": "很多"}, "seats", "seats_form"),
    "half a seat": ({"seats": 4.5}, "seats", "fraction"),
    "a route too long": ({"route": "线" * 65}, "route", "length"),
    "days in words": ({"days": "有时"}, "days", "days_form"),
    "an eighth day": ({"days": "1-8"}, "days", "days_form"),
    "a date that Excel made of days": ({"days": dt.date(2026, 1, 5)}, "days", "date"),
    "another's site": ({"site": "zenith works"}, "site_id", "site_unknown"),
}


@pytest.mark.parametrize(("changes", "name", "kind"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_at_its_cell(
    small: District, changes: dict[str, Any], name: str, kind: str
) -> None:
    made = _plan(small, good(1), good(2, **changes))
    assert [(fault.row, fault.field, fault.kind) for fault in made.faults] == [(3, name, kind)]
    assert made.verdicts == {2: Verdict.NEW, 3: Verdict.WRONG}


def test_a_plate_twice_and_one_that_left_are_told_masked(small: District) -> None:
    _import(small, good(1))
    editing.leave(small.office, BOB, "acme", _vehicle(small).holder_id, "sold")
    made = _import(small, good(1), good(2), good(2, driver="别人"), only_valid=True)
    told = [(fault.row, fault.kind, fault.other, fault.masked) for fault in made.faults]
    assert told == [(2, "left_vehicle", 0, "*****01"), (4, "twice_plate", 3, "*****02")]
    assert made.count(Verdict.NEW) == 1


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周一至周五", "12345"),
        ("星期一到星期六", "123456"),
        ("周一、周三、周日", "137"),
        ("一三五", "135"),
        ("1-5", "12345"),
        ("１，３，５", "135"),
        ("周五至周一", "1567"),
        ("工作日", "12345"),
        ("周末", "67"),
        ("每天", ""),
        ("每周一", "1"),
        ("Mon-Fri", "12345"),
        ("Monday, Wednesday and Sunday", "137"),
        ("Sat to Sun", "67"),
        ("every day", ""),
        ("一至日", ""),
        ("八", None),
        ("12月", None),
        ("-", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: str | None) -> None:
    assert days_said(text) == days


@given(st.text(max_size=12) | st.text("一二三四五六日周至-1234567,、 monfrit", max_size=12))
def test_whatever_is_typed_is_days_of_the_roster_or_none(text: str) -> None:
    days = days_said(text)
    assert days is None or days == roster.days_of(days)


@pytest.mark.parametrize(("text", "seats"), [("45", 45), ("45座", 45), ("４５", 45), ("½", None)])
def test_seats_are_digits(text: str, seats: int | None) -> None:
    assert seats_of(text) == seats


def test_a_row_of_totals_is_no_vehicle_and_a_driver_of_that_name_is_one(small: District) -> None:
    made = _plan(small, good(1), ["合计", "2 辆", None, 90], good(2, driver="合计"))
    assert made.table.totals == (3,)
    assert list(made.verdicts.values()) == [Verdict.NEW, Verdict.NEW]
