"""Alice sees what inspectors asked, whose names were shown and why."""

from __future__ import annotations

import re

import pytest

from admin.forms.words import BY_PEOPLE
from checkpoint.domain.entry import Personal
from tests.admin.plant import NOW, Plant


@pytest.fixture
def asked(plant: Plant) -> Plant:
    """Carol looked at the list three times, asked for a name, and unmasked one person."""
    kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW), Personal("张三丰", "0017", plant.ids["worker_a"]))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    carol = plant.visitor("carol")
    for _ in range(3):
        carol.get("/inspector/entries")
    carol.post("/inspector/entries", name="张三丰")
    carol.post(f"/inspector/entries/{kiosk.place.kiosk_id}/1/1/unmask", why="contact tracing")
    return plant


def test_all_lookups_with_equal_ones_in_one_line(asked: Plant) -> None:
    page = asked.visitor("alice").get("/bureau/lookups").text
    assert "3 次" in page
    assert "contact tracing" in page
    assert "Carol" in page
    assert "张三丰" not in page


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("only=unmask", True),
        ("who={carol}", True),
        ("who={bob}", False),
        ("enterprise={a}", True),
        ("enterprise={b}", False),
        ("enterprise={b}&only=unmask&who={carol}", False),
    ],
)
def test_lookups_of_somebody_or_some_enterprise(asked: Plant, wanted: str, shown: bool) -> None:
    page = asked.visitor("alice").get(f"/bureau/lookups?{wanted.format(**asked.ids)}").text
    assert ("contact tracing" in page) is shown
    assert ('data-verb="find"' in page) is (shown and "only" not in wanted)


def test_a_list_that_refreshed_itself_is_shown_as_the_follow_of_its_lookup(asked: Plant) -> None:
    carol, kiosk = asked.visitor("carol"), asked.kiosk()
    page = carol.get("/inspector/entries").text
    number = re.search(r'id="lookup" name="lookup" value="(\d+)"', page)
    assert number
    for seq in (1, 2, 3):
        kiosk.record(kiosk.entry(NOW))
        kiosk.push(asked.app.test_client(), NOW)
        given = {"newest": f"{kiosk.place.kiosk_id}-1-{seq - 1}", "lookup": number[1]}
        again = carol.post("/inspector/entries/news", kind=BY_PEOPLE, **given)
        assert again.status_code == 200
        assert f'name="lookup" value="{number[1]}"' in again.text
    shown = asked.visitor("alice").get("/bureau/lookups").text
    assert shown.count('data-verb="follow"') == 1
    assert f"属于第几条查询 {number[1]}" in shown
