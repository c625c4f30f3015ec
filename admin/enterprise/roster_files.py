"""The roster from Excel: a file is looked at first, then imported; both as background jobs."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise
from admin.enterprise.home import blueprint
from admin.forms.fields import objections
from admin.forms.jobs import begin_job
from admin.forms.sheets import FileForm, FullForm, bring_in
from admin.forms.terms import sites_of
from admin.sheets import roster
from admin.sheets.blank import offered
from checkpoint.services.jobs import JobForm


@blueprint.route("/roster/export", methods=["GET", "POST"])
def export_roster() -> ResponseReturnValue:
    """Ask for the table of one's people."""
    form = FullForm()
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
    return offered(roster.template(names), gettext("roster-template"))


@blueprint.post("/roster/import/<job_id>")
def bring_in_roster(job_id: str) -> ResponseReturnValue:
    """Import the file that a job looked at."""
    return bring_in(actor(), job_id, ("check_roster", "import_roster"), own_enterprise())
