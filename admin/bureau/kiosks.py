"""The kiosks of the district, the worst first."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from admin.access import scope
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import watch_words
from checkpoint.services import watching


@blueprint.get("/kiosks", endpoint="kiosks")
def list_kiosks() -> ResponseReturnValue:
    """How every gate of the district is."""
    rows = watching.kiosks(office(), scope())
    return render_template("bureau/kiosks.html", rows=rows, watch_words=watch_words)
