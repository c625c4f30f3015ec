"""A disk that refuses: each call of the journal fails once, one after the other.

A refused entry is not printed, and what was printed is there when the power is cut at once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fuzz.powercuts.calls import tracing
from fuzz.powercuts.cutting import Recording, Tally, cuts
from fuzz.powercuts.gate import HOME, LINE, STRICT, broken, missing, printed

LINES = 12
BEFORE = 3
"""Lines that a gate took before, on a sound disk."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The `number`th call of a name is refused, and `more` after it."""

    call: str
    errno: str
    number: int
    more: int = 0

    def words(self) -> str:
        """As strace wants it."""
        last = f"..{self.number + self.more}" if self.more else ""
        return f"{self.call}:error={self.errno}:when={self.number}{last}"


def record(before: Path, work: Path, fault: Fault) -> Recording:
    """A real gate on a disk that refuses."""
    root = work / "root"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(before, root)
    command = [sys.executable, *STRICT, "feed", "--journal", str(root / HOME)]
    with tracing(
        command,
        work / "log",
        injected=[fault.words()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as tracer:
        tracer.process.communicate(LINE * LINES)
    return Recording(root, before, tracer.calls())


def sound(work: Path) -> Path:
    """A gate that has taken some lines already."""
    before = work / "before"
    shutil.rmtree(work, ignore_errors=True)
    before.mkdir(parents=True)
    command = [sys.executable, *STRICT, "feed", "--journal", str(before / HOME)]
    subprocess.run(command, input=LINE * BEFORE, check=True, capture_output=True)  # noqa: S603
    return before


def trial(faults: Sequence[Fault], seed: int, work: Path) -> Tally:
    """Every fault in a run of its own; the power is cut at random points and at the end."""
    chance, tally = Random(f"faults/{seed}"), Tally()
    before = sound(work)
    for fault in faults:
        recording = record(before, work, fault)
        if not _met(recording, fault):
            tally.broken.append(f"{fault.words()}: it was never met")
        for cut in cuts(recording, 8, chance, work / "cut"):
            told = printed(cut)
            if tally.judge(cut, told, missing(cut.folder / HOME, told)):
                tally.complain(cut, broken(cut.folder / HOME, told))
        wrong = broken(work / "root" / HOME, ())  # without a cut
        tally.broken += [f"{fault.words()}: {word}" for word in wrong]
    return tally


def _met(recording: Recording, fault: Fault) -> bool:
    return any(call.name == fault.call and call.result < 0 for call in recording.calls)
