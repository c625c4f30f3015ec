"""The roster from Excel and to Excel: workers and vehicles, each with pages of their own.

A file is looked at first, then imported; both as background jobs.
"""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from admin.access import actor, own_enterprise
from admin.enterprise.home import blueprint
from admin.forms.fields import objections
from admin.forms.jobs import begin_job
from admin.forms.sheets import FileForm, FullForm, bring_in
from admin.forms.terms import sites_of
from admin.sheets import roster, vehicles
from admin.sheets.blank import offered
from checkpoint.services.jobs import JobForm


class VehiclesForm(FullForm):
    """The table of the vehicles."""

    full = BooleanField(_("Phones of drivers too"))


@blueprint.route("/roster/export", methods=["GET", "POST"])
def export_roster() -> ResponseReturnValue:
    """Ask for the table of one's people."""
    return _export("export_roster", FullForm())


@blueprint.route("/roster/vehicles/export", methods=["GET", "POST"])
def export_vehicles() -> ResponseReturnValue:
    """Ask for the table of one's vehicles."""
    return _export("export_vehicles", VehiclesForm())


@blueprint.route("/roster/import", methods=["GET", "POST"])
def import_roster() -> ResponseReturnValue:
    """Hand in a file of workers to be looked at. Nothing is imported by that."""
    return _look("check_roster", "enterprise/import_roster.html")


@blueprint.route("/roster/vehicles/import", methods=["GET", "POST"])
def import_vehicles() -> ResponseReturnValue:
    """Hand in a file of vehicles to be looked at. Nothing is imported by that."""
    return _look("check_vehicles", "enterprise/import_vehicles.html")


@blueprint.get("/roster/import/template.xlsx")
def roster_template() -> ResponseReturnValue:
    """An empty sheet of workers to fill in."""
    return offered(roster.template(_site_names()), gettext("roster-template"))


@blueprint.get("/roster/vehicles/import/template.xlsx")
def vehicles_template() -> ResponseReturnValue:
    """An empty sheet of vehicles to fill in."""
    return offered(vehicles.template(_site_names()), gettext("vehicles-template"))


@blueprint.post("/roster/import/<job_id>")
def bring_in_roster(job_id: str) -> ResponseReturnValue:
    """Import the file of workers that a job looked at."""
    return bring_in(actor(), job_id, ("check_roster", "import_roster"), own_enterprise())


@blueprint.post("/roster/vehicles/import/<job_id>")
def bring_in_vehicles(job_id: str) -> ResponseReturnValue:
    """Import the file of vehicles that a job looked at."""
    return bring_in(actor(), job_id, ("check_vehicles", "import_vehicles"), own_enterprise())


def _export(kind: str, form: FullForm) -> ResponseReturnValue:
    if form.validate_on_submit():
        asked = {"full": form.full.data, "why": form.why.data or ""}
        with objections(form):
            return begin_job(actor(), JobForm(kind, asked, own_enterprise()))
    page = f"enterprise/{kind}.html"
    return render_template(page, form=form, section="enterprise.holders")


def _look(kind: str, page: str) -> ResponseReturnValue:
    form = FileForm()
    if form.validate_on_submit():
        with objections(form):
            return begin_job(actor(), JobForm(kind, {}, own_enterprise(), form.file.data.read()))
    return render_template(page, form=form, section="enterprise.holders")


def _site_names() -> list[str]:
    return [name for _id, name in sites_of(own_enterprise())]
