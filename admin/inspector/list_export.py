"""Exports of a list of entries and of whole chains, as background jobs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, ValidationError

from admin.access import actor, scope
from admin.forms.fields import Form, choices, line, today
from admin.forms.jobs import begin_job
from admin.forms.times import moment
from admin.inspector import list_files
from admin.inspector.filters import FilterForm, filter_form, places
from admin.inspector.home import blueprint
from admin.inspector.list_columns import STANDARD, columns
from admin.inspector.list_files import PDF_MOST, XLSX_MOST, Sheet
from checkpoint.errors import Refused
from checkpoint.services import authorizing, fields, jobs, listing
from checkpoint.services import export as exporting
from checkpoint.services.job_runs import Outcome, Output, Progress, Run
from checkpoint.services.jobs import JobForm
from checkpoint.services.listing import Listing
from checkpoint.services.lookup_record import Asked
from checkpoint.services.office import Office
from checkpoint.storage.scope import Scope

LIST, LOG = "entry_list", "log_export"
_TICK = 200
_PIECE = 1 << 16
_FILE = "file"
_MOST = {"xlsx": XLSX_MOST, "pdf": PDF_MOST}
_TYPES = {
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("zip", "application/zip"),
    "pdf": ("pdf", "application/pdf"),
}
FORMATS = {"xlsx": _("Excel (XLSX)"), "csv": _("CSV in a ZIP"), "pdf": _("PDF, to print")}


def _known(_form: Form, field: Field) -> None:
    """Codes that the page does not offer come from no box on it."""
    if set(field.data or ()) - {choice.value for choice in field.choices}:
        raise ValidationError(gettext("There is no such column: tick those that you want."))


class ListForm(Form):
    """How a list is to be written."""

    format = SelectField(_("Format"), choices=choices(*FORMATS.items()))
    columns = SelectMultipleField(
        _("Columns"),
        validators=[DataRequired(_("Choose at least one column.")), _known],
        validate_choice=False,
    )
    why = line(
        _("Reason for names and IDs"),
        optional=True,
        most=200,
        description=_(
            "Only if the list is to have whole names and the ends of IDs. That you took them is"
            " recorded for every entry of the list. Without a reason they stay masked."
        ),
        render_kw={"autocomplete": "off"},
    )


@blueprint.post("/entries/export")
def export_list() -> ResponseReturnValue:
    """Ask how the list of a filter is to be written, then let the job begin."""
    mine, asked = scope(), filter_form(scope())
    form = ListForm()
    every = columns({}, {})
    form.columns.choices = choices(*((code, column.label) for code, column in every.items()))
    if not (mine.enterprises or mine.sites):
        raise Refused("no warrant is in force", remedy="ask the bureau")
    ready = asked.validate()
    if "format" not in request.form:
        form.columns.data = list(STANDARD)
    elif ready and form.validate():
        return begin_job(actor(), _job(asked, form, mine))
    return render_template(
        "inspector/list_export.html",
        form=form,
        asked=asked,
        carried=asked.carried(),
        most=_MOST,
        section="inspector.entries",
    )


def list_work(office: Office, run: Run, progress: Progress) -> Outcome:
    """Write a list; the scope is that of the account's warrants as they are now."""
    told, mine = run.asked, _scope(office, run)
    kind = told["format"]
    with _folder(office, run) as folder:
        total = _written(office, run, folder, (mine, progress))
        ending, media_type = _TYPES[kind]
        name = f"sibao-entries-{today(office.clock.now()):%Y%m%d}.{ending}"
        pieces = _pieces(folder / _FILE, folder)
        return Outcome({"entries": total}, Output(name, media_type, pieces))


def log_work(office: Office, run: Run, progress: Progress) -> Outcome:
    """Write the signed export of whole chains."""
    mine = _scope(office, run)
    with _folder(office, run) as folder:
        path = folder / _FILE
        count = exporting.write(office, run.by, mine, path, progress)
        name = f"sibao-entries-{today(office.clock.now()):%Y%m%d}.zip"
        return Outcome({"entries": count}, Output(name, "application/zip", _pieces(path, folder)))


def _written(office: Office, run: Run, folder: Path, how: tuple[Scope, Progress]) -> int:
    """Write the file and record it; how many entries it has."""
    told, (mine, progress), now = run.asked, how, office.clock.now()
    kind, path = told["format"], folder / _FILE
    with listing.listing(office, mine, listing.unpacked(told["filter"])) as read:
        if read.total > _MOST.get(kind, read.total):
            raise Refused("list is too long for this format", remedy="take CSV")
        sheet = _sheet(read, run, (now, progress))
        if kind == "pdf":
            list_files.write_pdf(sheet, path, now)
        else:
            write = list_files.write_xlsx if kind == "xlsx" else list_files.write_csv
            write(sheet, path, folder)
    asked = {"format": kind, "columns": " ".join(told["columns"])}
    form = Asked("export_list", asked, read.total, told["why"])
    listing.noted(office, run.by, mine, read, form)
    return read.total


def _job(asked: FilterForm, form: ListForm, mine: Scope) -> JobForm:
    held = places(mine)
    chosen = [code for code in columns({}, {}) if code in form.columns.data]
    told = {
        "format": form.format.data,
        "columns": chosen,
        "filter": listing.packed(asked.wanted()),
        "said": [[str(label), str(value or "")] for _name, label, value in asked.chips()],
        "why": fields.reason(form.why.data) if form.why.data else "",
        "sites": {place.site.site_id: place.site.name for place in held},
        "gates": {gate.gate_id: gate.name for place in held for gate in place.gates},
    }
    return JobForm(LIST, told)


def _sheet(read: Listing, run: Run, at: tuple[datetime, Progress]) -> Sheet:
    told, (now, progress) = run.asked, at
    every = columns(told["sites"], told["gates"])
    chosen = [every[code] for code in told["columns"]]

    def rows() -> Iterator[list[str]]:
        for done, one in enumerate(read.entries(persons=bool(told["why"]))):
            if done % _TICK == 0:
                progress(done, read.total)
            yield [column.cell(one) for column in chosen]

    title = gettext("Entry list")
    asked = "; ".join(" ".join(filter(None, pair)) for pair in told["said"])
    persons = gettext("whole, because: %(why)s", why=told["why"]) if told["why"] else ""
    heading = [
        (gettext("Filter"), asked or gettext("everything")),
        (gettext("Entries in it"), str(read.total)),
        (gettext("Persons"), persons or gettext("masked")),
        (gettext("Times are in"), gettext("Beijing time (UTC+8)")),
        (gettext("Exported"), f"{moment(now)} · {run.by.name}"),
    ]
    widths = [column.width for column in chosen]
    return Sheet(title, heading, [str(c.label) for c in chosen], widths, rows(), read.ends)


def _scope(office: Office, run: Run) -> Scope:
    mine = authorizing.inspection_scope(office, run.by.account_id)
    if not (mine.enterprises or mine.sites):
        raise Refused("no warrant is in force", remedy="ask the bureau")
    return mine


@contextmanager
def _folder(office: Office, run: Run) -> Iterator[Path]:
    """A folder of the job's own, readable by nobody else, empty; gone when the work fails.

    Those of jobs that no longer run, whose process died, go with it.
    """
    home = office.keys.folder.with_name("exporting")
    home.mkdir(mode=0o700, exist_ok=True)
    for held in home.iterdir():
        if held.name == run.job_id or not jobs.runs(office, held.name):
            shutil.rmtree(held, ignore_errors=True)
    folder = home / run.job_id
    folder.mkdir(mode=0o700)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _pieces(path: Path, folder: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    finally:
        shutil.rmtree(folder, ignore_errors=True)
