"""`checkpoint audit`: an export, a proof, a kiosk's journal folder, or a server's database."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TimeElapsedColumn,
)

from checkpoint.cli.kept import kept_notes
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.journal_file import open_journal
from checkpoint.entrylog.proof_audit import audit_proof
from checkpoint.entrylog.proof_file import LARGEST, is_proof
from checkpoint.entrylog.report import Breach, ChainReport, Report, Verdict, meaning, unread
from checkpoint.errors import Damaged, StorageFault, Unmade
from checkpoint.keys import Keyring

_SHOWN = 20


def _open_database(
    url: str, keys: Path | None, trust: Keyring | None
) -> contextlib.AbstractContextManager[Evidence]:
    try:
        from checkpoint.services.auditing import open_database
    except ImportError as fault:
        raise StorageFault(
            f"a database can't be audited here: {fault}", remedy="install the server's requirements"
        ) from fault
    return open_database(url, keys, trust)


@contextlib.contextmanager
def _open(source: str, trust: Keyring | None, keys: Path | None) -> Iterator[Evidence]:
    path = Path(source)
    if "://" in source:
        opened = _open_database(source, keys, trust)
    elif path.is_dir():
        opened = open_journal(path, trust)
    else:
        opened = open_export(path, trust)
    with opened as evidence:
        yield evidence


def _breach_json(breach: Breach) -> dict[str, object]:
    told = {"verdict": breach.verdict.name.lower(), "layer": breach.layer.value}
    return asdict(breach) | told | {"meaning": meaning(breach)}


def _report_json(report: Report) -> dict[str, object]:
    chains = [asdict(chain) | {"last_hash": chain.last_hash.hex()} for chain in report.chains]
    return {
        "verdict": report.verdict.name.lower(),
        "entries": report.entries,
        "first": _breach_json(report.first) if report.first else None,
        "chains": chains,
        "breaches": [_breach_json(breach) for breach in report.breaches],
        "breach_count": report.count,
        "notes": report.notes,
    }


def _line(breach: Breach) -> str:
    where = f"{breach.kiosk_id} epoch {breach.epoch} seq {breach.seq}"
    return f"{where if breach.kiosk_id else 'the log as a whole'} [{breach.layer}] {breach.words}"


_WORDS = {
    Verdict.INTACT: "INTACT: every entry is as it was written.",
    Verdict.TAMPERED: "TAMPERED OR DAMAGED: something was changed after it was written.",
    Verdict.INCOMPLETE: "INCOMPLETE: nothing was changed as far as can be judged;"
    " a part or a key is missing.",
}


def _signed(chain: ChainReport) -> str:
    through = chain.signed_through
    return f"signed through {through}" if through else "no head of the kiosk beside it"


def _print(report: Report) -> None:
    click.echo(_WORDS[report.verdict])
    for chain in report.chains:
        click.echo(
            f"  {chain.kiosk_id} epoch {chain.epoch}: {chain.entries} entries,"
            f" last seq {chain.last_seq},"
            f" hash {chain.last_hash.hex()[:16]}…, {_signed(chain)}"
        )
    if report.first:
        click.echo(f"  first bad entry: {_line(report.first)}")
        click.echo(f"    {meaning(report.first)}")
    others = [breach for breach in report.breaches if breach is not report.first][:_SHOWN]
    for breach in others:
        click.echo(f"  also: {_line(breach)}")
    if report.count > len(others) + 1:
        click.echo(f"  … and {report.count - len(others) - 1} more")
    for note in report.notes:
        click.echo(f"  note: {note}")


def _content(source: str) -> bytes:
    """The beginning of a file, to see what it is meant as; empty for what is none."""
    path = Path(source)
    if "://" in source or not path.is_file():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        return b""


def _audited(source: str, trust: Keyring | None, keys: Path | None, kept: list[str]) -> Report:
    content = _content(source)
    if is_proof(content):
        return audit_proof(content, trust, kept)
    columns = (SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with (
        Progress(*columns, console=console, transient=True, disable=quiet) as progress,
        _open(source, trust, keys) as evidence,
    ):
        task = progress.add_task("audit", total=evidence.total or None)
        return audit(evidence, kept, lambda: progress.advance(task))


@click.command("audit")
@click.argument("source", metavar="FILE")
@click.option(
    "--trust", "trust_file", type=click.Path(path_type=Path), help="Keyring of kiosks and server."
)
@click.option(
    "--head",
    "head_files",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Heads, or receipts, kept elsewhere: notes, or what `kiosk read` prints; repeatable.",
)
@click.option(
    "--keys",
    "keys_folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The server's key folder, to open personal sides; that beside a SQLite file is found.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def audit_command(
    source: str,
    trust_file: Path | None,
    head_files: tuple[Path, ...],
    keys_folder: Path | None,
    as_json: bool,
) -> None:
    """Verify an entry log: an export FILE, a proof of one entry, a kiosk's folder, a database URL.

    Exit 0 intact, 2 tampered, 3 incomplete. Without --trust the keys are the log's own: that
    shows damage, and changes by anyone who has not also replaced the keys.
    """
    trust = Keyring.load(trust_file) if trust_file else None
    kept = [note for path in head_files for note in kept_notes(path)]
    try:
        report = _audited(source, trust, keys_folder, kept)
    except (Damaged, Unmade) as fault:
        report = unread(fault)
    if trust is None:
        report.notes.append("no --trust given: judged by the keys that the log itself names")
    if as_json:
        click.echo(json.dumps(_report_json(report), ensure_ascii=False))
    else:
        _print(report)
    sys.exit(report.verdict)
