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
from checkpoint.entrylog.report import Breach, Layer, Report, Verdict
from checkpoint.errors import SibaoError
from checkpoint.keys import SigningKey
from checkpoint.services.auditing import open_database
from fuzz.tampering import lines, whole
from fuzz.tampering.changes import (
    Cell,
    cut,
    deleted,
    inserted,
    rehashed,
    renumbered,
    swapped,
)
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
        except SibaoError as fault:
            return _refused(fault)

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
        except SibaoError as fault:
            return _refused(fault)

    return Target("server, PostgreSQL", reset, lambda: PostgresHands(url), audited, made.kept)


def export(made: Deployment, work: Path) -> Target:
    """The signed file that leaves the server."""
    copy = work / EXPORT

    def audited(kept: tuple[str, ...]) -> Report:
        try:
            with open_export(copy, made.trust) as evidence:
                return audit(evidence, kept)
        except SibaoError as fault:
            return _refused(fault)

    def reset() -> None:
        shutil.copy(made.folder / EXPORT, copy)

    return Target("export", reset, lambda: FileHands(copy), audited, made.kept)


def _refused(fault: SibaoError) -> Report:
    """A database that is not even opened: the audit ends with this fault, not with a verdict."""
    report = Report()
    report.add([Breach(Layer.STORAGE, Verdict.TAMPERED, "", 0, 0, fault.message)])
    return report


def _again(folder: Path, copy: Path) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)


def _file(folder: Path, name: str) -> SqliteHands:
    return SqliteHands(str(folder / name))


def kinds_of_journal(made: Deployment) -> list[Kind]:
    """What is done to a journal."""
    return [
        Kind("byte of entry: bytes, hash", Cell("entry", ("body", "hash"))),
        Kind("byte of entry: person, salt", Cell("entry", ("personal", "salt"))),
        Kind("byte of entry: place", Cell("entry", ("kiosk_id", "epoch", "seq"))),
        Kind("byte of entry: projections", Cell("entry", _JOURNAL_PROJECTED)),
        Kind(
            "byte of entry: what the server said",
            Cell("entry", ("state", "why", "acknowledged_at")),
        ),
        Kind("byte of head", Cell("head", ("epoch", "seq", "note", "made_at"))),
        Kind("byte of receipt", Cell("receipt", ("id", "epoch", "at", "note"))),
        Kind("byte of chain", Cell("chain", ("kiosk_id", "epoch", "made_at"))),
        Kind("byte of inside", Cell("inside", ("holder", "since"))),
        Kind("byte of used_step", Cell("used_step", ("pass_id", "step"))),
        *_shared(made),
        Kind("trigger planted", whole.planted(sqlite=True)),
        *_put_back(made.half / "journal.db"),
    ]


def kinds_of_server(made: Deployment, *, sqlite: bool) -> list[Kind]:
    """What is done to a server's database."""
    cells = [Kind(f"byte of {name}", Cell(name.split(":")[0], columns)) for name, columns in _CELLS]
    rows = [Kind(f"deleted row of {table}", deleted(table)) for table in _ROWS]
    hidden = [Kind("row hidden by an index", whole.hidden_by_index)] if sqlite else []
    hidden += _put_back(made.half / DATABASE) if sqlite else []
    return [
        *cells,
        *rows,
        *_shared(made),
        Kind("entry moved to another enterprise", whole.moved_entry),
        Kind("kiosk moved to another enterprise", whole.moved_kiosk),
        Kind("trigger or rule planted", whole.planted(sqlite=sqlite)),
        *hidden,
    ]


def kinds_of_export() -> list[Kind]:
    """What is done to an export."""
    return [
        Kind("byte anywhere", lines.byte),
        Kind("line deleted", lines.deleted),
        Kind("two lines swapped", lines.swapped),
        Kind("line repeated", lines.repeated),
        Kind("cut short", lines.cut),
        Kind("entry deleted, sealed by another key", lines.resealed),
    ]


def _put_back(old: Path) -> list[Kind]:
    name, change = "file of half a day ago put back", whole.PutBack(old)
    return [Kind(name, change, once=True), Kind(name, change, held=True, once=True)]


def _nothing(_hands: object, _chance: Random) -> bool:
    return True


def _shared(made: Deployment) -> list[Kind]:
    return [
        Kind("entry deleted", deleted("entry")),
        Kind("two entries swapped", swapped),
        Kind("entry inserted", inserted),
        Kind("entries re-numbered", renumbered),
        Kind("person taken out", whole.emptied_person),
        Kind("end cut off, signed notes left", cut),
        Kind("end cut off with all signed notes", whole.cut_with_signed),
        Kind("end cut off with all signed notes", whole.cut_with_signed, held=True),
        Kind("re-hashed without a key", rehashed),
        Kind("re-hashed, heads signed by the kiosk's key", whole.Resigned(made.kiosk_key)),
        Kind("all evidence deleted", whole.emptied),
        Kind("all evidence deleted", whole.emptied, held=True),
        Kind("row hidden by a view", whole.behind_a_view),
        Kind("two histories: another head shown to somebody else", _nothing, two=made.kiosk_key),
    ]


_JOURNAL_PROJECTED = ("at", "kind", "outcome", "direction", "pass_id")
_CELLS = (
    ("entry: bytes, hash", ("body", "hash")),
    ("entry: person", ("personal", "holder_id", "name_index", "tail_index")),
    ("entry: place", ("kiosk_id", "epoch", "seq", "kiosk_enterprise_id", "kiosk_site_id")),
    (
        "entry: projections",
        (
            *("at", "kind", "direction", "outcome", "reasons", "enterprise_id", "site_id"),
            *("gate_id", "warrant_id", "pass_id", "pass_kind", "temperature_c", "mask"),
            *("clock_quality", "policy_version", "bundle_version"),
        ),
    ),
    ("entry: standing", ("standing", "why", "received_at")),
    ("head", ("kiosk_id", "epoch", "seq", "hash", "at", "note")),
    ("receipt", ("kiosk_id", "epoch", "at", "note")),
    ("quarantine", ("kiosk_id", "epoch", "seq", "hash", "body", "personal", "content", "why")),
    ("kiosk_chain", ("kiosk_id", "epoch", "seq", "hash")),
    ("erasure", ("number", "at", "account_id", "ground", "entries", "note")),
    ("leaf", ("position", "kiosk_id", "epoch", "seq", "hash", "standing", "why", "at")),
    ("log_tile", ("hashes",)),
    ("tree_head", ("size", "note")),
    ("kiosk", ("kiosk_id", "enterprise_id", "site_id", "gate_id", "public_key")),
    ("action", ("at", "account_id", "role", "name", "verb", "subject", "enterprise_id", "why")),
    ("lookup", ("at", "account_id", "role", "verb", "asked", "scope", "found", "why", "hash")),
    ("record_head", ("last", "hash", "note")),
)
_ROWS = ("receipt", "quarantine", "erasure", "leaf", "kiosk", "action", "lookup", "record_head")
