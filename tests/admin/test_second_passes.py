"""Who issues a second pass to somebody is told which one is still in force, and may revoke it."""

from __future__ import annotations

import pytest

from tests.admin.plant import Plant

VISIT = {"name": "王五", "host": "Bob", "day": "2026-03-03", "id_tail": "012x"}
EMERGENCY = {"plate": "京A12345", "name": "赵六", "until": "2026-03-03", "enterprise_id": ""}
WORKER = {"since": "2026-03-02", "until": "2026-03-31"}


def warned(page: str) -> str:
    """What a pass's page warns of."""
    told = page.split('class="crumb"')[1].partition('note-warning">')[2]
    return told.partition("</p>")[0]


@pytest.mark.parametrize(
    ("place", "first", "second"),
    [
        ("bob /enterprise/visitors/new", VISIT, VISIT | {"host": "Bella", "id_tail": "012X"}),
        ("alice /bureau/passes/new", EMERGENCY, EMERGENCY | {"plate": "京a·12345", "name": "钱七"}),
    ],
)
def test_the_page_of_the_second_pass_offers_to_revoke_the_first(
    plant: Plant, place: str, first: dict[str, str], second: dict[str, str]
) -> None:
    username, path = place.split()
    visitor = plant.visitor(username)
    one, two = (visitor.post(path, **form).headers["Location"] for form in (first, second))
    page = visitor.get(two).text
    assert one.rpartition("/")[2] in warned(page)
    assert visitor.post(f"{two}/others", why="换新").status_code == 302
    assert "已撤销" in visitor.get(one).text
    assert not warned(visitor.get(two).text)


@pytest.mark.parametrize("other", [{"id_tail": "0130"}, {"name": "王六"}, {"id_tail": ""}])
def test_another_visitor_is_nobody_else(plant: Plant, other: dict[str, str]) -> None:
    bob = plant.visitor("bob")
    bob.post("/enterprise/visitors/new", **VISIT)
    made = bob.post("/enterprise/visitors/new", **VISIT | other).headers["Location"]
    assert not warned(bob.get(made).text)


def test_visitors_of_a_name_without_an_ending_are_not_taken_for_one(plant: Plant) -> None:
    bob, nameless = plant.visitor("bob"), VISIT | {"id_tail": ""}
    bob.post("/enterprise/visitors/new", **nameless)
    made = bob.post("/enterprise/visitors/new", **nameless | {"host": "Bella"})
    assert not warned(bob.get(made.headers["Location"]).text)


@pytest.mark.parametrize(
    ("place", "form", "link"),
    [
        ("bob /enterprise/roster/{worker_a}/pass", WORKER, "/phone/links/{worker_a}"),
        ("bob /enterprise/visitors/new", VISIT, ""),
        ("alice /bureau/passes/new", EMERGENCY, ""),
    ],
)
def test_a_link_for_a_phone_says_which_pass_is_in_force(
    plant: Plant, place: str, form: dict[str, str], link: str
) -> None:
    username, path = place.format(**plant.ids).split()
    visitor = plant.visitor(username)
    made = visitor.post(path, **form).headers["Location"]
    page = visitor.post(link.format(**plant.ids) or path, **form | {"carrier": "phone"}).text
    assert f'href="{made}"' in page
