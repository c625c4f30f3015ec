"""The signed export of whole chains, to be kept and audited elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from admin.access import actor, scope
from admin.config import Settings
from admin.db import office
from admin.forms.fields import today
from admin.forms.jobs import begin_job
from admin.inspector import list_export
from admin.inspector.filters import places
from admin.inspector.home import blueprint
from checkpoint.errors import Refused
from checkpoint.services import export as exporting
from checkpoint.services import listing
from checkpoint.services.jobs import JobForm
from checkpoint.storage.entry_filter import EntryFilter

AT_ONCE = 5_000
"""Entries that are exported while the browser waits; more become a background job."""


@blueprint.get("/export")
def export() -> ResponseReturnValue:
    """What an export holds, and the button."""
    mine = scope()
    return render_template(
        "inspector/export.html", places=places(mine), warranted=mine.enterprises or mine.sites
    )


@blueprint.post("/export")
def download() -> ResponseReturnValue:
    """The export file of what one may inspect; a long one by a job."""
    mine = scope()
    if not (mine.enterprises or mine.sites):
        raise Refused("no warrant is in force", remedy="ask the bureau")
    with listing.listing(office(), mine, EntryFilter()) as held:
        long = held.total > AT_ONCE
    if long:
        return begin_job(actor(), JobForm(list_export.LOG))
    settings: Settings = current_app.config["SIBAO"]
    with tempfile.TemporaryDirectory(dir=settings.data) as folder:
        path = Path(folder) / "export"
        exporting.write(office(), actor(), mine, path)
        # The open file outlives its folder until the answer has been sent.
        file = path.open("rb")
    name = f"sibao-entries-{today(office().clock.now()):%Y%m%d}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)
