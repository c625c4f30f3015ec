"""What is heard at the gate: the screen's own words, once, and nobody's name.

The browser is real; its voices and its loudspeaker are not, they note what they were given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from checkpoint.domain.decision import Decision, Outcome
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Reading
from checkpoint.domain.reason import Reason
from kiosk.config import DisplaySettings
from kiosk.display import speech
from kiosk.display.web import WebDisplay
from kiosk.ports import GateView, Phase, Shown

pytestmark = pytest.mark.browser

AT = datetime(2026, 3, 1, tzinfo=UTC)
WORKER = Shown("张伟", "1234", PassKind.WORKER)
WAITING = GateView(Phase.WAITING, Direction.IN, AT)
MEASURING = replace(WAITING, phase=Phase.TEMPERATURE, shown=WORKER)
LOOKING = replace(MEASURING, phase=Phase.MASK)
LOCAL = {"zh": [("zh-CN", True)], "en": [("en-GB", True)]}
EARS = """voices => {
  window.heard = [];
  window.tones = [];
  const known = voices.map(([lang, localService]) => ({ lang, localService, name: lang }));
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const synthesis = {
    speaking: false,
    getVoices: () => known,
    cancel: () => window.heard.push("-"),
    speak: (u) => {
      window.heard.push(`${u.voice.lang} ${u.volume} ${u.text}`);
      document.body.dataset.heard = u.text;
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
  const gain = { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} } };
  window.played = [];
  window.AudioContext = class {
    state = "running"; currentTime = 0; destination = {};
    async decodeAudioData(raw) { return raw.byteLength; }
    createBufferSource() {
      return {
        connect: (to) => to,
        stop() {},
        start() {
          window.played.push(this.buffer);
          document.body.dataset.played = window.played.length;
        },
      };
    }
    createGain() { return { ...gain, connect: (to) => to }; }
    createOscillator() {
      const frequency = {};
      const start = () => window.tones.push(frequency.value);
      return { frequency, connect: (to) => to, start, stop() {} };
    }
  };
}"""

Listen = Callable[..., Page]


def judged(outcome: Outcome, *reasons: Reason) -> GateView:
    return replace(
        WAITING, phase=Phase.VERDICT, shown=WORKER, decision=Decision(outcome, reasons, 1)
    )


ADMITTED = judged(Outcome.ADMIT, Reason.OK)
REFERRED = judged(Outcome.REFER, Reason.NO_MASK)
DENIED = judged(Outcome.DENY, Reason.FEVER)


@pytest.fixture
def listen(page: Page) -> Iterator[Listen]:
    """Opens the page with the given settings and voices while the gate shows a view."""
    displays: list[WebDisplay] = []

    def start(
        language: str = "zh",
        voices: list[tuple[str, bool]] | None = None,
        first: GateView = WAITING,
        **settings: object,
    ) -> Page:
        made = WebDisplay(
            DisplaySettings.model_validate({"port": 0, "language": language, **settings})
        )
        displays.append(made)
        made.show(first)
        page.add_init_script(
            f"({EARS})({[list(v) for v in voices or LOCAL[language]]!r})".replace(
                "True", "true"
            ).replace("False", "false")
        )
        page.goto(made.url)
        expect(page.locator("body")).to_have_attribute("data-link", "live")
        return page

    start.display = lambda: displays[-1]  # type: ignore[attr-defined]
    yield start
    for display in displays:
        display.close()


def shown(listen: Listen, page: Page, *views: GateView) -> None:
    """Show views one after the other, each until the page has it."""
    for number, view in enumerate(views, 1):
        listen.display().show(replace(view, inside=number))  # type: ignore[attr-defined]
        expect(page.locator("#inside")).to_have_text(str(number))


def heard(page: Page) -> list[str]:
    said: list[str] = page.evaluate("window.heard")
    return [words for words in said if words != "-"]


@pytest.mark.parametrize(
    ("language", "view", "words", "tones"),
    [
        ("zh", ADMITTED, ["zh-CN 1 请通行"], [880, 1320]),
        ("zh", REFERRED, ["zh-CN 1 请稍候，找门卫"], [660, 660]),
        ("zh", DENIED, ["zh-CN 1 禁止通行，请听门卫安排"], [220, 220, 220]),
        ("en", ADMITTED, ["en-GB 1 Go ahead"], [880, 1320]),
        ("en", REFERRED, ["en-GB 1 Please wait. See the gatekeeper"], [660, 660]),
        (
            "en",
            DENIED,
            ["en-GB 1 Stop. Follow the gatekeeper's directions"],
            [220, 220, 220],
        ),
    ],
)
def test_a_verdict_is_spoken_once(
    listen: Listen, language: str, view: GateView, words: list[str], tones: list[int]
) -> None:
    page = listen(language)
    shown(listen, page, view, view, replace(view, phase=Phase.CLEAR), WAITING)
    assert heard(page) == words
    assert page.evaluate("window.tones") == tones


def test_the_way_to_a_verdict_is_spoken_and_each_further_measure_asked_for(listen: Listen) -> None:
    page = listen()
    again = replace(MEASURING, readings=(Reading(3790, 3790, "iio", AT),))
    shown(listen, page, MEASURING, MEASURING, again, replace(LOOKING, readings=again.readings))
    come, face = "zh-CN 1 请靠近测温仪，站稳", "zh-CN 1 请正对镜头"
    assert heard(page) == [come, come, face]


def test_nobody_is_sent_to_a_thermometer_that_is_in_the_gatekeepers_hand(listen: Listen) -> None:
    page = listen()
    shown(listen, page, replace(MEASURING, asks=True))
    assert heard(page) == ["zh-CN 1 请到门卫跟前测温"]


def test_the_next_person_is_spoken_to_anew_and_a_refusal_that_is_overridden_too(
    listen: Listen,
) -> None:
    page = listen()
    shown(listen, page, DENIED, judged(Outcome.ADMIT, Reason.OVERRIDDEN), WAITING, ADMITTED)
    assert [words.split()[2] for words in heard(page)] == [
        "禁止通行，请听门卫安排",
        "请通行",
        "请通行",
    ]


def test_several_codes_are_spoken_of_when_they_stay(listen: Listen) -> None:
    page = listen()
    shown(listen, page, replace(WAITING, several_codes=True))
    expect(page.locator("body")).to_have_attribute("data-heard", "请只出示一个")
    assert heard(page) == ["zh-CN 1 请只出示一个"]


def test_no_name_and_no_reason_is_spoken(listen: Listen) -> None:
    page = listen()
    shown(listen, page, MEASURING, LOOKING, DENIED, WAITING, REFERRED, WAITING, ADMITTED)
    said = "".join(heard(page))
    assert said
    assert not any(word in said for word in ("张", "伟", "1234", "体温", "发热"))


def test_a_verdict_that_stood_there_already_is_no_news(listen: Listen) -> None:
    page = listen(first=ADMITTED)
    shown(listen, page, replace(ADMITTED, entry="9-1"))
    assert (heard(page), page.evaluate("window.tones")) == ([], [])


@pytest.mark.parametrize("voices", [[("en-GB", True)], [("zh-CN", False)], [("zh-HK", True)]])
def test_without_a_voice_of_the_language_in_the_browser_the_gate_gives_its_own(
    listen: Listen, voices: list[tuple[str, bool]]
) -> None:
    asked: list[str] = []
    page = listen(voices=voices)
    page.on("request", lambda request: asked.append(request.url.partition("/say/")[2]))
    shown(listen, page, ADMITTED, ADMITTED, WAITING)
    expect(page.locator("body")).to_have_attribute("data-played", "1")
    shown(listen, page, ADMITTED, WAITING)
    expect(page.locator("body")).to_have_attribute("data-played", "2")
    assert [one for one in asked if one] == ["ADMIT.wav?lang=zh"], "asked once, kept after that"
    assert heard(page) == []
    assert all(size > 10_000 for size in page.evaluate("window.played"))


DURATION = """async path => {
  const raw = await (await fetch(path)).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, 22050).decodeAudioData(raw);
  return [sound.duration, Math.max(...sound.getChannelData(0).slice(0, 60000))];
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", ["ADMIT", "REFER", "DENY", "temperature", "mask", "several_codes"])
def test_the_browser_can_play_what_the_gate_speaks(listen: Listen, language: str, key: str) -> None:
    page = listen(language)
    seconds, loudest = page.evaluate(DURATION, f"/say/{key}.wav?lang={language}")
    assert 0.4 < seconds < 5
    assert loudest > 0.1


def test_a_gate_that_cannot_speak_chimes(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "PROGRAM", "no-such-program")
    page = listen(voices=[("en-GB", True)])
    with page.expect_response("**/say/ADMIT.wav*") as answer:
        shown(listen, page, ADMITTED)
    assert answer.value.status == 204
    assert (heard(page), page.evaluate("window.tones")) == ([], [880, 1320])
    assert page.evaluate("window.played") == []
    assert page.request.get(page.url + "say/Zhang.wav").status == 404


def test_mandarin_goes_by_another_name_too_and_the_settings_say_how_loud(listen: Listen) -> None:
    page = listen(voices=[("en", True), ("cmn", True)], volume=40)
    shown(listen, page, ADMITTED)
    assert heard(page) == ["cmn 0.4 请通行"]


def test_tones_alone_by_a_setting(listen: Listen) -> None:
    page = listen(voice=False)
    shown(listen, page, MEASURING, ADMITTED)
    assert (heard(page), page.evaluate("window.tones")) == ([], [880, 1320])


def test_nothing_at_all_by_a_setting(listen: Listen) -> None:
    page = listen(sound=False)
    shown(listen, page, MEASURING, ADMITTED, WAITING, DENIED)
    assert (heard(page), page.evaluate("window.tones")) == ([], [])
    expect(page.locator("#sound")).to_have_count(0)


def test_the_button_ends_it_in_the_middle_of_a_word(listen: Listen) -> None:
    page = listen()
    page.get_by_role("button", name="声音：开").click()
    assert page.evaluate("window.heard") == ["-"]
    shown(listen, page, MEASURING, ADMITTED)
    assert (heard(page), page.evaluate("window.tones")) == ([], [])
