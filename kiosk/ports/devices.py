"""What the gate asks of its devices. The docstrings are the contract.

Every device is a context manager; `close()` may be called twice. A device that is missing or
broken raises DeviceFault with a remedy; a device that has no answer gives None. A simulated
device is chosen by name only and says so in `simulated`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias

from checkpoint.domain.observation import Mask, Reading
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import Batch, HeldMessage, ReceiptMessage
from checkpoint.wire.steps import UsedSteps
from kiosk.ports.acts import Act
from kiosk.ports.view import GateView

if TYPE_CHECKING:  # a gate without a camera loads no numpy
    import numpy as np
    from numpy.typing import NDArray

Image: TypeAlias = "NDArray[np.uint8]"
"""Height × width × 3, BGR, 8 bits."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture: its upper left corner and its size, in pixels; may reach outside."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, x and y."""
        return self.x + self.width / 2, self.y + self.height / 2

    def shrunk(self, factor: float) -> Box:
        """The same middle, `factor` times the size."""
        width, height = self.width * factor, self.height * factor
        (x, y) = self.centre
        return Box(x - width / 2, y - height / 2, width, height)

    def overlap(self, other: Box) -> float:
        """The common part by the smaller of both boxes: nought apart, one within the other."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        smaller = min(self.width * self.height, other.width * other.height)
        return max(0.0, width) * max(0.0, height) / smaller if smaller > 0 else 0.0


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
    person now at the gate. `since` is when that person's code was read, and `code` where in the
    frame it was then; both None when the gate does not know.
    """

    at: datetime
    frame: Frame | None = None
    typed_c: int | None = None
    pressed: Mask | None = None
    since: datetime | None = None
    code: Box | None = None


@dataclass(frozen=True, slots=True)
class PlateReading:
    """A plate as painted, and how sure the reader is of its least sure character, 0 to 1."""

    text: str
    confidence: float


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


class Watched(Device, Protocol):
    """A device that the gate looks after at every turn, though nobody is there."""

    def check(self) -> None:
        """Raise DeviceFault while the device is known not to work. Returns at once."""


class Camera(Watched, Protocol):
    """Pictures from an index, a film, a folder or a stream.

    `check` tells within two seconds of a live camera that is silent, slow, or gives one picture
    for ever; of the last two the gate goes on with what comes, but a frozen picture is none.
    """

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


class CodeReader(Watched, Protocol):
    """QR codes in a picture."""

    place: Box | None
    """where the code of the last `read` was, None when it read nothing"""

    @property
    def several(self) -> bool:
        """Whether more than one code was in view of late."""

    def read(self, image: Image) -> str | None:
        """The text of the QR code in view, None when nothing is read.

        One alone counts at once. Of several the largest counts once it has been so for some
        frames; of two about equal ones neither does.

        Never raises on any picture; a code that is not UTF-8 text is not a text.
        """


class Scanner(Watched, Protocol):
    """A scanner in the hand or on the post: codes as text, without a picture."""

    def scanned(self) -> str | None:
        """The newest text of the last seconds that was not given yet, None while there is none.

        Nonsense is never a text. Returns at once.
        """


class Thermometer(Watched, Protocol):
    """The temperature of the person at the gate."""

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """A reading that has settled, None while there is none.

        Raw and corrected value in hundredths of a °C. Nonsense is never a reading.
        """


class MaskSensor(Watched, Protocol):
    """How the person at the gate wears a mask."""

    def look(self, glimpse: Glimpse) -> Mask | None:
        """The judgement, None while there is none."""


class PlateReader(Watched, Protocol):
    """The plate of the vehicle at the gate."""

    def look(self, glimpse: Glimpse) -> PlateReading | None:
        """The nearest plate in view, once several frames agree on it; None while there is none.

        It is asked from when a vehicle's code was read. What is no plate is never a reading.
        """


class Barrier(Watched, Protocol):
    """What opens."""

    def open_for(self, seconds: float) -> None:
        """Open, and close by itself after `seconds`. Returns at once."""

    @property
    def is_open(self) -> bool:
        """Whether it stands open now."""


class TurnSensor(Watched, Protocol):
    """What sees that somebody walked through; one named `none` sees nothing."""

    def walked(self) -> int:
        """How many walked through since the last call."""


class Transport(Device, Protocol):
    """The way to the server.

    Every call raises WireError when the answer did not come, is a refusal, or not as agreed.
    """

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        """Exchange a one-time code for a place at a gate."""

    def bundle(self, etag: str) -> tuple[bytes, str] | None:
        """The signed bundle and its ETag, None when the one under `etag` is still in force."""

    def push(self, batch: Batch) -> ReceiptMessage:
        """Send a batch, get the signed receipt note and the head of the log that it went into."""

    def held(self, epoch: int) -> HeldMessage:
        """How much of an epoch of this kiosk the server holds."""

    def used_steps(self, since: int) -> UsedSteps:
        """The steps of living codes used at the enterprise's gates; `since` is the last `at`."""


class Display(Device, Protocol):
    """The glass at the gate and the buttons beside it."""

    def show(self, view: GateView) -> None:
        """Replace what is shown. Returns at once and never raises."""

    def preview(self, image: Image) -> None:
        """Replace the camera picture. Kept in memory only, the newest one only."""

    def acts(self) -> list[Act]:
        """What the gatekeeper did since the last call, in order."""

    def emergency_waits(self) -> bool:
        """Whether the emergency button was pressed and `acts` has not given it yet."""
