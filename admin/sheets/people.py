"""企业人员情况统计表: the people of an enterprise as a sheet to be printed and handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext, pgettext

from admin.forms import health_words, times
from admin.forms.fields import today
from admin.printing import shift_words
from admin.sheets.workbook import XLSX, Book, Cell, pieces, put_row
from checkpoint.services import Office, authorizing, roster_export
from checkpoint.services.job_runs import Outcome, Output, Progress, Run
from checkpoint.services.roster_export import PersonLine, TableOrder

_WIDTHS = (6, 12, 21, 6, 12, 15, 14, 16, 14, 22, 16, 10, 18)
_HEAD = 2


def export(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of a job: the table as an Excel file; taking it is recorded."""
    order = TableOrder(run.enterprise_id, run.job_id, run.asked["full"], run.asked["why"])
    lines = roster_export.table(office, run.by, order, progress)
    name = authorizing.enterprise(office, run.enterprise_id).name
    day = f"{today(office.clock.now()):%Y-%m-%d}"
    file = f"{gettext('Table of the people of the enterprise')}-{day}.xlsx"
    return Outcome({"people": len(lines)}, Output(file, XLSX, pieces(written(name, day, lines))))


def written(enterprise: str, day: str, lines: Sequence[PersonLine]) -> bytes:
    """The sheet: title, enterprise and day, headings that stay in view, a line a person."""
    book = Book()
    sheet = book.sheet(gettext("People"), _WIDTHS)
    last = len(_WIDTHS) - 1
    told = gettext(
        "Enterprise: %(name)s    Day: %(day)s    People: %(num)s",
        name=enterprise,
        day=day,
        num=len(lines),
    )
    book.top(sheet, last, gettext("Table of the people of the enterprise"), told)
    put_row(sheet, _HEAD, _headings(), book.head)
    for at, line in enumerate(lines, start=1):
        put_row(sheet, _HEAD + at, _cells(at, line), book.cell)
    book.to_print(sheet, _HEAD, len(lines), last)
    return book.done()


def _headings() -> tuple[str, ...]:
    return (
        gettext("No."),
        gettext("Name"),
        gettext("ID number"),
        gettext("Sex"),
        gettext("Born"),
        gettext("Phone"),
        gettext("Job"),
        gettext("Site"),
        gettext("Shift"),
        pgettext("of the roster", "Pass"),
        gettext("Returned from"),
        gettext("Health status"),
        gettext("Last declaration"),
    )


def _cells(at: int, line: PersonLine) -> tuple[Cell, ...]:
    sexes = {"male": pgettext("sex", "Male"), "female": pgettext("sex", "Female")}
    return (
        at,
        line.name,
        line.number,
        sexes.get(line.sex, ""),
        f"{line.born:%Y-%m-%d}" if line.born else "",
        line.phone,
        line.job,
        line.site,
        shift_words(line.shift),
        held_pass(line.pass_until, blocked=line.blocked),
        line.origin,
        str(health_words.STATUSES.get(line.status, "")),
        times.day(line.declared_at) if line.declared_at else "",
    )


def held_pass(until: datetime | None, *, blocked: bool) -> str:
    """Whether a holder has a pass that is worth something, and until when."""
    if blocked:
        return str(gettext("Blocked"))
    if until is None:
        return str(gettext("None in force"))
    return str(gettext("In force until %(until)s", until=times.last_day(until)))
