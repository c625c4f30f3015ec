"""Alice sees what other numbers would have made of past passings before she proposes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from admin.app import jobs as running
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Reading
from checkpoint.domain.policy import Policy
from checkpoint.services import policy as policies
from tests.admin.plant import NOW, Plant, Visitor
from tests.admin.test_policy_page import form_of


def passed(plant: Plant, *celsius: int) -> None:
    """People who were admitted an hour ago with these temperatures."""
    kiosk, at = plant.kiosk(), NOW - timedelta(hours=1)
    for each in celsius:
        shown: dict[str, Any] = {"pass_id": "0" * 16, "pass_kind": PassKind.WORKER}
        shown |= {"code_digest": b"d" * 32, "warrant_id": plant.ids["warrant"]}
        reading = Reading(each, each, "test", at)
        kiosk.record(kiosk.entry(at, readings=(reading,), **shown))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200


def previewed(plant: Plant, alice: Visitor, **form: object) -> str:
    """The address of the job's page, once it has run."""
    sent = alice.post("/bureau/policy/preview", **form_of(Policy(), **form) | {"why": ""})
    assert sent.status_code == 302, sent.text
    while running.turn(plant.app, plant.office):
        pass
    return sent.headers["Location"]


def test_the_preview_counts_and_changes_nothing(plant: Plant) -> None:
    passed(plant, 3650, 3710, 3720)
    alice = plant.visitor("alice")
    page = alice.get(previewed(plant, alice, fever_threshold_c=37.1, days="0")).text
    assert 'data-changed="2"' in page
    assert "37.3 °C" in page
    assert "体温偏高" in page
    assert "晨光机械厂" in page
    assert policies.in_force(plant.office).version == 1


def test_yesterday_is_not_today(plant: Plant) -> None:
    passed(plant, 3710)
    alice = plant.visitor("alice")
    page = alice.get(previewed(plant, alice, fever_threshold_c=37.1, days="1")).text
    assert "无人通行" in page


def test_alice_goes_on_with_the_numbers_of_the_preview(plant: Plant) -> None:
    alice = plant.visitor("alice")
    job_id = previewed(plant, alice, fever_threshold_c=36.9, days="7").rpartition("/")[2]
    form = alice.get(f"/bureau/policy/edit?draft={job_id}").text
    assert 'value="36.9"' in form
    assert alice.get("/bureau/policy/edit?draft=0000000000000000").status_code == 404


def test_numbers_that_can_be_no_policy_are_told_in_the_form(plant: Plant) -> None:
    alice = plant.visitor("alice")
    wrong = form_of(Policy(), fever_threshold_c=34, days="1")
    answer = alice.post("/bureau/policy/preview", **wrong)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
