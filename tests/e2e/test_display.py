"""The gate's screen in a real browser: what it shows, and that it never shows what is not so."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Decision, Outcome, Treasure
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.errors import Ailment
from kiosk.config import DisplaySettings
from kiosk.display.web import WebDisplay
from kiosk.ports import Connection, Fault, GateView, Light, Opening, Phase, Shown

pytestmark = pytest.mark.browser

NewPage = Callable[..., Page]

AT = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
ONLINE = Connection(True, True, 0, 185, AT - timedelta(seconds=70))
WORKER = Shown("张伟", "1234", PassKind.WORKER)
BUS = Shown("欧阳建国", "012X", PassKind.COMMUTING_VEHICLE, "苏A12345")
OFF, PENDING, GOOD, DOUBT, BAD = Light
SIZES = {"kiosk": (1280, 800), "wide": (1920, 1080), "phone": (390, 844)}


def lights(*four: Light) -> dict[Treasure, Light]:
    return dict(zip(Treasure, four, strict=True))


def judged(view: GateView, outcome: Outcome, *reasons: Reason) -> GateView:
    return replace(view, phase=Phase.VERDICT, decision=Decision(outcome, reasons, 3))


def reading(value_c: int) -> Reading:
    return Reading(value_c - 30, value_c, "keypad", AT)


WAITING = GateView(
    Phase.WAITING, Direction.IN, AT, connection=ONLINE, inside=128, place="长江机械厂 · 北门"
)
MEASURING = replace(
    WAITING,
    phase=Phase.TEMPERATURE,
    asks=True,
    shown=WORKER,
    lights=lights(GOOD, GOOD, PENDING, OFF),
)
LOOKING = replace(
    WAITING,
    phase=Phase.MASK,
    asks=True,
    shown=BUS,
    readings=(reading(3650),),
    lights=lights(GOOD, GOOD, GOOD, PENDING),
)
SEVERAL = replace(WAITING, several_codes=True)
ADMITTED = judged(
    replace(
        WAITING,
        shown=BUS,
        readings=(reading(3650),),
        mask=Mask.WORN,
        lights=lights(GOOD, GOOD, GOOD, GOOD),
        second_look=True,
        entry="9f31c0de",
    ),
    Outcome.ADMIT,
    Reason.OK,
)
REFERRED = judged(
    replace(
        WAITING,
        shown=WORKER,
        readings=(reading(3650),),
        mask=Mask.INCORRECT,
        lights=lights(GOOD, DOUBT, GOOD, DOUBT),
    ),
    Outcome.REFER,
    Reason.ALREADY_INSIDE,
    Reason.MASK_INCORRECT,
)
DENIED = judged(
    replace(
        WAITING,
        shown=WORKER,
        readings=(reading(3790), reading(3840)),
        mask=Mask.NONE,
        lights=lights(BAD, GOOD, BAD, BAD),
    ),
    Outcome.DENY,
    Reason.EXPIRED,
    Reason.FEVER,
    Reason.NO_MASK,
)
TROUBLED = replace(
    WAITING,
    connection=Connection(True, False, 42, 30 * 3600),
    faults=(Fault("camera", "camera 0 gave no frame for 5 s", "check its cable", Ailment.SILENT),),
    simulated=("thermometer", "barrier"),
)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(AT)


@pytest.fixture
def display(clock: FixedClock) -> Iterator[WebDisplay]:
    with WebDisplay(DisplaySettings(port=0), clock=clock) as running:
        yield running


def lamps(page: Page) -> list[str]:
    found = page.locator(".lamp").all()
    return [str(lamp.get_attribute("data-light")) for lamp in found]


def opened(page: Page, display: WebDisplay, language: str, view: GateView) -> None:
    display.show(view)
    page.goto(f"{display.url}?lang={language}")
    expect(page.locator("body")).to_have_attribute("data-link", "live")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["请出示通行码", "在厂人数", "在线", "进", "数据更新于 3 分钟前"]),
        ("en", ["Show your pass", "Inside", "Online", "In", "Data updated 3 min ago"]),
    ],
)
def test_waiting(
    display: WebDisplay, new_page: NewPage, size: str, language: str, said: list[str]
) -> None:
    page = new_page(viewport=SIZES[size])
    opened(page, display, language, WAITING)
    expect(page.locator("#word")).to_have_text(said[0])
    for words in [*said[1:], "长江机械厂 · 北门", "128"]:
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    assert lamps(page) == ["off"] * 4
    expect(page.locator(".glyph")).to_have_text(["码", "登", "温", "罩"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "shows",
    [
        (ADMITTED, "zh", ["请通行", "全部通过"], ["good"] * 4),
        (ADMITTED, "en", ["Go ahead", "All in order"], ["good"] * 4),
        (REFERRED, "zh", ["请稍候", "记录显示已在厂内", "口罩没有戴好"], ["good", "doubt"] * 2),
        (REFERRED, "en", ["Please wait", "Already recorded as inside"], ["good", "doubt"] * 2),
        (
            DENIED,
            "zh",
            ["禁止通行", "通行证已过期", "体温偏高", "没有戴口罩"],
            ["bad", "good", "bad", "bad"],
        ),
        (DENIED, "en", ["Stop", "It has expired", "No mask"], ["bad", "good", "bad", "bad"]),
    ],
)
def test_verdict(
    display: WebDisplay,
    new_page: NewPage,
    size: str,
    shows: tuple[GateView, str, list[str], list[str]],
) -> None:
    view, language, (word, *reasons), lit = shows
    page = new_page(viewport=SIZES[size])
    opened(page, display, language, view)
    assert view.decision
    outcome = view.decision.outcome.value
    expect(page.locator("#word")).to_have_text(word)
    expect(page.locator("#verdict")).to_have_attribute("data-face", outcome)
    expect(page.locator("#icon")).to_have_attribute("href", f"#i-{outcome}")
    expect(page.locator("#reasons li")).to_have_count(len(view.decision.reasons))
    for reason in reasons:
        expect(page.locator("#reasons").get_by_text(reason, exact=True)).to_be_visible()
    assert lamps(page) == lit
    assert view.shown
    expect(page.locator("#name")).to_have_text(view.shown.name)
    expect(page.locator("#id-tail")).to_have_text(view.shown.id_tail)
    degrees = f"{view.readings[-1].corrected_c / 100:.1f} °C"
    expect(page.locator("[data-treasure=temperature] .lamp-value")).to_have_text(degrees)
    assert nothing_is_cut_off(page), "a part of the verdict can't be seen without scrolling"


def nothing_is_cut_off(page: Page) -> bool:
    script = """() => ["#verdict", ".lamp", "header"].every(part =>
        [...document.querySelectorAll(part)].every(node =>
            node.scrollHeight <= node.clientHeight + 2 && node.scrollWidth <= node.clientWidth + 2))
        && document.documentElement.scrollWidth <= innerWidth"""
    return bool(page.evaluate(script))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_at_once_still_shows_the_verdict(
    display: WebDisplay, page: Page, language: str
) -> None:
    many = (
        Reason.EXPIRED,
        Reason.BUNDLE_STALE,
        Reason.ALREADY_INSIDE,
        Reason.FEVER,
        Reason.NO_MASK,
    )
    view = replace(DENIED, faults=TROUBLED.faults, simulated=("barrier",), second_look=True)
    opened(page, display, language, replace(view, decision=Decision(Outcome.DENY, many, 3)))
    expect(page.locator("#reasons li")).to_have_count(5)
    expect(page.locator("#word")).to_be_in_viewport(ratio=1)
    assert nothing_is_cut_off(page)


def test_the_vehicle_and_the_second_look(display: WebDisplay, page: Page) -> None:
    opened(page, display, "zh", ADMITTED)
    expect(page.locator("#plate")).to_have_text("苏A12345")
    expect(page.locator("#kind")).to_have_text("员工通勤车辆通行证")
    expect(page.locator("#second-look")).to_contain_text("请门卫核对： 车牌、驾驶员")
    expect(page.locator("#second-look")).not_to_contain_text("姓名")
    display.show(replace(ADMITTED, shown=WORKER))
    expect(page.locator("#second-look")).to_contain_text("本人、姓名、证件尾号")
    display.show(replace(DENIED, second_look=False))
    expect(page.locator("#second-look")).to_be_hidden()
    expect(page.locator("#plate")).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "reason", "by"),
    [
        ("zh", Reason.OVERRIDDEN, "门卫放行"),
        ("en", Reason.OVERRIDDEN, "Let through by the gatekeeper"),
        ("zh", Reason.EMERGENCY, "紧急开闸"),
        ("en", Reason.EMERGENCY, "Emergency opening"),
    ],
)
def test_whom_people_let_through_is_not_said_to_be_registered(
    display: WebDisplay, page: Page, language: str, reason: Reason, by: str
) -> None:
    opened(page, display, language, judged(WAITING, Outcome.ADMIT, reason, Reason.MALFORMED))
    expect(page.locator("#word-remedy")).to_have_text(by)
    expect(page.locator(".headline")).not_to_contain_text("登记完成")
    expect(page.locator(".headline")).not_to_contain_text("You are registered")


@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_what_is_not_there_stands_in_the_middle(
    display: WebDisplay, new_page: NewPage, size: str
) -> None:
    page = new_page(viewport=SIZES[size])
    page.goto(f"{display.url}nowhere?lang=en")
    box = page.get_by_role("heading").bounding_box()
    assert box
    assert abs(box["x"] + box["width"] / 2 - SIZES[size][0] / 2) < 30
    page.get_by_role("link", name="Back to the gate").click()
    expect(page.locator("#verdict")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "道闸已开 紧急开闸"), ("en", "The barrier is open Emergency opening")],
)
def test_an_open_barrier_is_said_beside_a_refusal(
    display: WebDisplay, new_page: NewPage, size: str, language: str, said: str
) -> None:
    page = new_page(viewport=SIZES[size])
    opened(page, display, language, replace(DENIED, opening=Opening(Reason.EMERGENCY)))
    banner = page.locator("#opening")
    expect(banner).to_have_text(said)
    expect(banner).to_be_in_viewport(ratio=1)
    assert nothing_is_cut_off(page)
    display.show(replace(DENIED, opening=Opening(Reason.OVERRIDDEN, BUS)))
    expect(banner).to_contain_text("欧阳建国")
    display.show(replace(ADMITTED, opening=Opening(Reason.OK, BUS)))
    expect(banner).to_be_hidden()
    display.show(DENIED)
    expect(page.locator("#word")).to_have_text({"zh": "禁止通行", "en": "Stop"}[language])
    expect(banner).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["画面里有几个码", "请只出示一个", "Several codes in view · Hold only one"]),
        ("en", ["Several codes in view", "Hold only one", "画面里有几个码 · 请只出示一个"]),
    ],
)
def test_several_codes_in_view_are_said_while_they_are_there(
    display: WebDisplay, page: Page, language: str, said: list[str]
) -> None:
    opened(page, display, language, WAITING)
    expect(page.locator("#several")).to_be_hidden()
    display.show(replace(WAITING, several_codes=True))
    for words in said:
        expect(page.locator("#several")).to_contain_text(words)
    display.show(WAITING)
    expect(page.locator("#several")).to_be_hidden()


def test_a_person_who_has_gone_leaves_nothing(display: WebDisplay, page: Page) -> None:
    opened(page, display, "zh", ADMITTED)
    expect(page.get_by_text("欧阳建国")).to_be_visible()
    display.show(WAITING)
    expect(page.locator("#word")).to_have_text("请出示通行码")
    gate = page.locator("#gate")
    for personal in ("欧阳建国", "012X", "苏A12345", "36.5"):
        expect(gate).not_to_contain_text(personal)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["离线 · 42 条未上传", "数据更新于 30 小时前", "摄像头没有画面", "测温仪 · 道闸"]),
        ("en", ["Offline · 42 not sent", "Data updated 30 h ago", "The camera gives no picture"]),
    ],
)
def test_trouble(display: WebDisplay, page: Page, language: str, said: list[str]) -> None:
    opened(page, display, language, TROUBLED)
    for words in [*said, "SIMULATED 模拟", "C-02"]:
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    expect(page.locator("#faults")).to_contain_text(
        "camera 0 gave no frame for 5 s → check its cable"
    )
    technical = page.locator("#faults details")
    expect(technical.locator("summary")).to_have_text(
        {"zh": "技术信息", "en": "Technical detail"}[language]
    )
    expect(technical.locator("span")).to_be_hidden()
    technical.locator("summary").click()
    expect(technical.locator("span")).to_be_visible()
    expect(technical.locator("span")).to_have_attribute("lang", "en")
    small, large = (
        float(part.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))
        for part in (technical, page.locator("#faults b"))
    )
    assert small <= 0.7 * large, "what the maintainer reads is not what the gatekeeper reads"
    display.show(WAITING)
    expect(page.locator("#simulated")).to_be_hidden()
    expect(page.locator("#faults")).to_be_hidden()


def test_a_stand_alone_gate_says_so(display: WebDisplay, page: Page) -> None:
    opened(page, display, "zh", replace(WAITING, connection=Connection(False, False, 0)))
    expect(page.locator("#connection")).to_have_text("单机运行")


def test_the_language_is_switched_and_remembered(display: WebDisplay, page: Page) -> None:
    display.show(WAITING)
    page.goto(display.url)
    expect(page.locator("#word")).to_have_text("请出示通行码")
    page.get_by_role("link", name="Switch to English").click()
    expect(page.locator("#word")).to_have_text("Show your pass")
    page.goto(display.url)
    expect(page.locator("#word")).to_have_text("Show your pass")


def test_the_time_is_that_of_the_gates_zone(clock: FixedClock, new_page: NewPage) -> None:
    with WebDisplay(DisplaySettings(port=0), zone="Asia/Urumqi", clock=clock) as display:
        page = new_page()
        opened(page, display, "zh", WAITING)
        expect(page.locator("#time")).to_contain_text("2026年3月1日 06:30:0")


def test_the_camera_picture(display: WebDisplay, page: Page) -> None:
    opened(page, display, "zh", WAITING)
    expect(page.get_by_text("没有画面")).to_be_hidden()
    display.preview(np.full((720, 1280, 3), 120, np.uint8))
    picture = page.get_by_role("img", name="闸机摄像头画面")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 640
    expect(picture).to_be_hidden(timeout=6000)
    expect(page.get_by_text("没有画面")).to_be_visible()


def test_a_gate_that_stops_is_not_a_frozen_verdict(display: WebDisplay, page: Page) -> None:
    opened(page, display, "zh", ADMITTED)
    expect(page.locator("#word")).to_be_visible()
    display.close()
    expect(page.get_by_role("heading", name="连接不到闸机")).to_be_visible(timeout=3000)
    expect(page.locator("#lost")).to_contain_text("The gate can't be reached")


def test_the_page_comes_back_with_the_gate(clock: FixedClock, page: Page) -> None:
    with WebDisplay(DisplaySettings(port=0), clock=clock) as display:
        opened(page, display, "zh", ADMITTED)
        settings = DisplaySettings(port=display.port)
    expect(page.locator("#lost")).to_be_visible(timeout=3000)
    with WebDisplay(settings, clock=clock) as again:
        again.show(WAITING)
        expect(page.locator("#lost")).to_be_hidden()
        expect(page.locator("#word")).to_have_text("请出示通行码")


def test_a_gate_that_hangs_says_so(display: WebDisplay, page: Page, clock: FixedClock) -> None:
    opened(page, display, "zh", ADMITTED)
    clock.advance(11)
    expect(page.get_by_role("heading", name="闸机没有反应")).to_be_visible()
    display.show(WAITING)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator("#word")).to_have_text("请出示通行码")


def test_before_the_first_view_the_gate_is_starting(display: WebDisplay, page: Page) -> None:
    page.goto(display.url)
    expect(page.locator("#word")).to_have_text("正在启动")
    display.show(WAITING)
    expect(page.locator("#word")).to_have_text("请出示通行码")


def test_the_verdict_is_announced_and_never_by_colour_alone(
    display: WebDisplay, page: Page
) -> None:
    opened(page, display, "en", DENIED)
    headline = page.locator(".headline")
    expect(headline).to_have_attribute("aria-live", "assertive")
    expect(headline).to_contain_text("Stop")
    words = page.locator(".lamp-word").all_text_contents()
    assert words == ["Refused", "Good", "Refused", "Refused"]
    marks = page.locator(".mark use").evaluate_all("uses => uses.map(u => u.getAttribute('href'))")
    assert marks == ["#i-bad", "#i-good", "#i-bad", "#i-bad"]


CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
  const ground = (node) => {
    if (!node) return [13, 19, 25];
    return over(parse(getComputedStyle(node).backgroundColor), ground(node.parentElement));
  };
  const light = (rgb) => rgb.map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const poor = [];
  for (const node of document.querySelectorAll("#gate *")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !node.checkVisibility() || node.disabled || node.closest(".simulated")) continue;
    const below = ground(node);
    const [a, b] = [light(over(parse(getComputedStyle(node).color), below)), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${node.id || node.className || node.tagName} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("view", [SEVERAL, LOOKING, ADMITTED, REFERRED, DENIED, TROUBLED])
def test_contrast(display: WebDisplay, page: Page, view: GateView) -> None:
    opened(page, display, "zh", view)
    expect(page.locator("#verdict")).not_to_have_attribute("data-face", "starting")
    assert page.evaluate(CONTRAST) == []
