"""The table of the people of an enterprise: what stands in it, and who took it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

from python_calamine import CalamineWorkbook

from admin.app import jobs as running
from admin.demo.district import fictional_id
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import SYSTEM, authorizing, editing, issuing, roster
from checkpoint.services.forms import PassForm, WorkerForm
from tests.admin.plant import Plant

NUMBER = fictional_id("19910302", 2)


def _table(plant: Plant, **form: str) -> tuple[list[list[Any]], bytes]:
    bob = plant.visitor("bob")
    bob.get("/enterprise/roster/export")
    answer = bob.post("/enterprise/roster/export", **form)
    assert answer.status_code == 302, answer.text
    assert running.turn(plant.app, plant.office)
    file = bob.get(f"{answer.headers['Location']}/file")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    return book.get_sheet_by_index(0).to_python(), file.data


def _add(plant: Plant, name: str = "=1+1", number: str = NUMBER) -> str:
    form = WorkerForm(name, number, "13800000001", "操作工", plant.ids["site_a"], (480, 960))
    return roster.add_worker(plant.office, SYSTEM, plant.ids["a"], form)


def test_everybody_who_is_there_stands_in_it_masked(plant: Plant) -> None:
    holder_id = _add(plant)
    gone = _add(plant, "离职", fictional_id("19910302", 4))
    editing.leave(plant.office, SYSTEM, plant.ids["a"], gone, "moved")
    ends = plant.clock.now() + timedelta(days=7)
    issuing.issue_pass(
        plant.office, SYSTEM, plant.ids["a"], PassForm(PassKind.WORKER, ends, holder_id=holder_id)
    )
    rows, _blob = _table(plant)
    assert rows[0][0] == "企业人员情况统计表"
    assert "2026-03-02" in rows[1][0]
    assert rows[2][:4] == ["序号", "姓名", "证件号码", "性别"]
    (line,) = (row for row in rows if row[1] == "=1+1")
    sex = "男" if int(NUMBER[16]) % 2 else "女"
    assert line[2:9] == [
        f"{NUMBER[:6]}********{NUMBER[-4:]}",
        sex,
        "1991-03-02",
        "138****0001",
        "操作工",
        _site(plant),
        "08:00–16:00",
    ]
    assert line[9].startswith("有效至 2026-03")
    assert not any(row[1] == "离职" for row in rows)


def _site(plant: Plant) -> str:
    places = authorizing.places(plant.office, plant.ids["a"])
    return next(row.site.name for row in places if row.site.site_id == plant.ids["site_a"])


def test_full_numbers_need_a_reason_which_is_recorded(plant: Plant) -> None:
    _add(plant)
    bob = plant.visitor("bob")
    bob.get("/enterprise/roster/export")
    assert "请填写原因" in bob.post("/enterprise/roster/export", full="y", why=" ").text
    rows, _blob = _table(plant, full="y", why="区局抽查")
    assert any(row[2] == NUMBER for row in rows)
    record = plant.visitor("alice").get("/bureau/actions").text
    assert "区局抽查" in record
    assert NUMBER not in record


def test_what_looks_like_a_formula_is_text_in_the_file(plant: Plant) -> None:
    _add(plant)
    _rows, blob = _table(plant)
    with zipfile.ZipFile(io.BytesIO(blob)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_sheet_is_made_to_be_printed(plant: Plant) -> None:
    _add(plant)
    _rows, blob = _table(plant)
    with zipfile.ZipFile(io.BytesIO(blob)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert 'state="frozen"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "Print_Area" in names
    assert "Print_Titles" in names
