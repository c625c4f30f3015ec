"""Bob keeps the manifest of his bus: who rides it, against its seats."""

from __future__ import annotations

import re

import pytest

from admin.demo.district import fictional_id
from checkpoint.domain.entry import Personal
from checkpoint.services import SYSTEM, editing, roster
from checkpoint.services.forms import VehicleForm, WorkerForm
from tests.admin.plant import NOW, Plant, Visitor
from tests.admin.test_roster_pages import bella


@pytest.fixture
def bus(plant: Plant) -> str:
    form = VehicleForm("京A12345", "李四", 2, "东线")
    return roster.add_vehicle(plant.office, SYSTEM, plant.ids["a"], form)


def worker(plant: Plant, name: str, order: int) -> str:
    form = WorkerForm(name, fictional_id("19900101", order), job="焊工")
    return roster.add_worker(plant.office, SYSTEM, plant.ids["a"], form)


def place(bus: str) -> str:
    return f"/enterprise/roster/{bus}/riders"


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def put(visitor: Visitor, bus: str, *riders: str) -> None:
    page = visitor.post(f"{place(bus)}/search", search="")
    answer = visitor.post(f"{place(bus)}/add", version=version(page.text), holder_id=list(riders))
    assert answer.status_code == 302


def test_bob_finds_workers_ticks_them_and_sees_them_against_the_seats(
    plant: Plant, bus: str
) -> None:
    bob, erin = plant.visitor("bob"), worker(plant, "王小明", 1)
    assert "乘车名单为空" in bob.get(place(bus)).text
    found = bob.post(f"{place(bus)}/search", search="wxm").text
    assert f'value="{erin}"' in found
    assert plant.ids["worker_a"] not in found
    put(bob, bus, erin, plant.ids["worker_a"])
    page = bob.get(place(bus)).text
    assert "王小明" in page
    assert "核定 2 座" in page
    assert "多于座位数" not in page
    assert place(bus) in bob.get(f"/enterprise/roster/{bus}").text
    assert "京A12345" in bob.get(f"/enterprise/roster/{erin}").text


def test_more_riders_than_seats_is_told(plant: Plant, bus: str) -> None:
    bob, some = plant.visitor("bob"), [worker(plant, f"王{n}", n) for n in (1, 2, 3)]
    put(bob, bus, *some)
    assert "多于座位数" in bob.get(place(bus)).text
    bob.post("/language/en")
    assert "More than seats" in bob.get(place(bus)).text


def test_bob_takes_somebody_off(plant: Plant, bus: str) -> None:
    bob, erin = plant.visitor("bob"), worker(plant, "王小明", 1)
    put(bob, bus, erin)
    page = bob.get(place(bus)).text
    bob.post(f"{place(bus)}/remove", version=version(page), holder_id=erin)
    assert "王小明" not in bob.get(place(bus)).text


def test_the_second_of_two_is_told_who_and_sees_what_is_there_now(plant: Plant, bus: str) -> None:
    bob, other = plant.visitor("bob"), bella(plant)
    erin, fred = worker(plant, "王小明", 1), worker(plant, "赵大", 2)
    old = version(bob.post(f"{place(bus)}/search", search="").text)
    put(other, bus, erin)
    answer = bob.post(f"{place(bus)}/add", version=old, holder_id=fred)
    assert answer.status_code == 200
    assert "Bella" in answer.text
    assert "王小明" in answer.text
    assert "赵大" not in bob.get(place(bus)).text


def test_a_press_without_a_tick_or_twice_does_no_harm(plant: Plant, bus: str) -> None:
    bob, erin = plant.visitor("bob"), worker(plant, "王小明", 1)
    old = version(bob.post(f"{place(bus)}/search", search="").text)
    assert bob.post(f"{place(bus)}/add", version=old).status_code == 302
    assert "请先勾选人员" in bob.get(place(bus)).text
    for _ in range(2):
        again = bob.post(f"{place(bus)}/add", version=old, holder_id=erin)
        assert again.status_code == 302
    assert roster.holder(plant.office, plant.ids["a"], bus).version == 2


def test_dave_neither_sees_nor_changes_it_and_his_workers_do_not_ride(
    plant: Plant, bus: str
) -> None:
    bob, dave, erin = plant.visitor("bob"), plant.visitor("dave"), worker(plant, "王小明", 1)
    put(bob, bus, erin)
    assert dave.get(place(bus)).status_code == 404
    assert dave.post(f"{place(bus)}/search", search="").status_code == 404
    for way in ("add", "remove"):
        assert dave.post(f"{place(bus)}/{way}", version="2", holder_id=erin).status_code == 404
    strange = bob.post(f"{place(bus)}/add", version="2", holder_id=plant.ids["worker_b"])
    assert strange.status_code == 404
    assert bob.get(f"/enterprise/roster/{erin}/riders").status_code == 404


def test_who_left_can_not_be_ticked_and_a_vehicle_out_of_use_takes_nobody(
    plant: Plant, bus: str
) -> None:
    bob, erin = plant.visitor("bob"), worker(plant, "王小明", 1)
    by = plant.office, SYSTEM, plant.ids["a"]
    editing.leave(*by, erin, "moved away")
    assert f'value="{erin}"' not in bob.post(f"{place(bus)}/search", search="").text
    editing.leave(*by, bus, "repair")
    assert f"{place(bus)}/search" not in bob.get(place(bus)).text


def test_names_made_to_hurt_are_shown_as_text(plant: Plant, bus: str) -> None:
    bob = plant.visitor("bob")
    put(bob, bus, worker(plant, "<script>𠮷", 1))
    page = bob.get(place(bus)).text
    assert "&lt;script&gt;𠮷" in page
    assert "<script>𠮷" not in page


@pytest.mark.parametrize("said", ["1", "9" * 15, "9" * 40, "<b>1</b>", "-1"])
def test_carol_goes_from_a_riders_entry_to_the_vehicles(plant: Plant, said: str) -> None:
    kiosk, carol = plant.kiosk(), plant.visitor("carol")
    kiosk.record(kiosk.entry(NOW), Personal("李四", "", "b" * 16, "京A12345"))
    kiosk.record(kiosk.entry(NOW, details={"vehicle": said}), Personal("张三", "", "a" * 16))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    home = f"/inspector/entries/{kiosk.place.kiosk_id}/1"
    page = carol.get(f"{home}/2").text
    assert "所乘车辆的记录" in page
    assert (f'href="{home}/{said}"' in page) is (said in ("1", "9" * 15))
    assert "<b>1</b>" not in page
