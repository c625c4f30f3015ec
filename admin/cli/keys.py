"""`keys`: which there are, another one, and one that was stolen."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from admin.cli.options import opened, placed, settings_of
from admin.cli.progress import progress_bar
from checkpoint.clock import parse_rfc3339, rfc3339
from checkpoint.keys import Keyring, TrustFile, Withdrawal
from checkpoint.services import SYSTEM, resealing
from checkpoint.services import keys as service
from checkpoint.services.keys import KeyRow, WithdrawalForm
from checkpoint.storage import evidence


class _Time(click.ParamType[datetime]):
    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_rfc3339(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


@click.group()
def keys() -> None:
    """Keys that sign passes, bundles and receipts: by owner, several at once."""


@keys.command("list")
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for a script.")
def list_keys(data: Path | None, config: Path | None, as_json: bool) -> None:
    """The keys of the server, the bureau and each enterprise; `*` signs now."""
    with opened(settings_of(data, config)) as (_app, office):
        for row in service.keys(office):
            click.echo(json.dumps(_fields(row)) if as_json else _line(row))


@keys.command("export")
@placed
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
def export_keys(data: Path | None, config: Path | None, out: Path) -> None:
    """Write the public keys that are believed, for `checkpoint verify` and `audit --trust`.

    Of the server, the bureau, the enterprises and the kiosks. Keys of which something was withdrawn
    lie in it apart, so that `verify` calls their passes revoked; nothing else believes them.
    """
    with opened(settings_of(data, config)) as (_app, office):
        rows = service.keys(office)
        believed = Keyring(row.key for row in rows if not row.withdrawn)
        keyring = believed + evidence.keyring(office.db)
        known = Keyring(row.key for row in rows if row.withdrawn)
        TrustFile(keyring, known, tuple(w for row in rows for w in row.withdrawn)).save(out)
        told = f"{out}: {len(keyring.keys)} public keys"
        click.echo(told + (f", {len(known.keys)} withdrawn" if known.keys else ""))


@keys.command()
@placed
@click.argument("owner")
@click.option("--why", required=True, help="For the action record.")
def rotate(data: Path | None, config: Path | None, owner: str, why: str) -> None:
    """Let a fresh key sign for OWNER (an enterprise's id, `bureau`, `server`) from now on.

    No pass is printed again: those of earlier keys stay valid until they expire.
    """
    with opened(settings_of(data, config)) as (_app, office):
        key = service.rotate(office, SYSTEM, owner, why)
        click.echo(f"{key.key_id} signs for {owner} until {rfc3339(key.until)}")


@keys.command()
@placed
@click.argument("key_id")
@click.option("--why", required=True, help="For the action record.")
@click.option("--since", type=_Time(), help="Only passes issued at this time or later (RFC 3339).")
@click.option("--before", type=_Time(), help="Only passes issued before this time (RFC 3339).")
def withdraw(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Path | None,
    config: Path | None,
    key_id: str,
    why: str,
    since: datetime | None,
    before: datetime | None,
) -> None:
    """Refuse what KEY_ID signed, at every gate within a minute of it being online.

    For good: withdrawn passes must be issued again. A stolen key is withdrawn whole, as a thief
    writes any time of issue into a pass.
    """
    with opened(settings_of(data, config)) as (_app, office):
        form = WithdrawalForm(key_id, why, since, before)
        done = service.withdraw(office, SYSTEM, form)
        owner = done.withdrawal.owner
        click.echo(
            f"{key_id} of {owner} is withdrawn: {done.passes} passes in force are refused;"
            f" {done.signs.key_id} signs now"
        )


@keys.command("rotate-sealing")
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def rotate_sealing(data: Path | None, config: Path | None, as_json: bool) -> None:
    """Replace the key of personal fields and their indexes while the server runs.

    May be cut short and run again. At the end the old key is destroyed: older copies of the
    database say nothing more. Waits a minute for requests that began before. Keep a copy of
    keys/sealing.json afterwards.
    """
    with opened(settings_of(data, config)) as (_app, office), progress_bar(quiet=as_json) as tell:
        done = resealing.rotate(office, time.sleep, SYSTEM, tell)
    words = f"{done.rows} rows are under key {done.key_id} now; the one before is destroyed"
    unread = f"; {done.unreadable} could not be opened" if done.unreadable else ""
    click.echo(json.dumps(asdict(done)) if as_json else words + unread)


def _fields(row: KeyRow) -> dict[str, object]:
    return row.key.to_json() | {
        "signs": row.signs,
        "withdrawn": [withdrawal.to_list()[2:] for withdrawal in row.withdrawn],
    }


def _line(row: KeyRow) -> str:
    key, mark = row.key, "*" if row.signs else " "
    gone = "".join(f"  withdrawn{_ends(withdrawal)}" for withdrawal in row.withdrawn)
    term = f"{rfc3339(key.since)} to {rfc3339(key.until)}"
    return f"{mark} {key.key_id}  {key.owner:<16} {term}{gone}"


def _ends(withdrawal: Withdrawal) -> str:
    since = f" since {rfc3339(withdrawal.since)}" if withdrawal.since else ""
    until = f" before {rfc3339(withdrawal.until)}" if withdrawal.until else ""
    return since + until
