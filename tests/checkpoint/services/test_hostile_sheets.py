"""Sheets that are too wide, too long, locked or full of script: a clear answer each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from checkpoint.errors import Refused
from checkpoint.services import roster, roster_import
from checkpoint.services.roster_import import Plan, Upload
from checkpoint.services.sheet_import import Verdict
from tests.checkpoint.services.district import BOB, District, id_number
from tests.checkpoint.services.sheets_made import HEAD, csv_of, good, xlsx

COLUMNS = 16_384
ODD = "<script>alert('𠮷😀')</script>"


def _plan(district: District, blob: bytes) -> Plan:
    return roster_import.plan(district.office, "acme", blob, lambda _done, _of: None)


def _edited(change: Callable[[bytes], bytes]) -> bytes:
    """A good file whose sheet was changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx([good()]))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            held = old.read(part)
            new.writestr(part, change(held) if part.filename.endswith("sheet1.xml") else held)
    return made.getvalue()


def test_a_million_empty_rows_are_none(small: District) -> None:
    empty = b"".join(b'<row r="%d"/>' % number for number in range(3, 1_000_003))
    blob = _edited(lambda sheet: sheet.replace(b"</sheetData>", empty + b"</sheetData>"))
    assert _plan(small, blob).verdicts == {2: Verdict.NEW}


def test_columns_to_the_end_of_the_sheet_are_left_alone(small: District) -> None:
    head = [*HEAD, *(f"列{number}" for number in range(COLUMNS - len(HEAD)))]
    made = _plan(small, xlsx([[*good(1), *[""] * 20, "x"], good(2)], head))
    assert list(made.verdicts.values()) == [Verdict.NEW] * 2


def test_the_first_sheet_with_the_heading_is_read_and_the_others_are_named(small: District) -> None:
    blob = io.BytesIO()
    with xlsxwriter.Workbook(blob, {"in_memory": True}) as book:
        for name, rows in (
            ("说明", [["请勿修改"]]),
            ("一车间", [HEAD, good(1)]),
            ("二车间", [HEAD, good(2)]),
        ):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    made = _plan(small, blob.getvalue())
    assert (made.table.sheet, made.table.ignored) == ("一车间", ("说明", "二车间"))
    assert len(made.verdicts) == 1


def test_a_sheet_that_only_may_not_be_changed_is_read(small: District) -> None:
    blob = io.BytesIO()
    with xlsxwriter.Workbook(blob, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.protect("secret")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, good())
    assert _plan(small, blob.getvalue()).count(Verdict.NEW) == 1


def test_a_file_locked_by_a_password_says_so(small: District) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)
    locked += "EncryptedPackage".encode("utf-16-le") + bytes(1024)
    with pytest.raises(Refused, match="locked by a password"):
        _plan(small, locked)


def test_script_and_rare_characters_in_each_field_are_text_or_told(small: District) -> None:
    columns = ("name", "number", "phone", "job", "site", "shift")
    for serial, column in enumerate(columns, start=1):
        row = good(serial, **{column: ODD}) if column != "number" else good(number=ODD)
        made = _plan(small, xlsx([row]))
        taken = {"name", "job"}
        wanted = Verdict.NEW if column in taken else Verdict.WRONG
        assert made.verdicts == {2: wanted}, column
        assert not any("script" in fault.masked and column == "number" for fault in made.faults)


def test_a_job_and_a_name_of_rare_characters_come_back_as_they_were(small: District) -> None:
    rows = [["𠮷野家", id_number(900), "", ODD], ["=1+1", id_number(901), "", "@SUM(A1)"]]
    upload = Upload("acme", "0" * 16, csv_of([[*row, "", ""] for row in rows], "gb18030"))
    roster_import.import_holders(
        small.office, BOB, upload, lambda _session: None, lambda _done, _of: None
    )
    found = {row.name: row.job for row in roster.holders(small.office, "acme").rows}
    assert found == {"𠮷野家": ODD, "=1+1": "@SUM(A1)"}
