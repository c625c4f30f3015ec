"""Cutting the power of a gate: what it printed is in its journal, and it goes on."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

from checkpoint.clock import SystemClock
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.journal_file import open_journal
from checkpoint.errors import SibaoError
from fuzz.powercuts.calls import tracing
from fuzz.powercuts.cutting import Cut, Recording, Tally, cuts
from kiosk.feed import Feed

HOME = "gate"
STRICT = ("-m", "kiosk")
CONTROL = ("-m", "fuzz.powercuts.lax", "kiosk")
CUTS, LIVES = 20, 3
"""Cuts of one recording; recordings of one gate."""
LINE = b'{"text": null, "temperature_c": 36.5, "mask": "worn"}\n'
Place = tuple[int, int, str]
"""Epoch, seq and hash of an entry, as printed."""


def record(before: Path, work: Path, lines: int, program: Sequence[str] = STRICT) -> Recording:
    """Let a real gate take some lines on a copy of `before`."""
    root = work / "root"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(before, root)
    command = [sys.executable, *program, "feed", "--journal", str(root / HOME)]
    with tracing(command, work / "log", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as tracer:
        tracer.process.communicate(LINE * lines)
    return Recording(root, before, tracer.calls())


def printed(cut: Cut) -> list[Place]:
    """The entries that were acknowledged before the cut: printed, whole lines."""
    lines = [json.loads(line) for line in cut.told("1").split(b"\n")[:-1]]
    return [(line["epoch"], line["seq"], line["hash"]) for line in lines]


def missing(folder: Path, acknowledged: Sequence[Place]) -> list[Place]:
    """Which of the acknowledged entries the journal does not hold."""
    path = folder / "journal.db"
    if not path.is_file():
        return list(acknowledged)
    with closing(sqlite3.connect(path)) as db:
        try:
            held = set(db.execute("SELECT epoch, seq, lower(hex(hash)) FROM entry"))
        except sqlite3.Error:
            return list(acknowledged)
    return [place for place in acknowledged if place not in held]


def broken(folder: Path, acknowledged: Sequence[Place]) -> list[str]:
    """What does not hold: the audit before and after, opening, going on where it was."""
    try:
        found = _audited(folder) if acknowledged else []
        feed = Feed.open(folder, SystemClock())
        with feed.journal:
            spoken: list[str] = []
            status = feed.run([LINE, LINE], spoken.append, found.append)
        if status or len(spoken) != 2:
            found.append("it did not go on")
        elif acknowledged:
            epoch, seq, _ = acknowledged[-1]
            first = json.loads(spoken[0])
            if first["epoch"] != epoch or first["seq"] <= seq:
                found.append(f"after {epoch}/{seq} it went on with {first['seq']}")
        return found + _audited(folder)
    except SibaoError as fault:
        return [fault.diagnostics()]


def _audited(folder: Path) -> list[str]:
    with open_journal(folder) as evidence:
        report = audit(evidence)
    return [f"audit: {breach.layer} {breach.words}" for breach in report.breaches]


def trial(count: int, seed: int, work: Path, program: Sequence[str] = STRICT) -> Tally:
    """Cut a gate `count` times.

    A recording is cut twenty times and goes on from the last of these disks, as does the one
    after it; then a fresh gate begins.
    """
    chance, tally = Random(f"gate/{seed}"), Tally()
    before, left = work / "before", work / "left"
    acknowledged: list[Place] = []
    for number in range(-(-count // CUTS)):
        if number % LIVES == 0:
            acknowledged = []
            _empty(before)
        recording = record(before, work, chance.randint(5, 100), program)
        told = acknowledged
        for cut in cuts(recording, min(CUTS, count - tally.cuts), chance, work / "cut"):
            told = [*acknowledged, *printed(cut)]
            _empty(left)
            shutil.copytree(cut.folder, left, dirs_exist_ok=True)
            if tally.judge(cut, told, missing(cut.folder / HOME, told)):
                tally.complain(cut, broken(cut.folder / HOME, told))
        shutil.rmtree(before)
        left.rename(before)
        lost = set(missing(before / HOME, told))
        acknowledged = [place for place in told if place not in lost]
    return tally


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
