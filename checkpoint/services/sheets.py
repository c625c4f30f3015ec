"""Spreadsheets that people hand in: Excel, OpenDocument and CSV, read as texts with their places.

Formulas are not run: a cell is the value that its program stored, or nothing. Numbers are told
apart from texts, as Excel keeps 15 digits of a number and an ID number has 18.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checkpoint.errors import Refused
from checkpoint.services import sheet_reader

ROWS = 50_000
"""Rows of people in one file."""
_HEAD_WITHIN = 30
"""Rows in which the heading is looked for: titles and notes may stand above it."""
_PATIENCE_S = 120
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHER = (b"%PDF-", b"{\\rtf")
"""What files of text begin with that are no tables."""
_NEVER_TYPED = re.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f]")
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
"""The name of the part into which Excel puts a workbook that a password locks."""
_DELIMITERS = ",;\t"
_MARKS = re.compile(r"[(（\[【].*?[)）\]】]|[\s*＊:：_\-/]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TOTAL = re.compile(r"(?:[合总小共]计|(?:sub|grand)?total|共(?=\d))共?(?:\d{1,7}[人名家户辆个]?)?")
_COUNT = re.compile(r"\d{1,7}[人名家户辆个座]?")
"""Shorter than any phone or number that says who."""
_AS_TEXT = re.compile(r'="(.*)"')
_SPACES = "\u200b\u200c\u200d\u2060\ufeff"

Cell = str | float | int | bool | dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet from its first row on; `merged` are ranges (row, column, row, column)."""

    name: str
    rows: Sequence[Sequence[Cell]] = field(repr=False)
    merged: Sequence[Sequence[int]] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table is to have: each field with the headings that mean it, and those it needs."""

    headings: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row by fields, `number` as Excel shows it; `merged` are fields in merged cells."""

    number: int
    cells: Mapping[str, Cell] = field(repr=False)
    merged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under a heading: field → column letter, field → the heading as it stands there.

    `totals` are the numbers of rows that only sum up others (合计): they stand in no other place.
    """

    sheet: str
    columns: Mapping[str, str]
    headings: Mapping[str, str]
    rows: Sequence[Row] = field(repr=False)
    ignored: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()


def read(blob: bytes, rows: int = ROWS) -> tuple[Sheet, ...]:
    """The visible sheets of a file. Raises Refused for what is none, or too large."""
    if not blob:
        raise Refused("file is empty", remedy="choose the file again")
    most = rows + _HEAD_WITHIN + 1
    if blob.startswith(_OTHER):
        raise _no_sheet()
    if blob.startswith(_PACKED):
        return _workbook(blob, most)
    return (_csv(blob, most),)


def table(sheets: Sequence[Sheet], layout: Layout, rows: int = ROWS) -> Table:
    """The table of a layout in the first sheet that has its heading.

    Raises Refused where no sheet has it, one heading stands twice, or there are too many rows.
    """
    for sheet in sheets:
        found = _heading(sheet, layout)
        if found is None:
            continue
        at, places = found
        below, totals = _below(sheet, at, places)
        if len(below) > rows:
            raise Refused(f"file has more than {rows} rows", remedy="send it in parts")
        return Table(
            sheet.name,
            {name: letter(column) for name, column in places.items()},
            {name: _said(sheet.rows[at][column]) for name, column in places.items()},
            below,
            tuple(other.name for other in sheets if other is not sheet and other.rows),
            totals,
        )
    raise Refused("heading is not in the file", remedy="take the template")


def letter(column: int) -> str:
    """A column as Excel names it, from 0: A to Z, AA ..."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name = chr(65 + rest) + name
        column -= 1
    return name


def text_of(cell: Cell) -> str:
    """What a person typed into a cell, without outer and invisible spaces; '' for a date."""
    if isinstance(cell, str):
        inner = _AS_TEXT.fullmatch(cell.strip())
        text = inner[1] if inner else cell
        return text.translate(dict.fromkeys(map(ord, _SPACES))).strip().removeprefix("'")
    if isinstance(cell, bool) or not isinstance(cell, float | int):
        return ""
    return str(int(cell)) if float(cell).is_integer() else str(cell)


def narrow(text: str) -> str:
    """Full-width letters and digits as the narrow ones: １２３ as 123."""
    return unicodedata.normalize("NFKC", text)


def _workbook(blob: bytes, most: int) -> tuple[Sheet, ...]:
    line = [sys.executable, "-I", str(Path(sheet_reader.__file__)), str(most)]
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            line, input=blob, capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise _too_large() from None
    if done.returncode == sheet_reader.NO_SHEET:
        raise _locked() if _PASSWORD in blob else _no_sheet()
    if done.returncode:
        raise _too_large()
    found = json.loads(done.stdout)
    return tuple(
        Sheet(sheet["name"], sheet["rows"], sheet["merged"])
        for sheet in found
        if not sheet["hidden"]
    )


def _csv(blob: bytes, most: int) -> Sheet:
    text = _decoded(blob)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(list(row[: sheet_reader.COLUMNS]))
            if len(rows) >= most:
                break
    except csv.Error:
        raise _no_sheet() from None
    return Sheet("CSV", rows)


def _decoded(blob: bytes) -> str:
    """By its mark, else UTF-8, else GB18030, which Excel writes in China. Raises Refused."""
    if blob.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = blob.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _NEVER_TYPED.search(text):
            break
        return text
    raise _no_sheet()


def _heading(sheet: Sheet, layout: Layout) -> tuple[int, dict[str, int]] | None:
    """The row that names what is needed, and where each field stands."""
    meant = {key: name for name, words in layout.headings.items() for key in map(_key, words)}
    for at, row in enumerate(sheet.rows[:_HEAD_WITHIN]):
        places: dict[str, int] = {}
        for column, cell in enumerate(row):
            name = next((meant[key] for key in _keys(cell) if key in meant), None)
            if name is not None and name in places and set(layout.needed) <= places.keys():
                raise Refused("heading stands twice in the file", remedy="remove one of them")
            if name is not None:
                places.setdefault(name, column)
        if set(layout.needed) <= places.keys():
            return at, places
    return None


def _below(sheet: Sheet, at: int, places: Mapping[str, int]) -> tuple[list[Row], tuple[int, ...]]:
    """The rows that say something, and the numbers of those that only sum up."""
    merged = _merged(sheet, places)
    rows, totals = [], []
    for index in range(at + 1, len(sheet.rows)):
        row = sheet.rows[index]
        cells = {name: row[c] if c < len(row) else "" for name, c in places.items()}
        if not any(_filled(cell) for cell in cells.values()):
            continue
        if _sums_up(row):
            totals.append(index + 1)
        else:
            rows.append(Row(index + 1, cells, frozenset(merged.get(index, ()))))
    return rows, tuple(totals)


def _filled(cell: Cell) -> bool:
    return bool(cell if isinstance(cell, bool | dict) else text_of(cell))


def _sums_up(row: Sequence[Cell]) -> bool:
    """Whether a row is a word for a total, with nothing but counts beside it."""
    total = False
    for cell in row:
        if not _filled(cell):
            continue
        said = _key(text_of(cell))
        if _TOTAL.fullmatch(said):
            total = True
        elif not _COUNT.fullmatch(said):
            return False
    return total


def _merged(sheet: Sheet, places: Mapping[str, int]) -> dict[int, set[str]]:
    """Rows in which cells of our columns are held together with others."""
    found: dict[int, set[str]] = {}
    for top, left, bottom, right in sheet.merged:
        names = {name for name, column in places.items() if left <= column <= right}
        for index in range(top, min(bottom, len(sheet.rows)) + 1 if names else top):
            found.setdefault(index, set()).update(names)
    return found


def _keys(cell: Cell) -> list[str]:
    """What a heading may mean: all of it, or its Chinese part alone, as 姓名 of 姓名 Name."""
    if not isinstance(cell, str):
        return []
    return [_key(cell), "".join(_CHINESE.findall(_MARKS.sub("", narrow(cell))))]


def _key(cell: Cell) -> str:
    return _MARKS.sub("", narrow(str(cell))).casefold()


def _said(cell: Cell) -> str:
    return str(cell).strip()[:40]


def _no_sheet() -> Refused:
    return Refused("file is no spreadsheet", remedy="save it as .xlsx, or as CSV in UTF-8")


def _locked() -> Refused:
    return Refused("file is locked by a password", remedy="save it without one")


def _too_large() -> Refused:
    return Refused("file is too large unpacked", remedy="copy the rows into the template")
