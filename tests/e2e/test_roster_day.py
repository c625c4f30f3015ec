"""Admins of one enterprise at the roster, each in an own browser: a line, and a manifest."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from admin.auth import accounts
from admin.auth.account import Role
from checkpoint.services import SYSTEM
from tests.admin.plant import PASSWORD, Plant
from tests.e2e.visiting import DROPPED, NewPage, signed_in

pytestmark = [pytest.mark.browser, DROPPED]


@pytest.fixture
def plant(plant: Plant) -> Plant:
    with plant.app.app_context():
        new = accounts.NewAccount("bella", "Bella", Role.ENTERPRISE, plant.ids["a"])
        known = accounts.InitialPassword(PASSWORD, must_change=False)
        accounts.add(plant.office, SYSTEM, new, known)
    return plant


def at_the_line(page: Page, url: str, username: str) -> Page:
    """Sign in, find the worker by initials, and open the line to edit it."""
    signed_in(page, url, username)
    page.goto(f"{url}/enterprise/roster")
    page.fill("#search", "zs")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="张三").click()
    page.get_by_role("link", name="编辑").click()
    expect(page.locator("#name")).to_have_value("张三")
    return page


def test_the_slower_one_is_told_and_decides(url: str, new_page: NewPage) -> None:
    bob = at_the_line(new_page(), url, "bob")
    bella = at_the_line(new_page(viewport=(390, 844)), url, "bella")
    bella.fill("#job", "钳工")
    bella.get_by_role("button", name="保存").click()
    expect(bella.locator(".facts")).to_contain_text("钳工")

    bob.fill("#job", "厨师")
    bob.get_by_role("button", name="保存").click()
    told = bob.locator(".note-warning[role=alert]")
    expect(told).to_contain_text("Bella")
    expect(told.locator("td")).to_have_text(["岗位", "钳工", "厨师"])
    bella.reload()
    expect(bella.locator(".facts")).to_contain_text("钳工")

    bob.fill("#job", "钳工组长")
    bob.get_by_role("button", name="保存").click()
    expect(bob.locator(".facts")).to_contain_text("钳工组长")
    bob.goto(f"{url}/enterprise/actions")
    expect(bob.locator(".list tbody tr").first).to_contain_text("张三")


def test_bob_gives_his_bus_a_manifest(url: str, new_page: NewPage) -> None:
    bob = at_the_line(new_page(viewport=(390, 844)), url, "bob")
    bob.goto(f"{url}/enterprise/roster/vehicles/new")
    for field, typed in (("plate", "京A12345"), ("driver", "李四"), ("seats", "1")):
        bob.fill(f"#{field}", typed)
    bob.locator("main .btn-primary").click()
    bob.get_by_role("link", name="乘车名单").click()
    expect(bob.locator("main")).to_contain_text("乘车名单为空")
    bob.fill("#search", "zs")
    bob.get_by_role("button", name="查找").click()
    bob.get_by_role("checkbox", name="加入 张三").check()
    bob.get_by_role("button", name="加入勾选人员").click()
    expect(bob.locator(".facts")).to_contain_text("1 / 核定 1 座")
    bob.get_by_role("checkbox", name="移出 张三").check()
    bob.get_by_role("button", name="移出勾选人员").click()
    expect(bob.locator("main")).to_contain_text("乘车名单为空")
