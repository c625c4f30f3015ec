"""The API put into the application: routes, limits, description."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, jsonify
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from admin.api import kiosks, systems
from admin.api.document import tree
from admin.api.health import health
from admin.api.systems.door import counted_as, limit
from admin.api.systems.told import MEDIA

ENROLMENTS = "20 per minute"
DECLARATIONS = "600 per minute"
"""By address: the phones of a whole plant may come from one."""
SIGN_INS = "30 per minute"
"""By address; the delay of each account is in `admin.auth.lockout`."""


def set_up(app: Flask) -> None:
    """Register the API. Its routes go without a CSRF token: cookies count for nothing here."""
    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(kiosks.blueprint)
    app.register_blueprint(kiosks.blueprint)
    csrf.exempt(systems.blueprint)
    app.register_blueprint(systems.blueprint)
    app.add_url_rule("/healthz", "health", health)
    app.add_url_rule("/api/v1/openapi.json", "api.openapi", lambda: _document(app))
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    limits = {
        "api.enrol": ENROLMENTS,
        "phone.register": ENROLMENTS,
        "phone.declare": DECLARATIONS,
        "security.login": SIGN_INS,
        "own.sign_in_by_passkey": SIGN_INS,
        "own.sign_in_options": SIGN_INS,
        "own.second": SIGN_INS,
        "own.second_passkey": SIGN_INS,
        "own.invitation": SIGN_INS,
    }
    for endpoint, often in limits.items():
        limited: Any = limiter.limit(often, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited
    limiter.limit(limit, key_func=counted_as)(systems.blueprint)


def _document(app: Flask) -> Response:
    tree.app = app
    spec: dict[str, Any] = json.loads(json.dumps(tree.spec))
    for path, operations in spec["paths"].items():
        if path.startswith(systems.blueprint.url_prefix or "-"):
            for operation in operations.values():
                _told_as_problems(operation["responses"])
    return jsonify(spec)


def _told_as_problems(responses: dict[str, Any]) -> None:
    """Problems have a media type of their own, which the library knows nothing of."""
    for status, told in responses.items():
        if int(status) >= 400 and "content" in told:
            told["content"] = {MEDIA: told["content"]["application/json"]}
