"""One recorded passing, refusal or event at a gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.reason import Reason

STEP = "step"
"""The detail that names the step of a fresh living code."""
INSIDE_SINCE = "inside_since"
"""The detail of an annulment: since when the holder is inside without it, ms; 0 for outside."""
COUNTED, AGAIN = "counted", "again"
"""The details of a passing that was measured more than once: which reading counted, from 1, and
why the first did not: `fever`, `low` or `high`."""
_STEP_DIGITS, _PLACE_DIGITS = 10, 18


class EntryKind(StrEnum):
    """What an entry tells of. Stored and sent, never renamed."""

    PASSAGE = "passage"
    """a person or vehicle was decided on: admitted, referred or denied"""
    OVERRIDE = "override"
    """a gatekeeper decided over the rules; `details` cites the entry and the words"""
    ANNULMENT = "annulment"
    """nobody walked through; `details` cites the entry"""
    EMERGENCY = "emergency"
    """the barrier was opened for an emergency"""
    BOOT = "boot"
    SHUTDOWN = "shutdown"
    BUNDLE = "bundle"
    """another bundle came into force; `details` has its version"""
    FAULT = "fault"
    """a device failed or came back; `details` says which"""
    HEARTBEAT = "heartbeat"
    REFERENCE = "reference"
    """the thermometer was held to a reference; `details` says which and how it went"""


_PASSED = frozenset({EntryKind.PASSAGE, EntryKind.OVERRIDE})
_CITING = frozenset({EntryKind.OVERRIDE, EntryKind.ANNULMENT})


@dataclass(frozen=True, slots=True)
class Personal:
    """The person's side of an entry: never in its body, sealed beside it, erasable.

    `born` is the date of birth on a foreign certificate, in place of an ID's ending.
    """

    name: str
    id_tail: str
    holder_id: str
    plate: str = ""
    born: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is hashed. Its place in the chain is (kiosk_id, epoch, seq), seq from 1.

    `commitment` is the salted SHA-256 of the Personal beside it; `code_digest` the SHA-256
    of the text that was shown. `details` holds short texts for events: never personal data.
    """

    kind: EntryKind
    kiosk_id: str
    epoch: int
    seq: int
    at: datetime
    clock_quality: ClockQuality
    policy_version: int
    bundle_version: int
    enterprise_id: str = ""
    site_id: str = ""
    gate_id: str = ""
    warrant_id: str = ""
    direction: Direction | None = None
    outcome: Outcome | None = None
    reasons: tuple[Reason, ...] = ()
    pass_id: str = ""
    pass_kind: PassKind | None = None
    issuer: str = ""
    code_digest: bytes = b""
    readings: tuple[Reading, ...] = ()
    mask: Mask | None = None
    mask_source: str = ""
    commitment: bytes = b""
    details: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether somebody was let through by this entry."""
        return self.kind in _PASSED and self.outcome is Outcome.ADMIT

    @property
    def used_step(self) -> int | None:
        """The step of the pass's living code that this entry used up; None where it used none."""
        return self._number(STEP, _STEP_DIGITS) if self.passed and self.pass_id else None

    @property
    def cites(self) -> int | None:
        """The number, in its own epoch, of the entry that an override or annulment is about."""
        here = self.kind in _CITING and self._number("epoch", _PLACE_DIGITS) == self.epoch
        return self._number("seq", _PLACE_DIGITS) if here else None

    @property
    def moves(self) -> int | None:
        """Since when its holder is inside after it: ms, 0 for outside; None: it moves nobody."""
        if self.kind is EntryKind.ANNULMENT:
            return self._number(INSIDE_SINCE, _PLACE_DIGITS)
        if not self.passed or self.direction is None:
            return None
        return max(1, to_ms(self.at)) if self.direction is Direction.IN else 0

    def _number(self, detail: str, digits: int) -> int | None:
        told = self.details.get(detail, "")
        number = told.isascii() and told.isdigit() and len(told) <= digits
        return int(told) if number else None
