"""Mutated passes by the million: none may be accepted, none may raise.

python -m fuzz.mutations --count 1000000
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from random import Random

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from fuzz.ground import Ground
from fuzz.mutators import mutated
from fuzz.oracle import refused

PORTION = 2_000
_FORMS = ("SB1:", "SB2:")


@cache
def _ground(seed: int) -> Ground:
    return Ground.of(seed)


def portion(seed: int, number: int, count: int) -> Counter[str]:
    """The reasons against one portion of mutated passes, by the form shown. Raises Broken."""
    ground, chance = _ground(seed), Random(f"{seed}/{number}")
    shown = (mutated(chance, ground) for _ in range(count))
    return Counter(f"{_form(text)} {refused(text, ground)}" for text in shown)


def _form(text: str) -> str:
    return text[:4] if text[:4] in _FORMS else "other"


def run(seed: int, count: int, jobs: int) -> Counter[str]:
    """All portions on all processes. The same seed and count give the same numbers."""
    sizes = [PORTION] * (count // PORTION) + ([count % PORTION] if count % PORTION else [])
    found: Counter[str] = Counter()
    with ProcessPoolExecutor(jobs) as pool:
        answers = pool.map(portion, [seed] * len(sizes), range(len(sizes)), sizes)
        console = Console(stderr=True)
        for answer in track(answers, "Mutated passes", total=len(sizes), console=console):
            found += answer
    return found


@click.command()
@click.option("--count", default=1_000_000, type=click.IntRange(1), show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed, the same passes.")
@click.option("--jobs", default=os.cpu_count() or 1, type=click.IntRange(1), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(count: int, seed: int, jobs: int, *, as_json: bool) -> None:
    """Show mutated passes to the verifier; stop at the first that it takes or trips over."""
    found = run(seed, count, jobs)
    if as_json:
        print(json.dumps({"seed": seed, "count": found.total(), "reasons": found}))
        sys.exit(0)
    table = Table(title=f"{found.total():,} mutated passes, seed {seed}: none accepted")
    table.add_column("shown as, reasons")
    table.add_column("passes", justify="right")
    for reasons, number in found.most_common():
        table.add_row(reasons, f"{number:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
