"""Reading a kiosk's journal folder for an audit, without writing to it.

The form is docs/formats.md, section "Journal". Read with the standard library, so that a kiosk
needs no more than it has; rows always from the tables themselves, never through an index.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from checkpoint.clock import to_ms
from checkpoint.domain.entry import Entry
from checkpoint.entrylog.chain import Link
from checkpoint.entrylog.claims import Claims, Said
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.journal_columns import Movements, entry_column_breaches
from checkpoint.entrylog.journal_form import UPGRADES, VERSION
from checkpoint.entrylog.journal_trees import tree_flaws
from checkpoint.entrylog.receipt import Receipt, receipt_in
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.entrylog.sqlite_form import Flaw, Schema, integrity_flaws, schema_flaws, schema_of
from checkpoint.errors import EntryError, KeyFault, WireError
from checkpoint.keys import Keyring, Purpose
from checkpoint.keys.sealing import SealingKey

_ENTRIES = (
    "SELECT kiosk_id, epoch, seq, hash, body, salt, personal, at, kind, outcome, direction,"
    " pass_id, state, why, acknowledged_at FROM entry NOT INDEXED ORDER BY kiosk_id, epoch, seq"
)
_WITHOUT_TREES = 3
"""The last version of a journal that kept no head of the server's log."""

_ERASES = 3
"""The first version of the journal that erases."""


def sealed_under(link: Link) -> str:
    """What the personal record of a journal row is bound to."""
    return f"journal/{link.kiosk_id}/{link.epoch}/{link.seq}"


@contextlib.contextmanager
def open_journal(folder: Path, trust: Keyring | None = None) -> Iterator[Evidence]:
    """The evidence in a journal folder. Raises EntryError when it holds no journal.

    Without `trust` the keys are those in the folder. The personal side is compared only where
    the folder still has its sealing key, and a note says so where it has none.
    """
    path = folder / "journal.db"
    if not path.is_file():
        raise EntryError(f"{folder} holds no journal.db", remedy="give a kiosk's folder")
    heads = trust or _keyring(folder / "trust_heads.json")
    server = trust or _keyring(folder / "trust.json")
    address = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
        journal = _Journal(database, server, _sealing_key(folder))
        with contextlib.closing(journal.movements):
            yield Evidence(
                links=journal.links(),
                heads=journal.heads(),
                keyring=heads,
                personal=journal.personal,
                erasures=journal.erasures(),
                passing=journal.taken,
                beside=journal.beside,
                breaches=journal.at_the_end,
                notes=journal.notes,
                receipts=journal.receipts(),
                pruned=True,
                part=lambda: True,
                total=journal.total(),
            )


def _keyring(path: Path) -> Keyring:
    return Keyring.load(path) if path.exists() else Keyring()


def _sealing_key(folder: Path) -> SealingKey | None:
    path = folder / "keys" / "sealing.json"
    return SealingKey.load_or_make(path) if path.exists() else None


class _Journal:
    """One reading of a journal; `row` holds the columns beside the entry that was read last."""

    def __init__(
        self, database: sqlite3.Connection, server: Keyring, key: SealingKey | None
    ) -> None:
        self.database, self.server, self.key = database, server, key
        self.movements = Movements(key)
        self._row: tuple[object, ...] = ()
        self._plain: tuple[Link | None, bytes | None] = (None, None)
        self._met: list[Breach] = []
        self._people = 0

    def taken(self) -> list[Breach]:
        """The breaches met since this was last asked."""
        taken, self._met = self._met, []
        return taken

    def total(self) -> int:
        """About how many entries there are; 0 where that can't be said."""
        try:
            return int(self.database.execute("SELECT count(*) FROM entry").fetchone()[0])
        except sqlite3.Error:
            return 0

    def links(self) -> Iterator[Link]:
        """The entries in order."""
        try:
            for row in self.database.execute(_ENTRIES):
                if not all(isinstance(blob, bytes) for blob in row[3:7]):
                    self._note(Layer.INTEGRITY, "a column has another type", _as_place(row))
                    continue
                link = Link(*row[:7])
                self._row = row[7:]
                self._people += bool(link.personal)
                yield link
        except sqlite3.Error as fault:
            self._damage(fault)

    def personal(self, link: Link) -> bytes | None:
        """The plain personal side. Raises KeyFault."""
        if self._plain[0] is not link:
            plain = self.key.open(link.personal, sealed_under(link)) if self.key else None
            self._plain = (link, plain)
        return self._plain[1]

    def beside(self, link: Link, told: Entry, said: Said) -> Iterator[Breach]:
        """The columns of the entry that was read last."""
        for layer, words in entry_column_breaches(told, link, self._row, said):
            yield Breach(layer, Verdict.TAMPERED, link.kiosk_id, link.epoch, link.seq, words)
        with contextlib.suppress(KeyFault):
            self.movements.follow(told, self.personal(link) if link.personal else None)

    def heads(self) -> Iterator[str]:
        """The signed heads, their columns compared with what was signed."""
        query = "SELECT epoch, seq, note, made_at FROM head NOT INDEXED ORDER BY epoch, seq"
        try:
            for epoch, seq, note, made_at in self.database.execute(query):
                lines = str(note).split("\n")
                if lines[2:4] + lines[5:6] != [f"epoch {epoch}", f"seq {seq}", f"at {made_at}"]:
                    words = "the columns of a head are not what its note says"
                    self._note(Layer.PROJECTION, words, ("", _whole(epoch), _whole(seq)))
                yield str(note)
        except sqlite3.Error as fault:
            self._damage(fault)

    def receipts(self) -> Iterator[Receipt]:
        """The server's receipts, their columns compared with what was signed."""
        query = "SELECT id, epoch, at, note FROM receipt NOT INDEXED ORDER BY id"
        try:
            for number, (id_, epoch, at, note) in enumerate(self.database.execute(query), start=1):
                try:
                    receipt = receipt_in(str(note), self.server)
                except WireError as fault:
                    words = f"receipt {id_}: {fault.message}"
                    self._note(Layer.SIGNATURE, words, ("", _whole(epoch), 0))
                    continue
                if (id_, epoch, at) != (number, receipt.epoch, to_ms(receipt.at)):
                    words = f"receipt {id_}: a column is not what its note says, or one is gone"
                    self._note(Layer.PROJECTION, words, ("", receipt.epoch, 0))
                yield receipt
        except sqlite3.Error as fault:
            self._damage(fault)

    def erasures(self) -> Iterator[str]:
        """What the kiosk erased, by its own word."""
        query = "SELECT note FROM erasure NOT INDEXED ORDER BY number"
        try:
            if self.database.execute("PRAGMA user_version").fetchone()[0] >= _ERASES:
                yield from (str(note) for (note,) in self.database.execute(query))
        except sqlite3.Error as fault:
            self._damage(fault)

    def at_the_end(self, _claims: Claims) -> Iterator[Breach]:
        """The file as a whole: its schema, indexes and rules, and what it derives from entries."""
        try:
            version = int(self.database.execute("PRAGMA user_version").fetchone()[0])
            if not 0 < version <= VERSION:
                self._note(Layer.SCHEMA, f"the journal says that it is of version {version}")
            wanted = _wanted(version)
            for flaw in schema_flaws(self.database, wanted):
                self._note(Layer.SCHEMA, flaw.words)
            for flaw in integrity_flaws(self.database, wanted):
                self._note(Layer.INTEGRITY, flaw.words, self._place_of(flaw))
            for words in self.movements.against(self.database):
                self._note(Layer.PROJECTION, words)
            if version > _WITHOUT_TREES:
                for words in tree_flaws(self.database, self.server):
                    self._note(Layer.TREE, words)
        except sqlite3.Error as fault:
            self._damage(fault)
        yield from self.taken()

    def notes(self) -> Iterator[str]:
        """What could not be looked at."""
        if self.key is None and self._people:
            yield (
                f"the folder has no sealing key: {self._people} personal sides could not be opened"
                " and compared with their commitments"
            )
        if not any(Purpose.RECEIPT in key.purposes for key in self.server.keys):
            yield "no key of the server is trusted here: the receipts' signatures were not judged"

    def _place_of(self, flaw: Flaw) -> tuple[str, int, int]:
        if flaw.table != "entry" or not flaw.row:
            return ("", 0, 0)
        query = "SELECT kiosk_id, epoch, seq FROM entry NOT INDEXED WHERE rowid = ?"
        row = self.database.execute(query, (flaw.row,)).fetchone()
        return _as_place(row) if row else ("", 0, 0)

    def _note(self, layer: Layer, words: str, place: tuple[str, int, int] = ("", 0, 0)) -> None:
        self._met.append(Breach(layer, Verdict.TAMPERED, *place, words))

    def _damage(self, fault: sqlite3.Error) -> None:
        self._note(Layer.STORAGE, f"the journal is damaged: {fault}")


def _as_place(row: tuple[object, ...]) -> tuple[str, int, int]:
    return str(row[0]), _whole(row[1]), _whole(row[2])


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _wanted(version: int) -> Schema:
    with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
        for upgrade in UPGRADES[: version if 0 < version <= VERSION else VERSION]:
            fresh.executescript(upgrade)
        return schema_of(fresh)
