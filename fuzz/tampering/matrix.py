"""The matrix: for each target and class of change, how often an audit caught it and by what."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.journal_file import open_journal
from checkpoint.entrylog.report import Report, Verdict, unread
from checkpoint.errors import Damaged, EntryError
from checkpoint.keys import SigningKey
from checkpoint.services.auditing import open_database
from fuzz.tampering import whole
from fuzz.tampering.deployment import DATABASE, EXPORT, JOURNAL, Deployment
from fuzz.tampering.hands import FileHands, PostgresHands, SqliteHands

TRIES = 40
"""Positions tried until one offers something to change."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of change. `held` means that the audit is given the heads kept elsewhere.

    `two` is the key of a kiosk that signs a second history for somebody else. `once`: there is
    one position only.
    """

    name: str
    change: Callable[[Any, Random], bool]
    held: bool = False
    two: SigningKey | None = None
    once: bool = False


@dataclass(slots=True)
class Line:
    """What came of one class: trials, those caught, and the layer that named the first entry."""

    target: str
    name: str
    held: bool
    trials: int = 0
    caught: int = 0
    layers: Counter[str] = field(default_factory=Counter)

    def count(self, report: Report) -> None:
        """Take one audit in."""
        self.trials += 1
        if report.verdict is not Verdict.INTACT and report.first is not None:
            self.caught += 1
            self.layers[report.first.layer.value] += 1


Reset = Callable[[], None]
Audit = Callable[[tuple[str, ...]], Report]


@dataclass(frozen=True, slots=True)
class Target:
    """A thing to tamper with: put back as it was, laid open, audited; `kept` are heads of it."""

    name: str
    reset: Reset
    open: Callable[[], Any]
    audit: Audit
    kept: tuple[str, ...]


def run(target: Target, kinds: list[Kind], trials: int, seed: int) -> Iterator[Line]:
    """Every class at so many positions.

    Raises RuntimeError when there is nothing to change, and when what was not touched alarms.
    """
    target.reset()
    untouched = target.audit(target.kept)
    if untouched.verdict is not Verdict.INTACT:
        raise RuntimeError(f"{target.name} alarms untouched: {untouched.first}")
    for kind in kinds:
        chance = Random(f"{seed}/{target.name}/{kind.name}")
        line = Line(target.name, kind.name, kind.held)
        for _ in range(1 if kind.once else trials):
            target.reset()
            hands = target.open()
            notes = target.kept if kind.held else ()
            try:
                if not any(kind.change(hands, chance) for _ in range(TRIES)):
                    raise RuntimeError(f"{target.name}: nothing to change for {kind.name}")
                if kind.two:
                    notes = (whole.second_history(kind.two, hands, chance),)
            finally:
                hands.close()
            line.count(target.audit(notes))
        yield line


def journal(made: Deployment, work: Path) -> Target:
    """The first kiosk's journal folder."""
    copy = work / JOURNAL

    def audited(kept: tuple[str, ...]) -> Report:
        with open_journal(copy, made.trust) as evidence:
            return audit(evidence, kept)

    return Target(
        "journal",
        lambda: _again(made.folder / JOURNAL, copy),
        lambda: _file(copy, "journal.db"),
        audited,
        made.kept[:1],
    )


def sqlite_server(made: Deployment, work: Path) -> Target:
    """The server's database as a file."""
    copy = work / "server"

    def audited(kept: tuple[str, ...]) -> Report:
        try:
            with open_database(
                f"sqlite:///{copy / DATABASE}", made.folder / "keys", made.trust
            ) as log:
                return audit(log, kept)
        except Damaged as fault:
            return unread(fault)

    def reset() -> None:
        copy.mkdir(exist_ok=True)
        for path in copy.iterdir():
            path.unlink()
        shutil.copy(made.folder / DATABASE, copy / DATABASE)

    return Target("server, SQLite", reset, lambda: _file(copy, DATABASE), audited, made.kept)


def postgres_server(made: Deployment, reset: Reset, url: str) -> Target:
    """The server's database on PostgreSQL; `reset` makes `url` a fresh copy."""

    def audited(kept: tuple[str, ...]) -> Report:
        try:
            with open_database(url, made.folder / "keys", made.trust) as log:
                return audit(log, kept)
        except Damaged as fault:
            return unread(fault)

    return Target("server, PostgreSQL", reset, lambda: PostgresHands(url), audited, made.kept)


def export(made: Deployment, work: Path) -> Target:
    """The signed file that leaves the server."""
    copy = work / EXPORT

    def audited(kept: tuple[str, ...]) -> Report:
        try:
            with open_export(copy, made.trust) as evidence:
                return audit(evidence, kept)
        except EntryError as fault:
            return unread(Damaged(fault.message))

    def reset() -> None:
        shutil.copy(made.folder / EXPORT, copy)

    return Target("export", reset, lambda: FileHands(copy), audited, made.kept)


def _again(folder: Path, copy: Path) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)


def _file(folder: Path, name: str) -> SqliteHands:
    return SqliteHands(str(folder / name))
