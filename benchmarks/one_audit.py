"""One audit, or the bare loop beside it, in a process of its own; used by `benchmarks.audit`.

python -m benchmarks.one_audit ours journal var/demo/kiosk
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import cbor2

from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.export_zip import ENTRIES
from checkpoint.entrylog.journal_file import open_journal
from checkpoint.keys import Keyring
from checkpoint.services.auditing import open_database

_ORDER = "SELECT hash, body FROM entry ORDER BY kiosk_id, epoch, seq"
_DOMAIN = b"sibao/entry/v1\0"
Entries = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Run:
    """One process: entries per second of processor time, and the most memory it had, MiB."""

    per_second: float
    peak_mib: float


def _timed(work: Callable[[], int]) -> Run:
    began = time.process_time()
    entries = work()
    spent = time.process_time() - began
    return Run(entries / spent, _peak_mib())


def _peak_mib() -> float:
    """The most memory of this process; a rusage would tell of its parent's as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def audited(kind: str, source: str) -> Run:
    """Audit a source with everything that the command looks at. Raises ValueError unless intact."""

    def work() -> int:
        if kind == "journal":
            trust = Keyring.load(Path(source) / "trust.json")
            opened = open_journal(Path(source), trust)
        else:
            opened = open_database(source) if kind == "server" else open_export(Path(source))
        with opened as evidence:
            report = audit(evidence)
        if report.breaches:
            raise ValueError(f"{kind}: {report.breaches[0]}")
        return report.entries

    return _timed(work)


def bare(kind: str, source: str) -> Run:
    """Hash and decode the same entries, and nothing else."""
    return _timed(lambda: _loop(_exported(source) if kind == "export" else _stored(source)))


def _stored(source: str) -> Iterator[tuple[bytes, bytes]]:
    path = source.removeprefix("sqlite:///")
    name = path if path.endswith(".db") else f"{path}/journal.db"
    with closing(sqlite3.connect(name)) as db:
        yield from db.execute(_ORDER)


def _exported(source: str) -> Iterator[tuple[bytes, bytes]]:
    with zipfile.ZipFile(source) as folder, folder.open(ENTRIES) as file:
        for line in file:
            value = json.loads(line)
            if "body" in value:
                yield bytes.fromhex(value["hash"]), bytes.fromhex(value["body"])


def _loop(entries: Entries) -> int:
    count, before = 0, b""
    for digest, body in entries:
        good = hashlib.sha256(_DOMAIN + before + body).digest() == digest
        if not good and before:
            raise ValueError(f"entry {count + 1} does not follow")
        cbor2.loads(body)
        count, before = count + 1, digest
    return count


def main() -> None:
    """Print one run as JSON."""
    way, kind, source = sys.argv[1:]
    print(json.dumps(asdict({"ours": audited, "bare": bare}[way](kind, source))))


if __name__ == "__main__":
    main()
