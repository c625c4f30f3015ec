"""A phone pass in a real browser: the link, the key, the living code off the screen to the gate."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from checkpoint.clock import FixedClock, rfc3339
from checkpoint.credential import Trust
from checkpoint.domain.decision import Outcome
from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.reason import Reason
from checkpoint.keys import Keyring
from checkpoint.services import SYSTEM, phone
from checkpoint.services.forms import PassForm
from kiosk.gate.decision import InForce
from tests.admin.plant import NOW, PASSWORD, Plant
from tests.e2e.visiting import DROPPED
from tests.kiosk.gatehouse import House, bundle, open_journal

pytestmark = [pytest.mark.browser, DROPPED]

PHONE = (390, 844)
STEP = timedelta(seconds=30)
WITHOUT_ED25519 = """
const made = crypto.subtle.generateKey.bind(crypto.subtle);
crypto.subtle.generateKey = async (how, ...more) => {
  if (how.name === "Ed25519") throw new DOMException("no", "NotSupportedError");
  return made(how, ...more);
};
"""
EXPORTS = """async () => {
  const { read } = await import("/phone/static/keys.js");
  const { pair } = await read("pass");
  const tried = ["raw", "pkcs8", "jwk"].map((how) => crypto.subtle.exportKey(how, pair.privateKey));
  return (await Promise.allSettled(tried)).map((answer) => answer.status);
}"""


@dataclass
class Holder:
    """张三 with a phone; what its screen shows is read by the gate's own reader."""

    page: Page
    url: str
    plant: Plant
    folder: Path

    def fetch(self, link: str = "") -> None:
        """Open the link and take the pass."""
        self.page.goto(f"{self.url}/phone/#{link or self.link()}")
        self.page.locator("#fetch").click()

    def link(self) -> str:
        form = PassForm(
            PassKind.WORKER, NOW + timedelta(days=9), holder_id=self.plant.ids["worker_a"]
        )
        return phone.make_link(self.plant.office, SYSTEM, self.plant.ids["a"], form)

    def at(self, now: datetime) -> None:
        """The phone's clock says so."""
        self.page.clock.set_fixed_time(now)

    def code(self, now: datetime) -> str:
        """The text in a screenshot of the screen at that time."""
        self.at(now)
        step = int(now.timestamp()) // 30
        self.page.locator(f"#qr[data-step='{step}']").wait_for()
        shot = self.folder / "screen.png"
        self.page.screenshot(path=shot)
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "read", str(shot)],
            capture_output=True,
            check=True,
            timeout=50,
        )
        (text,) = json.loads(done.stdout)["texts"]
        return str(text)

    @property
    def trust(self) -> Trust:
        return Trust(Keyring([self.plant.office.keys.issuer(self.plant.ids["a"]).trusted]))

    def verdict(self, text: str, at: datetime) -> tuple[int, list[str]]:
        """What `checkpoint verify` says of it."""
        self.trust.keyring.save(self.folder / "trust.json")
        options = ["--trust", str(self.folder / "trust.json"), "--at", rfc3339(at)]
        done = subprocess.run(
            [sys.executable, "-m", "checkpoint", "verify", *options, "-"],
            input=text.encode(),
            capture_output=True,
            check=False,
            timeout=50,
        )
        return done.returncode, json.loads(done.stdout)["reasons"]


@pytest.fixture
def holder(new_page: Callable[..., Page], url: str, plant: Plant, tmp_path: Path) -> Holder:
    holder = Holder(new_page(viewport=PHONE), url, plant, tmp_path)
    holder.at(NOW)
    return holder


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_the_code_on_the_screen_is_valid_now_and_stale_ninety_seconds_later(
    holder: Holder, algorithm: KeyAlgorithm
) -> None:
    if algorithm is KeyAlgorithm.ES256:
        holder.page.add_init_script(WITHOUT_ED25519)
    holder.fetch()
    expect(holder.page.locator("#name")).to_have_text("张三")
    assert "#" not in holder.page.url, "the link is out of sight once it is used"
    text = holder.code(NOW)
    assert text.startswith("SB2:")
    assert holder.verdict(text, NOW) == (0, ["ok"])
    assert holder.verdict(text, NOW + timedelta(seconds=90)) == (1, ["stale_code"])
    kind = holder.page.evaluate(
        "async () => (await (await import('/phone/static/keys.js')).read('pass')).algorithm"
    )
    assert kind == algorithm


def test_a_second_use_of_the_screen_is_replayed_at_the_gate(holder: Holder) -> None:
    holder.fetch()
    text, ids = holder.code(NOW), holder.plant.ids
    place = bundle(
        enterprise=Enterprise(ids["a"], "晨光机械厂", ""),
        site=Site(ids["site_a"], ids["a"], "主厂区"),
        gate=Gate(ids["gate_a"], ids["site_a"], "一号门"),
        trust=holder.trust,
    )
    clock = FixedClock(NOW)
    with open_journal(holder.folder / "gate", clock) as journal:
        house = House(journal, clock, in_force=InForce(place))
        house.see(text)
        house.empty(15)
        house.see(text)
        first, second = house.entries
    assert Reason.REPLAYED not in first.reasons
    assert Reason.REPLAYED in second.reasons
    assert second.outcome is Outcome.DENY


def test_the_private_key_cannot_be_read_out(holder: Holder) -> None:
    holder.fetch()
    holder.code(NOW)
    assert holder.page.evaluate(EXPORTS) == ["rejected"] * 3


def test_without_network_the_page_opens_and_the_code_goes_on(holder: Holder) -> None:
    holder.fetch()
    first = holder.code(NOW)
    holder.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    holder.page.context.set_offline(True)
    holder.page.goto(f"{holder.url}/phone/")
    second = holder.code(NOW + 4 * STEP)
    assert second != first
    assert holder.verdict(second, NOW + 4 * STEP) == (0, ["ok"])


def test_a_link_that_was_used_gives_a_second_phone_nothing(
    holder: Holder, new_page: Callable[..., Page]
) -> None:
    link = holder.link()
    holder.fetch(link)
    holder.code(NOW)
    thief = Holder(new_page(viewport=PHONE), holder.url, holder.plant, holder.folder)
    thief.fetch(link)
    expect(thief.page.locator("#refused")).to_be_visible()
    expect(thief.page.locator("#code")).to_be_hidden()


def test_the_link_opened_again_shows_the_pass_that_it_brought(holder: Holder) -> None:
    link = holder.link()
    holder.fetch(link)
    holder.code(NOW)
    for opened_anew, shown in ((link, "#code"), (holder.link(), "#offer")):
        holder.page.goto("about:blank")
        holder.page.goto(f"{holder.url}/phone/#{opened_anew}")
        expect(holder.page.locator(shown)).to_be_visible()
    holder.page.locator("#here a").click()
    expect(holder.page.locator("#code")).to_be_visible()
    assert "#" not in holder.page.url


def test_a_wrong_clock_is_told(holder: Holder) -> None:
    holder.fetch()
    holder.code(NOW)
    expect(holder.page.locator("#clock")).to_be_hidden()
    holder.at(NOW + timedelta(minutes=5))
    holder.page.reload()
    expect(holder.page.locator("#clock")).to_be_visible()


def test_a_phone_without_a_pass_is_told_where_to_get_one(holder: Holder) -> None:
    holder.page.goto(f"{holder.url}/phone/")
    expect(holder.page.locator("#empty")).to_be_visible()


def test_bob_makes_the_link_and_no_page_is_wider_than_a_phone(holder: Holder) -> None:
    page, worker = holder.page, holder.plant.ids["worker_a"]
    page.goto(f"{holder.url}/sign-in")
    page.fill("#username", "bob")
    page.fill("#password", PASSWORD)
    page.locator("main .btn-primary").click()
    page.locator(".who").wait_for()
    page.goto(f"{holder.url}/enterprise/roster/{worker}")
    page.locator(f"a[href='/phone/links/{worker}']").click()
    page.locator("main .btn-primary").click()
    shown = page.locator("#link").inner_text()
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert shown.startswith("http://127.0.0.1:8000/phone/#")
    holder.fetch(shown.partition("#")[2])
    assert holder.verdict(holder.code(NOW), NOW) == (0, ["ok"])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


DRAWN = """async () => {
  const { modulesOf } = await import("/phone/static/qr.js");
  const { ALPHABET } = await import("/phone/static/qr_bytes.js");
  return [1, 20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528, 600, 656, 734, 816,
    909, 970].map((length) => {
    const text = Array.from({ length }, (_, i) => ALPHABET[(i * i + 7 * length) % 45]).join("");
    return [text, modulesOf(text).map((row) => row.map(Number))];
  });
}"""


def test_every_version_that_the_phone_draws_is_read(holder: Holder) -> None:
    holder.page.goto(f"{holder.url}/phone/")
    versions = set()
    for text, modules in holder.page.evaluate(DRAWN):
        light = np.pad(1 - np.array(modules, np.uint8), 4, constant_values=1)
        picture = np.kron(light * np.uint8(255), np.ones((4, 4), np.uint8))
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [text], len(text)
        versions.add((len(modules) - 17) // 4)
    assert versions == set(range(1, 21))
