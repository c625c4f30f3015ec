"""A day on the pages, in a real browser and both languages: Alice, Bob, and Carol."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from admin.app import jobs
from admin.demo.district import fictional_id
from checkpoint.credential import Trust, verify
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.reason import Reason
from checkpoint.keys import Keyring
from tests.admin.plant import NOW, Plant
from tests.e2e.visiting import DROPPED, NewPage, signed_in

pytestmark = [pytest.mark.browser, DROPPED]

LANGUAGES = ["zh", "en"]
WORDS = {
    "zh": {
        "registered": "已登记",
        "refused": "拒绝",
        "fever": "体温偏高",
        "out": "退出登录",
    },
    "en": {
        "registered": "is registered",
        "refused": "Refused",
        "fever": "Temperature is high",
        "out": "Sign out",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_alice_registers_an_enterprise_and_grants_a_warrant(
    url: str, new_page: NewPage, language: str
) -> None:
    page = new_page()
    signed_in(page, url, "alice", language)
    page.goto(f"{url}/bureau/enterprises/new")
    page.fill("#name", "南山纺织厂")
    page.fill("#credit_code", "91350100M000100Y43")
    page.fill("#enterprise_id", "nanshan")
    page.locator("main .btn-primary").click()
    expect(page.get_by_role("status")).to_contain_text(WORDS[language]["registered"])
    page.goto(f"{url}/bureau/inspectors/new?enterprise=nanshan")
    page.fill("#name", "钱检")
    page.fill("#username", "qian")
    page.locator("main .btn-primary").click()
    expect(page.locator("#link")).to_contain_text("/invitation#")
    page.locator("main .btn-primary").click()
    page.locator("main .btn-primary").click()
    expect(page.locator("table.list")).to_contain_text("钱检")
    page.locator(".who summary").click()
    page.get_by_role("button", name=WORDS[language]["out"]).click()
    expect(page).to_have_url(f"{url}/sign-in")


@pytest.mark.parametrize("language", LANGUAGES)
def test_bob_issues_a_pass_whose_code_can_be_read_off_the_screen(
    plant: Plant, url: str, new_page: NewPage, language: str
) -> None:
    page = new_page(viewport=(390, 844))
    signed_in(page, url, "bob", language)
    page.goto(f"{url}/enterprise/roster/workers/new")
    page.fill("#name", "王五")
    page.fill("#id_number", fictional_id("19950505", 321))
    page.locator("main .btn-primary").click()
    page.locator(".head-acts a.btn-primary").click()
    page.locator("main .btn-primary").click()
    picture = page.locator(".pass-code")
    expect(picture).to_have_js_property("complete", True)
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
    texts = [code.text for code in zxingcpp.read_barcodes(shot)]
    assert len(texts) == 1
    trust = Trust(Keyring([plant.office.keys.enterprise(plant.ids["a"]).trusted]))
    verdict = verify(texts[0], trust, NOW + timedelta(minutes=1))
    assert verdict.valid
    assert verdict.health_pass is not None
    assert verdict.health_pass.name == "王五"


@pytest.mark.parametrize("language", LANGUAGES)
def test_carol_sees_an_entry_appear_and_finds_it(
    plant: Plant, url: str, new_page: NewPage, language: str
) -> None:
    page = new_page()
    signed_in(page, url, "carol", language)
    page.goto(f"{url}/inspector/entries")
    expect(page.locator(".empty")).to_be_visible()
    kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW), Personal("张三丰", "0017", plant.ids["worker_a"]))
    fever = {"outcome": Outcome.DENY, "reasons": (Reason.FEVER,)}
    kiosk.record(kiosk.entry(NOW + timedelta(seconds=9), **fever), Personal("钱七七", "0025", ""))
    assert kiosk.push(plant.app.test_client(), NOW + timedelta(seconds=10)).status_code == 200
    rows = page.locator("table.entries tbody tr")
    expect(rows).to_have_count(2, timeout=8_000)
    page.locator(".filters summary").click()
    page.select_option("#outcome", "DENY")
    page.locator(".filters .btn-primary").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(WORDS[language]["refused"])
    rows.first.locator("a").click()
    expect(page.locator(".reason-list")).to_contain_text(WORDS[language]["fever"])
    expect(page.locator("main")).not_to_contain_text("钱七七")
    unmask = page.locator("details.act").first
    unmask.locator("summary").click()
    unmask.locator("input[name=why]").fill("fever follow-up")
    unmask.locator(".act-box .btn").click()
    expect(page.locator("main")).to_contain_text("钱七七")


@pytest.mark.parametrize("language", LANGUAGES)
def test_carol_verifies_opens_a_case_notes_in_it_and_exports(
    plant: Plant, url: str, new_page: NewPage, language: str
) -> None:
    kiosk = plant.kiosk()
    for second in range(3):
        kiosk.record(kiosk.entry(NOW + timedelta(seconds=second)), Personal("=1+1", "0017", ""))
    assert kiosk.push(plant.app.test_client(), NOW + timedelta(seconds=10)).status_code == 200
    page = new_page()
    signed_in(page, url, "carol", language)
    page.goto(f"{url}/inspector/entries")
    page.locator("form[action$='/verify'] button").click()
    expect(page.locator("[data-verdict=intact]")).to_be_visible()
    page.locator("form[action$='/cases/new'] button").click()
    page.fill("#title", "夜班借证")
    page.locator("main .btn-primary").click()
    expect(page.locator("[data-step]")).to_have_count(3)
    page.fill("#words-note-", "看过录像\n<b>两人</b>")
    page.locator("form:has(#words-note-) button").click()
    expect(page.locator("[data-step=note]")).to_contain_text("<b>两人</b>")
    page.goto(f"{url}/inspector/entries")
    page.locator("form[action$='/export'] button").click()
    page.select_option("#format", "csv")
    page.locator("main .btn-primary").click()
    expect(page.locator("progress")).to_be_visible()
    assert jobs.turn(plant.app, plant.office)
    with page.expect_download() as taken:
        page.locator("main a.btn-primary").click()
    with zipfile.ZipFile(taken.value.path()) as folder:
        rows = list(csv.reader(io.TextIOWrapper(folder.open("entries.csv"), "utf-8-sig")))
    assert [row[6] for row in rows[1:]] == ["'=***"] * 3


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize(
    ("username", "paths"),
    [
        (
            "alice",
            [
                "enterprises",
                "enterprises/plant-a",
                "warrants",
                "policy/edit",
                "accounts",
                "actions",
            ],
        ),
        ("bob", ["", "roster", "passes", "kiosks", "visitors/new"]),
        ("carol", ["entries", "lookups", "export"]),
    ],
)
def test_no_page_is_wider_than_its_screen(
    url: str, new_page: NewPage, size: tuple[int, int], username: str, paths: list[str]
) -> None:
    page = new_page(viewport=size)
    signed_in(page, url, username, "en")
    area = {"alice": "bureau", "bob": "enterprise", "carol": "inspector"}[username]
    for path in paths:
        page.goto(f"{url}/{area}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
