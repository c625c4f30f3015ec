"""`checkpoint audit`: an export, a kiosk's journal folder, or a server's database."""

from __future__ import annotations

import contextlib
import json
import re
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

from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.journal_file import open_journal
from checkpoint.entrylog.report import MEANING, Breach, Report, Verdict
from checkpoint.errors import EntryError, StorageFault
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
    return asdict(breach) | told | {"meaning": MEANING[breach.layer]}


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
    Verdict.TAMPERED: "TAMPERED: something was changed after it was written.",
    Verdict.INCOMPLETE: "INCOMPLETE: nothing was changed as far as can be judged;"
    " a part or a key is missing.",
}


def _print(report: Report) -> None:
    click.echo(_WORDS[report.verdict])
    for chain in report.chains:
        click.echo(
            f"  {chain.kiosk_id} epoch {chain.epoch}: {chain.entries} entries,"
            f" last seq {chain.last_seq},"
            f" hash {chain.last_hash.hex()[:16]}…, signed through {chain.signed_through}"
        )
    if report.first:
        click.echo(f"  first bad entry: {_line(report.first)}")
        click.echo(f"    {MEANING[report.first.layer]}")
    others = [breach for breach in report.breaches if breach is not report.first][:_SHOWN]
    for breach in others:
        click.echo(f"  also: {_line(breach)}")
    if report.count > len(others) + 1:
        click.echo(f"  … and {report.count - len(others) - 1} more")
    for note in report.notes:
        click.echo(f"  note: {note}")


def _kept(path: Path) -> list[str]:
    """The notes in a file, one after the other."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise EntryError(f"{path} holds no head: {fault}", remedy="give a saved head") from fault
    return [note for note in re.split(r"(?m)^(?=sibao-)", text) if note.strip()]


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
    help="Heads, or receipts, kept elsewhere; repeatable.",
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
    """Verify an entry log: an export FILE, a kiosk's folder, or a database URL.

    Exit 0 intact, 2 tampered, 3 incomplete. Without --trust the keys are the log's own: that
    shows damage, and changes by anyone who has not also replaced the keys.
    """
    trust = Keyring.load(trust_file) if trust_file else None
    kept = [note for path in head_files for note in _kept(path)]
    columns = (SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with (
        Progress(*columns, console=console, transient=True, disable=quiet) as progress,
        _open(source, trust, keys_folder) as evidence,
    ):
        task = progress.add_task("audit", total=evidence.total or None)
        report = audit(evidence, kept, lambda: progress.advance(task))
    if trust is None:
        report.notes.append("no --trust given: judged by the keys that the log itself names")
    if as_json:
        click.echo(json.dumps(_report_json(report), ensure_ascii=False))
    else:
        _print(report)
    sys.exit(report.verdict)
