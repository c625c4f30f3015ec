"""The records of actions, lookups, remarks: each line linked to the one before, the last signed.

hash(n) = SHA-256("sibao/record/v1" 00 ‖ hash(n-1) ‖ line), the line being the deterministic CBOR
of the record's name and its columns in the order below; 32 zeros stand before the first line.
The note is made by the server, see docs/formats.md, section "Records".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from checkpoint import cbor
from checkpoint.keys import Keyring, Purpose, open_note
from checkpoint.storage.tables import Action, Lookup, RecordHead, Remark

BEGIN = bytes(32)
"""What the first line is linked to."""
COLUMNS = {
    "action": ("id", "at", "account_id", "role", "name", "verb", "subject", "enterprise_id", "why"),
    "lookup": ("id", "at", "account_id", "role", "verb", "asked", "scope", "found", "why"),
    "remark": (
        *("id", "at", "account_id", "role", "name", "kind", "enterprise_id"),
        *("kiosk_id", "epoch", "seq", "entry_hash", "words"),
    ),
}
"""What is linked of each record, in order."""
Line = Action | Lookup | Remark
_DOMAIN = b"sibao/record/v1\0"


def linked(record: str, previous: bytes, line: Iterable[Any]) -> bytes:
    """The hash of a line after the one before it."""
    return hashlib.sha256(_DOMAIN + previous + cbor.dumps([record, *line])).digest()


def record_text(record: str, last: int, digest: bytes, at: int) -> str:
    """What the server signs: up to this line, this is the record."""
    return f"sibao-record/v1\n{record}\nline {last}\nhash {digest.hex()}\nat {at}\n"


def add(session: Session, row: Line) -> RecordHead:
    """Put a line at the end of its record; call it alone. The head is still to be signed."""
    record = row.__tablename__
    head = session.get(RecordHead, record)
    if head is None:
        head = RecordHead(record=record, last=0, hash=BEGIN, note="")
        session.add(head)
    row.id = head.last + 1
    row.hash = linked(record, head.hash, (getattr(row, name) for name in COLUMNS[record]))
    session.add(row)
    head.last, head.hash = row.id, row.hash
    return head


def relink(connection: Connection, which: Iterable[str]) -> None:
    """Link all lines of these records anew; the heads are still to be signed.

    For a database in which they were not linked yet, and after an erasure struck a person out of
    them.
    """
    for record in which:
        columns = COLUMNS[record]
        previous, last = BEGIN, 0
        rows = text(f"SELECT {', '.join(columns)} FROM {record} ORDER BY id")  # noqa: S608 - constant
        for line in connection.execute(rows).all():
            previous, last = linked(record, previous, line), line[0]
            change = text(f"UPDATE {record} SET hash = :hash WHERE id = :id")  # noqa: S608 - constant
            connection.execute(change, {"hash": previous, "id": last})
        connection.execute(text("DELETE FROM record_head WHERE record = :r"), {"r": record})
        if last:
            new = text("INSERT INTO record_head (record, last, hash, note) VALUES (:r, :l, :h, '')")
            connection.execute(new, {"r": record, "l": last, "h": previous})


def breaks(session: Session, keyring: Keyring) -> Iterator[tuple[str, bool]]:
    """What is wrong with the records, in words, and whether it was changed (else it is unsigned).

    Signatures are judged where the keyring has a key that signs receipts.
    """
    heads = {head.record: head for head in session.scalars(select(RecordHead))}
    for record in COLUMNS:
        previous, last = BEGIN, 0
        for line, digest in _lines(session, record):
            if linked(record, previous, line) != digest:
                yield f"line {line[0]} of the record `{record}` is not as it was written", True
            previous, last = digest or BEGIN, line[0]
        head = heads.get(record)
        if last and head is None:
            yield f"the record `{record}` is under no signature: its head was removed", True
        elif head and (head.last, head.hash) != (last, previous):
            yield f"the record `{record}` ends at line {last}, its head says {head.last}", True
        elif head and last and not head.note:
            yield f"the record `{record}` is not signed yet: start the server once", False
        elif head and head.note and not _signed(head, keyring):
            yield f"the head of the record `{record}` is not signed by the server", True


def _lines(session: Session, record: str) -> Iterator[tuple[list[Any], Any]]:
    columns = ", ".join((*COLUMNS[record], "hash"))
    statement = text(f"SELECT {columns} FROM {record} ORDER BY id")  # noqa: S608 - constant
    with session.execute(statement.execution_options(yield_per=500)) as found:
        for *line, digest in found:
            yield line, digest


def _signed(head: RecordHead, keyring: Keyring) -> bool:
    judged = any(Purpose.RECEIPT in key.purposes for key in keyring.keys)
    opened = open_note(head.note, Purpose.RECEIPT, keyring)
    told = opened[0] if opened else head.note.partition("\n\n")[0] + "\n"
    wanted = record_text(head.record, head.last, head.hash, 0).rpartition("at ")[0]
    return told.startswith(wanted) and (opened is not None or not judged)
