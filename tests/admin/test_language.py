"""Another language on the same page, and nothing lost by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from checkpoint.domain.entry import Personal
from tests.admin.plant import NOW, Plant

SWITCH = 'action="/language/'


def _invitation(plant: Plant) -> TestResponse:
    path = f"/bureau/accounts/{plant.ids['bob']}/invitation"
    return plant.visitor("alice").post(path, why="forgot")


def _code(plant: Plant) -> TestResponse:
    return plant.visitor("bob").post(f"/enterprise/gates/{plant.ids['gate_a']}/code")


def _person(plant: Plant) -> TestResponse:
    kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW), Personal("张三丰", "0017", plant.ids["worker_a"]))
    kiosk.push(plant.app.test_client(), NOW)
    path = f"/inspector/entries/{kiosk.place.kiosk_id}/1/1"
    carol = plant.visitor("carol")
    assert SWITCH in carol.get(path).text
    return carol.post(f"{path}/unmask", why="contact tracing")


@pytest.mark.parametrize("show", [_invitation, _code, _person])
def test_what_is_shown_once_can_not_be_switched_away(
    plant: Plant, show: Callable[[Plant], TestResponse]
) -> None:
    page = show(plant)
    assert page.status_code == 200
    assert SWITCH not in page.text


@pytest.mark.parametrize(
    ("came_from", "to"),
    [
        ("/bureau/accounts?x=1", "/bureau/accounts?x=1"),
        ("/enterprise/roster/search", "/enterprise/roster"),
        ("/enterprise/gates/G-1/code", "/enterprise"),
        ("//elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_the_switch_leads_back_to_a_page_that_can_be_loaded(
    plant: Plant, came_from: str, to: str
) -> None:
    bob = plant.visitor("bob")
    answer = bob.post("/language/en", came_from=came_from)
    assert answer.headers["Location"] == to
    assert bob.client.get(to, follow_redirects=True).status_code == (403 if "bureau" in to else 200)


def test_the_switch_leads_to_no_other_host(plant: Plant) -> None:
    answer = plant.visitor("bob").post("/language/en", came_from=".example/enterprise/passes")
    assert answer.headers["Location"] == "/"


def test_the_gatekeeper_plays_no_football(plant: Plant) -> None:
    for username, path in (("carol", "/inspector/entries"), ("bob", "/enterprise/visitors/new")):
        page = plant.visitor(username).get(path).text
        assert "门卫" in page
        assert "守门员" not in page
