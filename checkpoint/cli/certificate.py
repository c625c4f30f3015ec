"""`checkpoint certificate`: what an ended deployment signed, and whether an export is the one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import click

from checkpoint.clock import rfc3339
from checkpoint.entrylog.sunset import Certificate, open_certificate
from checkpoint.errors import EntryError
from checkpoint.keys import Keyring


@click.command("certificate")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--trust",
    "trust_file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The server's public keys, a keyring.",
)
@click.option(
    "--export",
    "export_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The export that it should speak of.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def certificate_command(
    file: Path, trust_file: Path, export_file: Path | None, as_json: bool
) -> None:
    """Verify the certificate of a sunset. Exit 0 good; 4 not signed, or another export."""
    try:
        told = open_certificate(file.read_text(encoding="utf-8"), Keyring.load(trust_file))
        digest = _digest(export_file) if export_file else told.export.sha256
    except (OSError, ValueError) as fault:
        raise EntryError(f"{file}: {fault}", remedy="give files that can be read") from fault
    if digest != told.export.sha256:
        raise EntryError(
            f"{export_file} is not the export of the certificate",
            remedy=f"give the file with SHA-256 {told.export.sha256}",
        )
    if as_json:
        times = {"begun": rfc3339(told.begun), "ended": rfc3339(told.ended)}
        click.echo(json.dumps(asdict(told) | times, ensure_ascii=False))
    else:
        click.echo(_words(told, compared=export_file is not None))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _words(told: Certificate, *, compared: bool) -> str:
    erased = ", ".join(f"{count} {name}" for name, count in told.erased if count)
    export = "is the one that was written" if compared else "was not compared"
    return (
        f"GOOD: signed by key {told.signer} of the server at {rfc3339(told.ended)}\n"
        f"  ended by {' and '.join(told.officers)}: {told.why}\n"
        f"  erased: {erased or 'nothing'}\n"
        f"  keys destroyed: {', '.join(told.destroyed)}\n"
        f"  audit before {told.before}, after {told.after}; the export {export}"
    )
