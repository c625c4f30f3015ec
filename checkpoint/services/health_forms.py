"""What pages hand in about health, what they get, and where its sealed fields lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from checkpoint.domain.declaration import (
    Card,
    Daily,
    DeclarationKind,
    DeclaredBy,
    Objection,
)
from checkpoint.domain.health_status import HealthStatus, KnownHealth


@dataclass(frozen=True, slots=True)
class Signed:
    """The phone's own word for a declaration: what it signed, by which pass's key, and when.

    `said` is the text that was signed, `digest` that of all signed bytes and the signature.
    """

    at: datetime
    pass_id: str
    said: str
    signature: bytes
    digest: bytes

    def to_fields(self) -> dict[str, str]:
        """Plain values, as they are stored under seal beside the declaration."""
        return {"pass_id": self.pass_id, "said": self.said, "signature": self.signature.hex()}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a holder declared: `what` is the card or the daily declaration.

    `made_from` is the version that the form was made from, 0 for the first one; `confirmed` that
    whoever declared stands by it; `signed` is there where a phone said it.
    """

    holder_id: str
    what: Card | Daily
    made_from: int
    declared_by: DeclaredBy = DeclaredBy.CLERK
    confirmed: bool = False
    signed: Signed | None = None

    @property
    def kind(self) -> DeclarationKind:
        """Which declaration it is."""
        return DeclarationKind.CARD if isinstance(self.what, Card) else DeclarationKind.DAILY


@dataclass(frozen=True, slots=True)
class RollForm:
    """Who of a shift was asked today and is well: each of them was named.

    `asked_by` is the person who asked them, `why` says on what occasion. Who declared at `since` or
    later by themselves is left out: their own word counts.
    """

    holder_ids: tuple[str, ...]
    asked_by: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class StatusForm:
    """A health status to be set: yellow and red with an end, green without one; always with why.

    `made_from` is the number of the status that the form was made from, 0 for none.
    """

    holder_id: str
    status: HealthStatus
    why: str
    until: datetime | None = None
    made_from: int = 0


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """One version of a declaration; who took it down, and what in it needs a person's look.

    `signed` is the phone's own word, as `Signed.to_fields` has it; empty where no phone said it.
    """

    kind: DeclarationKind
    version: int
    at: datetime
    declared_by: DeclaredBy
    name: str
    objections: tuple[Objection, ...]
    what: Card | Daily
    signed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A health status that was set. `why` is a person's, or words of `Objection` by a declaration.

    `said_by` is declaration, enterprise or bureau.
    """

    number: int
    status: HealthStatus
    at: datetime
    until: datetime | None
    said_by: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class HealthRow:
    """What counts of one holder now, as their gates know it, and all that led to it."""

    known: KnownHealth
    declarations: tuple[DeclarationRow, ...]
    statuses: tuple[StatusRow, ...]

    def last(self, kind: DeclarationKind) -> DeclarationRow | None:
        """The latest version of a declaration."""
        return next((row for row in self.declarations if row.kind == kind), None)


def body_place(holder_id: str, kind: str, version: int) -> str:
    """Where the sealed body of a declaration lies."""
    return f"declaration/{holder_id}/{kind}/{version}"


def why_place(holder_id: str, at: int) -> str:
    """Where the sealed reason of a status lies."""
    return f"said_status/{holder_id}/{at}"


def origin_text(what: Card | Daily) -> str:
    """Province and city of a card, by which people are grouped; empty for others."""
    return f"{what.origin.province} {what.origin.city}" if isinstance(what, Card) else ""
