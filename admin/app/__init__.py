"""The application: everything put together once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import IO

from flask import Flask, Request, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from admin import access, api, bureau, enterprise, inspector, own, phone
from admin.app import errors, headers, language, pages, sunset
from admin.auth import setup as accounts
from admin.auth.account import Role
from admin.auth.current import account
from admin.config import Settings
from admin.db import EXTENSION
from checkpoint.clock import Clock, SystemClock
from checkpoint.durable import make_folder
from checkpoint.services.office import Office

BODY_LIMIT = 8 << 20
"""Bytes of a request: more than a full batch of the largest entries."""
_ROOM = {"enterprise.edit_photo": 32 << 20, "phone.register": 4 << 10, "phone.declare": 4 << 10}
"""Endpoints that take more, to say at the field that a picture is too large; or less."""


class Incoming(Request):
    """A request whose files stay in memory: a roster must not lie open in a temporary file."""

    def _get_file_stream(self, *_told: object, **_more: object) -> IO[bytes]:
        return BytesIO()


_HOMES = {
    Role.BUREAU: "bureau.enterprises",
    Role.ENTERPRISE: "enterprise.today",
    Role.INSPECTOR: "inspector.entries",
}


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """The server's application.

    Raises SettingError or StorageFault when keys or database can't be reached. The schema is
    not looked at here: `serve` does, and refuses an old one.
    """
    make_folder(settings.data)
    office = Office.open(settings.database, settings.keys, clock or SystemClock(), settings.heads)
    here = Path(__file__).parent.parent
    app = Flask(
        "admin", template_folder=str(here / "templates"), static_folder=str(here / "static")
    )
    app.request_class = Incoming
    app.config.update(accounts.configuration(settings))
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=1 << 18,
        BOOTSTRAP_SERVE_LOCAL=True,
        BOOTSTRAP_BTN_STYLE="primary",
        BOOTSTRAP_BTN_SIZE="md",
        SIBAO=settings,
    )
    app.extensions[EXTENSION] = office
    language.set_up(app, settings)
    sunset.set_up(app, office)
    app.before_request(_give_room)
    csrf = CSRFProtect(app)
    Bootstrap5(app)
    accounts.set_up(app, office, settings)
    access.protect(app)
    headers.set_up(app, settings)
    errors.set_up(app)
    pages.set_up(app)
    app.add_url_rule("/", "home", _home)
    for blueprint in (
        bureau.blueprint,
        enterprise.blueprint,
        inspector.blueprint,
        phone.blueprint,
        own.blueprint,
    ):
        app.register_blueprint(blueprint)
    # A phone has no cookies: its link and its key are what it shows.
    csrf.exempt(phone.register)
    csrf.exempt(phone.declare)
    api.set_up(app)
    if settings.secure_cookies:
        # TLS ends at a proxy on the way: one hop of its headers is believed.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _give_room() -> None:
    request.max_content_length = _ROOM.get(request.endpoint or "", BODY_LIMIT)


def _home() -> ResponseReturnValue:
    return redirect(url_for(_HOMES[Role(account().role)]))
