"""Whatever the gate's screen has to say, the gatekeeper's buttons can be pressed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from checkpoint.domain.decision import Decision, Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from checkpoint.errors import Ailment
from kiosk.config import DisplaySettings
from kiosk.display.web import WebDisplay
from kiosk.ports import (
    Annullable,
    Fault,
    GateView,
    Opening,
    Overridable,
    Phase,
    ReferencePhase,
    ReferenceView,
    Shown,
    Unwalked,
)

pytestmark = pytest.mark.browser

AT = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
WIDE = [(1280, 720), (1280, 800), (1366, 768), (1920, 1080), (1024, 768)]
SMALL = [(390, 844), (844, 390)]
LONG = Shown("买买提·艾合买提江·阿卜杜热合曼" * 2, "012X", PassKind.COMMUTING_VEHICLE, "苏A12345")
REFUSAL = Decision(Outcome.DENY, (Reason.EXPIRED, Reason.FEVER, Reason.NO_MASK), 3)
ADMISSION = Annullable("1/8/00", AT, Direction.IN, Personal("张伟", "1234", "h1"))
TECHNICAL = "port = /dev/serial/by-id/usb-FTDI_FT232R: [Errno 2] could not open port " * 3
FAULTS = tuple(
    Fault(device, TECHNICAL, "plug it in, name its port", Ailment.LOST)
    for device in ("thermometer", "barrier", "scanner", "turn")
)
WAITING = GateView(Phase.WAITING, Direction.IN, AT, place="长江机械厂 · 北门")
SOMEBODY = replace(WAITING, shown=LONG, second_look=True)
VIEWS = {
    "nobody": WAITING,
    "measuring": replace(SOMEBODY, phase=Phase.TEMPERATURE),
    "typing": replace(SOMEBODY, phase=Phase.TEMPERATURE, asks=True),
    "looking": replace(SOMEBODY, phase=Phase.MASK, asks=True),
    "comparing": replace(SOMEBODY, phase=Phase.PLATE, asks=True),
    "denied": replace(
        SOMEBODY,
        phase=Phase.VERDICT,
        decision=REFUSAL,
        overridable=(Overridable("1/7/00", AT, LONG, REFUSAL),),
        annullable=(ADMISSION,),
    ),
}


def with_banners(view: GateView) -> GateView:
    return replace(
        view,
        simulated=("camera", "mask"),
        codeless=True,
        several_codes=True,
        opening=Opening(Reason.EMERGENCY, LONG),
        unwalked=Unwalked(AT, LONG),
        reference=ReferenceView(ReferencePhase.DUE),
    )


NewPage = Callable[..., Page]
HIDDEN_UNDER = """() => {
  const pressable = (button) => {
    const box = button.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return button.contains(top);
  };
  const away = [];
  const emergency = document.getElementById("emergency");
  const box = emergency.getBoundingClientRect();
  if (box.top < 0 || box.bottom > innerHeight || !pressable(emergency)) away.push("emergency");
  const fixed = "#override, #annul, #reference";
  for (const button of document.querySelectorAll("#gate button")) {
    if (!button.checkVisibility()) continue;
    if (!button.matches(fixed) || innerWidth < 761 || innerHeight < 521)
      button.scrollIntoView({ block: "nearest" });
    if (!pressable(button)) away.push(button.id || button.textContent);
  }
  scrollTo(0, 0);
  return away;
}"""


@pytest.fixture
def display() -> Iterator[WebDisplay]:
    with WebDisplay(DisplaySettings(port=0)) as running:
        yield running


def opened(page: Page, display: WebDisplay, view: GateView, language: str = "zh") -> None:
    display.show(view)
    page.goto(f"{display.url}?lang={language}")
    expect(page.locator("body")).to_have_attribute("data-link", "live")


def change_to(page: Page, display: WebDisplay, view: GateView) -> None:
    display.show(view)
    expect(page.locator("#faults li")).to_have_count(len(view.faults))
    expect(page.locator("#several")).to_be_visible(visible=view.several_codes)
    face = view.decision.outcome.value if view.decision else view.phase.value
    expect(page.locator("#verdict")).to_have_attribute("data-face", face)
    asking = view.phase.value if view.asks else ""
    expect(page.locator("#verdict")).to_have_attribute("data-asking", asking)


@pytest.mark.parametrize(
    ("size", "language"),
    [*((size, "zh") for size in [*WIDE, *SMALL]), ((1280, 720), "en"), ((390, 844), "en")],
)
def test_every_button_can_be_pressed_whatever_stands_above_it(
    display: WebDisplay, new_page: NewPage, size: tuple[int, int], language: str
) -> None:
    page = new_page(viewport=size)
    opened(page, display, WAITING, language)
    display.preview(np.full((720, 1280, 3), 120, np.uint8))
    expect(page.locator("#camera")).to_have_attribute("data-picture", "live")
    for name, view in VIEWS.items():
        for count in (0, 1, 2, len(FAULTS)):
            for shown in (view, with_banners(view)):
                change_to(page, display, replace(shown, faults=FAULTS[:count]))
                away = page.evaluate(HIDDEN_UNDER)
                assert away == [], f"{name}, {count} faults, banners {shown.several_codes}"


@pytest.mark.parametrize("size", [*WIDE, *SMALL])
def test_a_real_click_opens_the_emergency_question(
    display: WebDisplay, new_page: NewPage, size: tuple[int, int]
) -> None:
    page = new_page(viewport=size)
    opened(page, display, replace(with_banners(VIEWS["denied"]), faults=FAULTS))
    box = page.locator("#emergency").bounding_box()
    assert box
    strip = page.locator("#simulated")
    assert strip.evaluate("node => node.scrollHeight <= node.clientHeight + 1")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#emergency-dialog")).to_be_visible()


@pytest.mark.parametrize("size", [(1280, 800), (1280, 720), (390, 844)])
@pytest.mark.parametrize(
    ("language", "said"), [("zh", ["故障 3", "技术信息"]), ("en", ["Faults 3", "Technical detail"])]
)
def test_three_faults_are_all_in_sight_with_their_count(
    display: WebDisplay, new_page: NewPage, size: tuple[int, int], language: str, said: list[str]
) -> None:
    page = new_page(viewport=size)
    opened(page, display, replace(VIEWS["measuring"], faults=FAULTS[:3]), language)
    expect(page.locator("#fault-count")).to_have_text(said[0])
    rows = page.locator("#faults li")
    expect(rows).to_have_count(3)
    for row in rows.all():
        expect(row.locator("code")).to_be_in_viewport(ratio=1)
        expect(row.locator("b")).to_be_in_viewport(ratio=1)
        expect(row.locator("summary")).to_have_text(said[1])
        expect(row.locator("details span")).to_be_hidden()
    rows.first.locator("summary").click()
    expect(rows.first.locator("details span")).to_contain_text("could not open port")
    assert page.evaluate(HIDDEN_UNDER) == []


def test_the_frame_of_the_picture_stands_only_where_a_picture_ever_came(
    display: WebDisplay, page: Page
) -> None:
    opened(page, display, WAITING)
    expect(page.locator("#camera")).to_have_attribute("data-picture", "awaited")
    expect(page.locator("#camera")).to_be_hidden()
    display.preview(np.full((720, 1280, 3), 120, np.uint8))
    expect(page.locator("#preview")).to_be_visible()


def test_the_lamps_of_a_phone_have_words_large_enough(
    display: WebDisplay, new_page: NewPage
) -> None:
    page = new_page(viewport=(390, 844))
    opened(page, display, VIEWS["measuring"], "en")
    sizes = page.eval_on_selector_all(
        ".lamp-say > *", "nodes => nodes.map(node => parseFloat(getComputedStyle(node).fontSize))"
    )
    assert min(sizes) >= 13
    cut = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).length"
    assert page.eval_on_selector_all(".lamp", cut) == 0
