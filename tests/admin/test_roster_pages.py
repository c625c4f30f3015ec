"""Bob edits the roster in his browser; somebody else does so at the same time."""

from __future__ import annotations

import re

import pytest

from admin.auth import accounts
from admin.auth.account import Role
from admin.demo.district import fictional_id
from checkpoint.services import SYSTEM, roster
from checkpoint.services.forms import RosterFilter, VehicleForm, WorkerForm
from tests.admin.plant import PASSWORD, Plant, Visitor

TERM = {"since": "2026-03-02", "until": "2026-03-31"}


def bella(plant: Plant) -> Visitor:
    """A second admin of Bob's enterprise."""
    with plant.app.app_context():
        new = accounts.NewAccount("bella", "Bella", Role.ENTERPRISE, plant.ids["a"])
        known = accounts.InitialPassword(PASSWORD, must_change=False)
        accounts.add(plant.office, SYSTEM, new, known)
    return plant.visitor("bella")


def fields(page: str) -> dict[str, str]:
    """What the form's fields hold as the page came."""
    typed = re.sub(r'<input[^>]*type="checkbox"[^>]*>', "", page)
    found = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', typed)
    return {name: value for name, value in found if name not in ("csrf_token", "search")}


def next_page(page: str) -> str:
    """Where the next page of the list begins."""
    (after,) = re.findall(r'name="after" value="([^"]+)"[^>]*>下一页', page)
    return str(after)


def line_of(plant: Plant) -> str:
    return f"/enterprise/roster/{plant.ids['worker_a']}"


def test_a_long_roster_says_how_long_it_is_and_leads_on_and_back(plant: Plant) -> None:
    bob, home = plant.visitor("bob"), plant.ids["a"]
    before = roster.count(plant.office, home, RosterFilter())
    for num in range(60):
        form = WorkerForm(f"王{num}", fictional_id("19900101", 100 + num), "", "焊工")
        roster.add_worker(plant.office, SYSTEM, home, form)
    first = bob.get("/enterprise/roster").text
    assert f"共 {before + 60} 条" in first
    assert "首页" not in first
    second = bob.post("/enterprise/roster/search", after=next_page(first)).text
    assert "下一页" not in second
    assert 'name="after" value="">首页' in second
    assert bob.post("/enterprise/roster/search", after="").text.count("<tr>") == 51


def test_bob_edits_a_worker_and_sees_it(plant: Plant) -> None:
    bob, line = plant.visitor("bob"), line_of(plant)
    form = fields(bob.get(f"{line}/edit").text) | {
        "job": "钳工",
        "phone": "13800005678",
        "site_id": plant.ids["site_a"],
        "shift_from": "22:00",
        "shift_until": "06:00",
    }
    assert bob.post(f"{line}/edit", **form).status_code == 302
    page = bob.get(line).text
    for told in ("钳工", "5678", "主厂区", "22:00–06:00"):
        assert told in page
    kept = fields(bob.get(f"{line}/edit").text)
    assert kept["shift_from"] == "22:00"
    assert "phone" not in kept or kept["phone"] == ""
    assert bob.post(f"{line}/edit", **kept | {"no_phone": "y"}).status_code == 302
    assert roster.holder(plant.office, plant.ids["a"], plant.ids["worker_a"]).phone_tail == ""


def test_the_second_is_told_who_sees_both_values_and_overwrites_nothing(plant: Plant) -> None:
    bob, other, line = plant.visitor("bob"), bella(plant), line_of(plant)
    mine = fields(bob.get(f"{line}/edit").text)
    assert other.post(f"{line}/edit", **mine | {"job": "钳工"}).status_code == 302
    told = bob.post(f"{line}/edit", **mine | {"job": "厨师"})
    assert told.status_code == 200
    assert "Bella" in told.text
    assert "2026-03-02" in told.text
    assert "钳工" in told.text
    assert "厨师" in told.text
    holder = roster.holder(plant.office, plant.ids["a"], plant.ids["worker_a"])
    assert holder.job == "钳工"
    assert bob.post(f"{line}/edit", **fields(told.text)).status_code == 302
    assert "厨师" in bob.get(line).text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
def test_a_form_without_its_version_overwrites_nothing(plant: Plant, version: str) -> None:
    bob, line = plant.visitor("bob"), line_of(plant)
    answer = bob.post(f"{line}/edit", name="李四", version=version)
    assert answer.status_code == 200
    assert roster.holder(plant.office, plant.ids["a"], plant.ids["worker_a"]).name == "张三"


def test_a_corrected_number_tells_which_pass_says_another(plant: Plant) -> None:
    bob, line = plant.visitor("bob"), line_of(plant)
    made = bob.post(f"{line}/pass", **TERM).headers["Location"]
    form = fields(bob.get(f"{line}/id-number").text)
    right = fictional_id("19900101", 977)
    told = bob.post(f"{line}/id-number", **form | {"id_number": right[:-1], "why": "typo"})
    assert 'class="error"' in told.text
    done = bob.post(f"{line}/id-number", **form | {"id_number": right, "why": "typo"})
    assert done.status_code == 302
    page = bob.get(line).text
    assert right[-4:] in page
    assert right not in page
    assert made.rpartition("/")[2] in page.split('class="note note-warning"')[1].split("</p>")[0]


def test_who_left_is_marked_and_may_come_back(plant: Plant) -> None:
    bob, line = plant.visitor("bob"), line_of(plant)
    made = bob.post(f"{line}/pass", **TERM).headers["Location"]
    assert bob.post(f"{line}/left", why="离职").status_code == 302
    assert "已离开" in bob.get("/enterprise/roster").text
    assert "已撤销" in bob.get(made).text
    assert "先恢复" in bob.post(f"{line}/pass", **TERM).text
    assert bob.post(f"{line}/back", why="按错了").status_code == 302
    assert bob.post(f"{line}/pass", **TERM).status_code == 302


def test_a_vehicle_is_edited_with_its_days(plant: Plant) -> None:
    bob = plant.visitor("bob")
    made = roster.add_vehicle(
        plant.office, SYSTEM, plant.ids["a"], VehicleForm("京A12345", "李四", 45)
    )
    line = f"/enterprise/roster/{made}"
    form = fields(bob.get(f"{line}/edit").text)
    assert "job" not in form
    done = bob.post(f"{line}/edit", **form | {"route": "三号线"}, days=["1", "5"])
    assert done.status_code == 302
    page = bob.get(line).text
    assert "三号线" in page
    assert "星期一、星期五" in page
    issued = bob.post(f"{line}/pass", **TERM).headers["Location"]
    assert "星期一、星期五" in bob.get(issued).text


@pytest.mark.parametrize("path", ["edit", "id-number"])
def test_nobody_edits_a_stranger(plant: Plant, path: str) -> None:
    theirs = f"/enterprise/roster/{plant.ids['worker_b']}/{path}"
    bob = plant.visitor("bob")
    assert bob.get(theirs).status_code == 404
    assert bob.post(theirs, name="x", version="1").status_code == 404


def test_odd_characters_are_text(plant: Plant) -> None:
    bob, line = plant.visitor("bob"), line_of(plant)
    form = fields(bob.get(f"{line}/edit").text)
    odd = {"name": "𠮷野家", "job": "<script>alert(1)</script>"}
    assert bob.post(f"{line}/edit", **form | odd).status_code == 302
    page = bob.get(line).text
    assert "𠮷野家" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def names_in(page: str) -> list[str]:
    """Whom the list shows."""
    return re.findall(r'class="first"><a href="[^"]+">([^<]+)</a>', page)


@pytest.mark.parametrize("search", ["zs", "zhangsan", "三", "张三", "P"])
def test_bob_finds_people_as_he_types(plant: Plant, search: str) -> None:
    wanted = [] if search == "P" else ["张三"]
    page = plant.visitor("bob").post("/enterprise/roster/search", search=search).text
    assert names_in(page) == wanted


def test_filters_and_the_search_are_kept_on_the_next_page(plant: Plant) -> None:
    mine = plant.ids["a"]
    for serial in range(60):
        number = fictional_id("19850101", 100 + serial)
        form = WorkerForm("王芳", number, site_id=plant.ids["site_a"])
        roster.add_worker(plant.office, SYSTEM, mine, form)
    bob = plant.visitor("bob")
    wanted = {"search": "wf", "site_id": plant.ids["site_a"], "state": "no_pass", "kind": "worker"}
    page = bob.post("/enterprise/roster/search", **wanted).text
    assert len(names_in(page)) == 50
    rest = page.split('class="more"')[1]
    more = fields(rest) | {"after": next_page(rest)}
    assert more.items() >= {k: v for k, v in wanted.items() if k != "search"}.items()
    assert (
        len(names_in(bob.post("/enterprise/roster/search", **more | {"search": "wf"}).text)) == 10
    )
    assert "wf" not in page.split("<form", maxsplit=1)[0]


def test_the_list_says_who_has_a_pass_until_when(plant: Plant) -> None:
    bob = plant.visitor("bob")
    assert ">无<" in bob.get("/enterprise/roster").text
    bob.post(f"{line_of(plant)}/pass", **TERM)
    assert "至 2026-03-31" in bob.get("/enterprise/roster?state=").text
    assert names_in(bob.get("/enterprise/roster?state=no_pass").text) == []
    assert names_in(bob.get("/enterprise/roster?kind=worker").text) == ["张三"]
    assert names_in(bob.get("/enterprise/roster?kind=vehicle").text) == []


@pytest.mark.parametrize("asked", ["kind=visitor", "state=x", "site_id=S-NONE", "kind=%00"])
def test_a_filter_that_is_none_filters_nothing(plant: Plant, asked: str) -> None:
    assert names_in(plant.visitor("bob").get(f"/enterprise/roster?{asked}").text) == ["张三"]
