"""The inspector's blueprint, and the record of their own lookups."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin.auth.current import account
from admin.db import lookups_of, office

blueprint = Blueprint("inspector", __name__, url_prefix="/inspector", template_folder="templates")


@blueprint.get("/lookups")
def lookups() -> ResponseReturnValue:
    """What one has asked the log oneself."""
    page = lookups_of(office(), account().account_id, request.args.get("after"))
    return render_template("inspector/lookups.html", page=page)
