"""The API put into the application: routes, limits, description."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from admin.api import kiosks
from admin.api.document import tree
from admin.api.health import health

ENROLMENTS = "20 per minute"
SIGN_INS = "30 per minute"
"""By address; the delay of each account is in `admin.auth.lockout`."""


def set_up(app: Flask) -> None:
    """Register the API. Only kiosks' routes go without a CSRF token: they have no cookies."""
    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(kiosks.blueprint)
    app.register_blueprint(kiosks.blueprint)
    app.add_url_rule("/healthz", "health", health)
    app.add_url_rule("/api/v1/openapi.json", "api.openapi", lambda: _document(app))
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    limits = {
        "api.enrol": ENROLMENTS,
        "phone.register": ENROLMENTS,
        "security.login": SIGN_INS,
        "own.sign_in_by_passkey": SIGN_INS,
        "own.sign_in_options": SIGN_INS,
        "own.second": SIGN_INS,
        "own.second_passkey": SIGN_INS,
        "own.invitation": SIGN_INS,
    }
    for endpoint, limit in limits.items():
        limited: Any = limiter.limit(limit, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def _document(app: Flask) -> Response:
    tree.app = app
    return jsonify(tree.spec)
