"""The enterprises from Excel and to Excel, as background jobs; a file is looked at first."""

from __future__ import annotations

from dataclasses import asdict

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from admin.access import actor
from admin.bureau.enterprises import find_form, kept
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.fields import objections
from admin.forms.jobs import begin_job
from admin.forms.sheets import FileForm, FullForm, bring_in
from admin.sheets import enterprises
from admin.sheets.blank import offered
from checkpoint.services import register
from checkpoint.services.jobs import JobForm


class TableForm(FullForm):
    """The table of the enterprises."""

    full = BooleanField(_("Phones of heads and contacts too"))


@blueprint.route("/enterprises/export", methods=["GET", "POST"])
def export_enterprises() -> ResponseReturnValue:
    """Ask for the table of the enterprises that the filter in the address leaves."""
    form, found = TableForm(), find_form()
    wanted = found.wanted()
    if form.validate_on_submit():
        asked = {"full": form.full.data, "why": form.why.data or "", "wanted": _asked(wanted)}
        with objections(form):
            return begin_job(actor(), JobForm("export_enterprises", asked))
    return render_template(
        "bureau/export_enterprises.html",
        form=form,
        count=len(register.every(office(), wanted)),
        kept=kept(found),
        section="bureau.enterprises",
    )


@blueprint.route("/enterprises/import", methods=["GET", "POST"])
def import_enterprises() -> ResponseReturnValue:
    """Hand in a file to be looked at. Nothing is imported by that."""
    form = FileForm()
    form.file.description = gettext(".xlsx, .xls, .ods or CSV, up to 2,000 rows and 8 MB.")
    if form.validate_on_submit():
        with objections(form):
            wanted = JobForm("check_enterprises", input=form.file.data.read())
            return begin_job(actor(), wanted)
    return render_template(
        "bureau/import_enterprises.html", form=form, section="bureau.enterprises"
    )


@blueprint.get("/enterprises/import/template.xlsx")
def enterprises_template() -> ResponseReturnValue:
    """An empty sheet to fill in."""
    return offered(enterprises.template(), gettext("enterprises-template"))


@blueprint.post("/enterprises/import/<job_id>")
def bring_in_enterprises(job_id: str) -> ResponseReturnValue:
    """Import the file that a job looked at."""
    return bring_in(actor(), job_id, ("check_enterprises", "import_enterprises"))


def _asked(wanted: register.Wanted) -> dict[str, object]:
    """The filter as plain JSON values."""
    return {name: value for name, value in asdict(wanted).items() if name != "spelt"}
