"""`certificates`: whose foreign certificates the gates believe."""

from __future__ import annotations

import json
from pathlib import Path

import click

from admin.cli.options import opened, placed, settings_of
from checkpoint.clock import rfc3339
from checkpoint.errors import SettingError
from checkpoint.services import SYSTEM
from checkpoint.services import certificates as service
from checkpoint.services.certificates import PEM_MOST, CertificateRow


@click.group()
def certificates() -> None:
    """Signer certificates of foreign issuers (HC1:), which the gates get with their bundles."""


@certificates.command()
@placed
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def add(data: Path | None, config: Path | None, files: tuple[Path, ...]) -> None:
    """Believe the certificates of FILES (PEM) from the next bundle on, of all or of none.

    Left out are those that are held already, have expired, whose key may not sign, or whose key
    was withdrawn earlier.
    """
    pem = b"\n".join(_read(path) for path in files)
    with opened(settings_of(data, config)) as (_app, office):
        added = service.add(office, SYSTEM, pem)
        click.echo(
            f"{len(added.key_ids)} added; left out: {added.held} held already,"
            f" {added.expired} expired, {added.unusable} whose key may not sign,"
            f" {added.withdrawn} withdrawn earlier"
        )


@certificates.command("list")
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for a script.")
def list_certificates(data: Path | None, config: Path | None, as_json: bool) -> None:
    """Key id, country, validity, what it may sign; `-` marks those that were withdrawn."""
    with opened(settings_of(data, config)) as (_app, office):
        for row in service.certificates(office):
            click.echo(json.dumps(_fields(row)) if as_json else _line(row))


@certificates.command()
@placed
@click.argument("key_id")
@click.option("--why", required=True, help="For the action record.")
def withdraw(data: Path | None, config: Path | None, key_id: str, why: str) -> None:
    """Believe what KEY_ID signed no more, at every gate with its next bundle.

    All certificates of the same public key are withdrawn with it.
    """
    with opened(settings_of(data, config)) as (_app, office):
        count = service.withdraw(office, SYSTEM, key_id.lower(), why)
        click.echo(f"{key_id}: {count} withdrawn")


@certificates.command()
@placed
@click.argument("key_id")
@click.option("--why", required=True, help="For the action record.")
def restore(data: Path | None, config: Path | None, key_id: str, why: str) -> None:
    """Believe what was withdrawn under KEY_ID again, and all certificates of the same key."""
    with opened(settings_of(data, config)) as (_app, office):
        count = service.restore(office, SYSTEM, key_id.lower(), why)
        click.echo(f"{key_id}: {count} believed again")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(PEM_MOST + 1)
    except OSError as fault:
        raise SettingError(f"{path}: {fault.strerror}", remedy="give a readable file") from fault


def _fields(row: CertificateRow) -> dict[str, object]:
    return {
        "key_id": row.key_id,
        "fingerprint": row.fingerprint,
        "country": row.country,
        "since": rfc3339(row.since),
        "until": rfc3339(row.until),
        "usages": list(row.usages),
        "added_at": rfc3339(row.added_at),
        "withdrawn_at": rfc3339(row.withdrawn_at) if row.withdrawn_at else None,
        "withdrawn_why": row.withdrawn_why,
    }


def _line(row: CertificateRow) -> str:
    mark = "-" if row.withdrawn_at else " "
    term = f"{rfc3339(row.since)} to {rfc3339(row.until)}"
    return f"{mark} {row.key_id}  {row.country or '--'}  {term}  {' '.join(row.usages)}"
