"""What the gate asks of its devices. The docstrings are the contract.

Every device is a context manager; `close()` may be called twice. A device that is missing or
broken raises DeviceFault with a remedy; a device that has no answer gives None. A simulated
device is chosen by name only and says so in `simulated`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from checkpoint.domain.decision import Decision, Treasure
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import Batch

Image: TypeAlias = NDArray[np.uint8]
"""Height × width × 3, BGR, 8 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture, its number since the camera was opened, and when it was taken (UTC)."""

    image: Image
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a sensor may look at when it is asked.

    The newest frame, and what the gatekeeper typed (hundredths of a °C) or pressed for the
    person now at the gate.
    """

    at: datetime
    frame: Frame | None = None
    typed_c: int | None = None
    pressed: Mask | None = None


class Device(Protocol):
    """What all devices have in common."""

    name: str
    """as in the configuration; it is the sensor id on a reading"""
    simulated: bool

    def close(self) -> None:
        """Let go of the device. A second call does nothing."""

    def __enter__(self) -> Self:
        """The open device."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""


class Camera(Device, Protocol):
    """Pictures from an index, a film, a folder or a stream."""

    @property
    def ended(self) -> bool:
        """Whether a film or folder has no further picture; a live camera never ends."""

    def newest(self) -> Frame | None:
        """The newest picture not taken yet, None when there is none since the last call.

        Older pictures are dropped, never queued. Raises DeviceFault when the camera failed;
        the next call tries to open it again.
        """

    def rewind(self) -> None:
        """Begin a film or folder again; a live camera does nothing."""


class CodeReader(Device, Protocol):
    """QR codes in a picture."""

    def read(self, image: Image) -> str | None:
        """The text of the largest QR code in view, None when nothing is read.

        Never raises on any picture; a code that is not UTF-8 text is not a text.
        """


class Thermometer(Device, Protocol):
    """The temperature of the person at the gate."""

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """A reading that has settled, None while there is none.

        Raw and corrected value in hundredths of a °C. Nonsense is never a reading.
        """


class MaskSensor(Device, Protocol):
    """How the person at the gate wears a mask."""

    def look(self, glimpse: Glimpse) -> Mask | None:
        """The judgement, None while there is none."""


class Barrier(Device, Protocol):
    """What opens."""

    def open_for(self, seconds: float) -> None:
        """Open, and close by itself after `seconds`. Returns at once."""

    @property
    def is_open(self) -> bool:
        """Whether it stands open now."""


class Transport(Device, Protocol):
    """The way to the server.

    Every call raises WireError when the answer did not come, is not what was agreed, or is a
    refusal.
    """

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        """Exchange a one-time code for a place at a gate."""

    def bundle(self, etag: str) -> tuple[bytes, str] | None:
        """The signed bundle and its ETag, None when the one under `etag` is still in force."""

    def push(self, batch: Batch) -> str:
        """Send a batch, get the signed receipt note."""


class Phase(StrEnum):
    """Where one passing stands."""

    WAITING = "waiting"
    TEMPERATURE = "temperature"
    MASK = "mask"
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
    """The person or vehicle on the display: no more than the gatekeeper needs."""

    name: str
    id_tail: str
    kind: PassKind
    plate: str = ""


@dataclass(frozen=True, slots=True)
class Overridable:
    """A refusal that may still be decided over; `entry` names it: "epoch/seq/hash"."""

    entry: str
    at: datetime
    shown: Shown | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Opening:
    """The barrier stands open: OK, OVERRIDDEN or EMERGENCY, and for whom where that is known."""

    why: Reason
    shown: Shown | None = None


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
    """Something that is broken now, by an operator code of docs/operations.md."""

    code: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class GateView:
    """All that the display shows, replaced as one value.

    `phase` TEMPERATURE or MASK with `asks` true means that the gatekeeper must type or press.
    `second_look` asks the gatekeeper to compare the person with the printed pass.
    `simulated` names the simulated devices; the display then says SIMULATED 模拟.
    `opening` is there while the barrier stands open. `overridable` are the last refusals that
    may still be decided over, the newest last.
    """

    phase: Phase
    direction: Direction
    at: datetime
    lights: Mapping[Treasure, Light] = field(default_factory=dict)
    asks: bool = False
    shown: Shown | None = None
    readings: tuple[Reading, ...] = ()
    mask: Mask | None = None
    decision: Decision | None = None
    second_look: bool = False
    entry: str = ""
    inside: int = 0
    connection: Connection = Connection(enrolled=False, online=False, unsent=0)
    faults: tuple[Fault, ...] = ()
    simulated: tuple[str, ...] = ()
    place: str = ""
    opening: Opening | None = None
    overridable: tuple[Overridable, ...] = ()


@dataclass(frozen=True, slots=True)
class TemperatureTyped:
    """The gatekeeper typed a temperature, hundredths of a °C."""

    value_c: int


@dataclass(frozen=True, slots=True)
class MaskPressed:
    """The gatekeeper pressed a mask button."""

    mask: Mask


@dataclass(frozen=True, slots=True)
class DirectionChosen:
    """The gatekeeper turned the gate round."""

    direction: Direction


@dataclass(frozen=True, slots=True)
class OverrideGiven:
    """The gatekeeper lets through whom an Overridable is about, and nobody else, with a reason."""

    words: str
    entry: str


@dataclass(frozen=True, slots=True)
class EmergencyOpened:
    """The emergency button: opens always, and is an entry."""


Act: TypeAlias = TemperatureTyped | MaskPressed | DirectionChosen | OverrideGiven | EmergencyOpened
"""What a gatekeeper can do at the display."""


class Display(Device, Protocol):
    """The glass at the gate and the buttons beside it."""

    def show(self, view: GateView) -> None:
        """Replace what is shown. Returns at once and never raises."""

    def preview(self, image: Image) -> None:
        """Replace the camera picture. Kept in memory only, the newest one only."""

    def acts(self) -> list[Act]:
        """What the gatekeeper did since the last call, in order."""
