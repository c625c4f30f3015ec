"""Bob brings his roster from Excel: a look first, then the import, and a report on every row."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from admin.app import jobs as running
from checkpoint.services import roster
from tests.admin.plant import Plant, Visitor
from tests.checkpoint.services.district import id_number
from tests.checkpoint.services.sheets_made import xlsx

HEAD = ("姓名", "身份证号", "手机号", "岗位")
PAGE = "/enterprise/roster/import"
SECRET = "110105199003070010"


def _rows(count: int = 3) -> list[list[Any]]:
    return [[f"员工{n}", id_number(500 + n), "13800000000", "操作工"] for n in range(count)]


def handed_in(
    plant: Plant, bob: Visitor, blob: bytes, page: str = PAGE, name: str = "名单.xlsx"
) -> str:
    """Bob hands in a file on a page; the way to the look at it, which is done."""
    bob.get(page)
    answer = bob.post(page, file=(io.BytesIO(blob), name))
    assert answer.status_code == 302, answer.text
    while running.turn(plant.app, plant.office):
        pass
    return str(answer.headers["Location"])


def _size(plant: Plant) -> int:
    return len(roster.holders(plant.office, plant.ids["a"]).rows)


def brought_in(plant: Plant, bob: Visitor, looked: str, which: str = "all") -> str:
    """Bob imports what was looked at; the way to the import, which is done."""
    page = bob.get(looked).text
    (url,) = re.findall(r'action="(/enterprise/roster/(?:vehicles/)?import/[0-9a-f]+)"', page)
    answer = bob.post(url, which=which)
    while running.turn(plant.app, plant.office):
        pass
    return str(answer.headers["Location"])


def test_bob_looks_at_a_file_and_imports_it(plant: Plant) -> None:
    bob, before = plant.visitor("bob"), _size(plant)
    looked = handed_in(plant, bob, xlsx(_rows(), HEAD))
    page = bob.get(looked).text
    assert "<b>3</b><span>新增</span>" in page
    assert _size(plant) == before
    done = brought_in(plant, bob, looked)
    assert "花名册已与文件一致" in bob.get(done).text
    assert _size(plant) == before + 3
    assert "已导入或已过保留期" in bob.get(looked).text
    plant.clock.advance(60)
    again = bob.get(handed_in(plant, bob, xlsx(_rows(), HEAD))).text
    assert "没有需要导入的内容" in again


def test_a_wrong_row_is_told_masked_and_all_or_nothing_is_kept(plant: Plant) -> None:
    bob, before = plant.visitor("bob"), _size(plant)
    rows = [*_rows(), ["<script>alert(1)</script>", SECRET, "1", "𠮷"]]
    looked = handed_in(plant, bob, xlsx(rows, HEAD))
    page = bob.get(looked).text
    assert "校验码不符" in page
    assert SECRET not in page
    assert "<script>alert" not in page
    refused = bob.get(brought_in(plant, bob, looked)).text
    assert "有不合格的行" in refused
    assert _size(plant) == before
    done = bob.get(brought_in(plant, bob, looked, "valid")).text
    assert "合格的行已导入花名册" in done
    assert _size(plant) == before + 3


def test_with_wrong_rows_the_button_says_that_the_right_ones_come_in_alone(plant: Plant) -> None:
    bob = plant.visitor("bob")
    looked = handed_in(plant, bob, xlsx([*_rows(), ["李四", SECRET, "", ""]], HEAD))
    page = bob.get(looked).text
    (which, words) = re.findall(r'name="which" value="(\w+)">([^<]+)</button>', page)[0]
    assert (which, words) == ("valid", "只导入合格的 3 行")
    assert "checked" not in page
    assert "导入 3 行</button>" not in page
    assert f'href="{PAGE}">上传改好的文件' in page


def test_a_row_of_totals_is_passed_over_and_the_page_says_so(plant: Plant) -> None:
    bob, before = plant.visitor("bob"), _size(plant)
    totals: list[list[Any]] = [["合 计：", "3人", None, None], ["total", 3, "", ""]]
    looked = handed_in(plant, bob, xlsx([*_rows(), *totals], HEAD))
    page = bob.get(looked).text
    assert "第 5, 6 行是合计行，已跳过" in page.replace("、", ", ")
    assert "<b>0</b><span>不合格</span>" in page
    brought_in(plant, bob, looked)
    assert _size(plant) == before + 3


def test_who_has_a_passport_only_is_told_the_way_of_a_visitors_pass(plant: Plant) -> None:
    bob = plant.visitor("bob")
    looked = handed_in(plant, bob, xlsx([["John", "E12345678", "", ""]], HEAD))
    assert "只有护照的人员，请删去该行，另行签发访客证" in bob.get(looked).text
    assert "只有护照的人员，请签发访客证" in bob.get("/enterprise/roster/workers/new").text


def test_the_report_names_row_column_problem_and_remedy(plant: Plant) -> None:
    bob = plant.visitor("bob")
    rows = [*_rows(), ["=cmd()", SECRET, "", ""]]
    looked = handed_in(plant, bob, xlsx(rows, HEAD))
    file = bob.get(f"{looked}/file")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    problems, every = (book.get_sheet_by_index(at).to_python() for at in (0, 1))
    assert problems[1] == [
        5.0,
        "B",
        "身份证号",
        "*" * 16 + "10",
        "校验码不符，18 位中有输错",
        "请与身份证逐位核对 18 位。",
    ]
    assert [row[1] for row in every[1:]] == ["新增", "新增", "新增", "不合格"]
    assert SECRET.encode() not in file.data


@pytest.mark.parametrize("name", ["名单.xlsx", "名单.csv", "../../x.xls", ""])
def test_an_image_under_any_name_is_refused_with_the_remedy(plant: Plant, name: str) -> None:
    bob = plant.visitor("bob")
    looked = handed_in(plant, bob, b"\x89PNG\r\n\x1a\n" + bytes(64), name=name or "x")
    assert "这不是表格文件" in bob.get(looked).text


def test_no_file_is_asked_for(plant: Plant) -> None:
    bob = plant.visitor("bob")
    bob.get("/enterprise/roster/import")
    assert "请选择文件" in bob.post("/enterprise/roster/import").text


def test_pressed_twice_is_one_job(plant: Plant) -> None:
    bob, blob = plant.visitor("bob"), xlsx(_rows(), HEAD)
    bob.get("/enterprise/roster/import")
    first, second = (
        bob.post("/enterprise/roster/import", file=(io.BytesIO(blob), "a.xlsx")).headers["Location"]
        for _ in range(2)
    )
    assert first == second


def test_another_enterprise_can_not_import_bobs_file(plant: Plant) -> None:
    looked = handed_in(plant, plant.visitor("bob"), xlsx(_rows(), HEAD))
    job_id = looked.rpartition("/")[2]
    dave = plant.visitor("dave")
    assert dave.post(f"/enterprise/roster/import/{job_id}").status_code == 404


def test_the_template_is_understood_and_its_columns_are_text(plant: Plant) -> None:
    bob = plant.visitor("bob")
    file = bob.get("/enterprise/roster/import/template.xlsx")
    # The server refuses to send a header with Chinese in it.
    assert file.headers["Content-Disposition"].isascii()
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    head = [str(cell) for cell in book.get_sheet_by_index(0).to_python()[0]]
    rows = [["王五", id_number(700), "", "", "", ""]]
    looked = handed_in(plant, bob, xlsx(rows, head))
    assert "<b>1</b><span>新增</span>" in bob.get(looked).text
