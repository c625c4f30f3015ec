"""The commands of the gate. A fault is one line on standard error and exit status 2."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from checkpoint.clock import SystemClock
from checkpoint.errors import SibaoError


class Commands(click.Group):
    """A group whose faults are told in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit 2 on a fault of ours."""
        try:
            return super().invoke(ctx)
        except SibaoError as fault:
            click.echo(fault.diagnostics(), err=True)
            ctx.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The gate of Sibao 四宝."""


@main.command()
@click.option(
    "--journal",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The stand-alone gate's folder; made, with keys and the default policy, when missing.",
)
def feed(folder: Path) -> None:
    """A gate without devices: one observation a line in, one durable entry a line out.

    A line is {"text": QR text or null, "temperature_c": 36.5 or null, "mask": "worn",
    "incorrect", "none" or null, "direction": "in" or "out", "at": RFC 3339 time or null}. A line
    that is wrong is told on standard error and the next one is taken; the exit status is then 1.
    """
    from kiosk.feed import Feed, lines_of

    gate = Feed.open(folder, SystemClock())
    with gate.journal:
        status = gate.run(lines_of(sys.stdin.buffer), _say, lambda text: click.echo(text, err=True))
    sys.exit(status)


def _say(line: str) -> None:
    print(line, flush=True)
