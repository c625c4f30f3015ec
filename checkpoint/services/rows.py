"""What the services answer with, made for pages: no sealed bytes, no storage types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.reason import Reason
from checkpoint.domain.remark import RemarkKind
from checkpoint.domain.warrant import Warrant
from checkpoint.wire.entries import Standing


class HolderKind(StrEnum):
    """What a holder 持证人 is. Stored, never renamed."""

    WORKER = "worker"
    VEHICLE = "vehicle"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise with what the district's register says of it."""

    enterprise: Enterprise
    township: str
    industry: str
    above_scale: bool
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site with its gates."""

    site: Site
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class WarrantRow:
    """A warrant, the account that inspects under it and when it was granted."""

    warrant: Warrant
    account_id: str
    granted_at: datetime
    revoked_why: str


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A holder as its own enterprise sees it: full name, the ID's and phone's last four only.

    `days` are digits, 1 for Monday, empty for every day; `version` counts the edits. A list says
    when the last pass that stands ends, None for none.
    """

    holder_id: str
    kind: HolderKind
    name: str
    id_tail: str
    phone_tail: str
    job: str
    plate: str
    seats: int
    route: str
    blocked: bool
    blocked_at: datetime | None = None
    blocked_why: str = ""
    site_id: str = ""
    shift: tuple[int, int] | None = None
    days: str = ""
    left_at: datetime | None = None
    left_why: str = ""
    version: int = 1
    pass_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedPass:
    """A pass and the text of its code; `withdrawn` is its key's state, `blocked` its holder's.

    `days` are those of the week on which a vehicle drives, as the roster says now: no part of the
    signed pass. Digits, 1 for Monday; empty for every day.
    """

    text: str
    health_pass: HealthPass
    revoked: bool = False
    withdrawn: bool = False
    blocked: bool = False
    days: str = ""


@dataclass(frozen=True, slots=True)
class IssuedMany:
    """Passes issued at one moment, and how many holders had one for long enough already.

    `number` is the batch's, 0 where nobody got a pass.
    """

    at: datetime
    passes: tuple[IssuedPass, ...]
    held: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in a list: how many passes, how many stand and have not expired, the last end."""

    number: int
    kind: PassKind
    at: datetime
    count: int
    usable: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PassRow:
    """A pass in a list; `blocked` is its holder's state, `withdrawn` that of the key that signed.

    `phone` says whether a phone holds it.
    """

    pass_id: str
    kind: PassKind
    holder_id: str
    name: str
    plate: str
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    revoked: bool
    blocked: bool
    withdrawn: bool = False
    phone: bool = False


@dataclass(frozen=True, slots=True)
class PhoneLinkRow:
    """A phone link that nobody has used; of the pass that it stands for, the kind and whose."""

    holder_id: str
    kind: PassKind
    name: str
    plate: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KioskRow:
    """A kiosk, its place and its last signs of life.

    `unsent` is how many entries its last signed head was ahead of what the server holds;
    `bundle_version` what its last entry was decided on, 0 before the first; `revoked_why` empty
    while it is trusted.
    """

    kiosk_id: str
    enterprise_id: str
    site_id: str
    gate_id: str
    gate_name: str
    software: str
    enrolled_at: datetime
    revoked_at: datetime | None
    last_seen: datetime | None
    bundle_version: int
    unsent: int
    revoked_why: str = ""


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where an entry is: the kiosk, the epoch of its chain, the sequence number."""

    kiosk_id: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Citation:
    """An entry that is about another one: an override of it, or its annulment."""

    place: EntryPlace
    kind: EntryKind


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """What somebody said of an entry afterwards; `words` is ▢ once they were erased."""

    number: int
    at: datetime
    role: str
    name: str
    kind: RemarkKind
    words: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as an inspector sees it: the name masked, temperatures in hundredths of a °C.

    The `*_id` of places and the rest are as the signed body says; `why` is the server's
    mark, empty for none. `cited_by` are later entries of the gate about this one, `remarks` what
    people said of it.
    """

    place: EntryPlace
    at: datetime
    kind: EntryKind
    direction: Direction | None
    outcome: Outcome | None
    reasons: tuple[Reason, ...]
    enterprise_id: str
    site_id: str
    gate_id: str
    warrant_id: str
    pass_id: str
    pass_kind: PassKind | None
    name: str
    id_tail: str
    plate: str
    temperature_c: int | None
    mask: Mask | None
    clock_quality: ClockQuality
    standing: Standing
    why: str
    received_at: datetime
    cited_by: tuple[Citation, ...] = ()
    remarks: tuple[RemarkRow, ...] = ()

    @property
    def corrected(self) -> bool:
        """Whether somebody said that something in it is wrong."""
        return any(one.kind is RemarkKind.CORRECTION for one in self.remarks)

    @property
    def annulled(self) -> bool:
        """Whether the gatekeeper said that nobody walked through by this admission."""
        annulments = any(one.kind is EntryKind.ANNULMENT for one in self.cited_by)
        return annulments and self.outcome is Outcome.ADMIT


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One line of the action record: who did what to what, when and why.

    `named` is what people call the subject, empty where it has no name or that was erased.
    """

    at: datetime
    account_id: str
    role: str
    name: str
    verb: str
    subject: str
    enterprise_id: str
    why: str
    named: str = ""
