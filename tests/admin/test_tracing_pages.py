"""Carol follows a person through the log and sees who was inside with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkpoint.domain.entry import Personal
from checkpoint.domain.observation import Direction
from tests.admin.plant import NOW, Plant

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPAN = {"since": "2026-03-02T00:00", "until": "2026-03-03T00:00"}


@pytest.fixture
def place(plant: Plant) -> str:
    """张三丰 and 李四 were inside at the same time for an hour; the way in of 张三丰."""
    kiosk = plant.kiosk()
    for number, name, at, way in (
        (1, "张三丰", NOW - 5 * HOUR, Direction.IN),
        (2, "李四", NOW - 4 * HOUR, Direction.IN),
        (2, "李四", NOW - 3 * HOUR, Direction.OUT),
        (1, "张三丰", NOW - 2 * HOUR, Direction.OUT),
    ):
        person = Personal(name, f"000{number}", f"{number:016x}")
        kiosk.record(kiosk.entry(at, direction=way, pass_id=f"{number:016x}"), person)
    kiosk.record(kiosk.entry(NOW - HOUR, direction=Direction.IN))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    return f"/inspector/entries/{kiosk.place.kiosk_id}/1"


def test_the_entry_leads_to_both_pages(plant: Plant, place: str) -> None:
    page = plant.visitor("carol").get(f"{place}/1").text
    assert f"{place}/1/timeline" in page
    assert f"{place}/1/contacts" in page


def test_a_way_shows_the_stay_in_a_picture_and_a_table(plant: Plant, place: str) -> None:
    page = plant.visitor("carol").get(f"{place}/1/timeline").text
    assert "data:image/svg+xml" in page
    assert "张**" in page
    assert "张三丰" not in page
    assert ">3:00<" in page
    assert page.count('class="time first"') == 2


def test_contacts_are_masked_until_a_reason_is_given(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    page = carol.get(f"{place}/1/contacts").text
    assert "李*" in page
    assert "李四" not in page
    assert ">1:00<" in page
    assert carol.post(f"{place}/1/contacts/people", **SPAN, why=" ").status_code == 400
    named = carol.post(f"{place}/1/contacts/people", **SPAN, why="fever follow-up").text
    assert "李四" in named
    assert "张三丰" in named
    record = carol.get("/inspector/lookups").text
    assert record.count("fever follow-up") == 2
    assert "查询同时在内人员" in record


def test_the_name_of_a_way_is_shown_with_a_reason(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    page = carol.post(f"{place}/1/timeline/person", **SPAN, why="fever follow-up").text
    assert "张三丰" in page


@pytest.mark.parametrize("page", ["timeline", "contacts"])
def test_a_span_that_is_none_is_told_and_nothing_is_asked(
    plant: Plant, place: str, page: str
) -> None:
    carol = plant.visitor("carol")
    carol.get(f"{place}/1")
    before = carol.get("/inspector/lookups").text.count("<tr>")
    for wrong in (
        {"since": "2026-03-02T10:00", "until": "2026-03-02T09:00"},
        {"since": "2026-01-01T00:00", "until": "2026-03-02T09:00"},
        {"since": "", "until": "x"},
    ):
        answer = carol.post(f"{place}/1/{page}", **wrong)
        assert answer.status_code == 200
        assert 'class="error"' in answer.text
    assert carol.get("/inspector/lookups").text.count("<tr>") == before


@pytest.mark.parametrize("page", ["timeline", "contacts"])
def test_an_entry_without_a_person_and_one_of_another_plant(
    plant: Plant, place: str, page: str
) -> None:
    carol = plant.visitor("carol")
    assert "这条记录没有人员" in carol.get(f"{place}/5/{page}").text
    other = plant.kiosk("gate_b")
    other.record(other.entry(NOW, pass_id="1" * 16), Personal("王五", "0003", "3" * 16))
    assert other.push(plant.app.test_client(), NOW).status_code == 200
    theirs = f"/inspector/entries/{other.place.kiosk_id}/1/1"
    assert carol.get(f"{theirs}/{page}").status_code == 404
    assert carol.post(f"{theirs}/{page}", **SPAN).status_code == 404


def test_a_night_shift_is_whole_in_the_time_filled_in(plant: Plant) -> None:
    """In at 23:30, out at 07:30: the time filled in has all of it, from either end."""
    kiosk = plant.kiosk()
    evening = NOW.replace(hour=15, minute=30, second=20) - 2 * DAY
    people = {number: Personal("张三丰", f"000{number}", f"{number:016x}") for number in (1, 2)}
    for number, at, way in (
        (1, evening, Direction.IN),
        (2, evening + 3 * HOUR, Direction.IN),
        (2, evening + 6 * HOUR, Direction.OUT),
        (1, evening + 8 * HOUR, Direction.OUT),
    ):
        entry = kiosk.entry(at, direction=way, pass_id=f"{number:016x}")
        kiosk.record(entry, people[number])
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    begin = f"/inspector/entries/{kiosk.place.kiosk_id}/1"
    carol = plant.visitor("carol")
    for seq, since, until in (
        (1, "2026-02-28 00:00:00", "2026-03-01 07:31:00"),
        (4, "2026-02-28 23:30:00", "2026-03-02 00:00:00"),
    ):
        page = carol.get(f"{begin}/{seq}/contacts").text
        assert f'value="{since}"' in page
        assert f'value="{until}"' in page
        assert ">3:00<" in page
        assert ">8:00<" in carol.get(f"{begin}/{seq}/timeline").text
