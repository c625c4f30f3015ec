"""Options that the commands share, and the settings that they lead to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask

from admin import config
from admin.app import create_app
from admin.db import office as current_office
from checkpoint.errors import NotFound
from checkpoint.services import Office, authorizing
from checkpoint.storage.scope import Scope

_FILE = "admin.toml"
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class Shift(click.ParamType[tuple[int, int]]):
    """A shift as HH:MM-HH:MM, as begin and end in minutes of the day."""

    name = "shift"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Begin and end; over midnight where the end is the earlier one."""
        ends = [_TIME.fullmatch(part.strip()) for part in str(value).split("-")]
        minutes = [60 * int(end[1]) + int(end[2]) for end in ends if end]
        if len(ends) != 2 or len(minutes) != 2 or minutes[0] == minutes[1]:
            self.fail(f"{value!r} is no shift: give two times like 22:00-06:00", param, ctx)
        return minutes[0], minutes[1]


def placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--data` and `--config` to a command."""
    data = click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help=f"Data folder; its {_FILE} holds the settings if there is one.",
    )
    settings = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Settings file (TOML) somewhere else.",
    )
    return data(settings(command))


def settings_of(data: Path | None, file: Path | None, **more: Any) -> config.Settings:
    """The settings by the options. Raises SettingError."""
    if file is None:
        beside = (data or config.Settings.model_fields["data"].default) / _FILE
        file = beside if beside.exists() else None
    return config.load(file, data=data, **more)


def known_enterprise(office: Office, enterprise_id: str, *others: str) -> str:
    """The id itself, of an enterprise or one of the others. Raises NotFound telling all."""
    rows = authorizing.enterprises(office, Scope.whole_district())
    known = [row.enterprise.enterprise_id for row in rows] + list(others)
    if enterprise_id not in known:
        named = ", ".join(known) or "none; an officer of the bureau registers the first one"
        raise NotFound(f"no enterprise {enterprise_id!r}", remedy=f"those known: {named}")
    return enterprise_id


@contextmanager
def opened(settings: config.Settings) -> Iterator[tuple[Flask, Office]]:
    """The application with its context, its schema current. Raises StorageFault."""
    app = create_app(settings)
    with app.app_context():
        office = current_office()
        try:
            office.db.require_current()
            yield app, office
        finally:
            office.close()
