"""The gatekeeper's buttons in a real browser, from the press to the gate."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from checkpoint.domain.decision import Decision, Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask, Reading
from checkpoint.domain.plate import PlateMatch
from checkpoint.domain.reason import Reason
from kiosk.config import DisplaySettings
from kiosk.display.web import WebDisplay
from kiosk.ports import (
    Act,
    Annullable,
    AnnulmentPressed,
    BoardingView,
    DirectionChosen,
    EmergencyOpened,
    GateView,
    MaskPressed,
    Overridable,
    OverrideGiven,
    Phase,
    PlatePressed,
    Shown,
    TemperatureTyped,
    VehicleDone,
)

pytestmark = pytest.mark.browser

AT = datetime(2026, 3, 1, tzinfo=UTC)
WORKER = Shown("张伟", "1234", PassKind.WORKER)
WAITING = GateView(Phase.WAITING, Direction.IN, AT)
MEASURING = replace(WAITING, phase=Phase.TEMPERATURE, asks=True, shown=WORKER)
LOOKING = replace(WAITING, phase=Phase.MASK, asks=True, shown=WORKER)
REFUSAL = Decision(Outcome.DENY, (Reason.FEVER,), 1)
ENTRY = "1/7/00112233445566ff"
DENIED = replace(
    WAITING,
    phase=Phase.VERDICT,
    shown=WORKER,
    decision=REFUSAL,
    overridable=(Overridable(ENTRY, AT, WORKER, REFUSAL),),
)

Opened = Callable[[GateView], Page]


@pytest.fixture
def display() -> Iterator[WebDisplay]:
    with WebDisplay(DisplaySettings(port=0)) as running:
        yield running


@pytest.fixture
def opened(display: WebDisplay, page: Page) -> Opened:
    """The page once it shows a view."""

    def show(view: GateView) -> Page:
        display.show(view)
        page.goto(display.url)
        expect(page.locator("body")).to_have_attribute("data-link", "live")
        return page

    return show


def pressed(page: Page, display: WebDisplay, press: Callable[[], None]) -> list[Act]:
    """The acts that the gate gets from a press; the press has been answered."""
    with page.expect_response("**/act"):
        press()
    return display.acts()


@pytest.mark.parametrize(
    ("language", "said", "button"),
    [
        ("zh", "已到 3 人 / 核定 40 座", "车辆查验完毕"),
        ("en", "3 so far / 40 seats", "Vehicle done"),
    ],
)
def test_the_gatekeeper_says_that_a_vehicle_is_done(
    display: WebDisplay, opened: Opened, language: str, said: str, button: str
) -> None:
    page = opened(replace(WAITING, boarding=BoardingView("京A12345", 3, 40)))
    page.goto(f"{display.url}?lang={language}")
    strip = page.locator("#boarding")
    expect(strip).to_contain_text("京A12345")
    expect(strip).to_contain_text(said)
    press = page.get_by_role("button", name=button).click
    assert pressed(page, display, press) == [VehicleDone()]
    display.show(replace(WAITING, boarding=BoardingView("京A12345", 1, 0)))
    expect(strip).not_to_contain_text("40")
    display.show(WAITING)
    expect(strip).to_be_hidden()


def test_a_temperature_by_the_keypad(display: WebDisplay, opened: Opened) -> None:
    page = opened(MEASURING)
    expect(page.locator("#word")).to_have_text("门卫测温")
    expect(page.locator("#word-other")).to_contain_text("Let the gatekeeper measure you")
    for key in ("3", "6", ".", "5"):
        page.locator("#keypad").get_by_role("button", name=key, exact=True).click()
    expect(page.locator("#typed")).to_have_text("36.5 °C")
    page.get_by_role("button", name="确定").click()
    expect(page.locator("#typed")).to_have_text("记录 36.5 °C？")
    assert display.acts() == [], "nothing is recorded before it is confirmed"
    record = page.get_by_role("button", name="记录", exact=True)
    assert pressed(page, display, record.click) == [TemperatureTyped(3650)]
    expect(page.locator("#typed")).to_have_text("已记录 36.5 °C")


def test_a_temperature_by_the_keyboard(display: WebDisplay, opened: Opened) -> None:
    page = opened(MEASURING)
    expect(page.locator("#ask-temperature")).to_be_visible()
    for key in ("3", "7", "2", "Backspace", "8", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#typed")).to_have_text("记录 37.8 °C？")
    page.keyboard.press("Escape")
    for key in ("3", "6", "8", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#typed")).to_have_text("记录 36.8 °C？")
    assert pressed(page, display, lambda: page.keyboard.press("Enter")) == [TemperatureTyped(3680)]


@pytest.mark.parametrize("nonsense", ["", "3", "99", "29.9", "45.1"])
def test_nonsense_is_refused_with_words(display: WebDisplay, opened: Opened, nonsense: str) -> None:
    page = opened(MEASURING)
    expect(page.locator("#ask-temperature")).to_be_visible()
    for key in (*nonsense, "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#ask-error")).to_contain_text("不是体温，请输入 30.0 到 45.0")
    expect(page.locator("#confirm-temperature")).to_be_hidden()
    assert display.acts() == []


def test_a_second_measurement_is_a_new_question(display: WebDisplay, opened: Opened) -> None:
    page = opened(MEASURING)
    for key in ("3", "7", "9", "Enter"):
        page.keyboard.press(key)
    assert pressed(page, display, lambda: page.keyboard.press("Enter")) == [TemperatureTyped(3790)]
    display.show(replace(MEASURING, readings=(Reading(3790, 3790, "keypad", AT),)))
    expect(page.locator("#ask-title")).to_have_text("第 2 次测量：请再测一次")
    expect(page.locator("#ask-earlier")).to_have_text("前次 37.9 °C")
    expect(page.locator("#typed")).to_have_text("––.– °C")


@pytest.mark.parametrize(
    ("name", "mask"), [("戴好", Mask.WORN), ("没戴好", Mask.INCORRECT), ("没戴", Mask.NONE)]
)
def test_a_mask_button(display: WebDisplay, opened: Opened, name: str, mask: Mask) -> None:
    page = opened(LOOKING)
    button = page.get_by_role("button", name=name, exact=True)
    assert pressed(page, display, button.click) == [MaskPressed(mask)]
    expect(page.locator("#mask-error")).to_have_text(f"已记录：{name}")


@pytest.mark.parametrize(
    ("name", "match"), [("一致", PlateMatch.AGREES), ("不一致", PlateMatch.DIFFERS)]
)
def test_the_plate_of_the_pass_is_confirmed_or_differs(
    display: WebDisplay, opened: Opened, name: str, match: PlateMatch
) -> None:
    bus = Shown("张伟", "1234", PassKind.COMMUTING_VEHICLE, "苏A12345")
    page = opened(replace(LOOKING, phase=Phase.PLATE, shown=bus, plate_read="苏A12346"))
    expect(page.locator("#asked-plate")).to_have_text("苏A·12345")
    expect(page.locator("#plate-read")).to_have_text("识别到 苏A12346")
    expect(page.locator("#ask-mask")).to_be_hidden()
    button = page.get_by_role("button", name=name, exact=True)
    assert pressed(page, display, button.click) == [PlatePressed(match)]
    expect(page.locator("#plate-error")).to_have_text(f"已记录：{name}")
    display.show(LOOKING)
    expect(page.locator("#ask-plate")).to_be_hidden()


def test_no_question_where_a_device_answers(opened: Opened) -> None:
    page = opened(replace(MEASURING, asks=False))
    expect(page.locator("#word")).to_have_text("正在测温")
    expect(page.locator("#word-remedy")).to_have_text("请靠近测温仪，站稳")
    expect(page.locator("#ask-temperature")).to_be_hidden()
    expect(page.locator("#ask-mask")).to_be_hidden()


def test_the_gate_is_turned_round(display: WebDisplay, opened: Opened) -> None:
    page = opened(WAITING)
    button = page.get_by_role("button", name="换方向")
    assert pressed(page, display, button.click) == [DirectionChosen(Direction.OUT)]
    display.show(replace(WAITING, direction=Direction.OUT))
    expect(page.locator("#direction-word")).to_have_text("出")
    assert pressed(page, display, button.click) == [DirectionChosen(Direction.IN)]


def test_an_override_asks_for_a_reason_and_twice(display: WebDisplay, opened: Opened) -> None:
    page = opened(DENIED)
    page.get_by_role("button", name="人工放行").click()
    dialog = page.get_by_role("dialog", name="人工放行")
    expect(dialog).to_contain_text("张伟 · 证件尾号 1234")
    dialog.get_by_role("textbox").fill("好的")
    dialog.get_by_role("button", name="下一步").click()
    expect(dialog.get_by_role("alert")).to_have_text("理由太短：至少 4 个字")
    dialog.get_by_role("textbox").fill("复测 36.8 正常")
    dialog.get_by_role("button", name="下一步").click()
    expect(dialog).to_contain_text("确认放行？")
    assert display.acts() == []
    send = dialog.get_by_role("button", name="确认放行")
    assert pressed(page, display, send.click) == [OverrideGiven("复测 36.8 正常", ENTRY)]
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("已交给闸机")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("人工放行", "复测体温正常", "确认放行")),
        ("en", ("Override", "Measured again: normal", "Let through")),
    ],
)
def test_a_usual_reason_is_one_tap(
    display: WebDisplay, opened: Opened, language: str, said: tuple[str, str, str]
) -> None:
    button, usual, send = said
    page = opened(DENIED)
    page.goto(f"{display.url}?lang={language}")
    page.get_by_role("button", name=button).click()
    page.get_by_role("button", name=usual).click()
    expect(page.locator("#override-quote")).to_have_text(usual)
    expect(page.locator("#override-dialog")).to_contain_text("张伟")
    sure = page.get_by_role("button", name=send)
    assert pressed(page, display, sure.click) == [OverrideGiven(usual, ENTRY)]


def test_an_override_is_about_whom_it_was_opened_for(display: WebDisplay, opened: Opened) -> None:
    """The gate reads on while the gatekeeper writes: the next person changes nothing."""
    page = opened(DENIED)
    page.get_by_role("button", name="人工放行").click()
    dialog = page.get_by_role("dialog", name="人工放行")
    next_one = Shown("李四", "9999", PassKind.WORKER)
    newer = Overridable("1/8/ffffffffffffffff", AT, next_one, REFUSAL)
    display.show(replace(DENIED, shown=next_one, overridable=(*DENIED.overridable, newer)))
    expect(page.locator("#name")).to_have_text("李四")
    expect(dialog).to_contain_text("张伟")
    expect(dialog).not_to_contain_text("李四")
    dialog.get_by_role("button", name="已核对身份证件").click()
    send = dialog.get_by_role("button", name="确认放行")
    assert pressed(page, display, send.click) == [OverrideGiven("已核对身份证件", ENTRY)]


def test_an_override_after_the_next_person_has_begun(display: WebDisplay, opened: Opened) -> None:
    unknown = Overridable("1/6/1111111111111111", AT, None, Decision(Outcome.DENY, (), 1))
    page = opened(replace(MEASURING, overridable=(unknown, *DENIED.overridable)))
    page.get_by_role("button", name="人工放行").click()
    dialog = page.get_by_role("dialog", name="人工放行")
    expect(dialog.get_by_role("radio")).to_have_count(2)
    expect(dialog.get_by_role("radio").first).to_be_checked()
    dialog.get_by_text("没有可信的通行证").click()
    dialog.get_by_role("button", name="企业来电确认").click()
    send = dialog.get_by_role("button", name="确认放行")
    assert pressed(page, display, send.click) == [OverrideGiven("企业来电确认", unknown.entry)]
    expect(page.locator("#override-who")).to_be_empty()


def test_nobody_walked_through(display: WebDisplay, opened: Opened) -> None:
    other = Annullable("1/9/1111111111111111", AT, Direction.OUT, None)
    mine = Annullable(ENTRY, AT, Direction.IN, Personal("张伟", "1234", "h1"))
    page = opened(replace(WAITING, annullable=(mine, other)))
    page.get_by_role("button", name="无人通过").click()
    dialog = page.get_by_role("dialog", name="无人通过")
    expect(dialog.get_by_role("radio")).to_have_count(2)
    dialog.get_by_text("张伟").click()
    dialog.get_by_role("button", name="下一步").click()
    expect(dialog).to_contain_text("原记录不变")
    send = dialog.get_by_role("button", name="确认无人通过")
    assert pressed(page, display, send.click) == [AnnulmentPressed(ENTRY)]
    expect(page.locator("#annul-who")).to_be_empty()


def test_nobody_is_annulled_where_nobody_was_admitted(opened: Opened) -> None:
    expect(opened(DENIED).get_by_role("button", name="无人通过")).to_be_disabled()


def test_an_override_that_comes_too_late_says_so(display: WebDisplay, opened: Opened) -> None:
    page = opened(DENIED)
    page.get_by_role("button", name="人工放行").click()
    dialog = page.get_by_role("dialog", name="人工放行")
    dialog.get_by_role("button", name="复测体温正常").click()
    display.show(WAITING)
    expect(page.locator("#word")).to_have_text("请出示通行码")
    send = dialog.get_by_role("button", name="确认放行")
    assert pressed(page, display, send.click) == []
    expect(dialog.get_by_role("alert")).to_contain_text("已过两分钟")
    expect(page.locator("#override")).to_be_disabled()


def test_no_override_for_the_admitted(opened: Opened) -> None:
    admitted = Decision(Outcome.ADMIT, (Reason.OK,), 1)
    page = opened(replace(DENIED, decision=admitted, overridable=()))
    expect(page.get_by_role("button", name="人工放行")).to_be_disabled()


def test_what_stands_under_a_double_tap_is_not_pressed(display: WebDisplay, opened: Opened) -> None:
    page = opened(DENIED)
    page.get_by_role("button", name="人工放行").click()
    usual = page.get_by_role("button", name="复测体温正常")
    box = usual.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + 20, box["y"] + 20)
    expect(page.get_by_role("button", name="确认放行")).to_be_enabled()
    assert display.acts() == []


def test_emergency_takes_two_presses(display: WebDisplay, opened: Opened) -> None:
    page = opened(WAITING)
    page.get_by_role("button", name="紧急开闸").click()
    dialog = page.get_by_role("dialog", name="紧急开闸")
    expect(dialog.get_by_role("button", name="立即开闸")).to_be_hidden()
    dialog.get_by_role("button", name="下一步").click()
    expect(dialog).to_contain_text("再按一次才开闸")
    assert display.acts() == []
    send = dialog.get_by_role("button", name="立即开闸")
    assert pressed(page, display, send.click) == [EmergencyOpened()]
    page.get_by_role("button", name="紧急开闸").click()
    page.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    assert display.acts() == []


def test_a_double_tap_does_not_open(display: WebDisplay, opened: Opened) -> None:
    page = opened(WAITING)
    page.get_by_role("button", name="紧急开闸").click()
    dialog = page.get_by_role("dialog", name="紧急开闸")
    dialog.get_by_role("button", name="下一步").dblclick()
    expect(dialog).to_be_hidden()
    assert display.acts() == []


def test_a_press_that_does_not_arrive_says_so(display: WebDisplay, opened: Opened) -> None:
    page = opened(LOOKING)
    page.route("**/act", lambda route: route.abort())
    page.get_by_role("button", name="戴好", exact=True).click()
    expect(page.locator("#mask-error")).to_have_text("没有送到闸机，请重试")


def test_sound_is_switched_off_and_stays_off(display: WebDisplay, opened: Opened) -> None:
    page = opened(WAITING)
    page.get_by_role("button", name="声音：开").click()
    expect(page.get_by_role("button", name="声音：关")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.get_by_role("button", name="声音：关")).to_be_visible()
