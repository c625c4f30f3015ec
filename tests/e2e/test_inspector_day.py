"""Carol's whole day as an inspector in a real browser: who had a fever, and who was inside then."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect
from python_calamine import CalamineWorkbook

from admin.app import jobs
from admin.auth import accounts
from admin.auth.account import Role
from admin.forms.fields import ZONE
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.observation import Direction, Reading
from checkpoint.domain.reason import Reason
from checkpoint.services import SYSTEM
from tests.admin.plant import NOW, PASSWORD, Plant
from tests.e2e.visiting import DROPPED, NewPage, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), DROPPED]

HOUR = timedelta(hours=1)
PAGE = 30
WHY = "追查发热人员"
STAYS = (
    (1, "张三丰", Direction.IN, 10),
    (2, "李四", Direction.IN, 9),
    (2, "李四", Direction.OUT, 8),
    (3, "王五", Direction.IN, 7),
    (1, "张三丰", Direction.OUT, 2),
)
"""Who passed which way, how many hours ago. 张三丰 came in with 37.1 °C."""


@pytest.fixture
def plant(plant: Plant) -> Plant:
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    erin = accounts.NewAccount("erin", "Erin", Role.INSPECTOR, plant.ids["a"])
    with plant.app.app_context():
        accounts.add(plant.office, SYSTEM, erin, known)
    return plant


@pytest.fixture(autouse=True)
def night(plant: Plant) -> None:
    """A page of strangers who were refused, then those who came in and went out."""
    kiosk = plant.kiosk()
    for minute in range(PAGE):
        at = NOW - 12 * HOUR + timedelta(minutes=minute)
        kiosk.record(kiosk.entry(at, outcome=Outcome.DENY, reasons=(Reason.NO_CODE,)))
    for number, name, way, ago in STAYS:
        at = NOW - ago * HOUR
        celsius = 3710 if (number, way) == (1, Direction.IN) else 3640
        entry = kiosk.entry(
            at,
            direction=way,
            pass_id=f"{number:016x}",
            readings=(Reading(celsius, celsius, "test", at),),
        )
        kiosk.record(entry, Personal(name, f"000{number}", f"{number:016x}"))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200


def tab(page: Page, name: str) -> None:
    page.locator(".tabs a", has_text=name).click()


def with_reason(page: Page, label: str) -> None:
    """Open a button's box, give the reason, and confirm."""
    box = page.locator("details.act", has_text=label).first
    box.locator("summary").click()
    box.locator("input[name=why]").fill(WHY)
    box.locator("button[type=submit]").click()


def test_carols_day(plant: Plant, url: str, new_page: NewPage, tmp_path: Path) -> None:
    carol = signed_in(new_page(), url, "carol")
    pages_to_the_end_and_back(carol)
    finds_the_fever_and_saves_the_view(carol)
    entry = unmasks(carol)
    follows_the_way(carol)
    sees_who_was_inside(carol)
    verifies_and_works_on_a_case(carol)
    exports_the_list(carol, plant, tmp_path)
    exports_the_chains(carol, tmp_path)
    tab(carol, "我的查询")
    for told in ("查询人员轨迹", "查询同时在内人员", "核验了记录", WHY):
        expect(carol.locator("main")).to_contain_text(told)

    erin = signed_in(new_page(viewport=(390, 844)), url, "erin")
    expect(erin.locator(".empty")).to_contain_text("没有有效的查验授权")
    answer = erin.goto(entry)
    assert answer is not None
    assert answer.status == 404

    carol.locator(".who summary").click()
    carol.get_by_role("button", name="退出登录").click()
    expect(carol).to_have_url(f"{url}/sign-in")
    carol.goto(f"{url}/inspector/entries")
    expect(carol.locator("#password")).to_be_visible()


def pages_to_the_end_and_back(page: Page) -> None:
    """The list is longer than a page."""
    rows = page.locator("table.entries tbody tr")
    expect(rows).to_have_count(PAGE)
    page.get_by_role("button", name="更早的").click()
    expect(rows).to_have_count(len(STAYS))
    expect(page.get_by_role("button", name="更早的")).to_have_count(0)
    page.locator("#found a.btn").first.click()
    expect(rows).to_have_count(PAGE)


def finds_the_fever_and_saves_the_view(page: Page) -> None:
    """A nonsensical filter is told; the right one finds one entry, and is kept under a name."""
    page.locator(".filters summary").click()
    page.fill("#temperature_from", "39")
    page.fill("#temperature_to", "36")
    page.locator(".filters .btn-primary").click()
    expect(page.locator(".field.wrong")).to_contain_text("温度上限低于下限")
    page.fill("#temperature_from", "37.0")
    page.fill("#temperature_to", "")
    page.locator(".filters .btn-primary").click()
    rows = page.locator("table.entries tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("37.1")
    page.get_by_role("button", name="存为视图").click()
    page.fill("#view-name", "夜班发热")
    page.locator("main .btn-primary").click()
    tab(page, "通行记录")
    expect(rows).to_have_count(PAGE)
    page.get_by_role("link", name="夜班发热").click()
    expect(rows).to_have_count(1)


def unmasks(page: Page) -> str:
    """The name stands on the page only after a reason; the entry's address."""
    page.locator("table.entries tbody a").first.click()
    expect(page.locator("main")).to_contain_text("张**")
    expect(page.locator("main")).not_to_contain_text("张三丰")
    entry = page.url
    with_reason(page, "查看本人信息")
    expect(page.locator("main")).to_contain_text("张三丰")
    return entry


def follows_the_way(page: Page) -> None:
    """One stay of eight hours, as a picture and as a table."""
    page.get_by_role("link", name="人员轨迹").click()
    until(page, "2026-03-02T12:00")
    _picture(page)
    expect(page.locator("table.list").first.locator("tbody tr")).to_have_count(1)
    expect(page.locator("table.list").first).to_contain_text("8:00")
    expect(page.locator("table.entries tbody tr")).to_have_count(2)


def sees_who_was_inside(page: Page) -> None:
    """Two in all; one until an hour that Carol names; the names after a reason."""
    page.get_by_role("link", name="同时在内人员").click()
    until(page, "2026-01-01T00:00")
    expect(page.locator(".field.wrong")).to_contain_text("结束时间必须晚于开始时间")
    contacts = page.locator("#contacts tbody tr")
    until(page, f"{(NOW - 8 * HOUR).astimezone(ZONE):%Y-%m-%dT%H:%M}")
    expect(contacts).to_have_count(1)
    expect(contacts).to_contain_text("李*")
    until(page, "2026-03-02T12:00")
    expect(contacts).to_have_count(2)
    _picture(page)
    expect(contacts.first).to_contain_text("王*")
    with_reason(page, "显示全部姓名")
    expect(contacts.first).to_contain_text("王五")
    expect(contacts.last).to_contain_text("李四")


def verifies_and_works_on_a_case(page: Page) -> None:
    """What the view shows is intact; a case of it gets a note and is closed."""
    tab(page, "通行记录")
    page.get_by_role("link", name="夜班发热").click()
    page.get_by_role("button", name="核验所显示的记录").click()
    expect(page.locator("[data-verdict=intact]")).to_be_visible()
    page.get_by_role("button", name="立为核查事项").click()
    page.fill("#title", "夜班发热人员")
    page.locator("main .btn-primary").click()
    page.fill("#words-note-", "已通知两名同时在内人员。")
    page.locator("form:has(#words-note-) button").click()
    expect(page.locator("[data-step=note]")).to_contain_text("两名")
    page.locator("summary", has_text="办结").click()
    page.fill("#words-closed-", "复测正常。")
    page.locator("form:has(#words-closed-) button").click()
    expect(page.locator("[data-step=closed]")).to_contain_text("复测正常")


def exports_the_list(page: Page, plant: Plant, folder: Path) -> None:
    """With chosen columns, as a table that another program reads; names masked."""
    tab(page, "通行记录")
    page.get_by_role("link", name="夜班发热").click()
    page.get_by_role("button", name="导出此列表").click()
    page.locator("input[name=columns][value=mask]").uncheck()
    page.locator("input[name=columns][value=hash]").check()
    page.locator("main .btn-primary").click()
    expect(page.locator("progress")).to_be_visible()
    assert jobs.turn(plant.app, plant.office)
    with page.expect_download() as taken:
        page.locator("main a.btn-primary").click()
    book = CalamineWorkbook.from_path(str(_kept(taken.value, folder)))
    head, row = book.get_sheet_by_index(0).to_python()[:2]
    assert "口罩" not in head
    assert head[-1] == "哈希值"
    assert row[head.index("姓名")] == "张**"


def exports_the_chains(page: Page, folder: Path) -> None:
    """The signed file, judged by the command that its README names."""
    tab(page, "导出")
    with page.expect_download() as taken:
        page.locator("main .btn-primary").click()
    file = _kept(taken.value, folder)
    done = subprocess.run(
        [sys.executable, "-m", "checkpoint", "audit", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "INTACT" in done.stdout
    assert f"{PAGE + len(STAYS)} entries" in done.stdout


def until(page: Page, at: str) -> None:
    """Ask for the time up to a moment."""
    page.fill("#until", at)
    page.locator(".filters .btn-primary").click()


def test_the_head_of_a_gate_that_counts_epochs_in_milliseconds_fits_a_phone(
    url: str, new_page: NewPage
) -> None:
    page = new_page(viewport=(390, 844))
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="中文")).to_be_visible()
    signed_in(page, url, "carol")
    page.goto(f"{url}/inspector/heads")
    place = page.locator("td[data-label='Place in the chain']")
    expect(place).to_contain_text("epoch 1, number 35")
    place.evaluate(
        "cell => (cell.firstElementChild ?? cell).textContent = 'epoch 1795400021545, number 12345'"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def _kept(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def _picture(page: Page) -> None:
    image = page.locator(".stays-chart img")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
