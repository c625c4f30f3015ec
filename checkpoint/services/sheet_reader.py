"""Reads a spreadsheet in a process of its own, with little memory and time.

A file made to hurt (a bomb, a cell at the far end of an endless sheet) then ends this process and
no other. It stands by itself: run as a file, the spreadsheet on standard input, JSON on standard
output. Exit 3: no spreadsheet; any other but 0: it died of it.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
import zipfile
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

NO_SHEET = 3
MEMORY = 1 << 30
"""Bytes of address space: twice what the largest allowed file takes."""
SECONDS = 60
UNPACKED = 256 << 20
"""Bytes of a file's parts once unpacked."""
SHEETS, COLUMNS = 20, 64


def main() -> int:
    """Read, within limits; what is beyond `ROWS` rows is told by a row more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    most, blob = int(sys.argv[1]), sys.stdin.buffer.read()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_repacked(blob)))
        found = [_sheet(book, meta, most) for meta in book.sheets_metadata[:SHEETS]]
    except (CalamineError, zipfile.BadZipFile, ValueError, KeyError):
        return NO_SHEET
    sys.stdout.buffer.write(json.dumps(found).encode())
    return 0


def _repacked(blob: bytes) -> bytes:
    """The parts of a zip, unpacked no further than they say and we allow; else the file itself."""
    if not blob.startswith(b"PK"):
        return blob
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob)) as packed, zipfile.ZipFile(made, "w") as plain:
        if sum(part.file_size for part in packed.infolist()) > UNPACKED:
            raise MemoryError
        for part in packed.infolist():
            if "/media/" not in part.filename:
                plain.writestr(part.filename, packed.read(part))
    return made.getvalue()


def _sheet(book: CalamineWorkbook, meta: Any, most: int) -> dict[str, Any]:
    if meta.visible != SheetVisibleEnum.Visible:
        return {"name": meta.name, "hidden": True, "rows": [], "merged": []}
    sheet = book.get_sheet_by_name(meta.name)
    rows = sheet.to_python(skip_empty_area=False, nrows=most)
    merged = [[*begin, *end] for begin, end in sheet.merged_cell_ranges or ()]
    cells = [[_plain(cell) for cell in row[:COLUMNS]] for row in rows]
    return {"name": meta.name, "hidden": False, "rows": cells, "merged": merged}


def _plain(cell: Any) -> Any:
    if isinstance(cell, str | float | bool | int):
        return cell
    kind = "date" if isinstance(cell, dt.date) else "time"
    return {kind: str(cell)}


if __name__ == "__main__":
    sys.exit(main())
