"""Bob's vehicles from Excel and to Excel."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from python_calamine import CalamineWorkbook

from admin.app import jobs as running
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import SYSTEM, editing, issuing, lookup, roster
from checkpoint.services.forms import PassForm, RosterFilter, VehicleForm
from checkpoint.services.rows import HolderKind, HolderRow
from checkpoint.storage.scope import Scope
from tests.admin.plant import Plant, Visitor
from tests.admin.test_roster_files import brought_in, handed_in
from tests.checkpoint.services.sheets_made import xlsx

HEAD = ("车牌号", "驾驶员", "手机号", "座位数", "线路", "运行日")
ROWS: list[list[Any]] = [
    ["京A·30001", "王师傅", "13900000001", "45座", "东线", "周一至周五"],
    ["京AD30002", "𠮷师傅", "", 19, "<script>alert(1)</script>", "每天"],
]
PAGES = "/enterprise/roster/vehicles"


def _vehicles(plant: Plant) -> list[HolderRow]:
    wanted = RosterFilter(kind=HolderKind.VEHICLE)
    return sorted(
        roster.holders(plant.office, plant.ids["a"], wanted).rows, key=lambda row: row.plate
    )


def _table(plant: Plant, bob: Visitor, **form: str) -> tuple[list[list[Any]], bytes]:
    answer = bob.post(f"{PAGES}/export", **form)
    assert answer.status_code == 302, answer.text
    assert running.turn(plant.app, plant.office)
    file = bob.get(f"{answer.headers['Location']}/file")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    return book.get_sheet_by_index(0).to_python(), file.data


def test_bob_looks_at_a_file_of_vehicles_and_imports_it(plant: Plant) -> None:
    bob = plant.visitor("bob")
    looked = handed_in(plant, bob, xlsx(ROWS, HEAD), f"{PAGES}/import")
    assert "<b>2</b><span>新增</span>" in bob.get(looked).text
    assert _vehicles(plant) == []
    done = bob.get(brought_in(plant, bob, looked)).text
    assert "花名册已与文件一致" in done
    first, second = _vehicles(plant)
    assert (first.plate, first.name, first.seats, first.days) == ("京A30001", "王师傅", 45, "12345")
    assert (second.plate, second.name, second.days) == ("京AD30002", "𠮷师傅", "")
    assert "<script>alert" not in bob.get(f"/enterprise/roster/{second.holder_id}").text


def test_what_is_wrong_is_told_masked_and_the_right_rows_may_come_in_alone(plant: Plant) -> None:
    bob = plant.visitor("bob")
    rows = [*ROWS, ["京A30003", "赵师傅", "", 900, "", "周八"], ["京I30004", "钱师傅", *[""] * 4]]
    looked = handed_in(plant, bob, xlsx(rows, HEAD), f"{PAGES}/import")
    page = bob.get(looked).text
    for words in (
        "不是有效的座位数",
        "无法识别的运行日",
        "不是有效的车牌号",
        "请只填数字，0 至 200",
    ):
        assert words in page
    assert "京I30004" not in page
    assert "有不合格的行" in bob.get(brought_in(plant, bob, looked)).text
    assert _vehicles(plant) == []
    assert "合格的行已导入花名册" in bob.get(brought_in(plant, bob, looked, "valid")).text
    assert [row.plate for row in _vehicles(plant)] == ["京A30001", "京AD30002"]


def test_a_look_at_workers_is_not_imported_as_vehicles(plant: Plant) -> None:
    bob = plant.visitor("bob")
    job_id = handed_in(plant, bob, xlsx(ROWS, HEAD), f"{PAGES}/import").rpartition("/")[2]
    assert bob.post(f"/enterprise/roster/import/{job_id}").status_code == 404
    assert plant.visitor("dave").post(f"{PAGES}/import/{job_id}").status_code == 404


def test_the_template_of_vehicles_is_understood(plant: Plant) -> None:
    bob = plant.visitor("bob")
    file = bob.get(f"{PAGES}/import/template.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    head = [str(cell) for cell in book.get_sheet_by_index(0).to_python()[0]]
    looked = handed_in(plant, bob, xlsx([[*ROWS[0], ""]], head), f"{PAGES}/import")
    assert "<b>1</b><span>新增</span>" in bob.get(looked).text
    assert len(head) == 7


def test_the_table_of_vehicles_may_be_handed_in_again(plant: Plant) -> None:
    bob = plant.visitor("bob")
    brought_in(plant, bob, handed_in(plant, bob, xlsx(ROWS, HEAD), f"{PAGES}/import"))
    bob.get(f"{PAGES}/export")
    rows, blob = _table(plant, bob)
    assert rows[0][0] == "企业车辆情况统计表"
    assert "电话" not in rows[2]
    assert b"13900000001" not in blob
    plant.clock.advance(60)
    _rows, full = _table(plant, bob, full="y", why="上报")
    for again in (blob, full):
        plant.clock.advance(60)
        looked = handed_in(plant, bob, again, f"{PAGES}/import")
        assert "<b>2</b><span>无变化</span>" in bob.get(looked).text


def test_the_table_says_what_is_in_use_its_pass_and_its_riders(plant: Plant) -> None:
    office, home, bob = plant.office, plant.ids["a"], plant.visitor("bob")
    mine = VehicleForm("京A30001", "=1+1", 45, "东线", "13900000001", plant.ids["site_a"], "12345")
    holder_id = roster.add_vehicle(office, SYSTEM, home, mine)
    sold = roster.add_vehicle(office, SYSTEM, home, VehicleForm("京A30009", "李师傅"))
    editing.leave(office, SYSTEM, home, sold, "sold")
    form = PassForm(
        PassKind.COMMUTING_VEHICLE, plant.clock.now() + timedelta(days=7), holder_id=holder_id
    )
    issuing.issue_pass(office, SYSTEM, home, form)
    bob.get(f"{PAGES}/export")
    rows, _blob = _table(plant, bob, full="y", why="上报区局")
    assert rows[2][1:4] == ["车牌", "驾驶员", "电话"]
    (line,) = (row for row in rows[3:] if row[1])
    assert line[1:6] == ["京A30001", "=1+1", "13900000001", 45.0, "东线"]
    assert line[6] == "星期一、星期二、星期三、星期四、星期五"
    assert line[8] == 0.0
    assert "有效至" in line[9]
    acts = lookup.actions(office, Scope.of(home)).rows
    assert [act.why for act in acts if act.verb == "export_vehicles_full"] == ["上报区局"]


def test_phones_of_drivers_ask_for_a_reason(plant: Plant) -> None:
    bob = plant.visitor("bob")
    bob.get(f"{PAGES}/export")
    answer = bob.post(f"{PAGES}/export", full="y")
    assert answer.status_code == 200
    assert "请填写原因" in answer.text
    assert not running.turn(plant.app, plant.office)
