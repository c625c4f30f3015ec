"""The enterprise's record on the pages: who edits what, found again, told when overtaken."""

from __future__ import annotations

import re

import pytest

from checkpoint.services import SYSTEM, authorizing, enterprise_record
from checkpoint.services.enterprise_record import ChangeForm, Contact
from tests.admin.plant import Plant

RECORD = {
    "version": "0",
    "address": "新镇工业路 1 号",
    "staff": "420",
    "medical": "新镇卫生院",
    "medical_phone": "01080001111",
    "isolation": "yes",
    "isolation_where": "办公楼一层",
    "contacts-0-name": "李𠮷 <script>",
    "contacts-0-phone": "13800001111",
    "contacts-0-role": "安全员",
}
WHOLE = RECORD | {"name": "晨光机械厂", "head": "王建国", "head_phone": "13912340000"}


def test_bob_sees_what_alice_entered_and_changes_his_own_part(plant: Plant) -> None:
    alice, bob = plant.visitor("alice"), plant.visitor("bob")
    page = f"/bureau/enterprises/{plant.ids['a']}"
    assert alice.post(f"{page}/record", **WHOLE).status_code == 302
    shown = alice.get(page).text
    assert "王建国" in shown
    assert "李𠮷 &lt;script&gt;" in shown
    assert "王建国" in bob.get("/enterprise/record").text
    assert "王建国" not in bob.get("/enterprise/record/edit").text
    mine = RECORD | {"version": "1", "isolation": "no", "name": "mine", "head": "me"}
    assert bob.post("/enterprise/record/edit", **mine).status_code == 302
    kept = enterprise_record.record_of(plant.office, plant.ids["a"])
    assert kept.isolation is False
    assert kept.head == Contact("王建国", "13912340000")
    assert authorizing.enterprise(plant.office, plant.ids["a"]).name == "晨光机械厂"


@pytest.mark.parametrize("version", ["0", "x", "", "9" * 30])
def test_who_was_overtaken_is_told_by_whom_and_when(plant: Plant, version: str) -> None:
    bob = plant.visitor("bob")
    form = ChangeForm(plant.ids["a"], {"address": "别处"})
    enterprise_record.change(plant.office, SYSTEM, form)
    told = bob.post("/enterprise/record/edit", **RECORD | {"version": version})
    assert told.status_code == 200
    assert re.search(r"system 已于 2026-03-02 09:30:\d\d 修改了此内容", told.text)
    assert "李𠮷" in told.text
    assert enterprise_record.record_of(plant.office, plant.ids["a"]).address == "别处"


@pytest.mark.parametrize("at", ["contacts-1-phone", "contacts-1-name", "head_phone"])
def test_what_is_wrong_with_a_person_stands_at_that_field(plant: Plant, at: str) -> None:
    second = {"contacts-1-name": "赵", "contacts-1-phone": "13800002222"}
    wrong = {at: "" if at.endswith("name") else "12"}
    path = f"/bureau/enterprises/{plant.ids['a']}/record"
    page = plant.visitor("alice").post(path, **WHOLE | second | wrong).text
    assert re.findall(r'<div id="([^"]+)-told">\s*<p class="error">', page) == [at]


def test_phones_as_a_chinese_keyboard_writes_them_are_taken(plant: Plant) -> None:
    path = f"/bureau/enterprises/{plant.ids['a']}/record"
    typed = WHOLE | {"head_phone": "（０５１２）—６５５５ １２３４"}
    assert plant.visitor("alice").post(path, **typed).status_code == 302
    kept = enterprise_record.record_of(plant.office, plant.ids["a"])
    assert kept.head == Contact("王建国", "051265551234")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"head_phone": "12"}, "5 至 15 位"),
        ({"contacts-0-phone": "12"}, "5 至 15 位"),
        ({"contacts-0-name": ""}, "请填写"),
        ({"staff": "-1"}, "1000000 之间"),
        ({"name": ""}, "请填写"),
    ],
)
def test_a_wrong_field_is_told_and_nothing_is_kept(
    plant: Plant, changes: dict[str, str], told: str
) -> None:
    alice = plant.visitor("alice")
    path = f"/bureau/enterprises/{plant.ids['a']}/record"
    answer = alice.post(path, **WHOLE | changes)
    assert answer.status_code == 200
    assert told in answer.text
    assert enterprise_record.record_of(plant.office, plant.ids["a"]).version == 0


def test_enterprises_are_searched_and_filtered(plant: Plant) -> None:
    alice = plant.visitor("alice")
    found = {
        query: ("晨光机械厂" in text, "北河食品厂" in text)
        for query in (
            "q=晨光",
            "q=plant-b",
            "suspended=yes",
            "unwarranted=y",
            "township=无",
            "q=%",
            "q=cg",
            "q=beihe",
        )
        for text in [alice.get(f"/bureau/enterprises?{query}").text]
    }
    assert found == {
        "q=晨光": (True, False),
        "q=plant-b": (False, True),
        "suspended=yes": (False, False),
        "unwarranted=y": (False, True),
        "township=无": (False, False),
        "q=%": (False, False),
        "q=cg": (True, False),
        "q=beihe": (False, True),
    }
    assert "没有找到企业" in alice.get("/bureau/enterprises?q=nobody").text


def test_a_gate_gets_another_name_and_its_kiosk_hears_of_it(plant: Plant) -> None:
    alice = plant.visitor("alice")
    page = f"/bureau/enterprises/{plant.ids['a']}"
    path = f"{page}/gates/{plant.ids['gate_a']}/name"
    assert "一号门" in alice.get(path).text
    assert alice.post(path, was="一号门", name="北门").status_code == 302
    assert "北门" in alice.get(page).text
    assert "修改了此内容" in alice.post(path, was="一号门", name="南门").text
    assert alice.get(f"{page}/gates/{plant.ids['gate_b']}/name").status_code == 404
    assert alice.get(f"{page}/sites/{plant.ids['site_b']}/name").status_code == 404


def test_the_suspended_enterprise_reads_why_on_each_of_its_pages(plant: Plant) -> None:
    authorizing.suspend(plant.office, SYSTEM, plant.ids["a"], "消防通道堵塞")
    for username, path in (("bob", "/enterprise/roster"), ("carol", "/inspector/entries")):
        assert "消防通道堵塞" in plant.visitor(username).get(path).text
    assert "消防通道堵塞" not in plant.visitor("dave").get("/enterprise/roster").text
    authorizing.restore(plant.office, SYSTEM, plant.ids["a"], "已整改")
    assert "消防通道堵塞" not in plant.visitor("bob").get("/enterprise/roster").text
