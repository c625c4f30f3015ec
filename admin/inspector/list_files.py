"""A list of entries as a file: XLSX, CSV in a ZIP, PDF; each with its heading and the chains' ends.

Spreadsheets take a cell that begins with = + - @ for a formula. XLSX cells are written as strings
and are none. A CSV has no types: such a cell, and one that begins with a tab, a line's end or a
full-width form of these, gets an apostrophe before it, which a reader takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from flask_babel import gettext

from admin.forms.times import moment
from admin.printing.listing import facts, grid, listing_pdf
from checkpoint.services.listing import ChainEnd

XLSX_MOST = 1_048_575
"""Rows of a sheet of Excel, one of which is the head."""
PDF_MOST = 2_000
"""Entries on paper: setting so many takes some seconds and half a GiB, and nobody reads more."""
CELL_MOST = 32_767
"""Characters of a cell of Excel."""
_RISKY = tuple("=+-@\t\r\n＝＋－＠")

Ends = Callable[[], Sequence[ChainEnd]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be written: heading, columns, rows as texts, and the chains' ends, asked last."""

    title: str
    facts: Sequence[tuple[str, str]]
    head: Sequence[str]
    widths: Sequence[float]
    rows: Iterable[Sequence[str]]
    ends: Ends


def write_xlsx(sheet: Sheet, path: Path, folder: Path) -> None:
    """A workbook: the entries, the heading, the chains' ends. One row at a time is in memory."""
    told = {"constant_memory": True, "tmpdir": str(folder)}
    kept = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(str(path), {**told, **kept})
    bold = book.add_format({"bold": True})
    for name, head, rows in (
        (gettext("Entry list"), sheet.head, sheet.rows),
        (gettext("About this list"), (), sheet.facts),
        (gettext("Heads of the chains"), end_head(), _ends(sheet.ends)),
    ):
        page = book.add_worksheet(name[:31])
        page.set_column(0, max(len(sheet.head) - 1, 1), 18)
        if head:
            page.freeze_panes(1, 0)
            page.write_row(0, 0, head, bold)
        for number, cells in enumerate(rows, start=1 if head else 0):
            for column, text in enumerate(cells):
                page.write_string(number, column, text[:CELL_MOST])
    book.close()


def write_csv(sheet: Sheet, path: Path, _folder: Path) -> None:
    """A ZIP of `entries.csv`, `heads.csv` and `about.csv`, UTF-8 with a byte order mark."""
    with ZipFile(path, "w", ZIP_DEFLATED) as folder:
        _csv(folder, "entries.csv", chain([sheet.head], sheet.rows))
        _csv(folder, "heads.csv", chain([end_head()], _ends(sheet.ends)))
        _csv(folder, "about.csv", sheet.facts)


def write_pdf(sheet: Sheet, path: Path, at: datetime) -> None:
    """A4 across, the head on each page."""
    table = grid("", sheet.head, sheet.rows, sheet.widths)
    ends = list(sheet.ends())
    head, notes = end_head()[:-1], ((end.kiosk_id, end.note.rstrip()) for end in ends if end.note)
    sections = [
        facts("", sheet.facts),
        table,
        grid(
            gettext("Heads of the chains"),
            head,
            [row[:-1] for row in map(_end, ends)],
            (1, 0.5, 0.7, 3, 0.7, 3, 1.3),
        ),
        facts(gettext("Signed notes of the heads"), notes),
    ]
    made = listing_pdf(sheet.title, sections, at, footer=sheet.title, landscape=True)
    path.write_bytes(made)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RISKY) else text


def end_head() -> tuple[str, ...]:
    """What the chains' ends are told under."""
    return (
        gettext("Kiosk"),
        gettext("Epoch"),
        gettext("Last number"),
        gettext("Hash of the last entry"),
        gettext("Signed through"),
        gettext("Hash in the head"),
        gettext("Signed at"),
        gettext("Signed note of the head"),
    )


def _ends(ends: Ends) -> Iterator[Sequence[str]]:
    yield from map(_end, ends())


def _end(end: ChainEnd) -> tuple[str, ...]:
    signed = ("", "", "")
    if end.head:
        signed = (str(end.head.seq), end.head.hash.hex(), moment(end.head.at))
    return (end.kiosk_id, str(end.epoch), str(end.seq), end.hash.hex(), *signed, end.note)


def _csv(folder: ZipFile, name: str, rows: Iterable[Sequence[str]]) -> None:
    with (
        folder.open(name, "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        for row in rows:
            writer.writerow([guarded(cell) for cell in row])
