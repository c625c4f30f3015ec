"""Emergency passes on the pages: asked for, checked, issued or refused, printed, at the gates."""

from __future__ import annotations

import pytest

from admin.auth import accounts
from admin.auth.account import Role
from checkpoint.services import SYSTEM, authorizing
from tests.admin.plant import Plant

ASK = {
    "plate": "京A12345",
    "driver": "赵𠮷 <i>",
    "route": "滤布",
    "valid_from": "2026-03-02",
    "valid_until": "2026-03-03",
    "why": "口罩机停产",
}


def _asked(plant: Plant) -> str:
    done = plant.visitor("bob").post("/enterprise/emergency/ask", **ASK)
    assert done.status_code == 302, done.text
    return done.headers["Location"].rpartition("/")[2]


def test_alice_checks_the_plate_and_issues_and_bob_prints(plant: Plant) -> None:
    alice, bob = plant.visitor("alice"), plant.visitor("bob")
    request = _asked(plant)
    assert "待处理" in alice.get("/bureau/enterprises").text
    assert request in alice.get("/bureau/emergency").text
    assert request in bob.get("/enterprise/emergency").text
    seen = f"/bureau/emergency/{request}"
    assert "赵𠮷 &lt;i&gt;" in alice.get(seen).text
    assert "该车牌首次申请" in alice.get(seen).text
    assert bob.get(f"/enterprise/emergency/{request}/permit.pdf").status_code == 404
    assert alice.post(f"{seen}/issue", version="1").status_code == 302
    assert alice.post(f"{seen}/issue", version="1").status_code == 409
    permit = bob.get(f"/enterprise/emergency/{request}/permit.pdf")
    assert permit.data.startswith(b"%PDF")
    assert plant.visitor("dave").get(f"/enterprise/emergency/{request}").status_code == 404
    for username, path in (
        ("alice", "/bureau/emergency/in-force"),
        ("bob", "/enterprise/emergency/in-force"),
        ("carol", "/inspector/emergency"),
    ):
        assert "京A12345" in plant.visitor(username).get(path).text
    assert "京A12345" not in plant.visitor("dave").get("/enterprise/emergency/in-force").text
    again = _asked(plant)
    assert "该车牌首次申请" not in alice.get(f"/bureau/emergency/{again}").text


def test_a_refusal_is_told_with_its_reason(plant: Plant) -> None:
    request = _asked(plant)
    alice, bob = plant.visitor("alice"), plant.visitor("bob")
    path = f"/bureau/emergency/{request}/refuse"
    assert alice.post(path, version="1", why="车辆未消毒").status_code == 302
    page = bob.get(f"/enterprise/emergency/{request}").text
    assert "车辆未消毒" in page
    assert "permit.pdf" not in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"plate": "X"}, "plate"),
        ({"driver": ""}, "driver"),
        ({"why": ""}, "why"),
        ({"valid_until": "2026-03-01"}, "valid_until"),
        ({"valid_until": "9999-12-31"}, "valid_until"),
    ],
)
def test_a_wrong_field_is_told(plant: Plant, changes: dict[str, str], field: str) -> None:
    bob = plant.visitor("bob")
    answer = bob.post("/enterprise/emergency/ask", **ASK | changes)
    assert answer.status_code == 200
    told = answer.text.split(f'id="{field}-told"')[1].split("</div>", maxsplit=1)[0]
    assert 'class="error"' in told
    assert "还没有申请" in bob.get("/enterprise/emergency").text


def test_a_role_that_changes_ends_the_warrants_and_says_so_before(plant: Plant) -> None:
    bob = plant.visitor("bob")
    assert "同时结束 1 份查验授权" in bob.get("/enterprise/accounts").text
    with plant.app.app_context():
        accounts.set_role(plant.office, SYSTEM, plant.ids["carol"], Role.ENTERPRISE, "调岗")
    scope = authorizing.inspection_scope(plant.office, plant.ids["carol"])
    assert not scope.enterprises
    assert "调岗" in bob.get(f"/enterprise/warrants/{plant.ids['warrant']}").text
    assert "同时结束" not in bob.get("/enterprise/accounts").text
