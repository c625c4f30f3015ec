"""Passes on paper: read back by the gate's reader, with every name as it is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from admin.printing import Names, Paper, face_of, pdf, usable
from admin.printing.glyphs import runs
from checkpoint.credential import issue
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.errors import Refused
from checkpoint.keys import Purpose, SigningKey
from checkpoint.services.rows import IssuedPass
from tests.admin.printing import Printed

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
WORKER = HealthPass(
    pass_id="00112233445566a7",
    kind=PassKind.WORKER,
    issuer="plant-a",
    enterprise_id="plant-a",
    holder_id="8899aabbccddee00",
    name="张三",
    id_tail="001X",
    issued_at=NOW,
    not_before=NOW,
    expires_at=datetime(2026, 4, 1, 16, tzinfo=UTC),
)
BUS = replace(
    WORKER,
    kind=PassKind.COMMUTING_VEHICLE,
    id_tail="",
    vehicle=Vehicle("京AD12345", 45, "人民路 – 主厂区"),
)
NAMES = Names("晨光机械厂", (("site_1", "主厂区"),))
KEY = SigningKey.generate("plant-a", frozenset({*Purpose}), NOW)


def signed(health_pass: HealthPass) -> IssuedPass:
    return IssuedPass(issue(health_pass, KEY), health_pass)


def printed(paper: Paper, *passes: IssuedPass) -> Printed:
    return Printed(pdf(paper, [face_of(one, NAMES) for one in passes], NOW))


def named(name: str, **more: Any) -> IssuedPass:
    return signed(replace(WORKER, name=name, **more))


def test_a_card_is_the_size_of_a_bank_card_and_reads(tmp_path: Path) -> None:
    issued = signed(WORKER)
    card = printed(Paper.CARD, issued)
    assert card.sizes_mm() == [(85.6, 54.0)]
    assert card.codes(tmp_path) == [{issued.text}]
    words = card.words()
    for text in ("员工出行上岗通行证", "张三", "001X", "晨光机械厂", "2026-03-02 – 2026-04-01"):
        assert text in words
    assert "0011 2233 4455 66a7" in words


def test_every_code_of_a_sheet_reads(tmp_path: Path) -> None:
    passes = [named(f"张{at}", pass_id=f"{at:016x}") for at in range(1, 13)]
    sheet = printed(Paper.SHEET, *passes)
    assert sheet.sizes_mm() == [(210.0, 297.0)] * 2
    texts = [one.text for one in passes]
    assert sheet.codes(tmp_path) == [set(texts[:10]), set(texts[10:])]


def test_a_permit_shows_the_plate_and_reads_from_afar(tmp_path: Path) -> None:
    issued = signed(BUS)
    permit = printed(Paper.PERMIT, issued)
    assert permit.sizes_mm() == [(210.0, 148.0)]
    assert permit.codes(tmp_path) == [{issued.text}]
    assert permit.codes(tmp_path, dpi=40) == [{issued.text}]
    words = permit.words()
    for text in ("员工通勤车辆通行证", "京A", "D12345", "45", "人民路 – 主厂区", "张三"):
        assert text in words


def test_a_permit_says_on_which_days_the_vehicle_drives(tmp_path: Path) -> None:
    daily = signed(BUS)
    some = replace(daily, days="123456")
    permit = printed(Paper.PERMIT, some)
    assert "2026-03-02 – 2026-04-01，每周一、二、三、四、五、六" in permit.words()
    assert permit.codes(tmp_path) == [{daily.text}]
    assert "每周" not in printed(Paper.PERMIT, daily).words()


def test_a_code_of_version_10_reads_from_card_sheet_and_permit(tmp_path: Path) -> None:
    """The largest that the printing rules speak of: 57 modules and the quiet zone."""
    issued = signed(replace(BUS, sites=("S-0a1b2c",)))
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(issued.text)
    assert code.best_fit() == 10
    for paper in Paper:
        assert printed(paper, issued).codes(tmp_path) == [{issued.text}]


@pytest.mark.parametrize("kind", [PassKind.VISITOR, PassKind.EMERGENCY_VEHICLE])
def test_the_other_kinds(kind: PassKind, tmp_path: Path) -> None:
    bureau = SigningKey.generate("bureau", frozenset({*Purpose}), NOW)
    changes: dict[str, Any] = (
        {"host": "采购部"}
        if kind is PassKind.VISITOR
        else {
            "vehicle": Vehicle("京A12345"),
            "issuer": "bureau",
            "enterprise_id": "",
        }
    )
    health_pass = replace(WORKER, kind=kind, **changes)
    key = KEY if kind is PassKind.VISITOR else bureau
    card = printed(Paper.CARD, IssuedPass(issue(health_pass, key), health_pass))
    title = {PassKind.VISITOR: "访客证"}.get(kind, "车辆应急通行证")
    assert title in card.words()
    assert len(card.codes(tmp_path)[0]) == 1


HOSTILE = (
    "#panic()",
    '#read("papers.typ")',
    "$x^2$ \\ *b* _i_",
    '"] #[ "\'',
    "<label> @ref // c /* d",
    "`raw` = - + ~ --- ...",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_data_and_never_markup(name: str) -> None:
    card = printed(Paper.CARD, named(name))
    assert card.words().replace("\r\n", " ").count(name) == 1
    bus = replace(BUS, name=name, vehicle=Vehicle("京A12345", 1, name))
    permit = printed(Paper.PERMIT, signed(bus)).words()
    assert permit.count(name) == 2


@pytest.mark.parametrize("name", ["𠮷田", "㛃", "龘", "𰻝", "Ünal", "Петрова", "곽"])
def test_a_rare_character_is_drawn_or_named(name: str) -> None:
    pieces = runs(name)
    drawn = "".join(piece for piece in pieces if isinstance(piece, str))
    framed = [piece["code"] for piece in pieces if isinstance(piece, dict)]
    lost = [f"{ord(char):04X}" for char in name if char not in drawn]
    assert framed == lost
    card = printed(Paper.CARD, named(name)).words()
    assert drawn in card


def test_one_of_the_fonts_has_the_character() -> None:
    assert runs("𠮷田") == ["𠮷田"]


def test_what_no_font_has_stands_as_its_code_point() -> None:
    assert runs("王\U0002a6a5\ufe00龘") == ["王", {"code": "2A6A5"}, "龘"]
    words = printed(Paper.CARD, named("王\U0002a6a5")).words().replace("\r\n", "")
    assert "2A6A5" in words


@pytest.mark.parametrize("name", ["王" * 64, "W" * 64, "Konstantinopoulou-Alexandropoulos Maria"])
def test_a_long_name_covers_no_code(name: str, tmp_path: Path) -> None:
    long = named(name, sites=("site_1", "x" * 64))
    assert printed(Paper.CARD, long).codes(tmp_path) == [{long.text}]
    bus = signed(replace(BUS, name=name, vehicle=Vehicle("京A12345", 45, name)))
    assert printed(Paper.PERMIT, bus).codes(tmp_path) == [{bus.text}]


def test_what_no_gate_takes_is_not_printed() -> None:
    issued = signed(WORKER)
    assert usable(issued, NOW) is issued
    with pytest.raises(Refused, match="revoked"):
        usable(replace(issued, revoked=True), NOW)
    with pytest.raises(Refused, match="expired"):
        usable(issued, WORKER.expires_at + timedelta(seconds=1))


def test_the_same_passes_make_the_same_document() -> None:
    faces = [face_of(signed(WORKER), NAMES)]
    assert pdf(Paper.CARD, faces, NOW) == pdf(Paper.CARD, faces, NOW)
