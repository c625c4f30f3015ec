"""Alice brings enterprises from Excel and takes them to Excel; nobody else does."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from admin.app import jobs as running
from checkpoint.services import Scope, authorizing, enterprise_record, lookup
from checkpoint.services.enterprise_record import ChangeForm, Contact
from tests.admin.examples import ALICE
from tests.admin.plant import Plant, Visitor
from tests.checkpoint.services.district import credit_code
from tests.checkpoint.services.sheets_made import xlsx

AT = "/bureau/enterprises"
HEAD = ("企业名称", "统一社会信用代码", "乡镇街道", "规上", "负责人", "负责人电话", "从业人数")
PHONE = "13912345678"


def _rows(count: int = 3) -> list[list[Any]]:
    return [
        [f"新厂{n}", credit_code(900 + n), "新镇", "否", "王建国", PHONE, 80 + n]
        for n in range(count)
    ]


def _run(plant: Plant) -> None:
    while running.turn(plant.app, plant.office):
        pass


def _hand_in(plant: Plant, alice: Visitor, blob: bytes) -> str:
    alice.get(f"{AT}/import")
    answer = alice.post(f"{AT}/import", file=(io.BytesIO(blob), "企业.xlsx"))
    assert answer.status_code == 302, answer.text
    _run(plant)
    return str(answer.headers["Location"])


def _bring_in(plant: Plant, alice: Visitor, looked: str, which: str = "all") -> str:
    (url,) = re.findall(rf'action="({AT}/import/[0-9a-f]+)"', alice.get(looked).text)
    answer = alice.post(url, which=which)
    _run(plant)
    return alice.get(str(answer.headers["Location"])).text


def _ids(plant: Plant) -> set[str]:
    rows = authorizing.enterprises(plant.office, Scope.whole_district())
    return {row.enterprise.enterprise_id for row in rows}


def _table(plant: Plant, alice: Visitor, query: str = "", **form: str) -> list[list[Any]]:
    alice.get(f"{AT}/export{query}")
    answer = alice.post(f"{AT}/export{query}", **form)
    assert answer.status_code == 302, answer.text
    _run(plant)
    return _sheet(alice.get(f"{answer.headers['Location']}/file").data)


def _sheet(blob: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(blob)).get_sheet_by_index(0).to_python()


def test_alice_looks_at_a_file_and_imports_it(plant: Plant) -> None:
    alice, before = plant.visitor("alice"), _ids(plant)
    looked = _hand_in(plant, alice, xlsx(_rows(), HEAD))
    assert "<b>3</b><span>新增</span>" in alice.get(looked).text
    assert _ids(plant) == before
    assert "企业名录已与文件一致" in _bring_in(plant, alice, looked)
    assert _ids(plant) == before | {"xc0", "xc1", "xc2"}
    assert "已导入或已过保留期" in alice.get(looked).text
    plant.clock.advance(60)
    assert "没有需要导入的内容" in alice.get(_hand_in(plant, alice, xlsx(_rows(), HEAD))).text


def test_a_wrong_row_is_told_with_remedy_and_all_or_nothing_is_kept(plant: Plant) -> None:
    alice, before = plant.visitor("alice"), _ids(plant)
    wrong = ["<script>alert(1)</script>", 911100001234567890, "", "", "赵六", "1234", ""]
    looked = _hand_in(plant, alice, xlsx([*_rows(), wrong], HEAD))
    page = alice.get(looked).text
    assert "Excel 只保留 15 位" in page
    assert "1234<" not in page
    assert "<script>alert" not in page
    assert "有不合格的行" in _bring_in(plant, alice, looked)
    assert _ids(plant) == before
    assert "合格的行已导入企业名录" in _bring_in(plant, alice, looked, "valid")
    assert len(_ids(plant)) == len(before) + 3


def test_the_template_is_understood(plant: Plant) -> None:
    alice = plant.visitor("alice")
    file = alice.get(f"{AT}/import/template.xlsx")
    assert file.headers["Content-Disposition"].isascii()
    head = [str(cell) for cell in _sheet(file.data)[0]]
    row = ["新厂", credit_code(950), *[""] * (len(head) - 2)]
    looked = _hand_in(plant, alice, xlsx([row], head))
    assert "<b>1</b><span>新增</span>" in alice.get(looked).text


def test_the_list_is_taken_as_filtered_and_may_be_handed_in_again(plant: Plant) -> None:
    alice = plant.visitor("alice")
    _bring_in(plant, alice, _hand_in(plant, alice, xlsx(_rows(), HEAD)))
    enterprise_record.change(plant.office, ALICE, ChangeForm("xc1", {"name": "=1+1"}))
    rows = _table(plant, alice, "?township=新镇")
    assert rows[0][0] == "企业一览表"
    assert "企业数：3" in rows[1][0]
    assert [row[1] for row in rows[3:]] == ["新厂0", "=1+1", "新厂2"]
    assert PHONE not in str(rows)
    assert len(_table(plant, alice)) == 3 + len(_ids(plant))
    page = alice.get(f"{AT}?township=新镇&endpoint=x").text
    (link,) = re.findall(rf'href="({AT}/export[^"]*)"', page)
    assert "township=" in link
    assert "endpoint" not in link
    plant.clock.advance(60)
    taken = alice.get(alice.post(f"{AT}/export?township=新镇").headers["Location"])
    assert taken.status_code == 200
    _run(plant)
    (job,) = re.findall(r'href="(/own/jobs/[0-9a-f]+/file)"', alice.get(taken.request.path).text)
    page = alice.get(_hand_in(plant, alice, alice.get(job).data)).text
    assert "<b>3</b><span>无变化</span>" in page, page


def test_phones_of_persons_ask_for_a_reason_which_is_recorded(plant: Plant) -> None:
    alice, home = plant.visitor("alice"), plant.ids["a"]
    head = {"head": Contact("王建国", PHONE)}
    enterprise_record.change(plant.office, ALICE, ChangeForm(home, head))
    alice.get(f"{AT}/export")
    assert "请填写原因" in alice.post(f"{AT}/export", full="y").text
    assert PHONE in str(_table(plant, alice, full="y", why="防汛值班"))
    act = lookup.actions(plant.office, Scope.whole_district()).rows[0]
    assert (act.verb, act.why) == ("export_enterprises_full", "防汛值班")


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_no_other_role_reaches_it(plant: Plant, who: str) -> None:
    other, before = plant.visitor(who), _ids(plant)
    for path in ("/import", "/export", "/import/template.xlsx"):
        assert other.get(AT + path).status_code == 403
    for path in ("/import", "/export", f"/import/{'0' * 16}"):
        assert other.post(AT + path).status_code == 403
    assert _ids(plant) == before


def test_a_look_at_something_else_is_not_imported(plant: Plant) -> None:
    alice = plant.visitor("alice")
    alice.get(f"{AT}/export")
    job_id = alice.post(f"{AT}/export").headers["Location"].rpartition("/")[2]
    assert alice.post(f"{AT}/import/{job_id}").status_code == 404
