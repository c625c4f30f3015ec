"""The display's web server, asked as a browser would and as an attacker would."""

import io
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image as Pillow

from checkpoint.domain.decision import Decision, Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask
from checkpoint.domain.reason import Reason
from checkpoint.errors import DeviceFault
from kiosk.config import DisplaySettings
from kiosk.display.guard import host_is_ours, is_loopback
from kiosk.display.null import NullDisplay
from kiosk.display.web import WebDisplay
from kiosk.ports import (
    Annullable,
    AnnulmentPressed,
    DirectionChosen,
    Display,
    EmergencyOpened,
    GateView,
    MaskPressed,
    Overridable,
    OverrideGiven,
    Phase,
    Shown,
    TemperatureTyped,
)

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
WAITING = GateView(Phase.WAITING, Direction.IN, AT)
MEASURING = replace(WAITING, phase=Phase.TEMPERATURE, asks=True)
LOOKING = replace(WAITING, phase=Phase.MASK, asks=True)
REFUSAL = Decision(Outcome.DENY, (Reason.FEVER,), 1)
ENTRY = "1/7/00112233445566ff"
WORKER = Shown("张伟", "1234", PassKind.WORKER)
DENIED = replace(
    WAITING,
    phase=Phase.VERDICT,
    decision=REFUSAL,
    overridable=(Overridable(ENTRY, AT, WORKER, REFUSAL),),
)
ADMITTED = replace(
    WAITING, annullable=(Annullable(ENTRY, AT, Direction.IN, Personal("张伟", "1234", "h1")),)
)


@pytest.fixture
def display() -> Iterator[WebDisplay]:
    with WebDisplay(DisplaySettings(port=0)) as running:
        running.show(WAITING)
        yield running


@pytest.fixture
def browser(display: WebDisplay) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=display.url, trust_env=False) as client:
        yield client


def _token(browser: httpx.Client) -> str:
    found = re.search(r'name="act-token" content="([^"]+)"', browser.get("/").text)
    assert found
    return found[1]


def _press(browser: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    ours = {
        "Origin": str(browser.base_url).rstrip("/"),
        "X-Sibao-Token": _token(browser),
        "Sec-Fetch-Site": "same-origin",
    }
    sent = {k: v for k, v in (ours | headers).items() if v}
    return browser.post("/act", json=body, headers=sent)


def _turn(browser: httpx.Client) -> int:
    return int(browser.get("/state.json").json()["turn"])


@pytest.mark.parametrize(
    ("view", "body", "act"),
    [
        (MEASURING, {"act": "temperature", "value_c": 3650}, TemperatureTyped(3650)),
        (LOOKING, {"act": "mask", "mask": "incorrect"}, MaskPressed(Mask.INCORRECT)),
        (WAITING, {"act": "direction", "direction": "out"}, DirectionChosen(Direction.OUT)),
        (
            DENIED,
            {"act": "override", "words": "  复测 36.8\n 正常 ", "entry": ENTRY},
            OverrideGiven("复测 36.8 正常", ENTRY),
        ),
        (
            replace(MEASURING, overridable=DENIED.overridable),
            {"act": "override", "words": "复测正常", "entry": ENTRY},
            OverrideGiven("复测正常", ENTRY),
        ),
        (ADMITTED, {"act": "annul", "entry": ENTRY}, AnnulmentPressed(ENTRY)),
        (WAITING, {"act": "emergency"}, EmergencyOpened()),
    ],
)
def test_an_act_reaches_the_gate(
    display: WebDisplay, browser: httpx.Client, view: GateView, body: dict[str, Any], act: object
) -> None:
    display.show(view)
    if body["act"] in ("temperature", "mask"):
        body = body | {"turn": _turn(browser)}
    answer = _press(browser, body)
    assert (answer.status_code, answer.json()) == (202, {"taken": True})
    assert display.acts() == [act]
    assert display.acts() == []


@pytest.mark.parametrize(
    ("view", "body", "error"),
    [
        (MEASURING, None, "bad_field"),
        (MEASURING, [], "bad_field"),
        (MEASURING, {"act": ["emergency"]}, "bad_field"),
        (MEASURING, {"act": "open"}, "bad_field"),
        (MEASURING, {"act": "emergency", "extra": 1}, "bad_field"),
        (MEASURING, {"act": "temperature", "value_c": 3650}, "bad_field"),
        (MEASURING, {"act": "temperature", "value_c": 3650, "turn": 0}, "moved_on"),
        (MEASURING, {"act": "temperature", "value_c": 9900, "turn": 2}, "bad_temperature"),
        (MEASURING, {"act": "temperature", "value_c": 36.5, "turn": 2}, "bad_temperature"),
        (MEASURING, {"act": "temperature", "value_c": True, "turn": 2}, "bad_temperature"),
        (MEASURING, {"act": "temperature", "value_c": "3650", "turn": 2}, "bad_temperature"),
        (MEASURING, {"act": "mask", "mask": "worn", "turn": 2}, "not_asked"),
        (MEASURING, {"act": "override", "words": "复测正常", "entry": ENTRY}, "too_late"),
        (DENIED, {"act": "override", "words": "复测正常", "entry": "1/6/00"}, "too_late"),
        (DENIED, {"act": "override", "words": "复测正常", "entry": 7}, "bad_field"),
        (DENIED, {"act": "override", "words": "复测正常"}, "bad_field"),
        (DENIED, {"act": "annul", "entry": ENTRY}, "too_late_to_annul"),
        (ADMITTED, {"act": "annul", "entry": "1/6/00"}, "too_late_to_annul"),
        (ADMITTED, {"act": "annul", "entry": 7}, "bad_field"),
        (ADMITTED, {"act": "annul"}, "bad_field"),
        (
            replace(MEASURING, asks=False),
            {"act": "temperature", "value_c": 3650, "turn": 2},
            "not_asked",
        ),
        (LOOKING, {"act": "mask", "mask": "green", "turn": 2}, "bad_field"),
        (LOOKING, {"act": "mask", "mask": {}, "turn": 2}, "bad_field"),
        (DENIED, {"act": "override", "words": "好 的", "entry": ENTRY}, "bad_words"),
        (DENIED, {"act": "override", "words": "x" * 201, "entry": ENTRY}, "bad_words"),
        (DENIED, {"act": "override", "words": "ab\u202ecd", "entry": ENTRY}, "bad_words"),
        (DENIED, {"act": "override", "words": 12345, "entry": ENTRY}, "bad_words"),
        (WAITING, {"act": "direction", "direction": "up"}, "bad_field"),
    ],
)
def test_a_bad_act_is_refused_with_a_code(
    display: WebDisplay, browser: httpx.Client, view: GateView, body: Any, error: str
) -> None:
    display.show(view)
    answer = _press(browser, body)
    assert answer.status_code in (409, 422)
    assert answer.json()["error"] == error
    assert display.acts() == []


def test_an_admitted_person_needs_no_override(display: WebDisplay, browser: httpx.Client) -> None:
    admitted = Decision(Outcome.ADMIT, (Reason.OK,), 1)
    display.show(replace(DENIED, decision=admitted, overridable=()))
    body = {"act": "override", "words": "复测正常", "entry": ENTRY}
    assert _press(browser, body).json()["error"] == "too_late"


def test_whom_to_override_is_told_at_the_gates_own_screen_only(
    display: WebDisplay, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    display.show(DENIED)
    told = browser.get("/state.json").json()["view"]["overridable"]
    assert [one["shown"]["name"] for one in told] == ["张伟"]
    monkeypatch.setattr("kiosk.display.guard.may_press", lambda _request: False)
    assert browser.get("/state.json").json()["view"]["overridable"] == []


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"Origin": "http://evil.example"}, "wrong_origin"),
        ({"Origin": ""}, "wrong_origin"),
        ({"Origin": "null"}, "wrong_origin"),
        ({"Sec-Fetch-Site": "cross-site"}, "wrong_origin"),
        ({"X-Sibao-Token": "guess"}, "wrong_token"),
        ({"X-Sibao-Token": ""}, "wrong_token"),
    ],
)
def test_only_our_own_page_acts(
    display: WebDisplay, browser: httpx.Client, headers: dict[str, str], error: str
) -> None:
    answer = _press(browser, {"act": "emergency"}, **headers)
    assert (answer.status_code, answer.json()["error"]) == (403, error)
    assert display.acts() == []


@pytest.mark.parametrize("path", ["/", "/state.json", "/preview.jpg", "/static/gate.js"])
def test_a_bent_name_sees_nothing(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path, headers={"Host": "gate.evil.example"})
    assert answer.status_code == 421
    assert answer.json()["error"] == "wrong_host"


@pytest.mark.parametrize(
    ("host", "listening", "ours"),
    [
        ("127.0.0.1:8100", "127.0.0.1", True),
        ("localhost:8100", "127.0.0.1", True),
        ("[::1]:8100", "::1", True),
        ("192.168.1.5:8100", "127.0.0.1", False),
        ("192.168.1.5:8100", "0.0.0.0", True),
        ("gate-3.local:8100", "0.0.0.0", False),
        ("gate-3.local:8100", "gate-3.local", True),
        ("", "127.0.0.1", False),
        ("evil.example", "0.0.0.0", False),
    ],
)
def test_whose_host(host: str, listening: str, *, ours: bool) -> None:
    assert host_is_ours(host, listening) is ours


def test_what_is_this_machine() -> None:
    assert is_loopback("127.0.0.9")
    assert is_loopback("::1")
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("")


@pytest.mark.parametrize(
    "path", ["/", "/state.json", "/words.json", "/static/gate.css", "/nothing"]
)
def test_every_answer_is_hardened(browser: httpx.Client, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    if not path.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("language", "title", "back"),
    [
        ("zh", "这里没有闸机页面", "回到闸机页面"),
        ("en", "There is no page of the gate here", "Back to the gate&#39;s page"),
    ],
)
def test_an_address_that_is_not_there_has_a_page_with_a_way_back(
    browser: httpx.Client, language: str, title: str, back: str
) -> None:
    answer = browser.get(f"/nowhere?lang={language}")
    assert answer.status_code == 404
    assert f"<h1>{title}</h1>" in answer.text
    assert f'href="/">{back}</a>' in answer.text
    assert "gate.css" in answer.text
    assert browser.get("/act").json()["error"] == "bad_field"


def test_nothing_inline_and_nothing_from_outside(browser: httpx.Client) -> None:
    page = browser.get("/").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|https?://|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_the_language_is_remembered_by_the_browser(browser: httpx.Client) -> None:
    assert '<html lang="zh-CN">' in browser.get("/").text
    assert '<html lang="en">' in browser.get("/?lang=en").text
    assert '<html lang="en">' in browser.get("/").text
    assert '<html lang="en">' in browser.get("/?lang=xx").text
    assert browser.get("/words.json?lang=zh").json()["language"] == "zh"


def test_the_configured_language_comes_first() -> None:
    with WebDisplay(DisplaySettings(port=0, language="en")) as display:
        assert '<html lang="en">' in httpx.get(display.url, trust_env=False).text


def test_state_answers_at_once_when_something_is_new(browser: httpx.Client) -> None:
    state = browser.get("/state.json?after=-1").json()
    assert state["view"]["phase"] == "waiting"
    same = browser.get(f"/state.json?after={state['version']}").json()
    assert same["version"] == state["version"]
    assert browser.get("/state.json?after=nonsense").status_code == 200


def test_the_newest_picture_is_a_jpeg_640_wide(display: WebDisplay, browser: httpx.Client) -> None:
    assert browser.get("/preview.jpg?n=0").status_code == 204
    blue = np.zeros((720, 1280, 3), np.uint8)
    blue[:, :, 0] = 255
    display.preview(blue)
    answer = browser.get("/preview.jpg?n=0")
    picture = Pillow.open(io.BytesIO(answer.content)).convert("RGB")
    assert (answer.headers["Content-Type"], picture.size) == ("image/jpeg", (640, 360))
    red, _, blueness = picture.getpixel((320, 180))  # type: ignore[misc]
    assert blueness > 200
    assert red < 50
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_picture_where_the_preview_is_off() -> None:
    with WebDisplay(DisplaySettings(port=0, preview=False)) as display:
        display.preview(np.zeros((8, 8, 3), np.uint8))
        assert httpx.get(display.url + "preview.jpg", trust_env=False).status_code == 404
        assert 'data-picture="off"' in httpx.get(display.url, trust_env=False).text


def test_many_browsers_do_not_starve_the_page(browser: httpx.Client, display: WebDisplay) -> None:
    version = browser.get("/state.json").json()["version"]
    host, port = "127.0.0.1", display.port
    waiting = []
    for _ in range(20):
        connection = socket.create_connection((host, port))
        line = f"GET /state.json?after={version} HTTP/1.1\r\nHost: {host}\r\n\r\n"
        connection.sendall(line.encode())
        waiting.append(connection)
    assert browser.get("/words.json", timeout=3).status_code == 200
    for connection in waiting:
        connection.close()


def test_a_large_body_is_refused(browser: httpx.Client, display: WebDisplay) -> None:
    answer = _press(browser, {"act": "override", "words": "x" * 10_000, "entry": ENTRY})
    assert answer.status_code in (413, 422)
    assert display.acts() == []


def test_a_port_in_use_names_port_and_remedy(display: WebDisplay) -> None:
    with pytest.raises(DeviceFault, match=str(display.port)) as fault:
        WebDisplay(DisplaySettings(port=display.port))
    assert "display.port" in fault.value.remedy


def test_an_address_of_elsewhere_is_a_fault() -> None:
    with pytest.raises(DeviceFault) as fault:
        WebDisplay(DisplaySettings(host="192.0.2.1", port=0))
    assert "display.host" in fault.value.remedy


def test_close_twice_frees_the_port() -> None:
    display = WebDisplay(DisplaySettings(port=0))
    display.close()
    display.close()
    display.show(WAITING)
    with WebDisplay(DisplaySettings(port=display.port)) as again:
        assert httpx.get(again.url, trust_env=False).status_code == 200


def test_nothing_personal_is_logged(
    display: WebDisplay, browser: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="waitress")
    display.show(DENIED)
    words = "张伟体温复测正常"
    _press(browser, {"act": "override", "words": words, "entry": ENTRY})
    assert words not in caplog.text
    assert words not in json.dumps(browser.get("/state.json").json(), ensure_ascii=False)


def test_both_displays_keep_the_port() -> None:
    with NullDisplay() as null, WebDisplay(DisplaySettings(port=0)) as web:
        displays: list[Display] = [null, web]
        for display in displays:
            display.show(WAITING)
            display.preview(np.zeros((2, 2, 3), np.uint8))
            assert display.acts() == []
            assert not display.simulated
            assert display.name


def test_a_gate_without_a_screen_loads_no_web_server() -> None:
    code = (
        "import sys, kiosk.display.null; sys.exit(bool({'flask', 'waitress'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
