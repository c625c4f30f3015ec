"""Carol saves filters of the list as views; Erin sees what is shared, and nobody sees the rest."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.auth import accounts
from admin.auth.account import Role
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.reason import Reason
from checkpoint.services import SYSTEM, authorizing
from checkpoint.services.actor import Actor
from checkpoint.services.forms import WarrantForm
from checkpoint.services.view_filter import Span, ViewFilter
from checkpoint.services.views import VIEWS_MOST, ViewForm, own, save
from checkpoint.storage import tables
from tests.admin.plant import NOW, PASSWORD, Plant, Visitor

LIST, VIEWS = "/inspector/entries", "/inspector/views"
FEVER = {"kind": "people", "reason": "fever"}
ACTIVE = re.compile(r'aria-current="page">([^<]+)')


@pytest.fixture
def erin(plant: Plant) -> Visitor:
    """Another inspector of Carol's enterprise, with a warrant of her own."""
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    home = plant.ids["a"]
    with plant.app.app_context():
        new = accounts.NewAccount("erin", "Erin", Role.INSPECTOR, home)
        plant.ids["erin"] = accounts.add(plant.office, SYSTEM, new, known).account_id
    term = (NOW - timedelta(days=1), NOW + timedelta(days=30))
    form = WarrantForm(home, "Erin", *term, account_id=plant.ids["erin"])
    authorizing.grant_warrant(plant.office, SYSTEM, form)
    return plant.visitor("erin")


@pytest.fixture
def carol(plant: Plant) -> Visitor:
    """With three entries: one of two days ago, one of today, and a fever of today."""
    kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW - timedelta(days=2)), Personal("李雷", "0013", "1" * 16))
    kiosk.record(kiosk.entry(NOW - timedelta(hours=1)), Personal("张三", "0012", "2" * 16))
    fever: dict[str, Any] = {"outcome": Outcome.DENY, "reasons": (Reason.FEVER,)}
    kiosk.record(kiosk.entry(NOW, **fever), Personal("韩梅梅", "0014", "3" * 16))
    assert kiosk.push(plant.app.test_client(), NOW + timedelta(minutes=1)).status_code == 200
    return plant.visitor("carol")


def saved(visitor: Visitor, called: str, **form: str) -> str:
    """Save a view by the form; its id."""
    whole = {"view-name": called, "view-span": "", **FEVER, **form}
    answer = visitor.post(f"{VIEWS}/new", **whole)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"]).partition("view=")[2]


def rows(page: str) -> int:
    return page.count("<tr data-hash")


def active(page: str) -> list[str]:
    """What is marked in the row of views."""
    return ACTIVE.findall(page.partition('class="views"')[2].partition("</nav>")[0])


def _lookups(plant: Plant) -> int:
    with plant.office.db.read() as session:
        return session.scalar(select(func.count()).select_from(tables.Lookup)) or 0


def test_a_filter_is_saved_and_opens_again_as_a_recorded_lookup(
    plant: Plant, carol: Visitor
) -> None:
    page = carol.post(LIST, **FEVER).text
    assert "存为视图" in page
    asked = carol.post(f"{VIEWS}/new", **FEVER).text
    assert "视图名称" in asked
    view_id = saved(carol, "今日发热 𠮷", **{"view-span": "today"})
    kept = own(plant.office, plant.ids["carol"], view_id)
    assert (kept.filter.reason, kept.filter.span) == (Reason.FEVER, Span.TODAY)
    before = _lookups(plant)
    page = carol.get(f"{LIST}?view={view_id}").text
    assert (rows(page), active(page)) == (1, ["今日发热 𠮷"])
    assert _lookups(plant) == before + 1
    plant.clock.advance(86_400)
    page = plant.visitor("carol").get(f"{LIST}?view={view_id}").text
    assert (rows(page), active(page)) == (0, ["今日发热 𠮷"])


def test_what_is_of_one_person_is_not_saved_and_the_page_says_so(
    plant: Plant, carol: Visitor
) -> None:
    mine = {"name": "韩梅梅", "id_tail": "0014", "plate": "京A10001", "pass_id": "ab" * 8}
    asked = carol.post(f"{VIEWS}/new", since="2026-02-01T00:00", **FEVER, **mine).text
    told = asked.partition("不会保存")[2].partition("</div>")[0]
    for label in ("姓名", "证件尾号", "车牌", "通行证编号", "自"):
        assert label in told
    view_id = saved(carol, "发热", since="2026-02-01T00:00", **mine)
    with plant.office.db.read() as session:
        held = session.get_one(tables.SavedView, view_id).conditions
    assert not [value for value in mine.values() if value in held]
    assert "since" not in held


def test_the_span_of_the_filter_is_the_span_of_the_view(carol: Visitor) -> None:
    asked = carol.post(f"{VIEWS}/new", span="week", kind="people").text
    assert re.search(r'<option selected value="week">', asked)
    assert "不会保存" not in asked


def test_every_condition_comes_back(plant: Plant, carol: Visitor) -> None:
    conditions = {
        "site_id": plant.ids["site_a"],
        "gate_id": plant.ids["gate_a"],
        "outcome": "DENY",
        "reason": "fever",
        "direction": "in",
        "kind": "passage",
        "pass_kind": "worker",
        "temperature_from": "36.1",
        "temperature_to": "37.2",
        "later": "overridden",
        "clock_quality": "synchronised",
        "degraded": "y",
    }
    view_id = saved(carol, "全部条件", **conditions)
    kept = own(plant.office, plant.ids["carol"], view_id).filter
    assert (kept.temperature_from_c, kept.temperature_to_c) == (3610, 3720)
    page = carol.get(f"{LIST}?view={view_id}").text
    assert active(page) == ["全部条件"]
    chips = page.partition('class="chips"')[2].partition("</ul>")[0]
    assert chips.count("<li>") == len(conditions)


def test_all_kinds_stay_all_kinds(plant: Plant, carol: Visitor) -> None:
    page = carol.post(LIST, kind="").text
    assert '<input type="hidden" name="kind" value="">' in page
    view_id = saved(carol, "全部", kind="", reason="")
    assert own(plant.office, plant.ids["carol"], view_id).filter == ViewFilter()


def test_one_view_opens_the_list_until_all_is_asked_for(carol: Visitor) -> None:
    saved(carol, "发热", **{"view-opens": "y"})
    page = carol.get(LIST).text
    assert (rows(page), active(page)) == (1, ["发热"])
    page = carol.get(f"{LIST}?view=").text
    assert (rows(page), active(page)) == (3, ["全部"])


def test_a_view_is_replaced_renamed_and_deleted(plant: Plant, carol: Visitor) -> None:
    view_id = saved(carol, "发热", **{"view-shared": "y"})
    place = {"view-replaces": f"{view_id}.1"}
    assert saved(carol, "", outcome="ADMIT", reason="", **place) == view_id
    assert saved(carol, "", outcome="ADMIT", reason="", **place) == view_id
    kept = own(plant.office, plant.ids["carol"], view_id)
    assert (kept.name, kept.shared, kept.version) == ("发热", True, 2)
    assert kept.filter.outcome is Outcome.ADMIT
    late = carol.post(f"{VIEWS}/new", **FEVER, **{"view-span": "", **place})
    assert late.status_code == 200
    assert "Carol" in late.text.partition('role="alert"')[2][:200]
    shown = carol.get(f"{VIEWS}/{view_id}").text
    assert 'name="version" type="hidden" value="2"' in shown
    done = carol.post(f"{VIEWS}/{view_id}", name="<b>放行</b>", version="2")
    assert done.status_code == 302
    assert "&lt;b&gt;放行&lt;/b&gt;" in carol.get(LIST).text
    old = carol.post(f"{VIEWS}/{view_id}", name="旧", version="2")
    assert old.status_code == 200
    assert carol.post(f"{VIEWS}/{view_id}/delete").status_code == 302
    assert carol.get(f"{VIEWS}/{view_id}").status_code == 404


def test_what_is_not_shared_does_not_exist_for_others(
    plant: Plant, carol: Visitor, erin: Visitor
) -> None:
    mine = saved(carol, "自用")
    shared = saved(carol, "共用", outcome="DENY", **{"view-shared": "y"})
    page = erin.get(LIST).text
    assert "自用" not in page
    assert "共用" in page
    assert rows(erin.get(f"{LIST}?view={shared}").text) == 1
    assert erin.get(f"{LIST}?view={mine}").status_code == 404
    for view_id in (mine, shared):
        assert erin.get(f"{VIEWS}/{view_id}").status_code == 404
        assert erin.post(f"{VIEWS}/{view_id}", name="x", version="1").status_code == 404
        assert erin.post(f"{VIEWS}/{view_id}/delete").status_code == 404
    path = f"/bureau/accounts/{plant.ids['carol']}/disable"
    assert plant.visitor("alice").post(path, why="left").status_code == 302
    assert "共用" not in erin.get(LIST).text
    assert erin.get(f"{LIST}?view={shared}").status_code == 404


def test_a_place_outside_the_warrants_is_told_and_nothing_is_looked_up(
    plant: Plant, carol: Visitor
) -> None:
    by = Actor(plant.ids["carol"], "inspector", "Carol")
    elsewhere = ViewForm("别处", ViewFilter(gate_id=plant.ids["gate_b"]))
    view_id = save(plant.office, by, plant.ids["a"], elsewhere)
    before = _lookups(plant)
    page = carol.get(f"{LIST}?view={view_id}").text
    assert "data-unasked" in page
    assert "不在您的查验授权范围内" in page
    assert _lookups(plant) == before


def test_what_a_view_can_not_be_is_told_at_its_field(plant: Plant, carol: Visitor) -> None:
    whole = {**FEVER, "view-span": ""}
    assert "请填写" in carol.post(f"{VIEWS}/new", **whole, **{"view-name": " "}).text
    saved(carol, "发热")
    taken = carol.post(f"{VIEWS}/new", **whole | {"outcome": "DENY"}, **{"view-name": "发热"})
    assert (taken.status_code, "已被占用" in taken.text) == (200, True)
    for number in range(VIEWS_MOST - 1):
        saved(carol, f"{number}")
    full = carol.post(f"{VIEWS}/new", **whole, **{"view-name": "再多一个"})
    assert (full.status_code, "最多 30 个视图" in full.text) == (200, True)


def test_a_view_that_was_spoilt_says_so(plant: Plant, carol: Visitor) -> None:
    view_id = saved(carol, "发热")
    with plant.office.db.write() as session:
        session.get_one(tables.SavedView, view_id).conditions = '{"reason":"plague"}'
    assert "视图有一部分已无法读取" in carol.get(f"{LIST}?view={view_id}").text
    assert "部分无法读取" in carol.get(VIEWS).text


def test_without_a_warrant_there_are_no_views(plant: Plant, carol: Visitor) -> None:
    view_id = saved(carol, "发热")
    path = f"/bureau/warrants/{plant.ids['warrant']}/revoke"
    assert plant.visitor("alice").post(path, why="moved").status_code == 302
    assert carol.get(LIST).status_code == 200
    for page in (VIEWS, f"{VIEWS}/{view_id}"):
        assert carol.get(page).status_code == 404
