"""The report on an import: what became of each row, and what is wrong with which cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from admin.sheets import words
from admin.sheets.workbook import XLSX, Book, pieces, put_row
from checkpoint.services.job_runs import Outcome, Output
from checkpoint.services.sheet_faults import Fault
from checkpoint.services.sheet_import import Looked
from checkpoint.services.sheets import Table

SHOWN = 50
"""Faults that the page shows; the file has all."""


def outcome(made: Looked, *, keeps_input: bool = False) -> Outcome:
    """What a job says of a sheet, with the report for download."""
    parts = (made.table, made.verdicts, made.faults)
    file = Output(gettext("import-report") + ".xlsx", XLSX, pieces(written(*parts)))
    return Outcome(told(*parts), file, keeps_input=keeps_input)


def written(table: Table, verdicts: Mapping[int, str], faults: Sequence[Fault]) -> bytes:
    """The report as an Excel file."""
    book = Book()
    wrong = book.sheet(gettext("Problems"), (8, 8, 18, 26, 46, 50))
    heads = (
        gettext("Row"),
        gettext("Column"),
        gettext("Heading"),
        gettext("Value, masked"),
        gettext("Problem"),
        gettext("How to mend it"),
    )
    put_row(wrong, 0, heads, book.head)
    for at, fault in enumerate(faults, start=1):
        told = line(table, fault)
        put_row(wrong, at, (fault.row, *told[1:]), book.cell)
    rows = book.sheet(gettext("All rows"), (8, 20))
    put_row(rows, 0, (gettext("Row"), gettext("Result")), book.head)
    for at, (number, verdict) in enumerate(verdicts.items(), start=1):
        put_row(rows, at, (number, words.verdict(verdict)), book.cell)
    for sheet in (wrong, rows):
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return book.done()


def line(table: Table, fault: Fault) -> tuple[Any, ...]:
    """A fault in words: row, column letter, heading, masked value, problem, remedy."""
    return (
        fault.row,
        table.columns.get(fault.field, ""),
        table.headings.get(fault.field) or words.field(fault.field),
        fault.masked,
        words.problem(fault.kind, fault.other),
        words.remedy(fault.kind),
    )


def told(table: Table, verdicts: Mapping[int, str], faults: Sequence[Fault]) -> dict[str, Any]:
    """What the page of the job says: counts, the first faults, and which sheet was read."""
    counts = dict.fromkeys(words.VERDICTS, 0)
    for verdict in verdicts.values():
        counts[verdict] += 1
    kinds: dict[str, int] = {}
    for fault in faults:
        kinds[fault.kind] = kinds.get(fault.kind, 0) + 1
    return {
        "rows": len(verdicts),
        "counts": counts,
        "kinds": dict(sorted(kinds.items(), key=lambda item: -item[1])),
        "first": [line(table, fault) for fault in faults[:SHOWN]],
        "faults": len(faults),
        "sheet": table.sheet,
        "ignored": list(table.ignored),
        "totals": list(table.totals),
    }
