"""`backup` and `restore`: the database, while the server runs and after it was lost."""

from __future__ import annotations

import json
from pathlib import Path

import click

from admin.app import create_app
from admin.auth.sign_ins import end_everywhere
from admin.cli.options import opened, placed, settings_of
from admin.cli.serve import require_free
from admin.db import office as current_office
from checkpoint.clock import rfc3339, to_ms
from checkpoint.errors import SettingError
from checkpoint.services import SYSTEM, backup, receipt_log, repeating, restoring

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("backup")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def backup_command(folder: Path, data: Path | None, config: Path | None, as_json: bool) -> None:
    """Back the database up into DIR, a new folder, while the server runs.

    The copy is checked after it was written. It holds no private keys: keep the folder `keys`
    somewhere else. PostgreSQL needs its pg_dump.
    """
    settings = settings_of(data, config)
    with opened(settings) as (_app, office):
        made = backup.write(office, settings.database, folder)
    answer = {"folder": str(folder), "made_at": rfc3339(made.made_at), "sha256": made.sha256}
    click.echo(json.dumps(answer) if as_json else f"{folder}: backed up and checked")


@click.command()
@click.argument("folder", metavar="[DIR]", type=_FOLDER, required=False)
@click.option("--here", is_flag=True, help="The database was put back already, by other means.")
@click.option("--why", required=True, help="What happened, for the action record.")
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def restore(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Path | None,
    here: bool,
    why: str,
    data: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Put the backup in DIR back, and declare the restore. Stop the server first.

    The present file is set aside. What was erased, revoked, blocked, suspended or withdrawn since
    the backup is done again. From the next start on gates are asked for what is missing; the
    bureau's pages name it until all is here again.
    """
    if (folder is None) is not here:
        raise SettingError("give either DIR or --here", remedy="python -m admin restore --help")
    settings = settings_of(data, config)
    require_free(settings)
    app = create_app(settings)
    with app.app_context():
        office = current_office()
        made_at = None
        if folder is not None:
            made, aside = backup.put_back(office, settings.database, folder)
            made_at = made.made_at
            if aside is not None:
                click.echo(f"what was there is now {aside}", err=True)
        office.db.upgrade()
        lost = here or bool(receipt_log.standing(office).behind)
        told = restoring.begin(office, SYSTEM, why, made_at) if lost else None
        again = repeating.repeat(office, to_ms(made_at) if made_at else 0)
        end_everywhere(office)
        office.close()
    missing = told.missing if told else ()
    rows = [
        {"kiosk_id": x.kiosk_id, "epoch": x.epoch, "held": x.held, "until": x.seq} for x in missing
    ]
    if as_json:
        passes = [line.subject for line in again.passes]
        click.echo(json.dumps({"missing": rows, "repeated": again.done, "unknown_passes": passes}))
        return
    state = "gates send what is missing" if rows else "nothing is missing"
    click.echo(f"restored; start the server, {state}")
    for row in rows:
        click.echo("  {kiosk_id} epoch {epoch}: {held} held, up to {until}".format(**row))
    _tell(again)


def _tell(again: repeating.Repeated) -> None:
    """What was ended again, and what must be looked at by hand."""
    for verb, count in sorted(again.done.items()):
        click.echo(f"  {verb}: {count} done again, from the list beside the heads")
    for line in again.unknown:
        click.echo(f"  {line.verb} {line.subject}: not in this database")
    if again.passes:
        click.echo(
            "passes were issued and revoked since the backup: withdraw the keys that signed them"
            " from its time until now (`keys withdraw --since --until`)"
        )
