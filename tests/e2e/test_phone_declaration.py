"""A worker declares on their phone, with and without a network; Bob's list says who said it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from checkpoint.domain.declaration import Daily, Symptom
from checkpoint.services import health
from tests.admin.plant import NOW, Plant
from tests.e2e.test_phone import PHONE, Holder, holder
from tests.e2e.visiting import DROPPED, NewPage, signed_in

__all__ = ["holder"]
pytestmark = [pytest.mark.browser, DROPPED]

KEPT = "async (name) => (await import('/phone/static/keys.js')).read(name)"


def part(page: Page, name: str) -> Any:
    """What the card says."""
    return page.locator(f"#daily [data-part='{name}']")


def declared(plant: Plant) -> list[object]:
    rows = health.health_of(plant.office, plant.ids["a"], plant.ids["worker_a"]).declarations
    return [row.what for row in rows]


def answer(page: Page, *symptoms: str) -> None:
    for name in symptoms or ("都没有",):
        page.get_by_label(name).check()
    page.get_by_label("没有 No", exact=True).check()
    page.get_by_label("以上是本人情况").check()
    page.get_by_role("button", name="申报 Declare").click()


def test_a_cough_declared_on_the_phone_is_on_bobs_list(
    holder: Holder, plant: Plant, url: str, new_page: NewPage
) -> None:
    page = holder.page
    holder.fetch()
    page.get_by_role("button", name="申报 Declare").click()
    assert not declared(plant), "nothing is sent before every question is answered"
    page.get_by_label("在家体温").fill("36.4")
    answer(page, "咳嗽")
    expect(part(page, "look")).to_be_visible()
    expect(part(page, "done")).to_be_visible()
    expect(page.locator("#declaration")).to_be_hidden()
    assert declared(plant) == [Daily(3640, (Symptom.COUGH,))]
    assert page.evaluate(KEPT, "unsent") is None
    assert set(page.evaluate(KEPT, "declared")) == {"day", "at"}, "no answer stays on the phone"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    desk = new_page()
    signed_in(desk, url, "bob", "zh")
    desk.get_by_role("link", name="健康", exact=True).click()
    desk.get_by_role("link", name="今日已申报").click()
    expect(desk.get_by_role("main")).to_contain_text("本人手机申报")


def test_without_network_it_waits_on_the_phone_and_goes_once(holder: Holder, plant: Plant) -> None:
    page = holder.page
    holder.fetch()
    page.locator("#qr[data-step]").wait_for()
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    page.context.set_offline(True)
    page.goto(f"{holder.url}/phone/")
    answer(page)
    expect(part(page, "waiting")).to_be_visible()
    page.reload()
    expect(part(page, "waiting")).to_be_visible()
    assert not declared(plant)
    page.context.set_offline(False)
    expect(part(page, "done")).to_be_visible()
    assert declared(plant) == [Daily()]
    assert page.evaluate(KEPT, "unsent") is None
    page.get_by_role("button", name="情况有变").click()
    answer(page, "发热", "乏力")
    expect(part(page, "look")).to_be_visible()
    assert declared(plant) == [Daily(symptoms=(Symptom.FEVER, Symptom.TIRED)), Daily()]


def test_a_wrong_clock_and_a_day_that_passed_are_told(holder: Holder, plant: Plant) -> None:
    page = holder.page
    holder.fetch()
    page.locator("#qr[data-step]").wait_for()
    holder.at(NOW + timedelta(hours=1))
    answer(page)
    expect(part(page, "refused-clock")).to_be_visible()
    expect(page.locator("#declaration")).to_be_visible()
    holder.at(NOW - timedelta(days=1))
    page.context.set_offline(True)
    answer(page)
    expect(part(page, "waiting")).to_be_visible()
    holder.at(NOW)
    page.context.set_offline(False)
    expect(part(page, "refused-day")).to_be_visible()
    assert page.evaluate(KEPT, "unsent") is None
    assert not declared(plant)
