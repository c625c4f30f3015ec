"""`serve`: one process, many threads."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from admin.app import create_app
from admin.cli.options import opened, placed, settings_of
from admin.config import Settings


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
        return create_app(self._settings)


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
        _ = office.keys.server, office.keys.sealing
    click.echo(f"serving http://{settings.host}:{settings.port}", err=True)
    _Server(settings).run()
