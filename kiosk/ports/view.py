"""What the display shows of the gate: one value, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from checkpoint.domain.decision import Decision, Treasure
from checkpoint.domain.entry import Personal
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask, Reading
from checkpoint.domain.operator_code import OperatorCode, operator_code
from checkpoint.domain.reason import Reason
from checkpoint.errors import Ailment

KEYPAD = "keypad"
"""The sensor of what the gatekeeper types."""


class Phase(StrEnum):
    """Where one passing stands."""

    WAITING = "waiting"
    TEMPERATURE = "temperature"
    MASK = "mask"
    PLATE = "plate"
    VERDICT = "verdict"
    CLEAR = "clear"
    """the verdict has been shown; waiting for the person to leave the camera's view"""


class Light(StrEnum):
    """One of the four treasures on the display."""

    OFF = "off"
    PENDING = "pending"
    GOOD = "good"
    DOUBT = "doubt"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Shown:
    """The person or vehicle on the display: no more than the gatekeeper needs.

    For a foreign certificate: the issuer's `country`, the date of birth as far as it is known, a
    test's `result` (`detected`, `not_detected`, `unclear`), and in `says` its dose and days.
    """

    name: str
    id_tail: str
    kind: PassKind | CertificateKind
    plate: str = ""
    country: str = ""
    born: str = ""
    result: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Overridable:
    """A refusal that may still be decided over; `entry` names it: "epoch/seq/hash"."""

    entry: str
    at: datetime
    shown: Shown | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Annullable:
    """An admission of late: did somebody walk through? `entry` names it, as in an Overridable.

    `who` is None where nobody was known, as after an override without a pass.
    """

    entry: str
    at: datetime
    direction: Direction
    who: Personal | None


@dataclass(frozen=True, slots=True)
class Opening:
    """The barrier stands open: OK, OVERRIDDEN or EMERGENCY, and for whom where that is known."""

    why: Reason
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Unwalked:
    """The barrier opened, nobody walked through, and the admission was annulled by itself."""

    at: datetime
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class Connection:
    """How the gate stands to its server. Times in UTC, `trust_age_s` None when stand-alone."""

    enrolled: bool
    online: bool
    unsent: int
    trust_age_s: int | None = None
    last_receipt: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is broken now: a part of the gate, and how it ails."""

    code: str
    """which part: a name in `LETTERS` of checkpoint.domain.operator_code"""
    message: str
    remedy: str = ""
    ailment: Ailment = Ailment.FAILED

    @property
    def operator_code(self) -> OperatorCode:
        """What an operator looks up in docs/operations.md."""
        return operator_code(self.code, self.ailment)


class ReferencePhase(StrEnum):
    """How the thermometer stands to its reference, or what just came of a check."""

    FINE = "fine"
    DUE = "due"
    FAILED = "failed"
    """too far from the reference, by the last check"""
    MEASURING = "measuring"
    PASSED = "passed"
    """just now"""
    SILENT = "silent"
    """just now the thermometer gave no reading"""


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """The reference check: when the last one was (UTC), and by how much it differed, 0.01 °C.

    `typed` is whether the gatekeeper must type what the thermometer says.
    """

    phase: ReferencePhase = ReferencePhase.FINE
    at: datetime | None = None
    difference_c: int = 0
    typed: bool = False


@dataclass(frozen=True, slots=True)
class BoardingView:
    """A commuting vehicle whose riders come: how many came so far; `seats` 0 where not given."""

    plate: str
    riders: int
    seats: int


@dataclass(frozen=True, slots=True)
class GateView:
    """All that the display shows, replaced as one value.

    `phase` TEMPERATURE, MASK or PLATE with `asks` true means that the gatekeeper must type or
    press; `plate_read` is what a reader read of the plate that is asked about.
    `codeless` offers to begin a passing without a code: nothing can read one.
    `second_look` asks the gatekeeper to compare the person with the printed pass.
    `simulated` names the simulated devices; the display then says SIMULATED 模拟.
    `several_codes` asks people to hold only one code before the camera.
    `boarding` is there while the riders of a vehicle come.
    `opening` is there while the barrier stands open. `overridable` are the last refusals that
    may still be decided over, the newest last; `annullable` likewise the last admissions.
    """

    phase: Phase
    direction: Direction
    at: datetime
    lights: Mapping[Treasure, Light] = field(default_factory=dict)
    asks: bool = False
    codeless: bool = False
    shown: Shown | None = None
    readings: tuple[Reading, ...] = ()
    mask: Mask | None = None
    plate_read: str = ""
    decision: Decision | None = None
    second_look: bool = False
    entry: str = ""
    inside: int = 0
    connection: Connection = Connection(enrolled=False, online=False, unsent=0)
    faults: tuple[Fault, ...] = ()
    simulated: tuple[str, ...] = ()
    place: str = ""
    several_codes: bool = False
    boarding: BoardingView | None = None
    opening: Opening | None = None
    unwalked: Unwalked | None = None
    overridable: tuple[Overridable, ...] = ()
    annullable: tuple[Annullable, ...] = ()
    reference: ReferenceView = ReferenceView()

    @property
    def by_hand(self) -> bool:
        """Whether nothing but the gatekeeper's thermometer takes the temperature."""
        asked = self.phase is Phase.TEMPERATURE and self.asks
        return asked and (not self.readings or self.readings[-1].sensor == KEYPAD)
