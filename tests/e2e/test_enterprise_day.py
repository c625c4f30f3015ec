"""Bob's day as the admin of an enterprise, from signing in to signing out, in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from admin.app import jobs
from admin.sheets.workbook import XLSX
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.health_status import HealthStatus
from checkpoint.domain.reason import Reason
from checkpoint.services import SYSTEM, health, issuing, policy, webhook_queue
from checkpoint.services.forms import PassForm
from checkpoint.services.health_forms import StatusForm
from checkpoint.services.policy import Terms
from checkpoint.services.webhook_queue import Answer, Message
from checkpoint.wire.enrolment import EnrolmentCode
from tests.admin.plant import NOW, Kiosk, Plant
from tests.checkpoint.services.district import id_number
from tests.checkpoint.services.sheets_made import xlsx
from tests.e2e.visiting import DROPPED, NewPage, signed_in

pytestmark = [pytest.mark.browser, DROPPED]
HEAD = ("姓名", "身份证号", "手机号", "岗位")
GOOD = [
    [name, id_number(600 + at), f"1380000{at:04}", "操作工"] for at, name in enumerate("甲乙丙")
]
WRONG = ["丁", "110105199003070010", "", "操作工"]


@pytest.fixture
def old_kiosk(plant: Plant) -> Kiosk:
    """What stands there in the morning: a gate at which 张三 came in and a fever was refused.

    张三 has a yellow code and a pass that ends in three days; the bureau changed its policy.
    """
    office, home, worker = plant.office, plant.ids["a"], plant.ids["worker_a"]
    kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW - timedelta(minutes=40)), Personal("张三", "0017", worker))
    fever = {"outcome": Outcome.DENY, "reasons": (Reason.FEVER,)}
    kiosk.record(kiosk.entry(NOW - timedelta(minutes=9), **fever), Personal("钱七", "0025", ""))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    ends = NOW + timedelta(days=3)
    yellow = StatusForm(worker, HealthStatus.YELLOW, "同住人员发热", ends)
    health.set_status(office, SYSTEM, home, yellow)
    issuing.issue_pass(office, SYSTEM, home, PassForm(PassKind.WORKER, ends, holder_id=worker))
    stricter = replace(policy.in_force(office), fever_threshold_c=3720)
    policy.publish(office, SYSTEM, stricter, Terms(why="近期发热病例增多"))
    plant.clock.advance(60)
    return kiosk


def go(page: Page, *names: str) -> None:
    """Follow links by their names, the first of them in the menu."""
    menu, *rest = names
    page.get_by_role("navigation").get_by_role("link", name=menu, exact=True).click()
    for name in rest:
        page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def press(page: Page, name: str) -> None:
    """Press a button of the page."""
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def with_reason(within: Locator, name: str, why: str) -> None:
    """Do what asks for a reason."""
    within.locator("summary", has_text=name).click()
    within.get_by_label("原因").fill(why)
    within.get_by_role("button", name=name).click()


def opens_as_pdf(page: Page, name: str) -> bool:
    """Whether the document behind a link is one to print."""
    path = page.locator("main").get_by_role("link", name=name).get_attribute("href")
    assert path is not None
    server = page.url.partition("/enterprise")[0]
    return page.context.request.get(server + path).body().startswith(b"%PDF-")


def test_bobs_day(url: str, plant: Plant, old_kiosk: Kiosk, new_page: NewPage) -> None:
    page = new_page()
    signed_in(page, url, "bob", "zh")
    looks_at_today(page)
    brings_in_new_people(page, plant)
    gives_one_another_job(page)
    sees_whose_health_needs_a_look(page)
    issues_to_all_and_prints(page)
    replaces_a_lost_pass(page)
    adds_a_vehicle_with_its_permit(page)
    replaces_a_kiosk(page, plant, old_kiosk)
    lets_the_hr_system_in_and_out_again(page, url)
    lets_the_alarm_system_be_told(page, plant)
    page.locator(".who summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(f"{url}/sign-in")
    page.goto(f"{url}/enterprise/")
    expect(page.locator("#password")).to_be_visible()


def looks_at_today(page: Page) -> None:
    expect(page.locator(".figure", has_text="目前在厂")).to_contain_text("1")
    expect(page.locator(".figure-deny")).to_contain_text("1")
    news = page.locator("[data-news]")
    expect(news).to_contain_text("区局策略已于")
    expect(news).to_contain_text("近期发热病例增多")
    expect(news).to_contain_text("37.2")
    charts = page.locator("section.chart")
    refused = charts.filter(has_text="体温偏高")
    expect(refused.locator("img")).to_have_js_property("complete", True)
    assert refused.locator("img").evaluate("picture => picture.naturalWidth") > 0
    refused.get_by_text("查看数据表").click()
    expect(refused.locator("tbody tr", has_text="体温偏高")).to_contain_text("1")


def brings_in_new_people(page: Page, plant: Plant) -> None:
    go(page, "花名册", "从 Excel 导入")
    blob = xlsx([*GOOD, WRONG], HEAD)
    file: FilePayload = {"name": "新员工.xlsx", "mimeType": XLSX, "buffer": blob}
    page.locator("input[type=file]").set_input_files(file)
    press(page, "检查文件")
    expect(page.locator("progress")).to_be_visible()
    assert jobs.turn(plant.app, plant.office)
    expect(page.get_by_text("校验码不符，18 位中有输错").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(WRONG[1])
    press(page, "只导入合格的 3 行")
    expect(page.locator("progress")).to_be_visible()
    assert jobs.turn(plant.app, plant.office)
    expect(page.get_by_text("合格的行已导入花名册")).to_be_visible()


def gives_one_another_job(page: Page) -> None:
    page.get_by_role("link", name="查看花名册").click()
    expect(page.locator("table.list tbody tr")).to_have_count(4)
    page.locator("main").get_by_role("link", name="乙", exact=True).click()
    page.get_by_role("link", name="编辑").click()
    page.fill("#job", "班组长")
    press(page, "保存")
    expect(page.locator(".facts")).to_contain_text("班组长")


def sees_whose_health_needs_a_look(page: Page) -> None:
    go(page, "健康")
    expect(page.locator(".figure", has_text="今日未申报")).to_contain_text("4")
    page.get_by_role("link", name="黄码", exact=True).click()
    (row,) = page.locator("table.list tbody tr").all()
    expect(row).to_contain_text("张三")
    expect(row).to_contain_text("同住人员发热")


def issues_to_all_and_prints(page: Page) -> None:
    go(page, "通行证", "即将到期")
    expect(page.locator("table.list tbody tr")).to_contain_text("张三")
    page.get_by_role("link", name="批量签发").click()
    press(page, "签发")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已签发 4 张通行证")
    assert opens_as_pdf(page, "打印（PDF）")
    go(page, "通行证", "即将到期")
    expect(page.locator(".empty")).to_contain_text("近期没有到期的通行证")


def replaces_a_lost_pass(page: Page) -> None:
    go(page, "通行证", "甲")
    lost = page.url
    page.locator("summary", has_text="遗失补发").click()
    press(page, "遗失补发")
    expect(page.locator(".badge-good", has_text="有效")).to_be_visible()
    assert page.url != lost
    number = page.url.rpartition("/")[2]
    page.goto(lost)
    expect(page.locator(".pass-gone")).to_have_text("已撤销")
    expect(page.locator("main").get_by_role("link", name=number)).to_be_visible()


def adds_a_vehicle_with_its_permit(page: Page) -> None:
    go(page, "花名册", "添加车辆")
    page.fill("#plate", "京a·12345")
    page.fill("#driver", "马师傅")
    page.fill("#seats", "45")
    press(page, "添加")
    expect(page.get_by_role("heading", level=1)).to_have_text("京A12345")
    page.locator("main").get_by_role("link", name="签发通行证").click()
    press(page, "签发")
    expect(page.locator(".pass-name")).to_have_text("京A12345")
    assert opens_as_pdf(page, "挡风玻璃证")


def replaces_a_kiosk(page: Page, plant: Plant, old: Kiosk) -> None:
    go(page, "闸机")
    press(page, "生成注册码")
    expect(page.get_by_role("img", name="二维码")).to_be_visible()
    code = EnrolmentCode.parse(page.locator("#code").inner_text())
    new = Kiosk.enrol(plant.app.test_client(), code)
    go(page, "闸机")
    gates = page.locator("#watch tbody tr")
    expect(gates.filter(has_text=new.place.kiosk_id)).to_be_visible()
    row = page.locator(".place-row", has_text=old.place.kiosk_id)
    with_reason(row, "撤销", "设备更换")
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    expect(page.locator(".place-row", has_text=old.place.kiosk_id)).to_contain_text("已撤销")


def lets_the_hr_system_in_and_out_again(page: Page, url: str) -> None:
    go(page, "系统对接", "生成令牌")
    page.fill("#name", "人事系统")
    page.get_by_label("读取花名册").check()
    press(page, "生成")
    token = page.locator("#token").inner_text()

    def asks() -> int:
        held = {"Authorization": f"Bearer {token}"}
        answer = page.context.request.get(f"{url}/api/v1/enterprise/holders", headers=held)
        return answer.status

    assert asks() == 200
    go(page, "系统对接")
    row = page.locator("table.list tbody tr", has_text="人事系统")
    expect(page.locator("main")).not_to_contain_text(token)
    with_reason(row, "撤销", "系统停用")
    expect(row).to_contain_text("已撤销")
    assert asks() == 401


def lets_the_alarm_system_be_told(page: Page, plant: Plant) -> None:
    go(page, "系统对接", "添加推送")
    page.fill("#url", "https://alarm.example/sibao")
    page.get_by_label("体温偏高").check()
    press(page, "添加")
    secret = page.locator("#secret").inner_text()
    page.get_by_role("link", name="完成").click()
    expect(page.locator("main")).not_to_contain_text(secret)
    press(page, "发送测试")
    heard: list[Message] = []

    def takes(message: Message) -> Answer:
        heard.append(message)
        return Answer(204, 12)

    for hook in webhook_queue.due(plant.office):
        assert webhook_queue.deliver(plant.office, hook, takes) == 1
    assert [message.url for message in heard] == ["https://alarm.example/sibao"]
    page.reload()
    expect(page.locator("table.list tbody tr")).to_contain_text(
        re.compile("已送达.*204", re.DOTALL)
    )
