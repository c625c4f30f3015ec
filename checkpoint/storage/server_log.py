"""A server's database as evidence: everything stored of the log, held to bytes and signed notes.

Rows are read from the tables themselves, in streams of one snapshot; a log of any length fits in
memory. What is beside the chains (set aside, records, kiosks, the schema) follows at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.domain.entry import Entry, Personal
from checkpoint.entrylog import Link, decode_personal
from checkpoint.entrylog.claims import Claims, Said
from checkpoint.entrylog.receipt import Receipt, Standing, receipt_in
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.errors import EntryError, KeyFault, WireError
from checkpoint.keys import Keyring
from checkpoint.storage.places import kiosks
from checkpoint.storage.projection import Column, projected
from checkpoint.storage.scope import Scope

_CHUNK = 500
_FIRST = ("kiosk_id", "epoch", "seq", "hash", "body", "personal")
_BESIDE = (
    "at",
    "kind",
    "direction",
    "outcome",
    "reasons",
    "enterprise_id",
    "site_id",
    "gate_id",
    "warrant_id",
    "pass_id",
    "pass_kind",
    "temperature_c",
    "mask",
    "clock_quality",
    "policy_version",
    "bundle_version",
    "cites",
    "holder_id",
    "name_index",
    "tail_index",
    "kiosk_enterprise_id",
    "kiosk_site_id",
    "standing",
    "why",
    "received_at",
)
COMPARED = (*_FIRST, *_BESIDE)
"""The columns of `entry` that an audit holds to something: all but the row's number."""
_UNCOMMITTED = frozenset({"personal", "place", "clock", "kiosk_revoked", "erased"})
"""Marks under which a person may have come that the body is not committed to."""


@dataclass(frozen=True, slots=True)
class Opener:
    """The sealing key at work; each raises KeyFault for what was changed or moved.

    `side` gives salt and record of a stored entry, `indexes` the blind indexes of a value under a
    column's name (two while the key is being replaced), `content` the digest of a quarantined
    entry.
    """

    side: Callable[[Link], tuple[bytes, bytes]]
    indexes: Callable[[str, str], tuple[bytes, ...]]
    content: Callable[[Link], bytes]


class ServerLog:
    """One reading of the log of the kiosks in scope, of all there is for the district."""

    def __init__(
        self, session: Session, scope: Scope, keyring: Keyring, opener: Opener | None
    ) -> None:
        self.session, self.keyring, self.opener = session, keyring, opener
        self.homes = {kiosk.kiosk_id: kiosk for kiosk in kiosks(session, scope)}
        self.whole = scope.district
        self.sealed = 0
        self._unopened = False
        self._row: dict[str, Any] = {}
        self._before: tuple[str, int, int] = ("", 0, 0)
        self._tips: dict[tuple[str, int], tuple[int, bytes]] = {}
        self._met: list[Breach] = []

    def taken(self) -> list[Breach]:
        """The breaches met since this was last asked."""
        taken, self._met = self._met, []
        return taken

    def links(self) -> Iterator[Link]:
        """The entries in order, their personal side opened where there is a key for it."""
        for row in self.rows("entry", COMPARED, "kiosk_id, epoch, seq"):
            self._before = self._place()
            self._row = dict(zip(COMPARED, row, strict=True))
            self._tips[row[0], row[1]] = (row[2], row[3])
            yield self._opened(Link(row[0], row[1], row[2], row[3], row[4], b"", row[5]))

    def rows(self, table: str, columns: Sequence[str], order: str) -> Iterator[Any]:
        """Rows of the kiosks that are looked at, of all there are in the district.

        A whole table is read as it lies: an index can't hide a row from an audit.
        """
        sqlite = self.session.get_bind().dialect.name == "sqlite"
        aside = " NOT INDEXED" if sqlite and self.whole else ""
        wanted, given = "", dict(enumerate(sorted(self.homes)))
        if not self.whole:
            names = ", ".join(f":k{number}" for number in given)
            wanted = f" WHERE kiosk_id IN ({names})" if given else " WHERE false"
        statement = text(
            f"SELECT {', '.join(columns)} FROM {table}{aside}{wanted} ORDER BY {order}"  # noqa: S608
        ).execution_options(yield_per=_CHUNK)
        values = {} if self.whole else {f"k{number}": name for number, name in given.items()}
        with self.session.execute(statement, values) as found:
            yield from found

    def personal(self, link: Link) -> bytes | None:
        """The plain record, where it was opened and the body is committed to it."""
        opened = self.opener and not self._unopened
        return link.personal if opened and self._row["why"] not in _UNCOMMITTED else None

    def _place(self) -> tuple[str, int, int]:
        row = self._row
        return (row["kiosk_id"], row["epoch"], row["seq"]) if row else ("", 0, 0)

    def _opened(self, link: Link) -> Link:
        self._unopened = False
        self.sealed += bool(link.personal)
        if self.opener is None or not link.personal:
            return link
        try:
            salt, plain = self.opener.side(link)
        except KeyFault as fault:
            self._unopened = True
            self.note(Layer.COMMITMENT, f"the personal record: {fault.message}", self._place())
            return link
        return Link(*self._place(), link.hash, link.body, salt, plain or link.personal)

    def beside(self, link: Link, told: Entry, said: Said) -> Iterator[Breach]:
        """The columns of the entry that was read last."""
        for layer, words in (*self._projections(told), *self._standing(link, said)):
            yield Breach(layer, Verdict.TAMPERED, link.kiosk_id, link.epoch, link.seq, words)

    def _projections(self, told: Entry) -> Iterator[tuple[Layer, str]]:
        home = self.homes.get(self._row["kiosk_id"])
        if home is None:
            yield Layer.PROJECTION, "no kiosk of this id is enrolled"
            return
        wanted: dict[str, Column] = projected(told)
        wanted |= {"kiosk_enterprise_id": home.enterprise_id, "kiosk_site_id": home.site_id}
        wrong = [name for name, value in wanted.items() if self._row[name] != value]
        for name in wrong:
            yield Layer.PROJECTION, f"the stored column {name} is not what the bytes say"
        strange = told.enterprise_id not in ("", home.enterprise_id) or told.site_id not in (
            "",
            home.site_id,
        )
        if strange and self._row["why"] not in ("place", "kiosk_revoked"):
            yield Layer.PROJECTION, "its kiosk is said to stand at another place than its bytes say"

    def _standing(self, link: Link, said: Said) -> Iterator[tuple[Layer, str]]:
        row = self._row
        held = (row["standing"], row["why"], row["received_at"])
        follows = self._before == (link.kiosk_id, link.epoch, link.seq - 1)
        wanted = set()
        for told in said.lines:
            if told.line.hash == link.hash and told.line.standing is not Standing.QUARANTINED:
                why = "" if told.line.why == "-" else told.line.why
                filled = why == "gap" and follows
                standing = ("accepted", "") if filled else (told.line.standing.value, why)
                wanted.add((*standing, told.at))
        if wanted and held not in wanted:
            yield Layer.RECEIPT, "standing, why or received_at is not what the receipts say"
        if self.opener is not None and not self._unopened:
            yield from self._person(link)

    def _person(self, link: Link) -> Iterator[tuple[Layer, str]]:
        """The columns by which a person is found, by the personal side."""
        assert self.opener is not None  # noqa: S101 - asked by the caller
        person = Personal("", "", "")
        with suppress(EntryError):
            person = decode_personal(link.personal)
        if self._row["why"] in _UNCOMMITTED and "\0" in person.holder_id:
            return
        wanted = {
            "holder_id": (person.holder_id,),
            "name_index": self._indexes("name", person.name),
            "tail_index": self._indexes("id_tail", person.id_tail),
        }
        for name, values in wanted.items():
            if self._row[name] not in values:
                yield Layer.PROJECTION, f"the stored column {name} is not the person's"

    def _indexes(self, column: str, value: str) -> tuple[bytes | None, ...]:
        return self.opener.indexes(column, value) if value and self.opener else (None,)

    def heads(self) -> Iterator[str]:
        """The signed heads, their columns compared with what was signed."""
        columns = ("kiosk_id", "epoch", "seq", "hash", "at", "note")
        for *told, note in self.rows("head", columns, "kiosk_id, epoch, seq, id"):
            kiosk_id, epoch, seq, digest, at = told
            lines = ["sibao-head/v1", kiosk_id, f"epoch {epoch}", f"seq {seq}"]
            if note.split("\n")[:6] != [*lines, f"hash {digest.hex()}", f"at {at}"]:
                words = "the columns of a head are not what its note says"
                self.note(Layer.PROJECTION, words, (kiosk_id, epoch, seq))
            yield note

    def receipts(self) -> Iterator[Receipt]:
        """The receipts that were given, their columns compared with what was signed."""
        columns = ("kiosk_id", "epoch", "at", "note")
        for kiosk_id, epoch, at, note in self.rows("receipt", columns, "id"):
            try:
                receipt = receipt_in(note, self.keyring)
            except WireError as fault:
                self.note(Layer.SIGNATURE, f"a receipt: {fault.message}", (kiosk_id, epoch, 0))
                continue
            if (kiosk_id, epoch, at) != (receipt.kiosk_id, receipt.epoch, to_ms(receipt.at)):
                words = "the columns of a receipt are not what its note says"
                self.note(Layer.PROJECTION, words, (kiosk_id, epoch, 0))
            yield receipt

    def set_aside(self, claims: Claims) -> None:
        """What was quarantined, against the receipts that said so."""
        columns = (
            "kiosk_id",
            "epoch",
            "seq",
            "hash",
            "body",
            "personal",
            "content",
            "why",
            "received_at",
        )
        for row in self.rows("quarantine", columns, "kiosk_id, epoch, seq, id"):
            link = Link(row[0], row[1], row[2], row[3], row[4], b"", row[5])
            place = (link.kiosk_id, link.epoch, link.seq)
            if (row[7], row[8]) not in [tuple(x) for x in claims.set_aside(place, link.hash)]:
                words = "it is said to be quarantined, and no receipt says so in this way"
                self.note(Layer.RECEIPT, words, place)
            try:
                sound = self.opener is None or self.opener.content(link) == row[6]
            except KeyFault:
                sound = False
            if not sound:
                words = "a quarantined entry is not as it came"
                self.note(Layer.COMMITMENT, words, place)
            claims.found_aside(place, link.hash)
        for kiosk_id, epoch, seq in claims.lost_aside():
            words = "a receipt says that it was quarantined, and it is gone"
            self.note(Layer.RECEIPT, words, (kiosk_id, epoch, seq))

    def tips(self) -> None:
        """The furthest entry of each chain as it is noted, against the chains themselves."""
        noted = {
            (kiosk_id, epoch): (seq, digest)
            for kiosk_id, epoch, seq, digest in self.rows(
                "kiosk_chain", ("kiosk_id", "epoch", "seq", "hash"), "kiosk_id, epoch"
            )
        }
        for chain in sorted(noted.keys() | self._tips.keys()):
            if noted.get(chain) != self._tips.get(chain):
                seq = self._tips.get(chain, (0, b""))[0]
                words = "table kiosk_chain does not name the last entry of the chain"
                self.note(Layer.PROJECTION, words, (*chain, seq))

    def note(
        self,
        layer: Layer,
        words: str,
        place: tuple[str, int, int] = ("", 0, 0),
        verdict: Verdict = Verdict.TAMPERED,
    ) -> None:
        """Add a breach to those that are taken next."""
        self._met.append(Breach(layer, verdict, *place, words))

    def add(self, breaches: Iterable[Breach]) -> None:
        """Add breaches that were found elsewhere to those that are taken next."""
        self._met.extend(breaches)
