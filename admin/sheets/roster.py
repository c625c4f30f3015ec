"""The roster from a sheet, and its template."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext

from admin.sheets import report, words
from admin.sheets.workbook import XLSX, Book, pieces, put_row
from checkpoint.services import Office, jobs, roster_import
from checkpoint.services.job_runs import Outcome, Output, Progress, Run
from checkpoint.services.roster_import import Plan, Upload

COLUMNS = ("name", "id_number", "phone", "job", "site_id", "shift")
_HEADINGS = {
    "name": "姓名 Name",
    "id_number": "身份证号 ID number",
    "phone": "手机号 Phone",
    "job": "岗位 Job",
    "site_id": "厂区 Site",
    "shift": "班次 Shift",
}


def check(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of a dry run: what an import would do, row by row. Nothing is changed."""
    made = roster_import.plan(office, run.enterprise_id, run.input(), progress)
    return Outcome(_told(made), _report(made), keeps_input=True)


def bring_in(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of an import: everything in one transaction, or nothing."""
    upload = Upload(run.enterprise_id, run.job_id, run.input(), run.asked["only_valid"])
    made = roster_import.import_workers(office, run.by, upload, run.hold, progress)
    jobs.drop_input(office, run.by, run.asked["of"])
    return Outcome(_told(made), _report(made))


def template(sites: Sequence[str]) -> bytes:
    """An empty sheet with the headings in both languages; its columns are of text."""
    book = Book()
    sheet = book.sheet("员工 Workers", (16, 24, 18, 18, 20, 16))
    put_row(sheet, 0, (_HEADINGS[name] for name in COLUMNS), book.head)
    sheet.freeze_panes(1, 0)
    book.choice(sheet, COLUMNS.index("site_id"), sites)
    notes = book.sheet(gettext("How to fill it in"), (20, 90))
    told = {
        "name": gettext("As on the resident identity card."),
        "id_number": gettext(
            "18 characters, as text. Who is in the roster already is known by it."
        ),
        "phone": gettext("May be empty."),
        "job": gettext("May be empty."),
        "site_id": gettext("The name of one of your sites; may be empty."),
        "shift": gettext("Like 08:00-16:00, over midnight like 22:00-06:00; may be empty."),
    }
    for at, name in enumerate(COLUMNS):
        put_row(notes, at, (words.field(name), told[name]))
    rest = gettext("An empty cell leaves what the roster says. Nobody is removed by an import.")
    put_row(notes, len(COLUMNS) + 1, ("", rest))
    return book.done()


def _told(made: Plan) -> dict[str, object]:
    return report.told(made.table, made.verdicts, made.faults)


def _report(made: Plan) -> Output:
    blob = report.written(made.table, made.verdicts, made.faults)
    return Output(gettext("import-report") + ".xlsx", XLSX, pieces(blob))
