"""What an audit says: breaches, the layer that caught each, the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from checkpoint.errors import Damaged, Unmade

KEPT = 1000
"""Breaches that a report keeps; more are counted."""


class Verdict(IntEnum):
    """The exit status of `checkpoint audit`."""

    INTACT = 0
    TAMPERED = 2
    INCOMPLETE = 3


class Layer(StrEnum):
    """What caught a breach. The values are stored and read by scripts: never renamed."""

    STORAGE = "storage"
    SCHEMA = "schema"
    INTEGRITY = "integrity"
    CHAIN = "chain"
    BODY = "body"
    COMMITMENT = "commitment"
    ERASURE = "erasure"
    PROJECTION = "projection"
    SIGNATURE = "signature"
    HEAD = "head"
    HELD_HEAD = "held_head"
    RECEIPT = "receipt"
    RECORD = "record"
    TREE = "tree"
    EXPORT = "export"


MEANING = {
    Layer.STORAGE: "The file or database can't be read as what it should be: it is damaged,"
    " empty, or was replaced.",
    Layer.SCHEMA: "The database has a table, column, index, trigger, view or rule that no"
    " program of ours made, or lacks one: what it shows may not be what it holds.",
    Layer.INTEGRITY: "The file's own order is broken: an index and its table disagree, or a row"
    " breaks a rule of its table. A program would have been refused; somebody wrote past it.",
    Layer.CHAIN: "The entries no longer follow from each other: one was changed, removed, added"
    " or moved after it was written.",
    Layer.BODY: "The bytes of an entry are not those of the entry that should stand here.",
    Layer.COMMITMENT: "The person shown beside an entry is not the one it was made for.",
    Layer.ERASURE: "A person was taken out of the log, or put back into it, and no signed erasure"
    " says so.",
    Layer.PROJECTION: "A stored column says something else than the bytes of its entry: lists"
    " and searches would show what did not happen.",
    Layer.SIGNATURE: "A signed note was changed, or was made by somebody without the key.",
    Layer.HEAD: "The kiosk signed another state of its chain than the one that is here.",
    Layer.HELD_HEAD: "A head that was kept elsewhere shows another history than this log.",
    Layer.RECEIPT: "The server signed that it held something else than what is here.",
    Layer.TREE: "The server's tree over its receipts is not that of its lines, or not the one whose"
    " head was signed: a receipt was taken back, changed or added afterwards.",
    Layer.RECORD: "The record of who did, asked or remarked what was changed after it was written.",
    Layer.EXPORT: "The file is not as the server sealed it.",
}
"""What a breach of each layer means, for somebody who does not know how the log is made."""
_MISSING = (
    "Nothing was found changed here: something is missing, or was given, that can't be compared."
)


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong, where, and whether something was changed or is missing."""

    layer: Layer
    verdict: Verdict
    kiosk_id: str
    epoch: int
    seq: int
    words: str


def meaning(breach: Breach) -> str:
    """What it means, for somebody who does not know how the log is made."""
    return MEANING[breach.layer] if breach.verdict is Verdict.TAMPERED else _MISSING


@dataclass(slots=True)
class ChainReport:
    """One chain as far as it was read. `signed_through` is 0 when no head covers any of it.

    `erased` counts entries about a person whose personal side is gone.
    """

    kiosk_id: str
    epoch: int
    entries: int = 0
    last_seq: int = 0
    last_hash: bytes = b""
    signed_through: int = 0
    erased: int = 0


@dataclass(slots=True)
class Report:
    """The result. Intact means: no breach found by the layers that could look.

    `breaches` are the first `KEPT` in the order in which they were met, `count` is how many.
    """

    chains: list[ChainReport] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    count: int = 0
    _found: set[Verdict] = field(default_factory=set)

    def add(self, breaches: Iterable[Breach]) -> None:
        """Take breaches in; memory stays flat however many there are."""
        for breach in breaches:
            self.count += 1
            self._found.add(breach.verdict)
            if len(self.breaches) < KEPT:
                self.breaches.append(breach)

    @property
    def verdict(self) -> Verdict:
        """TAMPERED when anything was changed, else INCOMPLETE when a part or a key is missing."""
        for verdict in (Verdict.TAMPERED, Verdict.INCOMPLETE):
            if verdict in self._found:
                return verdict
        return Verdict.INTACT

    @property
    def first(self) -> Breach | None:
        """The breach to name: the first that was changed, else the first that is missing.

        Of these one that names an entry goes before one of the log as a whole.
        """
        worst = [breach for breach in self.breaches if breach.verdict is self.verdict]
        return next((breach for breach in worst if breach.seq), None) or (
            worst[0] if worst else None
        )

    @property
    def entries(self) -> int:
        """How many entries were recomputed."""
        return sum(chain.entries for chain in self.chains)


def unread(fault: Damaged | Unmade) -> Report:
    """The report on what can't even be opened as a log."""
    verdict = Verdict.INCOMPLETE if isinstance(fault, Unmade) else Verdict.TAMPERED
    report = Report()
    report.add([Breach(Layer.STORAGE, verdict, "", 0, 0, fault.message)])
    return report
