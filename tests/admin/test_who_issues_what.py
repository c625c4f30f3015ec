"""Who may issue what: the bureau emergency passes, an enterprise the rest; plates in their form."""

from __future__ import annotations

from typing import Any

import pytest

from checkpoint.domain.place import BUREAU
from checkpoint.services import issuing, roster
from tests.admin.plant import Plant

TERM = {"since": "2026-03-02", "until": "2026-03-31"}
EMERGENCY = {"plate": "京A12345", "name": "赵六", "until": "2026-03-03", "enterprise_id": ""}
VISITOR = {"name": "王五", "host": "Bob", "day": "2026-03-03"}


def nothing_issued(plant: Plant) -> bool:
    issuers = (BUREAU, plant.ids["a"], plant.ids["b"])
    return not any(issuing.passes(plant.office, issuer).rows for issuer in issuers)


def test_the_pages_offer_to_each_what_is_theirs(plant: Plant) -> None:
    bob, alice = plant.visitor("bob"), plant.visitor("alice")
    pages = [
        "/enterprise/",
        "/enterprise/passes",
        "/enterprise/roster",
        "/enterprise/roster/passes",
    ]
    for page in (*pages, f"/enterprise/roster/{plant.ids['worker_a']}"):
        text = bob.get(page).text
        assert "应急" not in text.replace('/enterprise/emergency">应急通行证', ""), "only asked for"
        assert "/bureau/" not in text
    for page in ("/bureau/passes", "/bureau/passes/new", "/bureau/enterprises"):
        text = alice.get(page).text
        assert "访客" not in text
        assert "/enterprise/" not in text


@pytest.mark.parametrize(
    ("who", "path", "form"),
    [
        ("bob", "/bureau/passes/new", EMERGENCY),
        ("bob", "/bureau/passes/new", EMERGENCY | {"carrier": "phone"}),
        ("carol", "/bureau/passes/new", EMERGENCY),
        ("alice", "/enterprise/visitors/new", VISITOR),
        ("alice", "/enterprise/roster/passes", {"kind": "worker", **TERM}),
        ("alice", "/enterprise/roster/{worker_a}/pass", TERM),
        ("alice", "/phone/links/{worker_a}", TERM),
        ("carol", "/enterprise/visitors/new", VISITOR),
        ("dave", "/enterprise/roster/{worker_a}/pass", TERM),
    ],
)
def test_a_forged_form_gets_nothing(
    plant: Plant, who: str, path: str, form: dict[str, Any]
) -> None:
    answer = plant.visitor(who).post(path.format(**plant.ids), **form)
    assert answer.status_code == (404 if who == "dave" else 403)
    assert nothing_issued(plant)


@pytest.mark.parametrize(
    "kind", ["emergency_vehicle", "commuting_vehicle", "visitor", "bureau", ""]
)
def test_a_forged_kind_is_refused(plant: Plant, kind: str) -> None:
    answer = plant.visitor("bob").post("/enterprise/roster/passes", kind=kind, **TERM)
    assert answer.status_code == 200
    assert 'class="error"' in answer.text
    assert nothing_issued(plant)


@pytest.mark.parametrize(
    "more", [{"kind": "emergency_vehicle"}, {"issuer": "bureau"}, {"holder_id": "0" * 16}]
)
def test_a_field_that_is_not_in_the_form_changes_nothing(
    plant: Plant, more: dict[str, str]
) -> None:
    path = f"/enterprise/roster/{plant.ids['worker_a']}/pass"
    assert plant.visitor("bob").post(path, **TERM, **more).status_code == 302
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    assert (row.kind, row.holder_id) == ("worker", plant.ids["worker_a"])


def test_sites_of_another_enterprise_are_not_on_offer(plant: Plant) -> None:
    form = TERM | {"sites": plant.ids["site_b"]}
    answer = plant.visitor("bob").post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **form)
    assert answer.status_code == 200
    assert nothing_issued(plant)


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("京A12345", "京A12345"),
        ("京a·12345", "京A12345"),
        ("黑 D D12345", "黑DD12345"),
        ("沪AF12345", "沪AF12345"),
        ("粤B12345D", "粤B12345D"),
        ("粤Z1234港", "粤Z1234港"),
        ("京A1234警", "京A1234警"),
    ],
)
def test_plates_as_they_are_painted(plant: Plant, typed: str, plate: str) -> None:
    form = {"driver": "李四", "plate": typed, "seats": "45", "route": "1 号线"}
    made = plant.visitor("bob").post("/enterprise/roster/vehicles/new", **form)
    assert made.status_code == 302
    assert plate in {row.plate for row in roster.holders(plant.office, plant.ids["a"]).rows}


@pytest.mark.parametrize(
    "typed",
    [
        "A12345",
        "京12345",
        "京I12345",
        "京A1234O",
        "京A1234",
        "京AD1234X5",
        "京A123456",
        "京AL12345",
    ],
)
@pytest.mark.parametrize("who", ["alice", "bob"])
def test_what_is_no_plate_is_told_at_its_field(plant: Plant, who: str, typed: str) -> None:
    path = "/bureau/passes/new" if who == "alice" else "/enterprise/roster/vehicles/new"
    form = EMERGENCY | {"driver": "李四", "plate": typed}
    answer = plant.visitor(who).post(path, **form)
    assert answer.status_code == 200
    told = answer.text.split('id="plate-told"')[1].split("</div>", maxsplit=1)[0]
    assert "新能源 6 位" in told
    assert nothing_issued(plant)
