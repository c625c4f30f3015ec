"""Alice and Erin publish a policy together, in a real browser: the second one's word counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from admin.auth import accounts
from admin.auth.account import Role
from checkpoint.services import SYSTEM
from checkpoint.services import policy as policies
from tests.admin.plant import PASSWORD, Plant
from tests.e2e.visiting import DROPPED, signed_in

pytestmark = [pytest.mark.browser, DROPPED]


@pytest.fixture
def plant(plant: Plant) -> Plant:
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with plant.app.app_context():
        accounts.add(plant.office, SYSTEM, accounts.NewAccount("erin", "Erin", Role.BUREAU), known)
    return plant


def test_alice_proposes_and_erin_confirms(
    plant: Plant, url: str, new_page: Callable[..., Page]
) -> None:
    alice = signed_in(new_page(), url, "alice")
    alice.goto(f"{url}/bureau/policy/edit")
    alice.locator("#fever_threshold_c").fill("37.0")
    alice.locator("#why").fill("春季返岗高峰")
    alice.get_by_role("button", name="提请复核").click()
    card = alice.locator("[data-proposal]")
    expect(card).to_contain_text("待同事复核")
    expect(card.get_by_role("button", name="复核通过")).to_have_count(0)
    assert policies.in_force(plant.office).fever_threshold_c == 3730
    erin = signed_in(new_page(), url, "erin")
    erin.get_by_role("link", name="双人复核").click()
    card = erin.locator("[data-proposal]")
    expect(card).to_contain_text("春季返岗高峰")
    expect(card).to_contain_text("37.0 °C")
    card.locator("summary", has_text="复核通过").click()
    card.get_by_role("button", name="复核通过").click()
    expect(erin.locator("[data-proposal]")).to_contain_text("已复核")
    assert policies.in_force(plant.office).fever_threshold_c == 3700
    bob = signed_in(new_page(), url, "bob")
    bob.goto(f"{url}/enterprise/")
    expect(bob.locator("[data-news]")).to_contain_text("春季返岗高峰")
