"""`prove` and `heads`: evidence for people who have no account here."""

from __future__ import annotations

from pathlib import Path

import click

from admin.cli.options import opened, placed, settings_of
from checkpoint.durable import replace_file
from checkpoint.errors import SettingError, StorageFault
from checkpoint.services import SYSTEM
from checkpoint.services.proving import ProofForm, prove
from checkpoint.services.rows import EntryPlace
from checkpoint.storage.scope import Scope

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("prove")
@click.argument("kiosk_id", metavar="KIOSK")
@click.argument("epoch", type=click.IntRange(1, 2**53))
@click.argument("seq", type=click.IntRange(1, 2**53))
@click.option("--out", type=_FILE, required=True, help="The proof to write (mode 0600).")
@click.option(
    "--with-person", is_flag=True, help="With the person; recorded as an unmasking, so give --why."
)
@click.option("--why", help="Why the person is handed out, for the lookup record.")
@click.option("--head", "kept", type=_FILE, help="A tree head that the outsider has: lead from it.")
@placed
def prove_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    kiosk_id: str,
    epoch: int,
    seq: int,
    out: Path,
    with_person: bool,
    why: str | None,
    kept: Path | None,
    data: Path | None,
    config: Path | None,
) -> None:
    """Write the proof of one entry, a file of a few kilobytes that `checkpoint audit` verifies.

    Without --with-person it holds hashes and nobody's name.
    """
    if with_person is not bool(why):
        raise SettingError("--with-person and --why go together", remedy="give both or neither")
    note = _read(kept) if kept else ""
    form = ProofForm(EntryPlace(kiosk_id, epoch, seq), why, note)
    with opened(settings_of(data, config)) as (_app, office):
        proof = prove(office, SYSTEM, Scope.whole_district(), form)
    content = proof.to_bytes()
    write_out(out, content)
    click.echo(f"{out}: {len(content)} bytes")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise SettingError(f"{path}: {fault}", remedy="give a saved tree head") from fault


def write_out(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises StorageFault."""
    try:
        replace_file(path, content)
    except OSError as fault:
        raise StorageFault(
            f"{path}: {fault.strerror}", remedy="name a file in a folder with room"
        ) from fault
