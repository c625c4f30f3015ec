"""The access table: every route is in it, and every role gets just what it says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import url_for
from werkzeug.routing import Rule as Route

from admin.access import TABLE, Reach, Who
from admin.app import create_app
from admin.auth.account import Role
from admin.config import Settings
from tests.admin.plant import Plant, Visitor

OTHERS = {Who.ANYBODY, Who.KIOSK, Who.TOKEN}
PEOPLE = {Role.BUREAU: "alice", Role.ENTERPRISE: "bob", Role.INSPECTOR: "carol"}


def _routes(plant: Plant) -> list[Route]:
    return list(plant.app.url_map.iter_rules())


def _path(plant: Plant, route: Route) -> str:
    values = {
        "enterprise_id": plant.ids["a"],
        "site_id": plant.ids["site_a"],
        "gate_id": plant.ids["gate_a"],
        "holder_id": plant.ids["worker_a"],
        "vehicle_id": "0" * 16,
        "account_id": plant.ids["bob"],
        "warrant_id": plant.ids["warrant"],
        "request_id": "r" + "0" * 12,
        "pass_id": "0" * 16,
        "key_id": "0" * 16,
        "owner": plant.ids["a"],
        "kiosk_id": "K-NONE",
        "factor_id": "0" * 16,
        "job_id": "0" * 16,
        "case_id": "0" * 16,
        "view_id": "0" * 16,
        "version": 999,
        "proposal_id": "P-000000000000",
        "number": 0,
        "epoch": 1,
        "seq": 1,
        "code": "en",
        "filename": "admin.css",
        "token_id": "T-NONE22",
        "hook_id": "H-NONE22",
    }
    with plant.app.test_request_context():
        wanted: dict[str, Any] = {name: values[name] for name in route.arguments}
        return url_for(route.endpoint, **wanted)


def test_every_route_is_in_the_table(plant: Plant) -> None:
    missing = {route.endpoint for route in _routes(plant)} - TABLE.keys()
    assert not missing


def test_nothing_is_in_the_table_that_is_no_route(plant: Plant) -> None:
    assert not TABLE.keys() - {route.endpoint for route in _routes(plant)}


def test_a_route_outside_the_table_is_refused(tmp_path: object, plant: Plant) -> None:
    plant.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert plant.visitor("alice").get("/forgotten").status_code == 403


def _answer(visitor: Visitor, route: Route, path: str) -> int:
    post = "GET" not in (route.methods or ())
    return visitor.post(path).status_code if post else visitor.get(path).status_code


@pytest.mark.parametrize("role", list(Role))
def test_every_route_for_every_role(plant: Plant, role: Role) -> None:
    visitor = plant.visitor(PEOPLE[role])
    wrong = []
    for route in _routes(plant):
        allowed = TABLE[route.endpoint].roles
        if allowed & {Who.ANYBODY, Who.KIOSK, Who.TOKEN} or route.endpoint in (
            "home",
            "security.logout",
        ):
            continue
        status = _answer(visitor, route, _path(plant, route))
        if (status == 403) == (role in allowed) or status >= 500:
            wrong.append((route.endpoint, status))
    assert not wrong


def test_nobody_gets_a_page_without_signing_in(plant: Plant) -> None:
    for route in _routes(plant):
        if TABLE[route.endpoint].roles & OTHERS:
            continue
        visitor = Visitor(plant.app)
        visitor.get("/sign-in")
        status = _answer(visitor, route, _path(plant, route))
        assert status in (302, 401, 403), route.endpoint


def _page(visitor: Visitor, path: str) -> str:
    """What a person sees: the forms' own tokens carry the second that they were made in."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", visitor.get(path).text)


@pytest.mark.parametrize(
    "path",
    [
        "/enterprise/roster/{worker_b}",
        "/enterprise/roster/{worker_b}/pass",
        "/enterprise/passes/{pass_b}",
        "/enterprise/passes/{pass_b}/code.png",
        "/enterprise/passes/{pass_b}/print",
        "/enterprise/passes/{pass_b}/card.pdf",
    ],
)
def test_another_enterprises_object_does_not_exist(plant: Plant, path: str) -> None:
    dave, bob = plant.visitor("dave"), plant.visitor("bob")
    dave.get(f"/enterprise/roster/{plant.ids['worker_b']}/pass")
    issued = dave.post(
        f"/enterprise/roster/{plant.ids['worker_b']}/pass", since="2026-03-02", until="2026-03-09"
    )
    assert issued.status_code == 302
    ids = plant.ids | {"pass_b": issued.headers["Location"].rpartition("/")[2]}
    assert dave.get(path.format(**ids)).status_code == 200
    assert bob.get(path.format(**ids)).status_code == 404
    nowhere = dict.fromkeys(ids, "0" * 16)
    assert _page(bob, path.format(**nowhere)) == _page(bob, path.format(**ids))


@pytest.mark.parametrize(
    "path",
    ["/enterprise/roster/{worker_b}/block", "/enterprise/gates/{gate_b}/code"],
)
def test_another_enterprises_object_can_not_be_changed(plant: Plant, path: str) -> None:
    answer = plant.visitor("bob").post(path.format(**plant.ids), why="mine now")
    assert answer.status_code == 404


def test_an_inspector_sees_nothing_without_a_warrant(plant: Plant) -> None:
    carol, alice = plant.visitor("carol"), plant.visitor("alice")
    assert 'id="found"' in carol.get("/inspector/entries").text
    alice.post(f"/bureau/warrants/{plant.ids['warrant']}/revoke", why="moved away")
    assert 'id="found"' not in carol.get("/inspector/entries").text
    assert carol.post("/inspector/export").status_code == 409


def test_reach_follows_from_the_role() -> None:
    for endpoint, rule in TABLE.items():
        if rule.reach is Reach.DISTRICT:
            assert rule.roles == {Role.BUREAU}, endpoint
        if rule.reach is Reach.WARRANTS:
            assert rule.roles == {Role.INSPECTOR}, endpoint


def test_an_application_is_made_without_a_database_yet(tmp_path: object) -> None:
    app = create_app(Settings(data=tmp_path))
    assert app.test_client().get("/healthz").status_code == 200
    app.extensions["sibao_office"].close()
