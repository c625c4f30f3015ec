"""`prove` and `heads`: evidence for people who have no account here."""

from __future__ import annotations

import json
from pathlib import Path

import click

from admin.cli.options import opened, placed, settings_of
from admin.printing import heads_pdf
from checkpoint.durable import replace_file
from checkpoint.errors import SettingError, StorageFault
from checkpoint.services import SYSTEM, remarks
from checkpoint.services.heads import present
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
        said = remarks.about(office, Scope.whole_district(), form.place)
    content = proof.to_bytes()
    write_out(out, content)
    click.echo(f"{out}: {len(content)} bytes")
    if said:
        words = f"remarks about this entry, not in its proof: {len(said)} (an export holds them)"
        click.echo(words, err=True)


@click.command("heads")
@click.option("--pdf", type=_FILE, help="Also write the A4 page to keep, with the code.")
@placed
@click.option("--json", "as_json", is_flag=True, help="One JSON object for a script.")
def heads_command(pdf: Path | None, data: Path | None, config: Path | None, as_json: bool) -> None:
    """Print the present heads, as signed notes to be kept elsewhere.

    The tree head of the receipt log, then the last head of each kiosk's chains. What is printed is
    a file for `checkpoint audit --head`.
    """
    with opened(settings_of(data, config)) as (_app, office):
        found = present(office, Scope.whole_district())
        if pdf is not None:
            write_out(pdf, heads_pdf(found))
    if found.behind:
        click.echo(f"nothing more is signed: {found.behind}", err=True)
    rows = [
        {
            "kiosk_id": x.head.kiosk_id,
            "epoch": x.head.epoch,
            "seq": x.head.seq,
            "hash": x.head.hash.hex(),
            "note": x.note,
        }
        for x in found.chains
    ]
    told = {"tree": found.note, "key": found.key, "behind": found.behind, "chains": rows}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else found.notes(), nl=as_json)


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
