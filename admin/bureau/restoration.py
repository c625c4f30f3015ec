"""After a restore: what has not come again, and taking it as lost."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor
from admin.bureau.home import blueprint
from admin.db import office
from checkpoint.services import restoring


@blueprint.get("/restoration")
def restoration() -> ResponseReturnValue:
    """The restore that is not over, and what it waits for."""
    return render_template(
        "bureau/restoration.html",
        restored=restoring.unfinished(office()),
        section="bureau.enterprises",
    )


@blueprint.post("/restoration/accept")
def accept_loss() -> ResponseReturnValue:
    """Take what is missing as lost, with a reason."""
    restoring.accept(office(), actor(), request.form.get("why", ""))
    flash(gettext("What is missing is taken as lost."), "success")
    return redirect(url_for("bureau.enterprises"))
