"""The action record names people and things, as far as the reader may know them."""

from __future__ import annotations

from checkpoint.entrylog.erasure import Ground
from checkpoint.services import SYSTEM, enterprise_record, erasing, roster
from checkpoint.services.enterprise_record import ChangeForm
from checkpoint.services.forms import VehicleForm
from tests.admin.plant import Plant

TERM = {"since": "2026-03-02", "until": "2026-03-31"}


def test_bob_reads_whole_names_of_his_own(plant: Plant) -> None:
    bob = plant.visitor("bob")
    line = f"/enterprise/roster/{plant.ids['worker_a']}"
    bob.post(f"{line}/pass", **TERM)
    form = VehicleForm("京A12345", "李四")
    roster.add_vehicle(plant.office, SYSTEM, plant.ids["a"], form)
    bob.post(f"{line}/block", why="检查")
    page = bob.get("/enterprise/actions").text
    assert page.count("<span>张三 ") == 3, "added, pass issued, blocked"
    for told in ("京A12345", "一号门", "主厂区", "检查"):
        assert told in page
    assert 'href="/enterprise/actions"' in bob.get("/enterprise/").text


def test_reasons_that_nobody_typed_are_words_of_the_readers_language(plant: Plant) -> None:
    alice, bob = plant.visitor("alice"), plant.visitor("bob")
    form = ChangeForm(plant.ids["a"], {"address": "别处", "staff": 3, "isolation": True})
    enterprise_record.change(plant.office, SYSTEM, form)
    line = f"/enterprise/roster/{plant.ids['worker_a']}"
    bob.post(f"{line}/block", why="erased")
    asked = erasing.ErasureForm(plant.ids["a"], plant.ids["worker_a"], Ground.CONSENT)
    erasing.erase_person(plant.office, SYSTEM, asked)
    told = alice.get("/bureau/actions").text
    for words in ("地址、职工人数、隔离观察室", "本人撤回同意", "授权内容摘要", ">erased<"):
        assert words in told, words
    for code in ("isolation", "consent", "terms ", "site S-"):
        assert f">{code}" not in told, code
    alice.post("/language/en")
    assert "Address, Staff, Isolation room" in alice.get("/bureau/actions").text


def test_bob_reads_nothing_of_others(plant: Plant) -> None:
    page = plant.visitor("bob").get("/enterprise/actions").text
    assert "李四" not in page
    assert plant.ids["worker_b"] not in page


def test_the_bureau_reads_people_of_enterprises_masked(plant: Plant) -> None:
    alice = plant.visitor("alice")
    alice.post(
        "/bureau/passes/new", plate="京B12345", name="赵六", until="2026-03-03", enterprise_id=""
    )
    page = alice.get("/bureau/actions").text
    assert "<span>张* " in page
    assert "张三" not in page
    for told in ("京B12345", "晨光机械厂", "Dave", "一号门"):
        assert told in page


def test_who_was_erased_has_no_name_left(plant: Plant) -> None:
    worker = plant.ids["worker_a"]
    erasing.erase_person(plant.office, SYSTEM, erasing.ErasureForm(plant.ids["a"], worker))
    page = plant.visitor("bob").get("/enterprise/actions").text
    assert "张三" not in page
    assert worker in page
