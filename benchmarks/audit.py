"""How fast a log is audited, and that a long one needs no more memory than a short one.

One log grows; at each size the journal, the server's database and an export of it are audited,
each in a process of its own. Beside it, in another process, a bare loop reads the same entries,
hashes each after the one before it and decodes it: the least that any audit must do. Both are
counted in processor time, so that a busy machine slows them alike.

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

from benchmarks.long_log import LongLog, long_log
from benchmarks.one_audit import Run

SIZES = (10_000, 100_000, 1_000_000)
Row = dict[str, float]
"""Entries a second of processor time, and the most memory in MiB, by name."""


def _alone(way: str, kind: str, source: str) -> Run:
    """Run it in a fresh process, whose memory is its own."""
    command = [sys.executable, "-m", "benchmarks.one_audit", way, kind, source]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Run(**json.loads(done.stdout))


def measure(kind: str, source: str) -> Row:
    """One log audited, and the bare loop over it."""
    ours, floor = _alone("ours", kind, source), _alone("bare", kind, source)
    return {
        "per_second": round(ours.per_second),
        "bare_per_second": round(floor.per_second),
        "ratio": round(floor.per_second / ours.per_second, 1),
        "peak_mib": round(ours.peak_mib, 1),
        "bare_peak_mib": round(floor.peak_mib, 1),
    }


def sources(log: LongLog, *, served: bool) -> dict[str, str]:
    """What there is to audit of a log, by kind; the export is written now."""
    found = {"journal": str(log.gate)}
    if served:
        log.write_export()
        found |= {"server": log.url, "export": str(log.export)}
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
    "--served", default=1_000_000, show_default=True, help="Up to this size at the server as well."
)
@click.option("--json", "as_json", is_flag=True, help="JSON lines instead of a table.")
def main(sizes: tuple[int, ...], served: int, *, as_json: bool) -> None:
    """Time the audit of a growing log; each line is printed when it is ready."""
    peaks: dict[str, list[float]] = {}
    print(_HEADING if not as_json else "", end="")
    with tempfile.TemporaryDirectory() as folder, long_log(Path(folder)) as log:
        for size in sorted(sizes):
            _grown(log, size, served=size <= served)
            for kind, source in sources(log, served=size <= served).items():
                row = measure(kind, source)
                peaks.setdefault(kind, []).append(row["peak_mib"])
                print(_line(size, kind, row, as_json=as_json), flush=True)
    for kind, each in peaks.items():
        words = f"{kind}: memory grew by {each[-1] - each[0]:.1f} MiB from first to last size"
        print(words, file=sys.stderr)


_HEADING = """\
| entries | of | a second | bare loop | ratio | MiB | bare loop, MiB |
|---:|---|---:|---:|---:|---:|---:|
"""


def _line(size: int, kind: str, row: Row, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"entries": size, "of": kind, **row})
    return f"| {size:,} | {kind} | " + " | ".join(f"{each:,}" for each in row.values()) + " |"


if __name__ == "__main__":
    main()
