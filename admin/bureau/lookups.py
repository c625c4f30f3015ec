"""What inspectors asked the entry log, and whom they unmasked: all of it, for the bureau."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin.access import scope
from admin.auth import lookups as record
from admin.bureau.home import blueprint
from admin.db import office
from checkpoint.services import authorizing


@blueprint.get("/lookups")
def lookups() -> ResponseReturnValue:
    """All lookups, the newest first; of one inspector, of one enterprise's, unmaskings only."""
    given = request.args
    wanted = record.Wanted(
        given.get("who", ""), given.get("enterprise", ""), bool(given.get("only"))
    )
    return render_template(
        "bureau/lookups.html",
        page=record.asked(office(), wanted, given.get("after")),
        wanted=wanted,
        people=record.inspectors(office()),
        enterprises=[each.enterprise for each in authorizing.enterprises(office(), scope())],
        section="bureau.actions",
    )
