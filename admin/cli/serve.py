"""`serve`: one process, many threads."""

from __future__ import annotations

import socket
from pathlib import Path

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from admin.app import create_app, daily, jobs, webhooks
from admin.cli.options import opened, placed, settings_of
from admin.config import Settings
from admin.db import office as current_office
from checkpoint.errors import SettingError
from checkpoint.services import receipt_log, roster_search, sunset


class _Server(BaseApplication):  # type: ignore[misc]  # the library ships no types
    """Gunicorn without its own command line. One worker: limits are counted in its memory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Settings of Gunicorn that follow from ours."""
        options = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": 1,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 10,
            "keepalive": 5,
            "limit_request_line": 4094,
            "errorlog": "-",
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made in the process that serves it."""
        app = create_app(self._settings)
        with app.app_context():
            daily.begin(app, current_office())
            jobs.begin(app, current_office())
            webhooks.begin(app, current_office())
        return app


def require_free(settings: Settings) -> None:
    """Raises SettingError when nobody can listen at the address: Gunicorn would try on and on."""
    where = (settings.host, settings.port)
    try:
        ((family, *_rest), *_more) = socket.getaddrinfo(*where, type=socket.SOCK_STREAM)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen()
    except OSError as fault:
        raise SettingError(
            f"host = {settings.host!r}, port = {settings.port}: {fault.strerror}",
            remedy="stop what listens there, or choose another port with --port",
        ) from fault


@click.command()
@placed
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(data: Path | None, config: Path | None, host: str | None, port: int | None) -> None:
    """Serve pages and API until stopped (Ctrl-C, SIGTERM).

    Refuses a database whose schema is not this program's: `db upgrade` brings it there.
    """
    settings = settings_of(data, config, host=host, port=port)
    with opened(settings) as (_app, office):
        # What is wrong with keys shows here, in one line, and not in a worker's log.
        _ = office.keys.server
        if sunset.state(office) is None:
            _ = office.keys.sealing
            roster_search.keep_all(office)
        receipt_log.ensure(office)
    require_free(settings)
    click.echo(f"serving http://{settings.host}:{settings.port}", err=True)
    _Server(settings).run()
