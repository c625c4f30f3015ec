"""Alice's whole day at the bureau in a real browser, with Erin where two officers are needed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from admin.app import jobs
from admin.auth import accounts
from admin.auth.account import Role
from admin.sheets.workbook import XLSX
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Reading
from checkpoint.services import (
    SYSTEM,
    Actor,
    authorizing,
    emergency_requests,
    training,
    warrant_requests,
)
from checkpoint.services import policy as policies
from checkpoint.services.forms import WarrantForm
from checkpoint.services.warrant_requests import AskForm
from checkpoint.storage.scope import Scope
from tests.admin.plant import NOW, PASSWORD, Plant
from tests.admin.printing import Printed
from tests.checkpoint.services.district import credit_code
from tests.checkpoint.services.sheets_made import xlsx
from tests.e2e.visiting import DROPPED, NewPage, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), DROPPED]

DAY = timedelta(days=1)
REGISTER = ("企业名称", "统一社会信用代码", "乡镇街道", "规上")


@pytest.fixture
def plant(plant: Plant) -> Plant:
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with plant.app.app_context():
        accounts.add(plant.office, SYSTEM, accounts.NewAccount("erin", "Erin", Role.BUREAU), known)
    return plant


@pytest.fixture
def gate(plant: Plant) -> str:
    """A kiosk that let two in yesterday, of whom Carol has looked one up; its id."""
    kiosk, at = plant.kiosk(), NOW - DAY
    for celsius in (3650, 3710):
        shown = {"pass_id": "0" * 16, "pass_kind": PassKind.WORKER, "code_digest": b"d" * 32}
        reading = Reading(celsius, celsius, "test", at)
        entry = kiosk.entry(at, readings=(reading,), warrant_id=plant.ids["warrant"], **shown)
        kiosk.record(entry, Personal("张三丰", "0017", plant.ids["worker_a"]))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    carol = plant.visitor("carol")
    carol.get("/inspector/entries")
    carol.post(f"/inspector/entries/{kiosk.place.kiosk_id}/1/1/unmask", why="追查同车人员")
    return kiosk.place.kiosk_id


@pytest.fixture(autouse=True)
def asked(plant: Plant) -> None:
    """Bob has asked for a warrant for Carol, who knows the guide, and for a lorry to come in."""
    office, mine = plant.office, plant.ids["a"]
    bob = Actor(plant.ids["bob"], "enterprise", "Bob")
    training.confirm(office, Actor(plant.ids["carol"], "inspector", "Carol"), mine)
    term = (NOW, NOW + 60 * DAY)
    wanted = WarrantForm(mine, "Carol", *term, account_id=plant.ids["carol"])
    warrant_requests.ask(office, bob, AskForm(wanted, "夜班缺查验员"))
    lorry = emergency_requests.AskForm(mine, "京A12345", "王师傅", NOW, NOW + DAY, "运口罩滤布")
    emergency_requests.ask(office, bob, lorry)


def tab(page: Page, name: str) -> None:
    page.locator(".tabs a", has_text=name).click()


def act(page: Page | Locator, label: str, why: str = "") -> None:
    """Open a button's box, give the reason, and confirm."""
    box = page.locator("details.act", has_text=label).first
    box.locator("summary").click()
    if why:
        box.locator("input[name=why]").fill(why)
    box.locator("button[type=submit]").click()


def ran(plant: Plant) -> None:
    """Let the job run that the page waits for; the page itself sees that it has ended."""
    assert jobs.turn(plant.app, plant.office)


def test_alices_day(plant: Plant, url: str, new_page: NewPage, gate: str, tmp_path: Path) -> None:
    alice = signed_in(new_page(), url, "alice")
    registers(alice)
    imports(alice, plant)
    reads_the_reopened_rate(alice)
    grants(alice, plant, tmp_path)
    revokes(alice)
    draws_up_a_policy(alice, plant)
    confirms(signed_in(new_page(), url, "erin"), plant)
    tab(alice, "策略")
    expect(alice.locator("[data-coming]")).to_contain_text("2026-03-03 08:00")
    issues_an_emergency_pass(alice)
    watches_the_kiosks(alice, gate)
    reads_what_inspectors_asked(alice)
    alice.locator(".who summary").click()
    alice.get_by_role("button", name="退出登录").click()
    expect(alice).to_have_url(f"{url}/sign-in")
    alice.goto(f"{url}/bureau/enterprises")
    expect(alice.locator("#password")).to_be_visible()


def registers(page: Page) -> None:
    """An enterprise, after its credit code was mistyped."""
    page.get_by_role("link", name="登记企业").click()
    page.fill("#name", "南山纺织厂")
    page.fill("#enterprise_id", "nanshan")
    page.fill("#township", "南山镇")
    page.fill("#credit_code", "91350100M000100Y44")
    page.locator("main .btn-primary").click()
    expect(page.locator(".field.wrong")).to_contain_text("请核对全部 18 位")
    page.fill("#credit_code", "91350100M000100Y43")
    page.locator("main .btn-primary").click()
    expect(page.get_by_role("status")).to_contain_text("已登记")


def imports(page: Page, plant: Plant) -> None:
    """Two more from Excel, looked at first."""
    tab(page, "企业")
    page.get_by_role("link", name="导入 Excel").click()
    rows = [[f"新厂{n}", credit_code(900 + n), "新镇", "是"] for n in range(2)]
    file: FilePayload = {"name": "企业.xlsx", "mimeType": XLSX, "buffer": xlsx(rows, REGISTER)}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main .btn-primary").click()
    expect(page.locator("progress")).to_be_visible()
    ran(plant)
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.locator("progress")).to_be_visible()
    ran(plant)
    expect(page.get_by_text("企业名录已与文件一致")).to_be_visible()


def reads_the_reopened_rate(page: Page) -> None:
    """One of five is at work, none of the two above scale: as numbers, pictures and tables."""
    tab(page, "企业")
    expect(page.locator(".figure").nth(0)).to_contain_text("20%")
    expect(page.locator(".figure").nth(1)).to_contain_text("规模以上：2 家中的 0 家")
    charts = page.locator(".chart")
    expect(charts).to_have_count(2)
    for chart in charts.all():
        expect(chart.locator("img")).to_have_js_property("complete", True)
        assert chart.locator("img").evaluate("image => image.naturalWidth") > 0
    charts.first.locator("summary").click()
    expect(charts.first.locator("tr", has_text="新镇")).to_contain_text("0")
    expect(charts.last.locator("img")).to_be_visible()


def grants(page: Page, plant: Plant, folder: Path) -> None:
    """What Bob asked for; the certificate opens, and its code is the signed statement."""
    tab(page, "查验授权")
    page.locator("main section a", has_text="Carol").first.click()
    expect(page.locator(".facts")).to_contain_text("夜班缺查验员")
    act(page, "按申请授权")
    expect(page.locator(".timeline")).to_contain_text("同意了查验授权申请")
    paper = page.get_by_role("link", name="打印授权书")
    paper.evaluate("link => link.setAttribute('download', '')")
    with page.expect_download() as taken:
        paper.click()
    printed = Printed(Path(taken.value.path()).read_bytes())
    assert "Carol" in printed.words()
    (codes,) = printed.codes(folder, dpi=150)
    warrant_id = page.url.rpartition("/")[2]
    assert [warrant_id in code for code in codes] == [True]
    held = authorizing.warrants(plant.office, Scope.of(plant.ids["a"]))
    assert warrant_id in {row.warrant.warrant_id for row in held}


def revokes(page: Page) -> None:
    """The warrant that Carol held before."""
    tab(page, "查验授权")
    page.locator("table.list a[href*='/warrants/W-']").last.click()
    act(page, "撤销", "改由夜班授权")
    expect(page.get_by_role("status")).to_contain_text("已撤销")


def draws_up_a_policy(page: Page, plant: Plant) -> None:
    """Replayed over yesterday, then proposed for tomorrow."""
    tab(page, "策略")
    page.get_by_role("link", name="修改", exact=True).click()
    page.fill("#fever_threshold_c", "37.0")
    page.select_option("#days", "1")
    page.get_by_role("button", name="重放").click()
    expect(page.locator("progress")).to_be_visible()
    ran(plant)
    changed = page.locator("[data-changed]")
    expect(changed).to_have_attribute("data-changed", "1")
    expect(changed).to_contain_text("2")
    expect(page.locator("main")).to_contain_text("晨光机械厂")
    page.get_by_role("link", name="用这些数值继续").click()
    expect(page.locator("#fever_threshold_c")).to_have_value("37.0")
    page.fill("#effective_at", "2026-03-03T08:00")
    page.fill("#why", "春季返岗高峰")
    page.get_by_role("button", name="提请复核").click()
    card = page.locator("[data-proposal]")
    expect(card).to_contain_text("待同事复核")
    expect(card.get_by_role("button", name="复核通过")).to_have_count(0)


def confirms(erin: Page, plant: Plant) -> None:
    """The second officer reads what would change, and agrees."""
    erin.get_by_role("link", name="双人复核").click()
    card = erin.locator("[data-proposal]")
    expect(card).to_contain_text("春季返岗高峰")
    expect(card).to_contain_text("37.0 °C")
    act(card, "复核通过")
    expect(erin.locator("[data-proposal]")).to_contain_text("已复核")
    assert policies.in_force(plant.office).fever_threshold_c == 3730, "not before tomorrow"


def issues_an_emergency_pass(page: Page) -> None:
    """Checked against what the plate had before, issued, and on the gates' list."""
    tab(page, "应急通行证")
    page.get_by_role("link", name="申请").first.click()
    page.locator("main a", has_text="京A12345").first.click()
    expect(page.locator("main")).to_contain_text("该车牌首次申请")
    expect(page.locator(".facts").first).to_contain_text("运口罩滤布")
    act(page, "签发")
    expect(page.get_by_alt_text("通行证二维码")).to_have_js_property("complete", True)
    tab(page, "应急通行证")
    page.get_by_role("link", name="门岗有效清单").click()
    expect(page.locator("table.list")).to_contain_text("京A12345")


def watches_the_kiosks(page: Page, gate: str) -> None:
    """How the gate is, and that it is trusted no longer."""
    tab(page, "闸机")
    row = page.locator("#watch tr", has_text=gate)
    expect(row).to_have_attribute("data-level", "good")
    expect(row).to_contain_text("晨光机械厂")
    row.get_by_role("link", name="撤销").click()
    page.fill("#why", "设备被盗")
    page.locator("main .btn-primary").click()
    expect(row).to_have_attribute("data-level", "revoked")
    expect(row).to_contain_text("设备被盗")


def reads_what_inspectors_asked(page: Page) -> None:
    """Whose name was shown, to whom and why, without the name."""
    tab(page, "操作记录")
    expect(page.locator("main")).to_contain_text("设备被盗")
    page.get_by_role("link", name="查询").click()
    expect(page.locator("[data-verb=find]").first).to_contain_text("Carol")
    page.get_by_label("仅看查看姓名的").check()
    page.get_by_role("button", name="显示").click()
    expect(page.locator("[data-verb=unmask]")).to_contain_text("追查同车人员")
    expect(page.locator("[data-verb=find]")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("张三丰")
