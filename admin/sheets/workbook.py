"""Excel files written by ourselves: texts stay texts, whatever they begin with; nothing on disk."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from flask_babel import gettext

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PIECE = 1 << 18
_FONT = {"font_name": "Microsoft YaHei", "font_size": 10}

Cell = str | int


class Book:
    """A workbook in memory, with the few styles that its sheets share."""

    def __init__(self) -> None:
        self._blob = io.BytesIO()
        # A text is never taken for a formula, an address or a number; no file lies open on disk.
        self._book = xlsxwriter.Workbook(
            self._blob,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.text = self._style(num_format="@", valign="vcenter")
        self.cell = self._style(num_format="@", valign="vcenter", border=1, border_color="#BFCBC6")
        self.title = self._style(bold=True, font_size=16, align="center", valign="vcenter")
        self.quiet = self._style(font_color="#566B66", valign="vcenter")
        self.head = self._style(
            bold=True,
            bg_color="#E3F1ED",
            border=1,
            border_color="#BFCBC6",
            text_wrap=True,
            align="center",
            valign="vcenter",
        )

    def _style(self, **more: Any) -> Any:
        return self._book.add_format({**_FONT, **more})

    def sheet(self, name: str, widths: Sequence[float]) -> Any:
        """Another sheet whose columns, of text all of them, have these widths."""
        made = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            made.set_column(column, column, width, self.text)
        return made

    def choice(self, sheet: Any, column: int, values: Sequence[str]) -> None:
        """Let a column offer its possible values, as far as Excel takes lists (255 characters)."""
        if values and len(",".join(values)) <= 255 and not any("," in value for value in values):
            told = {"validate": "list", "source": list(values), "error_type": "warning"}
            sheet.data_validation(1, column, 50_000, column, told)

    def top(self, sheet: Any, last: int, title: str, told: str) -> None:
        """A title, and a line below it, over the columns up to `last`."""
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, last, title, self.title)
        sheet.merge_range(1, 0, 1, last, told, self.quiet)

    def to_print(self, sheet: Any, head: int, lines: int, last: int) -> None:
        """Let the headings in row `head` stay in view, and the table fit across A4."""
        sheet.set_row(head, 30)
        sheet.freeze_panes(head + 1, 2)
        sheet.autofilter(head, 0, head + max(1, lines), last)
        sheet.print_area(0, 0, head + lines, last)
        sheet.repeat_rows(0, head)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&C{gettext('Page')} &P / &N")

    def done(self) -> bytes:
        """The file."""
        self._book.close()
        return self._blob.getvalue()


def put_row(sheet: Any, at: int, cells: Iterable[Cell], style: Any = None) -> None:
    """Write a row: texts as texts, numbers as numbers."""
    for column, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(at, column, cell, style)
        else:
            sheet.write_string(at, column, cell, style)


def pieces(blob: bytes) -> Iterator[bytes]:
    """A file piece by piece."""
    for begin in range(0, len(blob), PIECE):
        yield blob[begin : begin + PIECE]
