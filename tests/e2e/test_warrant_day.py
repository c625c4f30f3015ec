"""A warrant's life in a real browser: Bob asks, Alice asks back, Carol learns, Alice grants."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.visiting import DROPPED, NewPage, signed_in

pytestmark = [pytest.mark.browser, DROPPED]


def act(page: Page, label: str, why: str = "") -> None:
    """Open a button's box, give the reason, and confirm."""
    box = page.locator("details.act", has_text=label).first
    box.locator("summary").click()
    if why:
        box.locator("input[name=why]").fill(why)
    box.locator("button[type=submit]").click()


def test_from_asking_to_revoking(url: str, new_page: NewPage) -> None:
    alice, bob, carol = (signed_in(new_page(), url, name) for name in ("alice", "bob", "carol"))
    bob.goto(f"{url}/enterprise/warrants")
    bob.locator(".head-acts .btn-primary").click()
    bob.fill("#why", "夜班缺查验员")
    bob.locator("main .btn-primary").click()
    expect(bob.locator(".facts")).to_contain_text("待区局审核")
    asked = bob.url
    alice.goto(f"{url}/bureau/warrants")
    expect(alice.locator(".tabs a", has_text="查验授权")).to_contain_text("1")
    alice.locator("main section a", has_text="Carol").first.click()
    seen = alice.url
    act(alice, "要求补充", "哪个厂区？")
    expect(alice.locator(".facts")).to_contain_text("待企业补充")
    bob.reload()
    expect(bob.locator(".timeline")).to_contain_text("哪个厂区？")
    bob.locator(".head-acts a.btn-primary").click()
    bob.get_by_label("主厂区").check()
    bob.fill("#why", "只在主厂区")
    bob.locator("main .btn-primary").click()
    expect(bob.locator(".facts")).to_contain_text("未确认")
    carol.goto(f"{url}/inspector/warrants")
    carol.locator(".note-warning a", has_text="操作指南").click()
    expect(carol.locator(".guide")).to_contain_text("四宝")
    carol.locator("main .btn-primary").click()
    expect(carol.get_by_role("status").first).to_contain_text("已确认")
    alice.goto(seen)
    act(alice, "按申请授权")
    expect(alice.locator(".timeline")).to_contain_text("同意了查验授权申请")
    granted = alice.url
    bob.goto(asked)
    bob.locator(".head-acts a.btn-primary").click()
    with bob.expect_download() as paper:
        bob.evaluate(
            "const a = document.querySelector('.head-acts a.btn-primary');"
            " a.setAttribute('download', ''); a.click()"
        )
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    alice.goto(granted)
    act(alice, "撤销", "人已离职")
    bob.reload()
    expect(bob.locator(".facts")).to_contain_text("人已离职")
