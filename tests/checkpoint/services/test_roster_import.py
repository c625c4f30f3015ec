"""The roster from a file: looked at row by row, then all of it or nothing, again without harm."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from sqlalchemy import func, select

from checkpoint.errors import Refused
from checkpoint.services import editing, issuing, roster, roster_import, sheets
from checkpoint.services.forms import WorkerForm
from checkpoint.services.job_runs import Halted
from checkpoint.services.roster_import import Plan, Upload
from checkpoint.services.roster_sheet import LAYOUT
from checkpoint.services.rows import HolderRow
from checkpoint.services.sheet_import import Verdict
from checkpoint.storage import tables
from tests.checkpoint.services.district import BOB, District, id_number
from tests.checkpoint.services.sheets_made import HEAD, csv_of, good, xlsx

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _plan(district: District, blob: bytes) -> Plan:
    return roster_import.plan(district.office, "acme", blob, lambda _done, _of: None)


def _import(district: District, blob: bytes, *, only_valid: bool = False) -> Plan:
    upload = Upload("acme", "0" * 16, blob, only_valid)
    return roster_import.import_holders(
        district.office, BOB, upload, lambda _session: None, lambda _done, _of: None
    )


def _carry_out(district: District, upload: Upload, made: Plan) -> bool:
    office = district.office
    ready = roster_import.prepare(office, BOB, upload, made, lambda _done, _of: None)
    return roster_import.carry_out(office, BOB, upload, (made, ready), lambda _session: None)


def _kinds(made: Plan) -> dict[tuple[int, str], str]:
    return {(fault.row, fault.field): fault.kind for fault in made.faults}


def _size(district: District) -> int:
    with district.office.db.read() as session:
        return session.scalar(select(func.count()).select_from(tables.Holder)) or 0


def _only(district: District) -> HolderRow:
    (row,) = roster.holders(district.office, "acme").rows
    return row


def test_a_file_is_looked_at_then_imported_and_again_changes_nothing(district: District) -> None:
    blob = xlsx([good(serial) for serial in range(1, 8)])
    assert _plan(district, blob).count(Verdict.NEW) == 7
    assert _size(district) == 0
    assert _import(district, blob).count(Verdict.NEW) == 7
    again = _import(district, blob)
    assert (again.count(Verdict.SAME), _size(district)) == (7, 7)
    found = roster.holders(district.office, "acme", good(3)[1]).rows[0]
    assert (found.name, found.job, found.shift) == ("张三3", "操作工", (480, 960))
    assert found.site_id == district.sites["acme"].site_id


def test_a_worker_is_known_by_the_id_number_and_an_empty_cell_leaves_what_is_there(
    district: District,
) -> None:
    _import(district, xlsx([good()]))
    before = _only(district)
    _import(district, xlsx([good(name="李四", phone="", job="", site="", shift="")]))
    after = _only(district)
    assert (after.holder_id, after.name, after.version) == (before.holder_id, "李四", 2)
    assert (after.phone_tail, after.job, after.shift) == ("0001", "操作工", (480, 960))
    assert [row.name for row in roster.holders(district.office, "acme", "ls").rows] == ["李四"]
    assert roster.holders(district.office, "acme", "zs").rows == ()


def test_who_was_imported_is_found_by_the_name_of_today_and_its_initials(small: District) -> None:
    _import(small, xlsx([good(name="欧阳小明")]))
    assert _found(small, "oyxm") == ["欧阳小明"]
    _import(small, xlsx([good(name="李四")]))
    assert (_found(small, "ls"), _found(small, "oyxm")) == (["李四"], [])


def _found(district: District, search: str) -> list[str]:
    return [row.name for row in roster.holders(district.office, "acme", search).rows]


def test_another_enterprises_worker_is_not_touched(district: District) -> None:
    roster.add_worker(district.office, BOB, "zenith", WorkerForm("王五", good()[1]))
    assert _import(district, xlsx([good()])).count(Verdict.NEW) == 1
    assert roster.holders(district.office, "zenith").rows[0].name == "王五"


def test_one_wrong_row_refuses_all_unless_only_the_right_ones_are_wanted(
    district: District,
) -> None:
    blob = xlsx([good(1), good(2, number="110105199003070011"), good(3)])
    with pytest.raises(Refused, match="rows are wrong"):
        _import(district, blob)
    assert _size(district) == 0
    made = _import(district, blob, only_valid=True)
    assert (made.count(Verdict.NEW), made.count(Verdict.WRONG), _size(district)) == (2, 1, 2)


def test_an_import_that_dies_leaves_nothing_and_is_repeated_whole(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = xlsx([good(serial) for serial in range(1, 8)])

    def dies(*_told: object) -> None:
        raise Halted("killed")

    with monkeypatch.context() as patch:
        patch.setattr(roster_import, "record", dies)
        with pytest.raises(Halted):
            _import(district, blob)
    assert _size(district) == 0
    _import(district, blob)
    assert _size(district) == 7


def test_who_comes_into_the_roster_meanwhile_does_not_come_twice(district: District) -> None:
    made = _plan(district, xlsx([good()]))
    roster.add_worker(district.office, BOB, "acme", WorkerForm("张三1", good()[1]))
    upload = Upload("acme", "0" * 16, b"")
    assert not _carry_out(district, upload, made)
    assert _size(district) == 1


def test_a_blocked_worker_stays_blocked_and_one_who_left_is_told(district: District) -> None:
    _import(district, xlsx([good(1), good(2)]))
    first, second = (
        roster.holders(district.office, "acme", good(serial)[1]).rows[0].holder_id
        for serial in (1, 2)
    )
    issuing.block_holder(district.office, BOB, "acme", first, "lost")
    editing.leave(district.office, BOB, "acme", second, "moved")
    made = _import(district, xlsx([good(1, job="班长"), good(2)]), only_valid=True)
    assert _kinds(made) == {(3, "id_number"): "left"}
    assert roster.holder(district.office, "acme", first).blocked


# ---------------------------------------------------------------- what is wrong with a row

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no name": ({"name": " "}, "name", "missing"),
    "no ID number": ({"number": None}, "id_number", "missing"),
    "an ID number as a number": ({"number": 110105199003070011}, "id_number", "as_number"),
    "an ID number as a float": ({"number": 1.10105199003070e17}, "id_number", "as_number"),
    "an ID number spoilt by Excel": ({"number": "1.10105E+17"}, "id_number", "as_number"),
    "17 characters": ({"number": id_number()[:-1]}, "id_number", "id_form"),
    "letters": ({"number": "ABCDEFGHIJKLMNOPQR"}, "id_number", "id_form"),
    "no such province": ({"number": id_number(region="180105")}, "id_number", "id_region"),
    "the 31st of February": ({"number": id_number(born="19900231")}, "id_number", "id_birth"),
    "born tomorrow": ({"number": id_number(born="20990101")}, "id_number", "id_birth"),
    "a check character": ({"number": "110105199003070010"}, "id_number", "id_check"),
    "a short phone": ({"phone": "123"}, "phone", "phone_form"),
    "a phone of words": ({"phone": "none at all"}, "phone", "phone_form"),
    "a phone with a fraction": ({"phone": 1380000.5}, "phone", "fraction"),
    "a name too long": ({"name": "长" * 65}, "name", "length"),
    "a name that turns around": ({"name": "张\u202e三"}, "name", "unshown"),
    "a number for a name": ({"name": 42}, "name", "number"),
    "a date for a name": ({"name": dt.date(1990, 3, 7)}, "name", "date"),
    "a truth for a job": ({"job": True}, "job", "truth"),
    "a job too long": ({"job": "工" * 65}, "job", "length"),
    "another's site": ({"site": "zenith works"}, "site_id", "site_unknown"),
    "a script for a site": ({"site": "<script>alert(1)</script>"}, "site_id", "site_unknown"),
    "a shift of words": ({"shift": "白班"}, "shift", "shift_form"),
    "a shift of no day": ({"shift": "25:00-26:00"}, "shift", "shift_form"),
    "a formula that fails": ({"name": ("=NA()", "#N/A")}, "name", "missing"),
    "a formula for an ID": ({"number": ("=1+1", 2)}, "id_number", "as_number"),
}


@pytest.mark.parametrize(("changes", "name", "kind"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_at_its_row_and_column(
    small: District, changes: dict[str, Any], name: str, kind: str
) -> None:
    made = _plan(small, xlsx([good(5), good(6, **changes)]))
    assert _kinds(made) == {(3, name): kind}
    assert made.verdicts == {2: Verdict.NEW, 3: Verdict.WRONG}


def test_the_same_id_number_twice_names_the_other_row(small: District) -> None:
    made = _plan(small, xlsx([good(1), good(2), good(1)]))
    (fault,) = made.faults
    assert (fault.row, fault.kind, fault.other) == (4, "twice", 2)


def test_a_value_is_masked_in_what_is_told(small: District) -> None:
    secret = "110105199003070010"
    made = _plan(small, xlsx([good(1, number=secret, name="欧阳" * 40, phone="12")]))
    masked = {fault.field: fault.masked for fault in made.faults}
    assert masked["id_number"] == "*" * 16 + "10"
    assert masked["name"] == "欧" + "*" * 63
    assert secret not in repr(made)


def test_twenty_kinds_of_errors_among_50_000_rows_are_all_found(small: District) -> None:
    wrong = [good(40_000 + at, **changes) for at, (changes, *_) in enumerate(WRONG.values())]
    rows = [good(serial) for serial in range(1, sheets.ROWS - len(wrong) + 1)]
    step = len(rows) // len(wrong)
    for at, row in enumerate(wrong):
        rows.insert(at * step, row)
    made = _plan(small, xlsx(rows))
    assert len(made.verdicts) == sheets.ROWS
    found = [(fault.row, fault.field, fault.kind) for fault in made.faults]
    told = [(at * step + 2, *ends) for at, (_c, *ends) in enumerate(WRONG.values())]
    assert found == told
    assert len(found) >= 20
    assert made.count(Verdict.NEW) == sheets.ROWS - len(wrong)


# ---------------------------------------------------------------- what people type


@pytest.mark.parametrize(
    "changes",
    [
        {"number": f"  {good()[1]} "},
        {"number": "".join(chr(ord(c) + 0xFEE0) for c in good()[1])},
        {"number": f"'{good()[1]}"},
        {"number": f"{good()[1][:6]} {good()[1][6:]}"},
        {"phone": 13800000001},
        {"phone": "１３８ 0000-0001"},
        {"site": "ACME　works"},
        {"shift": "8:00～16:00"},
        {"shift": "08:00至16:00"},
        {"name": "张三1\u200b"},
    ],
)
def test_spaces_and_wide_digits_are_the_same(small: District, changes: dict[str, Any]) -> None:
    _import(small, xlsx([good()]))
    assert _plan(small, xlsx([good(**changes)])).count(Verdict.SAME) == 1


@pytest.mark.parametrize(
    "name", ["𠮷野家", "王😀", "<script>alert(1)</script>", "=cmd|'/c calc'!A1", "+86", "O'Neil"]
)
def test_a_name_is_text_whatever_it_looks_like(small: District, name: str) -> None:
    _import(small, xlsx([good(name=name)]))
    assert _only(small).name == name


def test_a_formula_is_the_value_that_was_stored(small: District) -> None:
    _import(small, xlsx([good(name=('=CONCAT("张","三")', "张三"))]))
    assert _only(small).name == "张三"


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", ","), ("utf-16", "\t")],
)
def test_csv_in_the_encodings_that_excel_writes(
    small: District, encoding: str, delimiter: str
) -> None:
    rows = [good(1, name="𠮷野"), good(2)]
    assert _plan(small, csv_of(rows, encoding, delimiter)).count(Verdict.NEW) == 2


def test_an_id_kept_as_text_in_csv_by_excels_trick(small: District) -> None:
    rows = [good(1, number=f'="{good()[1]}"')]
    assert _plan(small, csv_of(rows, "utf-8")).count(Verdict.NEW) == 1


def test_the_heading_may_stand_lower_in_another_order_and_in_english(small: District) -> None:
    number, name = good()[1], "Zhang San"
    blob = xlsx(
        [["x", number, name]], ("No", "ID Number", "Name"), above=[["花名册"], [], ["2026"]]
    )
    made = _plan(small, blob)
    assert made.verdicts == {5: Verdict.NEW}
    assert made.table.columns == {"id_number": "B", "name": "C"}
    starred = xlsx([good()], ("*姓名（必填）", "身份证号 ID number", *HEAD[2:]))
    with pytest.raises(Refused, match="heading is not"):
        _plan(small, xlsx([good()], ("甲", "乙", "丙")))
    assert _plan(small, starred).count(Verdict.NEW) == 1


def test_merged_cells_are_told_and_a_merged_title_is_no_harm(small: District) -> None:
    rows = [good(1), good(2), good(3, name=None), good(4)]
    blob = xlsx(rows, above=[["花名册"]], merged={"A1:F1": "花名册", "A4:A5": "张三"})
    assert _kinds(_plan(small, blob)) == {(5, "name"): "merged"}


def test_hidden_sheets_are_left_alone(small: District) -> None:
    made = _plan(small, xlsx([good(1)], hidden=[list(HEAD), good(2), good(3)]))
    assert (made.table.sheet, len(made.verdicts)) == ("名单", 1)


def test_too_many_rows_are_refused(small: District) -> None:
    with pytest.raises(Refused, match="more than 3 rows"):
        sheets.table(sheets.read(xlsx([good(n) for n in range(4)])), LAYOUT, rows=3)


def _bomb() -> bytes:
    blob = io.BytesIO(xlsx([good()]))
    with zipfile.ZipFile(blob, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/bomb.xml", bytes(300 << 20))
    return blob.getvalue()


def _lying_bomb() -> bytes:
    """As `_bomb`, but its directory says that the part is small."""
    blob = _bomb()
    return blob.replace((300 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))


def _endless() -> bytes:
    """Two cells, one of them at the far corner of the sheet."""
    blob = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([good()]))) as old, zipfile.ZipFile(blob, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", corner)
            new.writestr(part.filename, data)
    return blob.getvalue()


@pytest.mark.parametrize(
    ("blob", "told"),
    [
        (b"", "file is empty"),
        (PNG, "no spreadsheet"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)), "no spreadsheet"),
        (b"PK\x03\x04 nothing behind it", "no spreadsheet"),
        (b"%PDF-1.4\n1 0 obj", "no spreadsheet"),
        (b"GIF89a\x01,\x02", "no spreadsheet"),
        (xlsx([good()])[:2000], "no spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no spreadsheet"),
        (b"a,b,c\n1,2,3\n", "heading is not"),
        ("姓名,證號\n".encode("big5"), "heading is not"),
        (b"\x81\x20\xff\xff", "no spreadsheet"),
        (xlsx([], ()), "heading is not"),
        (xlsx([good()], ("姓名", "身份证号", "姓名")), "stands twice"),
        (_bomb(), "too large unpacked"),
        (_lying_bomb(), "no spreadsheet"),
        (_endless(), "too large unpacked"),
    ],
    ids=[
        *(
            "empty",
            "PNG",
            "JPEG",
            "half a zip",
            "PDF",
            "GIF",
            "cut short",
            "a broken xls",
            "no heading",
        ),
        *("big5", "no encoding", "nothing in it", "heading twice", "bomb", "a lying bomb"),
        "endless sheet",
    ],
)
def test_a_file_that_is_none_is_refused_with_nothing_done(
    small: District, blob: bytes, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        _import(small, blob)
    assert _size(small) == 0


def test_an_import_tells_how_far_it_is_to_its_end_and_no_cancelling_undoes_it(
    small: District,
) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if _size(small):
            raise Halted("cancelled after it was written")

    upload = Upload("acme", "0" * 16, xlsx([good(serial) for serial in range(1, 8)]))
    roster_import.import_holders(small.office, BOB, upload, lambda _session: None, progress)
    assert told[-1] == (7, 7)
    assert len(told) > 2
    assert _size(small) == 7
