"""What counts every guess of a secret that a person types into a page."""

from __future__ import annotations

import math
from datetime import timedelta

from flask import request
from flask_babel import ngettext

from admin.auth.guard import mark_name
from admin.auth.lockout import lockout


def held_back(name: str) -> str:
    """Count a guess at a name; why it may not be looked at now, empty when it may."""
    known = request.cookies.get(mark_name(), "")
    wait = lockout().attempt(name, request.remote_addr or "", known)
    if not wait:
        return ""
    minutes = math.ceil(wait / timedelta(minutes=1))
    told: str = ngettext(
        "Too many failed attempts. Try again in %(num)s minute.",
        "Too many failed attempts. Try again in %(num)s minutes.",
        minutes,
    )
    return told
