"""Nothing that the gate can say is without words, in either language."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask
from checkpoint.domain.operator_code import LETTERS, OperatorCode, operator_code
from checkpoint.domain.reason import Reason
from checkpoint.errors import Ailment
from kiosk.display import acts, fault_words, gate_words, page_words, reason_words
from kiosk.display.bilingual import Advice, Said
from kiosk.display.messages import LANGUAGES, words
from kiosk.gate.faults import Code
from kiosk.ports import Light, Phase

DISPLAY = Path(page_words.__file__).parent
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (reason_words.REASONS, Reason),
        (fault_words.FAULTS, OperatorCode),
        (gate_words.OUTCOMES, Outcome),
        (gate_words.PHASES, Phase),
        (gate_words.TREASURES, Treasure),
        (gate_words.GLYPHS, Treasure),
        (gate_words.LIGHTS, Light),
        (gate_words.DIRECTIONS, Direction),
        (gate_words.KINDS, PassKind),
        (gate_words.MASKS, Mask),
    ],
)
def test_every_value_has_words(table: dict[Any, Any], values: type[StrEnum]) -> None:
    assert set(table) == set(values)


def _said() -> list[Said]:
    modules = (reason_words, fault_words, gate_words, page_words)
    tables = [v for m in modules for v in vars(m).values() if isinstance(v, dict)]
    values = [v for table in tables for v in table.values()]
    advice = [v for v in values if isinstance(v, Advice)] + [fault_words.OTHER_FAULT]
    values += page_words.USUAL_REASONS
    return [v for v in values if isinstance(v, Said)] + [said for a in advice for said in a]


def test_both_languages_say_something() -> None:
    said = _said()
    assert len(said) > 150
    assert not [s for s in said if not s.zh.strip() or not s.en.strip() or "\n" in s.zh + s.en]


def test_chinese_is_chinese_and_english_is_english() -> None:
    labels = {said for said in _said() if said.zh == said.en}
    assert labels <= {page_words.LABELS["simulated"]}, "the same text in both languages"
    switches = {page_words.LABELS["switch_language"], page_words.LABELS["switch_short"]}
    others = [s for s in _said() if s not in switches | labels]
    assert not [s for s in others if not HAN.search(s.zh) or HAN.search(s.en)]


def test_the_person_beside_the_gate_is_no_goalkeeper() -> None:
    docs = DISPLAY.parents[1] / "docs"
    pages = [(docs / name).read_text(encoding="utf-8") for name in ("reasons.md", "glossary.md")]
    assert not [s.zh for s in _said() if "守门" in s.zh]
    assert not [page for page in pages if "守门" in page]


def test_a_remark_beside_a_refusal_lets_nobody_leave() -> None:
    """What says "go" is the outcome alone: a remark stands below a refusal too."""
    remarks = (Reason.NOT_INSIDE, Reason.BUNDLE_STALE)
    for title, remedy in (reason_words.REASONS[reason] for reason in remarks):
        said = f"{title.zh} {remedy.zh} {title.en} {remedy.en}"
        assert not re.search("可以离开|可以通行|may (leave|pass)", said)


def test_every_usual_reason_is_long_enough_to_be_taken() -> None:
    for said in page_words.USUAL_REASONS:
        assert all(acts.SHORTEST_WORDS <= len(words) <= acts.LONGEST_WORDS for words in said)


def test_placeholders_agree() -> None:
    holes = re.compile(r"\{\w+\}")
    assert not [s for s in _said() if sorted(holes.findall(s.zh)) != sorted(holes.findall(s.en))]


def test_both_languages_have_the_same_shape() -> None:
    def shape(value: Any) -> Any:
        return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else None

    zh, en = (words(language) for language in LANGUAGES)
    assert shape(zh) == shape(en)


def test_scripts_and_template_ask_for_words_that_exist() -> None:
    known = words("en")
    label = re.compile(r"\b(?:words\.)?label\.(\w+)")
    for script in (DISPLAY / "static").glob("*.js"):
        names = set(label.findall(script.read_text(encoding="utf-8"))) - {"label"}
        assert names <= known["label"].keys(), script.name
    template = (DISPLAY / "templates" / "gate.html").read_text(encoding="utf-8")
    assert set(re.findall(r"\bt\.(\w+)", template)) <= known["label"].keys()


def test_no_text_stands_in_a_script_or_in_the_template_alone() -> None:
    for script in (DISPLAY / "static").glob("*.js"):
        assert not HAN.search(script.read_text(encoding="utf-8")), script.name
    assert not HAN.search((DISPLAY / "templates" / "gate.html").read_text(encoding="utf-8"))


def test_no_label_is_left_over() -> None:
    used = "".join(
        path.read_text(encoding="utf-8")
        for path in [*(DISPLAY / "static").glob("*.js"), *(DISPLAY / "templates").glob("*.html")]
    )
    names = page_words.LABELS | page_words.ASKS
    assert not [name for name in names if not re.search(rf"\b{name}\b", used)]


def test_the_page_of_reasons_says_what_the_display_says() -> None:
    page = (DISPLAY.parents[1] / "docs" / "reasons.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", page, re.MULTILINE))
    assert set(rows) == {reason.value for reason in Reason}
    for reason, advice in reason_words.REASONS.items():
        for said in (*advice.title, *advice.remedy):
            assert said in rows[reason.value], f"docs/reasons.md: {reason.value} lacks {said!r}"


def test_the_page_of_operator_codes_says_what_the_display_says() -> None:
    page = (DISPLAY.parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z]-\d\d)` \| (.*)$", page, re.MULTILINE))
    assert set(rows) == {code.value for code in OperatorCode}
    for code, advice in fault_words.FAULTS.items():
        for said in (*advice.title, *advice.remedy):
            assert said in rows[code.value], f"docs/operations.md: {code.value} lacks {said!r}"


def test_every_part_of_the_gate_has_its_letter_and_words() -> None:
    assert set(LETTERS) == set(Code)
    assert len(set(LETTERS.values())) == len(LETTERS)
    for code in Code:
        for ailment in Ailment:
            assert operator_code(code, ailment) in fault_words.FAULTS
