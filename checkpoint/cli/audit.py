"""`checkpoint audit`: an export, a kiosk's journal folder, or a server's database."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from checkpoint.entrylog.audit import Evidence, audit
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.journal_file import open_journal
from checkpoint.entrylog.report import Breach, Report, Verdict
from checkpoint.errors import EntryError, StorageFault
from checkpoint.keys import Keyring

_SHOWN = 20


def _open_database(url: str) -> contextlib.AbstractContextManager[Evidence]:
    try:
        from checkpoint.storage.evidence import open_database
    except ImportError as fault:
        raise StorageFault(
            f"a database can't be audited here: {fault}", remedy="install the server's requirements"
        ) from fault
    return open_database(url)


@contextlib.contextmanager
def _open(source: str, trust: Keyring | None) -> Iterator[Evidence]:
    path = Path(source)
    if "://" in source:
        opened = _open_database(source)
    elif path.is_dir():
        opened = open_journal(path)
    else:
        opened = open_export(path, trust)
    with opened as evidence:
        yield replace(evidence, keyring=trust) if trust else evidence


def _breach_json(breach: Breach) -> dict[str, object]:
    return asdict(breach) | {"verdict": breach.verdict.name.lower(), "layer": breach.layer.value}


def _report_json(report: Report) -> dict[str, object]:
    chains = [asdict(chain) | {"last_hash": chain.last_hash.hex()} for chain in report.chains]
    return {
        "verdict": report.verdict.name.lower(),
        "entries": report.entries,
        "first": _breach_json(report.breaches[0]) if report.breaches else None,
        "chains": chains,
        "breaches": [_breach_json(breach) for breach in report.breaches[:1000]],
        "breach_count": len(report.breaches),
        "notes": report.notes,
    }


def _place(breach: Breach) -> str:
    where = f"{breach.kiosk_id} epoch {breach.epoch} seq {breach.seq}"
    return where if breach.kiosk_id else "the log as a whole"


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
    for index, breach in enumerate(report.breaches[:_SHOWN]):
        label = "first bad entry" if index == 0 else "also"
        click.echo(f"  {label}: {_place(breach)} [{breach.layer}] {breach.words}")
    if len(report.breaches) > _SHOWN:
        click.echo(f"  … and {len(report.breaches) - _SHOWN} more")
    for note in report.notes:
        click.echo(f"  note: {note}")


def _kept_head(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise EntryError(f"{path} holds no head: {fault}", remedy="give a saved head") from fault


@click.command("audit")
@click.argument("source", metavar="FILE")
@click.option(
    "--trust", "trust_file", type=click.Path(path_type=Path), help="Keyring of kiosks and server."
)
@click.option(
    "--head",
    "head_file",
    type=click.Path(path_type=Path, exists=True),
    help="A head kept elsewhere.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def audit_command(
    source: str, trust_file: Path | None, head_file: Path | None, as_json: bool
) -> None:
    """Verify an entry log: an export FILE, a kiosk's folder, or a database URL.

    Exit 0 intact, 2 tampered, 3 incomplete. Without --trust the keys are the log's own: that
    shows damage, and changes by anyone who has not also replaced the keys.
    """
    trust = Keyring.load(trust_file) if trust_file else None
    kept = [_kept_head(head_file)] if head_file else []
    columns = (SpinnerColumn(), TextColumn("{task.completed} entries"), TimeElapsedColumn())
    console = Console(stderr=True)
    quiet = not console.is_terminal
    with (
        Progress(*columns, console=console, transient=True, disable=quiet) as progress,
        _open(source, trust) as evidence,
    ):
        task = progress.add_task("audit", total=None)
        report = audit(evidence, kept, lambda: progress.advance(task))
    if trust is None:
        report.notes.append("no --trust given: judged by the keys that the log itself names")
    if as_json:
        click.echo(json.dumps(_report_json(report), ensure_ascii=False))
    else:
        _print(report)
    sys.exit(report.verdict)
