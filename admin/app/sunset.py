"""A deployment that is being ended or has ended: every page and every kiosk is told so, and why.

What is left are the files of pages, the choice of a language, and liveness.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from checkpoint.clock import rfc3339
from checkpoint.errors import StorageFault
from checkpoint.services import sunset
from checkpoint.services.office import Office

_STAYS = {"static", "bootstrap.static", "htmx", "language", "health"}
_GONE = 410


def set_up(app: Flask, office: Office) -> None:
    """Ask before everything else whether the deployment goes on."""
    app.before_request(lambda: _closed(office))


def _closed(office: Office) -> ResponseReturnValue | None:
    if request.endpoint in _STAYS:
        return None
    try:
        state = sunset.state(office)
    except StorageFault:
        return None  # what is asked for says so itself
    return None if state is None else _told(state.begun, state.ended)


def _told(begun: datetime, ended: datetime | None) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        error = f"the deployment ended: sunset since {rfc3339(begun)}"
        remedy = "put the gate out of service; nothing is taken, and it forgets by its own days"
        return jsonify(error=error, remedy=remedy), _GONE
    page = render_template("sunset.html", begun=begun, ended=ended, who=None, menu=())
    return page, _GONE
