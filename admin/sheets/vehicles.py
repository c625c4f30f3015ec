"""The vehicles of a roster as a sheet: their template, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, pgettext

from admin.forms.fields import today
from admin.forms.holders import days_words
from admin.sheets import words
from admin.sheets.blank import Column, blank
from admin.sheets.people import held_pass
from admin.sheets.workbook import XLSX, Book, Cell, pieces, put_row
from checkpoint.services import Office, authorizing, vehicle_export
from checkpoint.services.job_runs import Outcome, Output, Progress, Run
from checkpoint.services.roster_export import TableOrder
from checkpoint.services.vehicle_export import VehicleLine

_HEAD = 2


def template(sites: Sequence[str]) -> bytes:
    """An empty sheet with the headings in both languages; its columns are of text."""
    plate = gettext(
        "As painted, like 京A12345. Which is in the roster already is known by its plate."
    )
    days = gettext("Like 周一至周五, 1-5 or 每天; may be empty.")
    site = gettext("The name of one of your sites; may be empty.")
    optional = gettext("May be empty.")
    columns = (
        Column(words.field("plate"), "车牌号 Plate", plate, 16),
        Column(words.field("driver"), "驾驶员 Driver", gettext("The name in full."), 16),
        Column(words.field("phone"), "手机号 Phone", optional),
        Column(words.field("seats"), "座位数 Seats", gettext("0 to 200; may be empty."), 12),
        Column(words.field("route"), "线路 Route", optional, 24),
        Column(words.field("days"), "运行日 Days", days, 20),
        Column(words.field("site_id"), "厂区 Site", site, 20, sites),
    )
    rest = gettext("An empty cell leaves what the roster says. No vehicle is removed by an import.")
    return blank("车辆 Vehicles", columns, rest)


def export(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of a job: the table as an Excel file; taking it is recorded."""
    order = TableOrder(run.enterprise_id, run.job_id, run.asked["full"], run.asked["why"])
    lines = vehicle_export.table(office, run.by, order, progress)
    name = authorizing.enterprise(office, run.enterprise_id).name
    day = f"{today(office.clock.now()):%Y-%m-%d}"
    file = f"{gettext('Table of the vehicles of the enterprise')}-{day}.xlsx"
    blob = written((name, day), lines, phones=order.full)
    return Outcome({"vehicles": len(lines)}, Output(file, XLSX, pieces(blob)))


def written(whose: tuple[str, str], lines: Sequence[VehicleLine], *, phones: bool) -> bytes:
    """The sheet, of an enterprise on a day: headings that stay in view, a line a vehicle.

    It may be handed in again: it has the template's fields, without phones unless `phones`.
    """
    fields = ("plate", "driver", *(("phone",) if phones else ()), "seats", "route", "days")
    heads = (
        gettext("No."),
        *map(words.field, (*fields, "site_id")),
        gettext("Riders"),
        pgettext("of the roster", "Pass"),
    )
    widths = (6, 14, 14, *((16,) if phones else ()), 8, 24, 26, 18, 10, 24)
    book = Book()
    sheet = book.sheet(gettext("Vehicles"), widths)
    last = len(widths) - 1
    name, day = whose
    told = gettext(
        "Enterprise: %(name)s    Day: %(day)s    Vehicles: %(num)s",
        name=name,
        day=day,
        num=len(lines),
    )
    book.top(sheet, last, gettext("Table of the vehicles of the enterprise"), told)
    put_row(sheet, _HEAD, heads, book.head)
    for at, line in enumerate(lines, start=1):
        put_row(sheet, _HEAD + at, _cells(at, line, phones=phones), book.cell)
    book.to_print(sheet, _HEAD, len(lines), last)
    return book.done()


def _cells(at: int, line: VehicleLine, *, phones: bool) -> tuple[Cell, ...]:
    return (
        at,
        line.plate,
        line.driver,
        *((line.phone,) if phones else ()),
        line.seats,
        line.route,
        days_words(line.days) or gettext("every day"),
        line.site,
        line.riders,
        held_pass(line.pass_until, blocked=line.blocked),
    )
