"""python -m fuzz.tampering: make a deployment, tamper with it, print what an audit caught."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from fuzz.tampering.deployment import make
from fuzz.tampering.kinds import kinds_of_export, kinds_of_journal, kinds_of_server
from fuzz.tampering.matrix import (
    Line,
    export,
    journal,
    run,
    sqlite_server,
)
from fuzz.tampering.postgres import served


@click.command()
@click.option("--positions", default=100, type=click.IntRange(1), show_default=True)
@click.option("--entries", default=60, type=click.IntRange(20), show_default=True, help="A kiosk.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same changes.")
@click.option("--only", default="", help="Targets whose name holds this.")
@click.option("--postgres", default="", help="URL of a PostgreSQL server, as its superuser.")
def main(positions: int, entries: int, seed: int, only: str, postgres: str) -> None:
    """Print the matrix as a table in Markdown: class, target, caught, by which layers.

    A server on PostgreSQL is among the targets where one is given; databases are made on it and
    dropped again.
    """
    with tempfile.TemporaryDirectory(prefix="sibao-tampering-") as name, ExitStack() as stack:
        work = Path(name)
        made = make(work / "made", f"sqlite:///{work}/made/sibao.db", entries)
        plan = [
            (journal(made, work), kinds_of_journal(made)),
            (sqlite_server(made, work), kinds_of_server(made, sqlite=True)),
            (export(made, work), kinds_of_export()),
        ]
        if postgres:
            there, target = stack.enter_context(served(postgres, work / "postgres", entries))
            plan.append((target, kinds_of_server(there, sqlite=False)))
        print("| target | class | caught | first named by |\n|---|---|---|---|", flush=True)
        for target, kinds in plan:
            if only in target.name:
                found = run(target, kinds, positions, seed)
                console = Console(stderr=True)
                for line in track(found, target.name, total=len(kinds), console=console):
                    print(_row(line), flush=True)


def _row(line: Line) -> str:
    layers = ", ".join(f"{layer} {count}" for layer, count in line.layers.most_common())
    name = f"{line.name}; heads held elsewhere" if line.held else line.name
    return f"| {line.target} | {name} | {line.caught}/{line.trials} | {layers or '–'} |"


if __name__ == "__main__":
    main()
