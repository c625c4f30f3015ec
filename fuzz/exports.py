"""Changed exports by the thousand: two verifiers that were written apart say the same of each.

    python -m fuzz.exports --count 20000

One is `checkpoint audit`, the other the `verify.py` that lies in every export.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.export_kit import verify
from checkpoint.entrylog.report import Verdict
from checkpoint.errors import SibaoError
from fuzz.export_mutators import MUTATORS, Draft
from fuzz.export_sample import Sample

NO_EXPORT = 4


class Disagreement(AssertionError):
    """The two verifiers say different things; the message names the file that shows it."""


@cache
def _sample() -> Sample:
    return Sample.made()


def audited(path: Path) -> int:
    """The exit status of `checkpoint audit`."""
    try:
        with open_export(path) as evidence:
            return audit(evidence).verdict
    except SibaoError:
        return NO_EXPORT


def verified(path: Path) -> int:
    """The exit status of the export's own verifier."""
    return int(verify.judged(path)[0])


def changed(chance: Random, path: Path) -> str:
    """Write an export with up to three changes; their names, joined."""
    draft = Draft.of(_sample())
    names = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        mutator = chance.choice(MUTATORS)
        mutator(chance, draft)
        names.append(mutator.__name__)
    if chance.random() < 0.7:
        draft.seal(with_files=chance.random() < 0.7)
    blob = bytearray(draft.zipped())
    if chance.random() < 0.1:
        blob[chance.randrange(len(blob))] ^= 1 << chance.randrange(8)
        names.append("byte")
    if chance.random() < 0.03:
        del blob[chance.randrange(len(blob)) :]
        names.append("cut")
    path.write_bytes(bytes(blob))
    return "+".join(names)


def compared(seed: int, number: int, path: Path) -> int:
    """What both say of one changed export. Raises Disagreement."""
    names = changed(Random(f"{seed}/{number}"), path)
    ours, theirs = audited(path), verified(path)
    if ours != theirs:
        raise Disagreement(f"{seed}/{number} {names}: audit {ours}, verify.py {theirs}: {path}")
    return ours


@click.command()
@click.option("--count", default=20_000, type=click.IntRange(1), show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed, the same changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(count: int, seed: int, *, as_json: bool) -> None:
    """Compare both verifiers on changed exports; stop where they disagree."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        console = Console(stderr=True)
        for number in track(range(count), "Changed exports", console=console):
            try:
                status = compared(seed, number, path)
            except Disagreement as fault:
                kept = Path("var/fuzz/exports") / f"{seed}-{number}.zip"
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(path.read_bytes())
                sys.exit(f"{fault}\nkept as {kept}")
            names = {status.value: status.name.lower() for status in Verdict}
            found[names.get(status, "no export")] += 1
    if as_json:
        print(json.dumps({"seed": seed, "count": count, "verdicts": found}))
        return
    table = Table(title=f"{count:,} changed exports, seed {seed}: both verifiers agree")
    table.add_column("verdict")
    table.add_column("exports", justify="right")
    for name, number in found.most_common():
        table.add_row(name, f"{number:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
