"""Bob's desk for health: cards, daily declarations, statuses, and the lists of a day."""

from __future__ import annotations

import re
from typing import Any

import pytest

from admin.demo.district import fictional_id
from checkpoint.domain.health_status import HealthStatus
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.services import SYSTEM, health, roster
from checkpoint.services import policy as policies
from checkpoint.services.forms import WorkerForm
from checkpoint.services.health_forms import HealthRow
from tests.admin.plant import Plant, Visitor
from tests.admin.printing import Printed

SCRIPT = "<script>alert(1)</script>"
CARD: dict[str, Any] = {
    "version": "0",
    "declared_by": "holder",
    "confirmed": "y",
    "province": "湖北省",
    "city": "孝感市",
    "arrived_on": "2026-02-27",
    "transport": "train",
    "number": "G1278",
    "itinerary-0": "哈尔滨市南岗区",
    "itinerary-1": "武汉市𠮷庆街",
    "housing": "dormitory",
    "address": "三号楼 206",
}
DAILY: dict[str, Any] = {"version": "0", "declared_by": "clerk", "confirmed": "y"}
DAILY["temperature_c"] = "36.5"


@pytest.fixture
def bob(plant: Plant) -> Visitor:
    return plant.visitor("bob")


@pytest.fixture
def page(plant: Plant) -> str:
    """Where Bob's worker is."""
    return f"/enterprise/roster/{plant.ids['worker_a']}"


def told(plant: Plant) -> HealthRow:
    return health.health_of(plant.office, plant.ids["a"], plant.ids["worker_a"])


def known(plant: Plant) -> HealthStatus | None:
    return told(plant).known.status


def test_a_card_is_filled_in_shown_and_printed(plant: Plant, bob: Visitor, page: str) -> None:
    assert "尚未申报" in bob.get(f"{page}/health").text
    assert bob.post(f"{page}/card", **CARD).status_code == 302
    shown = bob.get(f"{page}/health").text
    assert "孝感市" in shown
    assert "绿码" in shown
    again = bob.get(f"{page}/card").text
    assert "武汉市𠮷庆街" in again
    printed = bob.get(f"{page}/card/1/print")
    assert printed.mimetype == "application/pdf"
    words = Printed(printed.data).words()
    assert "返岗员工信息卡" in words
    assert "孝感市" in words
    assert bob.get(f"{page}/card/2/print").status_code == 404


def test_each_day_of_the_journey_has_its_date_where_the_arrival_is_known(
    bob: Visitor, page: str
) -> None:
    assert "<small>02-" not in bob.get(f"{page}/card").text
    refused = bob.post(f"{page}/card", **CARD | {"province": ""}).text
    bob.post(f"{page}/card", **CARD)
    for text in (refused, bob.get(f"{page}/card").text):
        assert "日期从到达日 2026-02-27 往前推算" in text
        assert "前 1 日 <small>02-26</small>" in text
        assert "前 13 日 <small>02-14</small>" in text
        assert "<legend>住宿情况</legend>" in text
    early = bob.post(f"{page}/card", **CARD | {"arrived_on": "0001-01-02", "province": ""})
    assert early.status_code == 200


def test_the_list_of_health_leads_to_the_next_page_and_back(plant: Plant, bob: Visitor) -> None:
    for num in range(60):
        form = WorkerForm(f"王{num}", fictional_id("19900101", 100 + num), "", "焊工")
        roster.add_worker(plant.office, SYSTEM, plant.ids["a"], form)
    first = bob.get("/enterprise/health").text
    assert "更早的" not in first
    (url,) = re.findall(r'href="([^"]*after=[^"]+)">下一页', first)
    second = bob.get(url.replace("&amp;", "&")).text
    assert "下一页" not in second
    assert ">首页</a>" in second


def test_what_nobody_confirmed_and_what_is_missing_is_told_at_its_field(
    plant: Plant, bob: Visitor, page: str
) -> None:
    answer = bob.post(f"{page}/card", **CARD | {"confirmed": "", "province": ""})
    assert answer.status_code == 200
    assert answer.text.count('class="error"') == 2
    assert known(plant) is None


def test_a_card_pressed_twice_is_one_version_and_the_slower_one_is_told_who_was_faster(
    bob: Visitor, page: str
) -> None:
    for _ in range(2):
        assert bob.post(f"{page}/card", **CARD).status_code == 302
    answer = bob.post(f"{page}/card", **CARD | {"address": "四号楼"})
    assert answer.status_code == 200
    assert "Bob 于" in answer.text or "Bob" in answer.text.split("note-danger")[1]
    assert bob.get(f"{page}/health").text.count("第 1 版") == 1


def test_symptoms_make_yellow_and_bob_ends_it_with_a_reason(
    plant: Plant, bob: Visitor, page: str
) -> None:
    bob.post(f"{page}/daily", **DAILY | {"symptoms": ["cough"]})
    assert known(plant) is HealthStatus.YELLOW
    listed = bob.get("/enterprise/health?show=yellow").text
    assert "张三" in listed
    assert "症状" in listed
    number = (
        health.health_of(plant.office, plant.ids["a"], plant.ids["worker_a"]).statuses[0].number
    )
    form = {"version": str(number), "status": "green", "why": f"校医复查 {SCRIPT}"}
    assert bob.post(f"{page}/status", **form).status_code == 302
    assert known(plant) is HealthStatus.GREEN
    shown = bob.get(f"{page}/health").text
    assert SCRIPT not in shown
    assert "校医复查" in shown


def test_red_needs_its_last_day(plant: Plant, bob: Visitor, page: str) -> None:
    form = {"version": "0", "status": "red", "why": "确诊密接"}
    answer = bob.post(f"{page}/status", **form)
    assert answer.status_code == 200
    assert known(plant) is None
    assert bob.post(f"{page}/status", **form | {"until": "2026-03-15"}).status_code == 302
    assert known(plant) is HealthStatus.RED


def test_the_roll_is_for_those_who_are_ticked_and_done_once(plant: Plant, bob: Visitor) -> None:
    roster.add_worker(
        plant.office, SYSTEM, plant.ids["a"], WorkerForm("王五", fictional_id("19910101", 7))
    )
    assert bob.get("/enterprise/health").text.count('name="who"') == 2
    form: dict[str, Any] = {"who": [plant.ids["worker_a"]], "asked_by": "李班长", "why": "早班点名"}
    assert "勾选" in bob.post("/enterprise/health/roll", **form).text, "nobody confirmed it"
    for _ in range(2):
        answer = bob.post("/enterprise/health/roll", **form | {"confirmed": "y"})
        assert answer.status_code == 302
    left = bob.get("/enterprise/health").text
    assert left.count('name="who"') == 1
    rows = told(plant).declarations
    assert [row.name for row in rows] == ["Bob"]
    today = bob.get("/enterprise/").text
    assert "1 人未申报" in today
    late = today[today.index("申报时效") :]
    assert re.findall(r'scope="row">(\w+)</th><td class="num">(\d+)', late) == [
        ("今日", "1"),
        ("昨日", "0"),
        ("此前一周内", "0"),
        ("更早", "0"),
        ("从未", "1"),
    ]


def test_the_roll_can_be_of_one_shift(plant: Plant, bob: Visitor) -> None:
    form = WorkerForm("王五", fictional_id("19910101", 7), shift=(360, 840))
    roster.add_worker(plant.office, SYSTEM, plant.ids["a"], form)
    page = bob.get("/enterprise/health").text
    assert "shift=360-840" in page
    listed = bob.get("/enterprise/health?shift=360-840").text
    assert ("王五" in listed, "张三" in listed) == (True, False)
    for odd in ("9999-9999", "x", "1-2-3"):
        assert bob.get(f"/enterprise/health?shift={odd}").status_code == 200


def test_who_comes_from_where_is_grouped(plant: Plant, bob: Visitor, page: str) -> None:
    bob.post(f"{page}/card", **CARD)
    listed = bob.get("/enterprise/health?show=origins").text
    assert "湖北省 孝感市" in listed
    place = listed.split("place=")[1].split('"')[0]
    assert "张三" in bob.get(f"/enterprise/health?show=origins&place={place}").text
    for odd in ("zz", "00", "0" * 64):
        assert "张三" not in bob.get(f"/enterprise/health?show=origins&place={odd}").text


def test_who_is_overdue_at_the_gates_is_on_a_list_of_its_own(
    plant: Plant, bob: Visitor, page: str
) -> None:
    asked = Policy(rules=(*DEFAULT_RULES, "declaration"), declaration_s=2 * 3600)
    policies.publish(plant.office, SYSTEM, asked)
    bob.post(f"{page}/daily", **DAILY)
    assert "张三" not in bob.get("/enterprise/health?show=late").text
    plant.clock.advance(3 * 3600)
    again = plant.visitor("bob")
    assert "张三" in again.get("/enterprise/health?show=late").text
    assert "张三" not in again.get("/enterprise/health?show=today").text


def test_dave_finds_nothing_of_it(plant: Plant, page: str) -> None:
    dave = plant.visitor("dave")
    for path in ("health", "card", "daily", "status", "card/1/print"):
        assert dave.get(f"{page}/{path}").status_code == 404
    form: dict[str, Any] = {
        "who": [plant.ids["worker_a"]],
        "asked_by": "Dave",
        "why": "早班",
        "confirmed": "y",
    }
    assert dave.post("/enterprise/health/roll", **form).status_code == 404
    assert known(plant) is None


def test_alice_sees_numbers_and_no_names_and_sets_a_status_by_number(
    plant: Plant, bob: Visitor, page: str
) -> None:
    bob.post(f"{page}/card", **CARD)
    alice = plant.visitor("alice")
    shown = alice.get("/bureau/health").text
    assert "晨光机械厂" in shown
    assert "张三" not in shown
    form = {
        "id_number": fictional_id("19900101", ord("a")),
        "status": "red",
        "until": "2026-03-15",
        "why": "流调密接",
    }
    for _ in range(2):
        assert alice.post("/bureau/health", **form).status_code == 302
    said = told(plant).statuses
    assert [(row.status, row.said_by) for row in said][:1] == [("red", "bureau")]
    assert len(said) == 2, "pressed twice"
    ends = {"version": str(said[0].number), "status": "green", "why": "已复查"}
    assert "区局" in bob.post(f"{page}/status", **ends).text
    assert known(plant) is HealthStatus.RED
    nobody = form | {"id_number": fictional_id("19900102", 5)}
    assert alice.post("/bureau/health", **nobody).status_code == 200
