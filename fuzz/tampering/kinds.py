"""The classes of change to each target."""

from __future__ import annotations

from pathlib import Path
from random import Random

from fuzz.tampering import catalogue, lines, whole
from fuzz.tampering.changes import Cell, cut, deleted, inserted, rehashed, renumbered, swapped
from fuzz.tampering.deployment import DATABASE, Deployment
from fuzz.tampering.matrix import Kind

AROUND = "byte of the ZIP around the files"
"""Times, attributes, a name's copy, the note over all of it."""


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
    hidden += _put_back(made.half / DATABASE) if sqlite else _OF_POSTGRESQL
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
        Kind("byte of the files", lines.byte_within),
        Kind(AROUND, lines.byte_around),
        Kind("stretch deleted", lines.deleted),
        Kind("two stretches swapped", lines.swapped),
        Kind("stretch repeated", lines.repeated),
        Kind("cut short", lines.cut),
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


_OF_POSTGRESQL = [
    Kind("trigger with a function planted", catalogue.trigger),
    Kind("triggers of foreign keys switched off", catalogue.trigger_off),
    Kind("row hidden by row security", catalogue.row_security),
    Kind("index made anew without a row", catalogue.partial_index),
    Kind("index never asked", catalogue.invalid_index),
    Kind("CHECK dropped", catalogue.Dropped("c")),
    Kind("foreign key dropped", catalogue.Dropped("f")),
    Kind("unique rule dropped", catalogue.Dropped("u")),
    Kind("rows in a child table", catalogue.child_table),
    Kind("column added or of another type", catalogue.other_column),
    Kind("table shadowed by another schema's", catalogue.shadowed),
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
    (
        "warrant",
        ("warrant_id", "enterprise_id", "inspector", "account_id", "valid_from", "sites"),
    ),
    ("action", ("at", "account_id", "role", "name", "verb", "subject", "enterprise_id", "why")),
    ("lookup", ("at", "account_id", "role", "verb", "asked", "scope", "found", "why", "hash")),
    (
        "remark",
        (
            *("at", "account_id", "role", "name", "kind", "enterprise_id"),
            *("kiosk_id", "epoch", "seq", "entry_hash", "words", "hash"),
        ),
    ),
    ("record_head", ("last", "hash", "note")),
)
_RECORDS = ("action", "lookup", "remark", "record_head")
_ROWS = ("receipt", "quarantine", "erasure", "leaf", "kiosk", "warrant", *_RECORDS)
