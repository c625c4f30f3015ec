"""What an audit says: breaches, the layer that caught each, the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Verdict(IntEnum):
    """The exit status of `checkpoint audit`."""

    INTACT = 0
    TAMPERED = 2
    INCOMPLETE = 3


class Layer(StrEnum):
    """What caught a breach."""

    STORAGE = "storage"
    """the file or database is damaged or not in its form"""
    CHAIN = "chain"
    BODY = "body"
    COMMITMENT = "commitment"
    ERASURE = "erasure"
    """what is said to have been erased"""
    PROJECTION = "projection"
    """a stored column is not what the bytes say"""
    HEAD = "head"
    RECEIPT = "receipt"
    """what the server signed that it held"""
    EXPORT = "export"
    """the seal over the whole export"""


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong, where, and whether something was changed or is missing."""

    layer: Layer
    verdict: Verdict
    kiosk_id: str
    epoch: int
    seq: int
    words: str


@dataclass(slots=True)
class ChainReport:
    """One chain as far as it was read. `signed_through` is 0 when no head covers any of it."""

    kiosk_id: str
    epoch: int
    entries: int = 0
    last_seq: int = 0
    last_hash: bytes = b""
    signed_through: int = 0
    erased: int = 0


@dataclass(slots=True)
class Report:
    """The result. Intact means: no breach found by the layers that could look."""

    chains: list[ChainReport] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """TAMPERED when anything was changed, else INCOMPLETE when a part or a key is missing."""
        found = {breach.verdict for breach in self.breaches}
        for verdict in (Verdict.TAMPERED, Verdict.INCOMPLETE):
            if verdict in found:
                return verdict
        return Verdict.INTACT

    @property
    def entries(self) -> int:
        """How many entries were recomputed."""
        return sum(chain.entries for chain in self.chains)
