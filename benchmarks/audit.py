"""How fast a log is audited, and that a long one needs no more memory than a short one.

One log grows; at each size the journal, the server's database and an export of it are audited,
each in a process of its own. Beside it, in another process, a bare loop reads the same entries,
hashes each after the one before it and decodes it: the least that any audit must do.

    python -m benchmarks.audit --size 10000 --size 100000 --size 1000000
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.long_log import LongLog, long_log
from benchmarks.one_audit import Run

SIZES = (10_000, 100_000, 1_000_000)


def _alone(way: str, kind: str, source: str) -> Run:
    """Run it in a fresh process, whose memory is its own."""
    command = [sys.executable, "-m", "benchmarks.one_audit", way, kind, source]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(**json.loads(done.stdout))


def measure(log: LongLog, served: bool) -> dict[str, dict[str, float]]:
    """Rows of the log as it stands."""
    sources = {"journal": str(log.gate)}
    if served:
        log.write_export()
        sources |= {"server": log.url, "export": str(log.export)}
    found = {}
    for kind, source in sources.items():
        ours, floor = _alone("ours", kind, source), _alone("bare", kind, source)
        found[kind] = {
            "per_second": round(ours.per_second),
            "bare_per_second": round(floor.per_second),
            "ratio": round(floor.per_second / ours.per_second, 1),
            "peak_mib": round(ours.peak_mib, 1),
            "bare_peak_mib": round(floor.peak_mib, 1),
        }
    return found


def _grown(log: LongLog, size: int, *, served: bool) -> None:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{size:,} entries", total=size)
        for last in log.grow(size, served=served):
            progress.update(task, completed=last)


@click.command()
@click.option(
    "--size", "sizes", multiple=True, type=click.IntRange(1000, 10_000_000), default=SIZES
)
@click.option(
    "--served", default=100_000, show_default=True, help="Up to this size at the server as well."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(sizes: tuple[int, ...], served: int, *, as_json: bool) -> None:
    """Time the audit of a growing log."""
    found: dict[int, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder, long_log(Path(folder)) as log:
        for size in sorted(sizes):
            _grown(log, size, served=size <= served)
            found[size] = measure(log, size <= served)
    if as_json:
        print(json.dumps(found))
    else:
        _show(found)


def _show(found: dict[int, dict[str, dict[str, float]]]) -> None:
    names = next(iter(next(iter(found.values())).values()))
    table = Table("entries", "of", title="Audit, entries per second of processor time")
    for name in names:
        table.add_column(name, justify="right")
    for size, rows in found.items():
        for kind, row in rows.items():
            table.add_row(f"{size:,}", kind, *(f"{value:,}" for value in row.values()))
    Console().print(table)
    for kind in {kind: None for rows in found.values() for kind in rows}:
        peaks = [rows[kind]["peak_mib"] for rows in found.values() if kind in rows]
        print(f"{kind}: memory grew by {peaks[-1] - peaks[0]:.1f} MiB from first to last size")


if __name__ == "__main__":
    main()
