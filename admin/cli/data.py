"""`demo`, `db upgrade`, `db copy`, `export`: what makes, mends and carries away data."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from admin.app import create_app
from admin.cli.options import known_enterprise, opened, placed, settings_of
from admin.cli.progress import progress_bar
from admin.db import office as current_office
from admin.demo import make
from admin.demo.files import Ports
from checkpoint.services import SYSTEM, Scope, roster_search
from checkpoint.services import export as exports
from checkpoint.services.actions import sign_records
from checkpoint.storage import moving
from checkpoint.storage.database import Database


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Folder of the demo.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="The server's port.")
@click.option(
    "--display-port", type=click.IntRange(1, 65535), default=8100, help="The display's port."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def demo(data: Path, port: int, display_port: int, as_json: bool) -> None:
    """Make the fictional demo district under a folder, or bring it up to date.

    Writes admin.toml, kiosk.toml, kiosk-webcam.toml, enrolment.txt, script.json and README.txt,
    which says where to look and how to sign in. Safe to repeat.
    """
    made = make(data, Ports(port, display_port))
    if as_json:
        click.echo(json.dumps(asdict(made)))
    else:
        state = "script.json is new" if made.script_changed else "nothing to renew"
        click.echo(f"demo district in {made.data}: {state}; see {made.data}/README.txt")


@click.group()
def db() -> None:
    """The database."""


@db.command()
@placed
def upgrade(data: Path | None, config: Path | None) -> None:
    """Bring the schema to this program's version; makes the database where there is none."""
    app = create_app(settings_of(data, config))
    with app.app_context():
        office = current_office()
        office.db.upgrade()
        sign_records(office)
        roster_search.keep_all(office)
        office.close()
    click.echo("the schema is current")


@db.command()
@placed
@click.option("--to", "target", required=True, help="URL of an empty database; tables are made.")
def copy(data: Path | None, config: Path | None, target: str) -> None:
    """Copy all rows into another database, for a move from SQLite to PostgreSQL or back.

    Stop the server first. The target gets all or nothing; what is copied from stays as it is.
    Then set database_url in admin.toml. Keys and heads stay where they are.
    """
    with opened(settings_of(data, config)) as (_app, office), progress_bar(quiet=False) as tell:
        to = Database.open(target)
        try:
            rows = moving.copy(office.db, to, tell)
        finally:
            to.close()
    click.echo(f"{rows} rows copied")


@click.command()
@placed
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The ZIP to write; it holds personal data (mode 0600).",
)
@click.option("--enterprise", "enterprises", multiple=True, help="Only this one; repeatable.")
@click.option("--site", "sites", multiple=True, help="Only this site's kiosks; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def export(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Path | None,
    config: Path | None,
    out: Path,
    enterprises: tuple[str, ...],
    sites: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write the signed entry log as a ZIP that is complete by itself.

    Check it by the verify.py in it, or by `python -m checkpoint audit FILE`.
    """
    with opened(settings_of(data, config)) as (_app, office):
        for enterprise_id in enterprises:
            known_enterprise(office, enterprise_id)
        given = Scope(frozenset(enterprises), frozenset(sites), not (enterprises or sites))
        with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
            task = bar.add_task("entries", total=None)

            def tick(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            count = exports.write(office, SYSTEM, given, out, tick)
    answer = {"file": str(out), "entries": count}
    click.echo(json.dumps(answer) if as_json else f"{out}: {count} entries")
