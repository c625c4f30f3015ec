"""Every route for every caller: nobody reaches what is another's, and it looks like nothing.

The examples of `tests.admin.examples` stand for what paths name; a new path without one fails.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from admin.access import TABLE, Who
from admin.auth.account import Role
from checkpoint.domain.token_scope import TokenScope
from checkpoint.storage import tables
from tests.admin import access_document
from tests.admin.examples import Examples, made
from tests.admin.plant import Plant, Visitor
from tests.admin.test_system_api import System, system

BODY = {"name": "x", "why": "because", "words": "because", "version": "1", "seen": "0"}
PEOPLE = {Role.BUREAU: "alice", Role.ENTERPRISE: "bob", Role.INSPECTOR: "carol"}
NOBODYS = {Who.ANYBODY, Who.KIOSK}
ELSEWHERE = {"own.job", "own.job_progress", "own.job_file", "own.add_passkey"}
"""Bob's jobs alone, and what a server without a domain name can't do."""


@pytest.fixture
def examples(plant: Plant) -> Examples:
    return made(plant)


def _routes(plant: Plant) -> list[Route]:
    return sorted(plant.app.url_map.iter_rules(), key=lambda route: str(route.rule))


def _methods(route: Route) -> Iterator[str]:
    yield from sorted((route.methods or set()) - {"HEAD", "OPTIONS"})


def _pages(plant: Plant, role: Role) -> list[Route]:
    return [route for route in _routes(plant) if role in TABLE[route.endpoint].roles]


def _send(visitor: Visitor, method: str, path: str) -> TestResponse:
    return visitor.get(path) if method == "GET" else visitor.post(path, **BODY)


def _ask(one: System, method: str, path: str) -> TestResponse:
    path = path.removeprefix("/api/v1/enterprise")
    if method == "GET":
        return one.get(path)
    if method == "PATCH":
        return one.patch(path, {"version": 1, "job": "钳工"})
    return one.post(path, {"why": "because"})


def _acts(plant: Plant) -> int:
    with plant.office.db.read() as session:
        return session.scalar(select(func.count()).select_from(tables.Action)) or 0


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.INSPECTOR])
def test_what_is_anothers_does_not_exist(examples: Examples, role: Role) -> None:
    """Bob, and Carol whose warrant is for Bob's plant, with the ids of Dave's."""
    plant = examples.plant
    visitor, before, wrong = plant.visitor(PEOPLE[role]), _acts(examples.plant), []
    for route in _pages(plant, role):
        if not examples.owned(route):
            continue
        for method in _methods(route):
            status = _send(visitor, method, examples.path(route, "b")).status_code
            if status != 404:
                wrong.append((route.endpoint, method, status))
    assert not wrong
    assert _acts(plant) == before


@pytest.mark.parametrize("role", list(Role))
def test_what_is_ones_own_is_there(examples: Examples, role: Role) -> None:
    """The examples are real: pages of one's own things open."""
    plant, wrong = examples.plant, []
    visitor = plant.visitor(PEOPLE[role])
    for route in _pages(plant, role):
        if "GET" not in _methods(route) or route.endpoint in ELSEWHERE:
            continue
        status = visitor.get(examples.path(route, "a")).status_code
        if status not in (200, 302, 409):
            wrong.append((route.endpoint, status))
    assert not wrong


def test_a_system_reaches_nothing_of_another_enterprise(examples: Examples) -> None:
    plant, wrong = examples.plant, []
    before = _acts(plant)
    own = System(plant, examples.tokens["a"])
    for route in _routes(plant):
        if Who.TOKEN not in TABLE[route.endpoint].roles or not examples.owned(route):
            continue
        for method in _methods(route):
            status = _ask(own, method, examples.path(route, "b")).status_code
            if status != 404:
                wrong.append((route.endpoint, method, status))
    assert not wrong
    assert _acts(plant) == before


@pytest.mark.parametrize("scope", list(TokenScope))
def test_every_scope_opens_its_routes_and_no_other(examples: Examples, scope: TokenScope) -> None:
    plant, wrong = examples.plant, []
    one = system(plant, scope, name="one scope")
    for route in _routes(plant):
        rule = TABLE[route.endpoint]
        if Who.TOKEN not in rule.roles:
            continue
        for method in _methods(route):
            answer = _ask(one, method, examples.path(route, "a"))
            refused = answer.status_code == 403
            if refused == (rule.scope is scope) or answer.status_code in (401, 404):
                wrong.append((route.endpoint, method, answer.status_code))
    assert not wrong


@pytest.mark.parametrize("who", ["nobody", "disabled"])
def test_nobody_gets_in_without_an_account_that_may(examples: Examples, who: str) -> None:
    plant, wrong = examples.plant, []
    visitor = Visitor(plant.app) if who == "nobody" else plant.visitor("bob")
    visitor.get("/sign-in")
    if who == "disabled":
        done = plant.visitor("alice").post(
            f"/bureau/accounts/{plant.ids['bob']}/disable", why="left"
        )
        assert done.status_code == 302
    for route in _routes(plant):
        if TABLE[route.endpoint].roles & {*NOBODYS, Who.TOKEN}:
            continue
        for method in _methods(route):
            path = examples.path(route, "a")
            status = _send(visitor, method, path).status_code
            if status not in (302, 400, 401, 403):
                wrong.append((route.endpoint, method, status))
    assert not wrong


def test_an_inspector_without_a_warrant_sees_nothing_of_anybody(examples: Examples) -> None:
    plant, wrong = examples.plant, []
    carol = plant.visitor("carol")
    path = f"/bureau/warrants/{plant.ids['warrant']}/revoke"
    assert plant.visitor("alice").post(path, why="moved away").status_code == 302
    for route in _pages(plant, Role.INSPECTOR):
        if not route.endpoint.startswith("inspector.") or not examples.owned(route):
            continue
        if route.endpoint == "inspector.print_warrant":
            continue  # one's own, which tells that it was revoked
        for owner in "ab":
            for method in _methods(route):
                status = _send(carol, method, examples.path(route, owner)).status_code
                if status != 404:
                    wrong.append((route.endpoint, method, status))
    assert not wrong


def test_no_sign_in_and_no_token_of_people_opens_what_is_for_machines(examples: Examples) -> None:
    plant = examples.plant
    for who in ("alice", "bob", "carol"):
        visitor = plant.visitor(who)
        for route in _routes(plant):
            roles = TABLE[route.endpoint].roles
            if not roles & {Who.TOKEN, Who.KIOSK} or route.endpoint == "api.enrol":
                continue
            for method in _methods(route):
                answer = visitor.client.open(examples.path(route, "a"), method=method)
                assert answer.status_code == 401, (who, route.endpoint)


def test_the_document_says_what_the_table_says(plant: Plant) -> None:
    told = access_document.FILE.read_text(encoding="utf-8")
    assert told == access_document.text(plant.app), f"run: {access_document.COMMAND}"
