"""Cut the power of a gate, of an enrolment and of a server; no acknowledged entry may be lost.

    python -m fuzz.powercuts --cuts 200

The control runs the same trials with synchronous=NORMAL and must lose entries; a trial that loses
none then could not have found anything.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from fuzz.powercuts import enrolling, gate, server
from fuzz.powercuts.calls import NoRecorder, require_recorder
from fuzz.powercuts.cutting import Tally
from fuzz.powercuts.serving import CONTROL, STRICT

PORTION = 100
"""Cuts of one server or enrolment; then another recording is made."""

Trial = Callable[[int, int, Path], Tally]


def _gate_control(count: int, seed: int, work: Path) -> Tally:
    return gate.trial(count, seed, work, gate.CONTROL)


def _server(count: int, seed: int, work: Path) -> Tally:
    return server.trial(count, seed, work, STRICT)


def _server_control(count: int, seed: int, work: Path) -> Tally:
    return server.trial(count, seed, work, CONTROL)


TRIALS: dict[str, Trial] = {
    "gate": gate.trial,
    "enrolment": enrolling.trial,
    "server": _server,
    "gate, control": _gate_control,
    "server, control": _server_control,
}


def run(trial: str, count: int, seed: int, work: Path) -> Tally:
    """A trial in portions, each from a recording of its own."""
    whole = Tally()
    sizes = [PORTION] * (count // PORTION) + [count % PORTION] * (count % PORTION > 0)
    console = Console(stderr=True)
    for number, size in track(list(enumerate(sizes)), trial, console=console):
        found = TRIALS[trial](size, seed + number, work / trial)
        whole.cuts += found.cuts
        whole.acknowledged += found.acknowledged
        whole.lost += found.lost
        whole.broken += found.broken
    return whole


def _held(trial: str, tally: Tally) -> bool:
    """Whether a trial showed what it should: nothing lost, and a control that loses."""
    return tally.lost > 0 if "control" in trial else not tally.broken


@click.command()
@click.option("--cuts", default=200, type=click.IntRange(1), show_default=True, help="Each trial.")
@click.option("--seed", default=1, show_default=True, help="Which points are cut.")
@click.option("--trial", "names", multiple=True, type=click.Choice([*TRIALS]), help="Only these.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(cuts: int, seed: int, names: tuple[str, ...], *, as_json: bool) -> None:
    """Cut the power many times; exit 1 when anything that was acknowledged is gone."""
    try:
        require_recorder()
    except NoRecorder as fault:
        raise click.ClickException(str(fault)) from fault
    with tempfile.TemporaryDirectory() as work:
        found = {name: run(name, cuts, seed, Path(work)) for name in names or TRIALS}
    good = all(_held(name, tally) for name, tally in found.items())
    if as_json:
        print(json.dumps({name: tally.row() for name, tally in found.items()}))
    else:
        _show(found)
    for name, tally in found.items():
        for words in tally.broken[:5] if "control" not in name else ():
            print(f"{name}: {words}", file=sys.stderr)
    sys.exit(0 if good else 1)


def _show(found: dict[str, Tally]) -> None:
    table = Table(title="Power cuts")
    table.add_column("trial")
    for name in Tally().row():
        table.add_column(name, justify="right")
    for name, tally in found.items():
        table.add_row(name, *(f"{number:,}" for number in tally.row().values()))
    Console().print(table)


if __name__ == "__main__":
    main()
