"""Reading a kiosk's journal folder for an audit, without writing to it.

The form is docs/formats.md, section "Journal". Read with the standard library, so that a kiosk
needs no more than it has.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from checkpoint.clock import to_ms
from checkpoint.entrylog.audit import Evidence
from checkpoint.entrylog.canonical import decode_entry
from checkpoint.entrylog.chain import Link
from checkpoint.entrylog.receipt import Receipt
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.errors import EntryError, WireError
from checkpoint.keys import Keyring
from checkpoint.keys.sealing import SealingKey

_ENTRIES = (
    "SELECT kiosk_id, epoch, seq, hash, body, salt, personal, at, kind, outcome, direction, pass_id"
    " FROM entry NOT INDEXED ORDER BY kiosk_id, epoch, seq"
)


def sealed_under(link: Link) -> str:
    """What the personal record of a journal row is bound to."""
    return f"journal/{link.kiosk_id}/{link.epoch}/{link.seq}"


@contextlib.contextmanager
def open_journal(folder: Path) -> Iterator[Evidence]:
    """The evidence in a journal folder. Raises EntryError when it holds no journal.

    The personal side is compared only where the folder still has its sealing key.
    """
    path = folder / "journal.db"
    if not path.is_file():
        raise EntryError(f"{folder} holds no journal.db", remedy="give a kiosk's folder")
    keyring_file = folder / "trust_heads.json"
    keyring = Keyring.load(keyring_file) if keyring_file.exists() else Keyring()
    sealing_file = folder / "keys" / "sealing.json"
    key = SealingKey.load_or_make(sealing_file) if sealing_file.exists() else None
    server_file = folder / "trust.json"
    server = Keyring.load(server_file) if server_file.exists() else Keyring()
    breaches: list[Breach] = []
    with contextlib.closing(
        sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    ) as database:
        yield Evidence(
            links=_links(database, breaches),
            heads=_heads(database, breaches),
            keyring=keyring,
            personal=lambda link: key.open(link.personal, sealed_under(link)) if key else None,
            receipts=_receipts(database, server, breaches),
            passing=lambda: _taken(breaches),
            breaches=lambda: _integrity(database),
            pruned=True,
        )


def _taken(breaches: list[Breach]) -> list[Breach]:
    taken = breaches[:]
    breaches.clear()
    return taken


def _damage(fault: sqlite3.Error) -> Breach:
    return Breach(Layer.STORAGE, Verdict.TAMPERED, "", 0, 0, f"the journal is damaged: {fault}")


def _links(database: sqlite3.Connection, breaches: list[Breach]) -> Iterator[Link]:
    try:
        for row in database.execute(_ENTRIES):
            if not all(isinstance(blob, bytes) for blob in row[3:7]):
                words = "a column has another type than it was made with"
                place = (str(row[0]), int(row[1]), int(row[2]))
                breaches.append(Breach(Layer.STORAGE, Verdict.TAMPERED, *place, words))
                continue
            link = Link(*row[:7])
            breaches.extend(_projection(link, row[7:]))
            yield link
    except sqlite3.Error as fault:
        breaches.append(_damage(fault))


def _heads(database: sqlite3.Connection, breaches: list[Breach]) -> Iterator[str]:
    try:
        for (note,) in database.execute("SELECT note FROM head NOT INDEXED ORDER BY epoch, seq"):
            yield str(note)
    except sqlite3.Error as fault:
        breaches.append(_damage(fault))


def _receipts(
    database: sqlite3.Connection, server: Keyring, breaches: list[Breach]
) -> Iterator[Receipt]:
    try:
        for (note,) in database.execute("SELECT note FROM receipt NOT INDEXED ORDER BY id"):
            with contextlib.suppress(WireError):
                yield Receipt.open(str(note), server)
    except sqlite3.Error as fault:
        breaches.append(_damage(fault))


def _projection(link: Link, columns: tuple[object, ...]) -> Iterator[Breach]:
    try:
        entry = decode_entry(link.body)
    except EntryError:
        return
    told = (to_ms(entry.at), entry.kind, entry.outcome or "", entry.direction or "", entry.pass_id)
    names = ("at", "kind", "outcome", "direction", "pass_id")
    for name, column, value in zip(names, columns, told, strict=True):
        if column != value:
            words = f"column {name} says {column!r}, its bytes say {value!r}"
            yield Breach(
                Layer.PROJECTION, Verdict.TAMPERED, link.kiosk_id, link.epoch, link.seq, words
            )


def _integrity(database: sqlite3.Connection) -> Iterator[Breach]:
    try:
        for (line,) in database.execute("PRAGMA integrity_check(10)"):
            if line != "ok":
                yield Breach(Layer.STORAGE, Verdict.TAMPERED, "", 0, 0, f"integrity_check: {line}")
    except sqlite3.Error as fault:
        yield _damage(fault)
