"""The roster from Excel: a file is looked at first, then imported; both as background jobs."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, StringField
from wtforms.validators import ValidationError

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms.fields import Form, objections, short
from admin.forms.jobs import begin_job
from admin.forms.terms import sites_of
from admin.sheets import roster
from admin.sheets.workbook import XLSX
from checkpoint.services import jobs
from checkpoint.services.jobs import JobForm

SUFFIXES = ".xlsx,.xls,.ods,.csv"


class FileForm(Form):
    """A file with a roster."""

    file = FileField(
        _("File"),
        validators=[FileRequired(_("Choose a file."))],
        description=_(".xlsx, .xls, .ods or CSV, up to 50,000 rows and 8 MB."),
        render_kw={"accept": SUFFIXES},
    )


class TableForm(Form):
    """The table of one's people."""

    full = BooleanField(_("ID numbers and phones in full"))
    why = StringField(
        _("Reason"),
        validators=[short(200)],
        description=_("Needed for full numbers; it stands in the action record."),
    )

    def validate_why(self, field: Field) -> None:
        """A reason, where numbers are wanted in full."""
        if self.full.data and not (field.data or "").strip():
            raise ValidationError(gettext("Give a reason: 1 to 200 characters that can be shown."))


@blueprint.route("/roster/export", methods=["GET", "POST"])
def export_roster() -> ResponseReturnValue:
    """Ask for the table of one's people."""
    form = TableForm()
    if form.validate_on_submit():
        asked = {"full": form.full.data, "why": form.why.data or ""}
        with objections(form):
            return begin_job(actor(), JobForm("export_roster", asked, own_enterprise()))
    return render_template("enterprise/export_roster.html", form=form, section="enterprise.holders")


@blueprint.route("/roster/import", methods=["GET", "POST"])
def import_roster() -> ResponseReturnValue:
    """Hand in a file to be looked at. Nothing is imported by that."""
    form = FileForm()
    if form.validate_on_submit():
        with objections(form):
            wanted = JobForm("check_roster", {}, own_enterprise(), form.file.data.read())
            return begin_job(actor(), wanted)
    return render_template("enterprise/import_roster.html", form=form, section="enterprise.holders")


@blueprint.get("/roster/import/template.xlsx")
def roster_template() -> ResponseReturnValue:
    """An empty sheet to fill in."""
    names = [name for _id, name in sites_of(own_enterprise())]
    return _file(roster.template(names), gettext("roster-template"))


@blueprint.post("/roster/import/<job_id>")
def bring_in_roster(job_id: str) -> ResponseReturnValue:
    """Import the file that a job looked at."""
    looked = jobs.job(office(), actor(), job_id)
    if not looked.has_input:
        return redirect(url_for("own.job", job_id=job_id))
    asked = {"of": job_id, "only_valid": request.form.get("which") == "valid"}
    blob = jobs.input_of(office(), actor(), job_id)
    return begin_job(actor(), JobForm("import_roster", asked, own_enterprise(), blob))


def _file(blob: bytes, name: str) -> Response:
    answer = Response(blob, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return answer
