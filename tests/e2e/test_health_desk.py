"""A worker comes back: Bob fills in the card with them, ends their yellow, asks his shift."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from checkpoint.domain.health_status import HealthStatus
from checkpoint.services import health
from tests.admin.plant import Plant
from tests.e2e.visiting import DROPPED, NewPage, signed_in

pytestmark = [pytest.mark.browser, DROPPED]


def known(plant: Plant) -> HealthStatus | None:
    return health.health_of(plant.office, plant.ids["a"], plant.ids["worker_a"]).known.status


def test_a_card_with_a_cough_is_yellow_until_bob_ends_it(
    url: str, plant: Plant, new_page: NewPage
) -> None:
    page = new_page()
    signed_in(page, url, "bob", "zh")
    page.get_by_role("link", name="健康", exact=True).click()
    page.get_by_role("link", name="张三").click()
    page.get_by_role("link", name="返岗员工信息卡").click()
    page.fill("#province", "湖北省")
    page.fill("#city", "孝感市")
    page.get_by_label("到达当日").fill("哈尔滨市南岗区")
    page.get_by_label("前 1 日", exact=True).fill("武汉市")
    page.get_by_label("咳嗽").check()
    page.get_by_label("员工已阅读").check()
    page.get_by_role("button", name="保存信息卡").click()
    expect(page.get_by_role("status")).to_contain_text("信息卡已保存")
    assert known(plant) is HealthStatus.YELLOW
    page.get_by_role("link", name="设定健康码").click()
    page.get_by_label("原因").fill("校医复查，仅为咽部不适")
    page.get_by_role("button", name="设定", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("校医复查")
    assert known(plant) is HealthStatus.GREEN


def test_bob_takes_down_whom_the_foreman_asked(url: str, plant: Plant, new_page: NewPage) -> None:
    page = new_page()
    signed_in(page, url, "bob", "en")
    page.get_by_role("link", name="Health", exact=True).click()
    page.get_by_label("张三 is well").check()
    page.get_by_label("Who asked them").fill("Foreman Li")
    page.get_by_label("On what occasion").fill("early shift")
    page.get_by_label("Each person ticked").check()
    page.get_by_role("button", name="Declare for those ticked").click()
    expect(page.get_by_role("main")).to_contain_text("Everybody has declared today")
    assert known(plant) is HealthStatus.GREEN
