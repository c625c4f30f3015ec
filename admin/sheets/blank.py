"""Templates to fill in: headings in both languages, columns of text, and a sheet that explains."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, send_file
from flask_babel import gettext

from admin.sheets.workbook import XLSX, Book, put_row


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called, its heading, what to write, its width, what to choose from."""

    name: str
    heading: str
    told: str
    width: float = 18
    choices: Sequence[str] = ()


def blank(name: str, columns: Sequence[Column], rest: str) -> bytes:
    """The file; `name` is that of its sheet, `rest` what holds for all columns."""
    book = Book()
    sheet = book.sheet(name, [column.width for column in columns])
    put_row(sheet, 0, (column.heading for column in columns), book.head)
    sheet.freeze_panes(1, 0)
    notes = book.sheet(gettext("How to fill it in"), (24, 90))
    for at, column in enumerate(columns):
        book.choice(sheet, at, column.choices)
        put_row(notes, at, (column.name, column.told))
    put_row(notes, len(columns) + 1, ("", rest))
    return book.done()


def offered(blob: bytes, name: str) -> Response:
    """A template to download."""
    return send_file(
        io.BytesIO(blob), mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx"
    )
