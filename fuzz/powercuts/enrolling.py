"""Cutting the power of a gate that enrols: it is enrolled or it is not, and can try again."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from checkpoint.clock import SystemClock
from checkpoint.errors import SibaoError
from checkpoint.keys import Keyring, SigningKey
from fuzz.powercuts.calls import tracing
from fuzz.powercuts.cutting import Cut, Recording, Tally, cuts
from fuzz.powercuts.serving import District, dial, running
from kiosk import config
from kiosk.bundle import TRUST, BundleStore
from kiosk.enrolment import KEY, Enrolment, enrol

HOME = "gate"
RETRIES = 10
"""Real tries with the same code; the server takes few from one address."""
_ENROLLED = re.compile(rb"is enrolled: kiosk ([\w.-]+)")


def record(district: District, work: Path) -> Recording:
    """A real gate enrols with a real server, into a folder that is not there yet."""
    before, root = work / "before", work / "root"
    for folder in (before, root):
        folder.mkdir(parents=True)
    settings = root / HOME / "kiosk.toml"
    words = ["-m", "kiosk", "enroll", str(district.data / "enrolment.txt")]
    command = [sys.executable, *words, "--config", str(settings)]
    with tracing(command, work / "log", stderr=subprocess.DEVNULL) as tracer:
        tracer.process.wait()
    return Recording(root, before, tracer.calls())


def trial(count: int, seed: int, work: Path) -> Tally:
    """Cut an enrolment `count` times."""
    chance, tally = Random(f"enrolling/{seed}"), Tally()
    shutil.rmtree(work, ignore_errors=True)
    district = District.made(work / "district")
    with running(district):
        recording = record(district, work)
        tries = 0
        for cut in cuts(recording, count, chance, work / "cut"):
            told = _ENROLLED.findall(cut.told("2"))
            kept = _kept(cut.folder / HOME)
            tally.judge(cut, told, told if kept is None else ())
            tally.complain(cut, list(_broken(cut, kept)))
            if kept is None and _asked(cut) and tries < RETRIES:
                tries += 1
                tally.complain(cut, list(_again(district, cut)))
    return tally


def _kept(folder: Path) -> Enrolment | None:
    try:
        return Enrolment.load(folder)
    except SibaoError:
        return None


def _asked(cut: Cut) -> bool:
    """Whether the code may have reached the server, which then knows the key."""
    return b'"public_key"' in cut.told("socket")


def _broken(cut: Cut, kept: Enrolment | None) -> Iterator[str]:
    """What an enrolled gate needs can't be read, or an unfinished one lost its key."""
    folder = cut.folder / HOME
    try:
        if kept is None:
            Enrolment.load(folder)
            if _asked(cut):
                SigningKey.load(folder / "keys" / "enrolling.json")
            return
        SigningKey.load(folder / KEY)
        keyring = Keyring.load(folder / TRUST)
        BundleStore(folder, kept.kiosk_id, keyring, SystemClock()).load()
        if cut.told("2"):
            config.load(folder / "kiosk.toml")
    except SibaoError as fault:
        yield fault.diagnostics()


def _again(district: District, cut: Cut) -> Iterator[str]:
    try:
        enrol(district.code(), cut.folder / HOME, dial(), SystemClock())
    except SibaoError as fault:
        yield f"another try with the same code: {fault.diagnostics()}"
