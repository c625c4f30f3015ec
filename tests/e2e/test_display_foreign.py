"""A foreign certificate on the gate's screen: who it names and what it says, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Decision, Outcome, Treasure
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.domain.observation import Direction, Mask
from checkpoint.domain.reason import Reason
from kiosk.config import DisplaySettings
from kiosk.display.web import WebDisplay
from kiosk.ports import GateView, Light, Phase, Shown

pytestmark = pytest.mark.browser

NewPage = Callable[..., Page]
AT = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
VACCINATED = Shown(
    "Gabriele Musterfrau-Gößinger",
    "",
    CertificateKind.VACCINATION,
    country="AT",
    born="1998-02-26",
    says="2/2 · 2026-02-01",
)
TESTED = Shown(
    "Lövström Oscar",
    "",
    CertificateKind.TEST,
    country="SE",
    born="1958-11-11",
    result="detected",
    says="2026-02-28",
)


def judged(shown: Shown, outcome: Outcome, *reasons: Reason) -> GateView:
    doubt = Light.GOOD if outcome is Outcome.ADMIT else Light.DOUBT
    return GateView(
        Phase.VERDICT,
        Direction.IN,
        AT,
        lights=dict(zip(Treasure, (doubt, Light.GOOD, Light.GOOD, Light.GOOD), strict=True)),
        shown=shown,
        mask=Mask.WORN,
        decision=Decision(outcome, reasons, 3),
        second_look=True,
        entry="17-9f31c0de",
        place="长江机械厂 · 北门",
    )


@pytest.fixture
def display() -> Iterator[WebDisplay]:
    with WebDisplay(DisplaySettings(port=0), clock=FixedClock(AT)) as running:
        yield running


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("奥地利 AT", "检出病毒（阳性）")),
        ("en", ("Austria AT", "Virus detected (positive)")),
    ],
)
def test_the_gatekeeper_sees_who_and_what(
    display: WebDisplay,
    new_page: NewPage,
    size: tuple[int, int],
    language: str,
    said: tuple[str, str],
) -> None:
    country, result = said
    display.show(judged(VACCINATED, Outcome.REFER, Reason.FOREIGN_CERTIFICATE))
    page = new_page(viewport=size)
    page.goto(f"{display.url}?lang={language}")
    expect(page.locator("#name")).to_have_text(VACCINATED.name)
    expect(page.locator("#kind")).to_contain_text("境外疫苗接种证明")
    expect(page.locator("#kind")).to_contain_text("Foreign vaccination certificate")
    expect(page.locator("#born")).to_have_text("1998-02-26")
    expect(page.locator("#country")).to_have_text(country)
    expect(page.locator("#says")).to_have_text("2/2 · 2026-02-01")
    reason = page.locator("[data-reason=foreign_certificate]")
    expect(reason).to_contain_text("出示的是境外健康证明")
    expect(reason).to_contain_text("A foreign health certificate")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reasons = (Reason.FOREIGN_CERTIFICATE, Reason.FOREIGN_INSUFFICIENT)
    display.show(judged(TESTED, Outcome.REFER, *reasons))
    expect(page.locator("#result")).to_contain_text(result)


def test_a_name_of_any_length_leaves_the_buttons_in_reach(
    display: WebDisplay, new_page: NewPage
) -> None:
    endless = replace(VACCINATED, name=" ".join(["Wolfeschlegelsteinhausen"] * 6))
    display.show(judged(endless, Outcome.REFER, Reason.FOREIGN_CERTIFICATE))
    page = new_page(viewport=(1280, 800))
    page.goto(f"{display.url}?lang=en")
    expect(page.locator("#name")).to_have_text(endless.name)
    page.locator("#emergency").click(trial=True)
