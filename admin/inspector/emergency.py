"""The emergency passes that the gates of one's warrants let in."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from admin.access import scope
from admin.db import office
from admin.inspector.home import blueprint
from checkpoint.services import emergency_requests


@blueprint.get("/emergency")
def emergency_in_force() -> ResponseReturnValue:
    """The list at the checkpoints, to be shown or printed."""
    return render_template(
        "emergency_in_force.html",
        rows=emergency_requests.in_force(office(), scope()),
        now=office().clock.now(),
        section="inspector.entries",
    )
