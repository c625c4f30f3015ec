"""Signing in: one answer for every failure, a delay that grows and outlives a restart."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from admin.auth import accounts
from admin.auth.lockout import FREE_ATTEMPTS, LONGEST_DELAY, Lockout, delay_after
from checkpoint.services import SYSTEM
from tests.admin.plant import PASSWORD, Plant, Visitor, opened


def test_the_delay_grows_up_to_a_limit() -> None:
    delays = [delay_after(failures) for failures in range(30)]
    assert delays[:FREE_ATTEMPTS] == [timedelta()] * FREE_ATTEMPTS
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY


def test_a_wrong_name_and_a_wrong_password_look_alike(plant: Plant) -> None:
    answers = [Visitor(plant.app).sign_in(name, "not the password") for name in ("bob", "nobody")]
    pages = [a.text.replace("bob", "").replace("nobody", "") for a in answers]
    strip = [page.split("csrf_token")[0] + page.split('role="alert"')[1] for page in pages]
    assert [a.status_code for a in answers] == [200, 200]
    alerts = [page.split('role="alert">')[1].split("<")[0] for page in pages]
    assert alerts[0] == alerts[1]
    assert strip


def test_the_right_password_does_not_help_while_locked(plant: Plant) -> None:
    visitor = Visitor(plant.app)
    for _ in range(FREE_ATTEMPTS):
        assert visitor.sign_in("bob", "not the password").status_code == 200
    assert visitor.sign_in("bob").status_code == 200
    plant.clock.advance(61)
    assert visitor.sign_in("bob").status_code == 302


def test_a_lock_outlives_a_restart(plant: Plant, tmp_path: Path) -> None:
    visitor = Visitor(plant.app)
    for _ in range(FREE_ATTEMPTS):
        visitor.sign_in("bob", "not the password")
    again = opened(tmp_path / "data", plant.ids)
    assert Visitor(again.app).sign_in("bob").status_code == 200
    again.office.close()


def test_unknown_names_are_locked_alike(plant: Plant) -> None:
    lockout = Lockout(plant.office, "secret")
    waits = [lockout.attempt("nobody") for _ in range(FREE_ATTEMPTS + 1)]
    assert waits[0] == timedelta()
    assert waits[-1] > timedelta()


def test_signing_out_ends_a_copied_cookie_too(plant: Plant) -> None:
    bob = plant.visitor("bob")
    thief = plant.app.test_client()
    cookie = bob.client.get_cookie("sibao")
    assert cookie is not None
    thief.set_cookie("sibao", cookie.value)
    assert thief.get("/enterprise/").status_code == 200
    bob.post("/sign-out")
    assert thief.get("/enterprise/").status_code == 302


def test_who_was_signed_out_meanwhile_is_told_so_and_led_back(plant: Plant) -> None:
    here, there = plant.visitor("bob"), plant.visitor("bob")
    here.post("/sign-out")
    form = {"name": "王五", "id_number": "", "came_from": "/enterprise/roster/workers/new"}
    told = here.post("/enterprise/roster/workers/new", **form)
    assert told.status_code == 401
    assert "没有保存" in told.text
    assert 'href="/sign-in?next=/enterprise/roster/workers/new"' in told.text
    there.client.delete_cookie("sibao")
    forgotten = there.post("/enterprise/roster/workers/new", **form)
    assert (forgotten.status_code, "没有保存" in forgotten.text) == (401, True)


def test_a_form_that_was_tampered_with_is_no_lost_sign_in(plant: Plant) -> None:
    bob = plant.visitor("bob")
    answer = bob.client.post("/enterprise/roster/workers/new", data={"csrf_token": "wrong"})
    assert (answer.status_code, "没有保存" in answer.text) == (400, False)


def test_changing_the_password_ends_other_sign_ins(plant: Plant) -> None:
    here, there = plant.visitor("bob"), plant.visitor("bob")
    here.get("/password")
    fresh = "another good passphrase"
    answer = here.post(
        "/password", password=PASSWORD, new_password=fresh, new_password_confirm=fresh
    )
    assert answer.status_code == 302
    assert here.get("/enterprise/").status_code == 200
    assert there.get("/enterprise/").status_code == 302
    assert Visitor(plant.app).sign_in("bob").status_code == 200
    assert Visitor(plant.app).sign_in("bob", fresh).status_code == 302


@pytest.mark.parametrize(("seconds", "status"), [(59 * 60, 200), (61 * 60, 302)])
def test_an_idle_sign_in_ends(plant: Plant, seconds: int, status: int) -> None:
    bob = plant.visitor("bob")
    plant.clock.advance(seconds)
    assert bob.get("/enterprise/").status_code == status


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(plant: Plant) -> None:
    carol = plant.visitor("carol")
    statuses = []
    for _ in range(4):
        plant.clock.advance(20 * 60)
        statuses.append(carol.post("/inspector/entries/news", kind="passage").status_code)
    assert statuses[0] == 204
    assert statuses[-1] == 401


def test_many_attempts_from_one_address_are_told_to_wait(plant: Plant) -> None:
    answers = [Visitor(plant.app).post("/sign-in", username="x") for _ in range(32)]
    assert answers[-1].status_code == 429
    assert "请求过于频繁" in answers[-1].text


def test_a_disabled_account_is_out_at_once(plant: Plant) -> None:
    bob, alice = plant.visitor("bob"), plant.visitor("alice")
    alice.get("/bureau/accounts")
    assert alice.post(f"/bureau/accounts/{plant.ids['bob']}/disable", why="left").status_code == 302
    assert bob.get("/enterprise/").status_code == 302
    assert Visitor(plant.app).sign_in("bob").status_code == 200


def test_an_initial_password_must_be_changed(plant: Plant) -> None:
    given = accounts.InitialPassword("given by somebody else")
    with plant.app.app_context():
        accounts.set_password(plant.office, SYSTEM, plant.ids["bob"], given, "forgot")
    bob = Visitor(plant.app)
    assert bob.sign_in("bob", given.password).status_code == 302
    answer = bob.get("/enterprise/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/password"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/language/en"])
def test_a_form_without_its_token_is_refused(plant: Plant, path: str) -> None:
    client = plant.app.test_client()
    assert client.post(path, data={"username": "bob", "password": PASSWORD}).status_code == 400


def test_every_posted_page_asks_for_the_token(plant: Plant) -> None:
    bob = plant.visitor("bob").client
    for route in plant.app.url_map.iter_rules():
        if "POST" in (route.methods or ()) and route.endpoint.startswith("enterprise."):
            path = re.sub(r"<\w+>", "x", re.sub(r"<int[^>]*>", "1", route.rule))
            assert bob.post(path, data={"why": "x"}).status_code == 400, path


def test_pages_keep_to_themselves(plant: Plant) -> None:
    answer = plant.visitor("bob").get("/enterprise/roster")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert "style=" not in answer.text
    assert "onclick" not in answer.text


def test_the_cookie_is_closed_to_scripts_and_other_sites(plant: Plant) -> None:
    visitor = Visitor(plant.app)
    cookie = visitor.sign_in("bob").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "wanted", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"]
)
def test_a_poisoned_link_neither_leads_out_nor_keeps_anybody_out(plant: Plant, wanted: str) -> None:
    bob = Visitor(plant.app)
    bob.get(f"/sign-in?next={wanted}")
    done = bob.post("/sign-in", username="bob", password=PASSWORD, next=wanted)
    assert (done.status_code, done.headers.get("Location")) == (302, "/")
