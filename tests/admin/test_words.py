"""Every word of the pages has its Chinese, and what the pages load is compiled from it.

After a change of words: `make words`, then fill in what is new in messages.po and run it again.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

import admin
from admin.forms import fault_words as gate_faults
from admin.forms import words
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask
from checkpoint.domain.operator_code import OperatorCode
from checkpoint.domain.reason import Reason
from checkpoint.services.copies import Meeting
from checkpoint.services.rows import HolderKind
from checkpoint.wire.entries import Standing
from kiosk.display import fault_words, reason_words
from kiosk.display.bilingual import Advice
from kiosk.gate.faults import Code

ROOT = Path(admin.__file__).parent
FOLDER = ROOT / "translations" / "zh_Hans_CN" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def test_every_message_has_its_chinese(catalog: Catalog) -> None:
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS)
    missing = [
        message
        for _file, _line, message, _comments, context in found
        if not (held := catalog.get(message[0] if isinstance(message, tuple) else message, context))
        or not all((held.string,) if isinstance(held.string, str) else held.string or ("",))
    ]
    assert not missing


def test_no_message_is_left_over(catalog: Catalog) -> None:
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS)
    used = {
        (message[0] if isinstance(message, tuple) else message) for _f, _l, message, *_ in found
    }
    held = {(m.id[0] if isinstance(m.id, tuple) else m.id) for m in catalog if m.id}
    assert not held - used


def test_what_is_loaded_is_compiled_from_it(catalog: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    assert compiled.getvalue() == (FOLDER / "messages.mo").read_bytes()


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (Reason, words.REASONS),
        (Outcome, words.OUTCOMES),
        (Direction, words.DIRECTIONS),
        (Mask, words.MASKS),
        (PassKind, words.PASS_KINDS),
        (HolderKind, words.HOLDER_KINDS),
        (EntryKind, words.ENTRY_KINDS),
        (ClockQuality, words.CLOCKS),
        (Standing, words.STANDINGS),
        (Meeting, words.MEETINGS),
        (OperatorCode, gate_faults.FAULTS),
        (Code, gate_faults.DEVICES),
    ],
)
def test_every_code_has_words(codes: type[StrEnum], table: dict[str, object]) -> None:
    assert {code.value for code in codes} == set(table)


@pytest.mark.parametrize(
    ("display", "pages"),
    [(reason_words.REASONS, words.REASONS), (fault_words.FAULTS, gate_faults.FAULTS)],
    ids=["reasons", "faults"],
)
def test_the_pages_and_the_gates_display_say_the_same(
    display: Mapping[StrEnum, Advice], pages: dict[str, object], catalog: Catalog
) -> None:
    for code, advice in display.items():
        told = catalog.get(advice.title.en)
        assert told is not None, code
        assert told.string == advice.title.zh
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        english = {code: str(told) for code, told in pages.items()}
    assert english == {code.value: told.title.en for code, told in display.items()}


def test_a_detail_is_said_in_words_or_as_it_is() -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        said = {
            key: str(words.detail(key, text))
            for key, text in {"scanner": "keyboard", "device": "scanner", "state": "failed"}.items()
        }
    assert said == {"scanner": "a USB scanner", "device": "Scanner", "state": "failed"}
    assert words.detail("message", "keyboard") == "keyboard"
