"""Spreadsheets for the tests: cells as given, with what a hostile or careless hand puts there."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from tests.checkpoint.services.district import id_number

HEAD = ("姓名", "身份证号", "手机号", "岗位", "厂区", "班次")


def good(serial: int = 1, **changes: Any) -> list[Any]:
    """A row that is right."""
    row = {
        "name": f"张三{serial}",
        "number": id_number(serial % 999 + 1, f"{1950 + serial // 999}0307"),
        "phone": f"138{serial:08d}",
        "job": "操作工",
        "site": "acme works",
        "shift": "08:00-16:00",
    }
    return list((row | changes).values())


def xlsx(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, **more: Any) -> bytes:
    """An Excel file. `above` rows stand over the heading, `merged` are ranges with their text."""
    blob = io.BytesIO()
    book = xlsxwriter.Workbook(blob, {"in_memory": True})
    if more.get("hidden"):
        hidden = book.add_worksheet("隐藏")
        _fill(book, hidden, more["hidden"])
        hidden.hide()
    sheet = book.add_worksheet("名单")
    sheet.activate()
    sheet.set_first_sheet()
    _fill(book, sheet, [*more.get("above", ()), list(head), *rows])
    for area, text in more.get("merged", {}).items():
        sheet.merge_range(area, text)
    book.close()
    return blob.getvalue()


def _fill(book: Any, sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif isinstance(cell, tuple):
                sheet.write_formula(at, column, cell[0], None, cell[1])
            elif hasattr(cell, "year"):
                sheet.write_datetime(at, column, cell, day)
            elif cell is not None:
                sheet.write(at, column, cell)


def csv_of(rows: Sequence[Sequence[Any]], encoding: str, delimiter: str = ",") -> bytes:
    """A CSV file in an encoding."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEAD, *rows])
    return text.getvalue().encode(encoding)
