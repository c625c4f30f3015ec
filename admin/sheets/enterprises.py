"""The enterprises from a sheet, their template, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, pgettext

from admin.forms import times
from admin.forms.fields import today
from admin.sheets import report, words
from admin.sheets.blank import Column, blank
from admin.sheets.workbook import XLSX, Book, Cell, pieces, put_row
from checkpoint.services import Office, enterprise_export, enterprise_import, jobs
from checkpoint.services.enterprise_export import RegisterLine, RegisterOrder
from checkpoint.services.enterprise_import import Upload
from checkpoint.services.job_runs import Outcome, Output, Progress, Run
from checkpoint.services.register import Wanted

_YES_NO = ("是", "否")
_PHONES = ("head_phone", "contact_phone")
_WIDTHS = {"name": 30, "credit_code": 23, "enterprise_id": 14, "address": 32, "above_scale": 8}
_HEADINGS = {
    "name": "企业名称 Name",
    "credit_code": "统一社会信用代码 Credit code",
    "enterprise_id": "短标识 Short id",
    "township": "乡镇街道 Township or street",
    "industry": "行业 Industry",
    "above_scale": "规上 Above scale",
    "address": "地址 Address",
    "head": "负责人 Head",
    "head_phone": "负责人电话 Phone of the head",
    "staff": "从业人数 Staff",
    "contact": "联系人 Contact",
    "contact_phone": "联系人电话 Phone of the contact",
    "medical": "就近医疗机构 Nearest medical institution",
    "medical_phone": "医疗机构电话 Phone of the institution",
    "isolation": "隔离观察室 Isolation room",
    "isolation_where": "隔离观察室位置 Where the room is",
}
_HEAD = 2


def check(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of a dry run: what an import would do, row by row. Nothing is changed."""
    return report.outcome(enterprise_import.plan(office, run.input(), progress), keeps_input=True)


def bring_in(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of an import: everything in one transaction, or nothing."""
    upload = Upload(run.job_id, run.input(), run.asked["only_valid"])
    made = enterprise_import.import_enterprises(office, run.by, upload, run.hold, progress)
    jobs.drop_input(office, run.by, run.asked["of"])
    return report.outcome(made)


def export(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of a job: the table as an Excel file; taking it is recorded."""
    phones = run.asked["full"]
    order = RegisterOrder(run.job_id, Wanted(**run.asked["wanted"]), phones, run.asked["why"])
    lines = enterprise_export.table(office, run.by, order)
    progress(len(lines), len(lines))
    day = f"{today(office.clock.now()):%Y-%m-%d}"
    file = f"{gettext('Table of the enterprises')}-{day}.xlsx"
    blob = written(day, lines, phones=phones)
    return Outcome({"enterprises": len(lines)}, Output(file, XLSX, pieces(blob)))


def template() -> bytes:
    """An empty sheet with the headings in both languages; its columns are of text."""
    told = {
        "name": gettext("As on the business licence."),
        "credit_code": gettext(
            "18 characters, as text. Who is in the register already is known by it."
        ),
        "enterprise_id": gettext(
            "2 to 32 of a-z, 0-9 and -. It can't be changed later. Where it is empty, it is made"
            " from the initials of the name."
        ),
        "above_scale": gettext("是 or 否; may be empty."),
        "isolation": gettext("是 or 否; may be empty."),
    }
    columns = [
        Column(
            _named(name),
            heading,
            told.get(name, gettext("May be empty.")),
            _WIDTHS.get(name, 18),
            _YES_NO if name in ("above_scale", "isolation") else (),
        )
        for name, heading in _HEADINGS.items()
    ]
    rest = gettext(
        "An empty cell leaves what the register says. No enterprise is removed by an import."
    )
    return blank("企业 Enterprises", columns, rest)


def written(day: str, lines: Sequence[RegisterLine], *, phones: bool) -> bytes:
    """The sheet: title, day and number, headings that stay in view, a line an enterprise.

    It may be handed in again: it has the template's fields, without phones unless `phones`.
    """
    names = [name for name in _HEADINGS if phones or name not in _PHONES]
    heads = [_named(name) for name in names]
    told = gettext("Day: %(day)s    Enterprises: %(num)s", day=day, num=len(lines))
    book = Book()
    sheet = book.sheet(
        gettext("Enterprises"),
        (6, *(_WIDTHS.get(name, 16) for name in names), 12, 8),
    )
    last = len(names) + 2
    book.top(sheet, last, gettext("Table of the enterprises"), told)
    put_row(
        sheet,
        _HEAD,
        (gettext("No."), *heads, gettext("Registered"), gettext("State")),
        book.head,
    )
    for at, line in enumerate(lines, start=1):
        put_row(sheet, _HEAD + at, _cells(at, line, names), book.cell)
    book.to_print(sheet, _HEAD, len(lines), last)
    return book.done()


def _named(name: str) -> str:
    return str(gettext("Name of the enterprise")) if name == "name" else words.field(name)


def _cells(at: int, line: RegisterLine, names: Sequence[str]) -> tuple[Cell, ...]:
    home, values = line.row.enterprise, line.values
    head, contact = values["head"], next(iter(values["contacts"]), None)
    whether = {True: _YES_NO[0], False: _YES_NO[1], None: ""}
    told: dict[str, Cell] = {
        "credit_code": home.credit_code,
        "enterprise_id": home.enterprise_id,
        "above_scale": whether[values["above_scale"]],
        "isolation": whether[values["isolation"]],
        "staff": values["staff"] or "",
        "head": head.name if head else "",
        "head_phone": head.phone if head else "",
        "contact": contact.name if contact else "",
        "contact_phone": contact.phone if contact else "",
    }
    cells = (told[name] if name in told else values[name] for name in names)
    state = gettext("Suspended") if home.suspended else pgettext("an enterprise", "In force")
    return (at, *cells, times.day(line.row.registered_at), state)
