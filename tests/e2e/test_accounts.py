"""Coming in, in a real browser: by an invitation, an authenticator app, and a passkey."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from passlib.totp import TOTP
from playwright.sync_api import CDPSession, Page, expect

from admin.app import create_app
from admin.auth import factors
from admin.config import Settings
from checkpoint.clock import FixedClock
from tests.admin.plant import NOW, PASSWORD, Plant, build
from tests.e2e.demo_district import free_port
from tests.e2e.visiting import DROPPED, NewPage, serving

pytestmark = [pytest.mark.browser, DROPPED]

STEP_S = 30


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("accounts") / "data"
    return folder, build(folder)


@pytest.fixture
def plant(tmp_path: Path, made: tuple[Path, dict[str, str]]) -> Iterator[Plant]:
    """Under a name, as passkeys are bound to one."""
    folder, ids = made
    shutil.copytree(folder, tmp_path / "data")
    clock = FixedClock(NOW)
    url = f"http://localhost:{free_port()}"
    app = create_app(Settings(data=tmp_path / "data", public_url=url), clock)
    plant = Plant(app, app.extensions["sibao_office"], clock, dict(ids))
    yield plant
    plant.office.close()


@pytest.fixture
def url(plant: Plant) -> Iterator[str]:
    settings: Settings = plant.app.config["SIBAO"]
    port = int(settings.public_url.rpartition(":")[2])
    with serving(plant.app, "localhost", port):
        yield settings.public_url


def give_password(page: Page, url: str, username: str, password: str = PASSWORD) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#username", username)
    page.fill("#password", password)
    page.locator("form").filter(has=page.locator("#password")).locator(".btn-primary").click()


def sign_out(page: Page) -> None:
    page.locator(".who summary").click()
    page.locator(".who-menu form button").click()
    expect(page.locator("#password")).to_be_visible()


def authenticator(page: Page, *, verifies: bool = True) -> tuple[CDPSession, str]:
    """A device with a lock in the browser's place; `verifies` is whether the person opens it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def add_passkey(page: Page, url: str) -> None:
    page.goto(f"{url}/account/passkeys/new")
    page.fill("#name", "phone")
    page.locator("form[data-passkey] .btn-primary").click()
    expect(page.locator("#codes")).to_be_visible()


def test_erin_comes_in_by_the_link_that_bob_was_shown(url: str, new_page: NewPage) -> None:
    bob = new_page()
    give_password(bob, url, "bob")
    bob.goto(f"{url}/enterprise/accounts/new")
    bob.fill("#name", "Erin")
    bob.fill("#username", "erin")
    bob.locator("main .btn-primary").click()
    link = bob.locator("#link").inner_text()
    erin = new_page(viewport=(390, 844))
    erin.goto(link)
    expect(erin.locator("#password")).to_be_visible()
    assert "#" not in erin.url
    erin.fill("#password", "erin at the gate")
    erin.fill("#again", "erin at the gate")
    erin.locator("main .btn-primary").click()
    expect(erin.locator(".error")).to_be_visible()
    erin.fill("#password", "four plain words here")
    erin.fill("#again", "four plain words here")
    erin.keyboard.press("Enter")
    expect(erin.get_by_role("status")).to_be_visible()
    give_password(erin, url, "erin", "four plain words here")
    expect(erin.locator(".who-name")).to_have_text("Erin")


def test_bob_adds_an_app_and_signs_in_with_its_code(
    plant: Plant, url: str, new_page: NewPage
) -> None:
    page = new_page(viewport=(390, 844))
    give_password(page, url, "bob")
    page.goto(f"{url}/account/apps/new")
    seed = page.locator("#seed").get_attribute("value") or ""
    app = TOTP(key=seed)
    page.fill("#code", app.generate(plant.clock.now().timestamp()).token)
    page.fill("#name", "phone")
    page.locator("main .btn-primary").click()
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == factors.RECOVERY_CODES
    page.locator("main .btn-primary").click()
    sign_out(page)
    plant.clock.advance(STEP_S)
    give_password(page, url, "bob")
    expect(page).to_have_url(f"{url}/sign-in/second?next=/")
    page.fill("#code", codes[0])
    page.keyboard.press("Enter")
    expect(page.locator(".who-name")).to_have_text("Bob")
    sign_out(page)
    give_password(page, url, "bob")
    page.fill("#code", app.generate(plant.clock.now().timestamp()).token)
    page.keyboard.press("Enter")
    expect(page.locator(".who-name")).to_have_text("Bob")


def test_bob_makes_a_passkey_and_signs_in_with_it_alone(url: str, new_page: NewPage) -> None:
    page = new_page()
    give_password(page, url, "bob")
    authenticator(page)
    add_passkey(page, url)
    page.locator("main .btn-primary").click()
    expect(page.locator("main")).to_contain_text("phone")
    sign_out(page)
    page.locator("form[data-passkey] button").click()
    expect(page.locator(".who-name")).to_have_text("Bob")
    page.goto(f"{url}/account")
    expect(page.locator("main")).to_contain_text("通行密钥")


def test_a_passkey_is_the_second_factor_after_a_password(url: str, new_page: NewPage) -> None:
    page = new_page()
    give_password(page, url, "bob")
    authenticator(page)
    add_passkey(page, url)
    page.locator("main .btn-primary").click()
    sign_out(page)
    give_password(page, url, "bob")
    expect(page.locator("#code")).to_be_visible()
    page.locator("form[data-passkey] .btn-primary").click()
    expect(page.locator(".who-name")).to_have_text("Bob")


def test_a_passkey_whose_lock_was_not_opened_is_not_taken(url: str, new_page: NewPage) -> None:
    page = new_page()
    give_password(page, url, "bob")
    session, key = authenticator(page)
    add_passkey(page, url)
    page.locator("main .btn-primary").click()
    sign_out(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.locator("form[data-passkey] button").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    expect(page.locator("form[data-passkey] button")).to_be_enabled()


def test_what_a_passkey_answered_once_is_worth_nothing_again(
    plant: Plant, url: str, new_page: NewPage
) -> None:
    page = new_page()
    give_password(page, url, "bob")
    authenticator(page)
    add_passkey(page, url)
    page.locator("main .btn-primary").click()
    sign_out(page)
    with page.expect_request(f"{url}/sign-in/passkey") as sent:
        page.locator("form[data-passkey] button").click()
    answer = (sent.value.post_data or "").partition("answer=")[2]
    expect(page.locator(".who-name")).to_have_text("Bob")
    sign_out(page)
    again = page.evaluate(
        """async (answer) => {
            const token = document.querySelector("[name=csrf_token]").value;
            const sent = new URLSearchParams({ csrf_token: token });
            const body = `${sent}&answer=${answer}`;
            const headers = { "Content-Type": "application/x-www-form-urlencoded" };
            return (await fetch("/sign-in/passkey", { method: "POST", headers, body })).url;
        }""",
        answer,
    )
    assert again == f"{url}/sign-in"
    page.goto(f"{url}/enterprise/")
    expect(page.locator("#password")).to_be_visible()


def test_the_passkey_of_a_disabled_account_opens_nothing(
    plant: Plant, url: str, new_page: NewPage
) -> None:
    page = new_page()
    give_password(page, url, "bob")
    authenticator(page)
    add_passkey(page, url)
    page.locator("main .btn-primary").click()
    alice = plant.visitor("alice")
    alice.get("/bureau/accounts")
    alice.post(f"/bureau/accounts/{plant.ids['bob']}/disable", why="left")
    page.goto(f"{url}/account")
    expect(page.locator("#password")).to_be_visible()
    page.locator("form[data-passkey] button").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("#password")).to_be_visible()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_of_an_account_is_wider_than_its_screen(
    plant: Plant, url: str, new_page: NewPage, size: tuple[int, int], language: str
) -> None:
    page = new_page(viewport=size)
    page.goto(f"{url}/sign-in")
    if language == "en":
        page.get_by_role("button", name="English").click()
    give_password(page, url, "bob")
    authenticator(page)
    add_passkey(page, url)
    paths = ("account", "account/apps/new", "account/passkeys/new", "enterprise/accounts")
    for path in (*paths, "enterprise/accounts/new"):
        page.goto(f"{url}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
