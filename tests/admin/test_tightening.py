"""Bob makes his gates stricter than the bureau asks, never looser, and takes it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checkpoint.domain.policy import Policy
from checkpoint.services import SYSTEM
from checkpoint.services import policy as policies
from checkpoint.services.policy import Terms
from tests.admin.plant import NOW, Plant

PAGE = "/enterprise/policy"
NOTHING = {"foreign_certificates": ""}


def fever(plant: Plant, enterprise: str = "a") -> int:
    return policies.in_force(plant.office, plant.ids[enterprise]).fever_threshold_c


def test_bob_sets_a_stricter_number_at_his_gates_alone(plant: Plant) -> None:
    bob = plant.visitor("bob")
    assert "37.3 °C" in bob.get(PAGE).text
    assert (
        bob.post(PAGE, **NOTHING, fever_threshold_c="37.0", shift_grace_s="10").status_code == 302
    )
    assert (fever(plant), fever(plant, "b")) == (3700, 3730)
    assert policies.own_changes(plant.office, plant.ids["a"]) == {
        "fever_threshold_c": 3700,
        "shift_grace_s": 600,
    }
    page = bob.get(PAGE).text
    assert "更严" in page
    assert 'value="37.0"' in page


def test_bob_alone_lets_his_gates_ask_for_manifests(plant: Plant) -> None:
    bob = plant.visitor("bob")
    assert 'name="boarding"' in bob.get(PAGE).text
    assert bob.post(PAGE, **NOTHING, boarding="y").status_code == 302
    mine, theirs = (policies.in_force(plant.office, plant.ids[one]) for one in ("a", "b"))
    assert (mine.boarding, theirs.boarding) == (True, False)
    bureaus = policies.in_force(plant.office)
    policies.publish(plant.office, SYSTEM, replace(bureaus, rules=(*bureaus.rules, "boarding")))
    assert 'name="boarding"' not in bob.get(PAGE).text
    assert bob.post(PAGE, **NOTHING).status_code == 302
    assert policies.in_force(plant.office, plant.ids["a"]).boarding


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fever_threshold_c", "37.5"),
        ("implausible_below_c", "34"),
        ("trust_marked_s", "25"),
        ("reference_s", "48"),
        ("shift_grace_s", "45"),
        ("fever_threshold_c", "warm"),
        ("foreign_certificates", "admit"),
    ],
)
def test_what_is_looser_is_told_at_its_field(plant: Plant, name: str, value: str) -> None:
    bob = plant.visitor("bob")
    answer = bob.post(PAGE, **NOTHING | {name: value})
    assert answer.status_code == 200
    told = answer.text.split(f'id="{name}-told"')[1].split("</td>")[0]
    assert 'class="error"' in told
    assert policies.in_force(plant.office, plant.ids["a"]) == Policy()


def test_numbers_that_do_not_fit_together_are_told(plant: Plant) -> None:
    bob = plant.visitor("bob")
    answer = bob.post(PAGE, **NOTHING, trust_printed_refer_s="12")
    assert answer.status_code == 200
    assert "三个时限须依次增大" in answer.text or 'role="alert"' in answer.text
    assert policies.in_force(plant.office, plant.ids["a"]) == Policy()


def test_as_the_bureau_again(plant: Plant) -> None:
    bob = plant.visitor("bob")
    bob.post(PAGE, **NOTHING, fever_threshold_c="37.0", reference_refers="y")
    assert bob.post(f"{PAGE}/reset").status_code == 302
    assert policies.own_changes(plant.office, plant.ids["a"]) == {}
    assert fever(plant) == 3730


def test_a_form_made_from_older_numbers_is_told_who_changed_them(plant: Plant) -> None:
    bob = plant.visitor("bob")
    bob.post(PAGE, **NOTHING, fever_threshold_c="37.0", version="1")
    late = bob.post(PAGE, **NOTHING, fever_threshold_c="37.2", version="1")
    assert late.status_code == 200
    assert "Bob" in late.text
    assert "2026-03-02 09:30:00" in late.text
    assert fever(plant) == 3700


def test_bob_is_told_what_the_bureau_changes_and_why(plant: Plant) -> None:
    terms = Terms(NOW + timedelta(days=2), "a new wave")
    policies.publish(plant.office, SYSTEM, Policy(fever_threshold_c=3710), terms)
    for page in ("/enterprise/", PAGE):
        told = plant.visitor("bob").get(page).text
        assert "a new wave" in told
        assert "2026-03-04 09:30" in told
        assert "37.1 °C" in told
