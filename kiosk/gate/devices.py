"""The devices of a gate, asked so that none of them can stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from checkpoint.domain.degraded import Degraded
from checkpoint.domain.observation import Mask, Reading
from checkpoint.domain.plate import painted
from checkpoint.errors import Ailment
from kiosk.gate.decision import plausible
from kiosk.gate.faults import Code, FaultBook, fault_of
from kiosk.ports import (
    Barrier,
    Box,
    CodeReader,
    Fault,
    Frame,
    Glimpse,
    MaskSensor,
    Phase,
    PlateReader,
    PlateReading,
    Scanner,
    Thermometer,
    TurnSensor,
    Watched,
)

ASKING = frozenset({"keypad", "button"})
"""Drivers that wait for the gatekeeper."""
HELPED = ASKING | {"camera"}
"""Drivers for which the gatekeeper may answer."""

KINDS = {
    "camera": (Code.CAMERA, Code.READER),
    "thermometer": (Code.THERMOMETER,),
    "mask": (Code.MASK,),
    "barrier": (Code.BARRIER,),
}
"""What is broken when a kind of device is down."""
NO_TURN = "none"
"""The driver of a gate without anything that sees who walks through."""
SEVERAL = timedelta(seconds=1)
"""How long the display says that several codes were in view: one that flickers is read."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Devices:
    """What stands at the gate beside the camera."""

    reader: CodeReader
    thermometer: Thermometer
    mask: MaskSensor
    barrier: Barrier
    scanner: Scanner
    plate: PlateReader
    turn: TurnSensor
    camera: bool = True
    """whether the gate has a camera; without one only the scanner reads codes"""
    onlookers: frozenset[str] = frozenset()
    """kinds of devices that look at the camera's pictures: blind without them"""

    def asks(self, phase: Phase, *, again: bool = False) -> bool:
        """Whether the gatekeeper must type or press in this phase, or may.

        What is measured again may be typed off a thermometer in the hand.
        """
        if phase is Phase.TEMPERATURE and again:
            return True
        asked = {Phase.TEMPERATURE: self.thermometer.name, Phase.MASK: self.mask.name}
        return phase is Phase.PLATE or asked.get(phase) in HELPED

    @property
    def simulated(self) -> tuple[str, ...]:
        """Which of them are simulated."""
        roles = {
            "reader": self.reader,
            "scanner": self.scanner,
            "turn": self.turn,
            "thermometer": self.thermometer,
            "mask": self.mask,
            "barrier": self.barrier,
            "plate": self.plate,
        }
        return tuple(role for role, device in roles.items() if device.simulated)


class Asked:
    """The devices behind a guard: an exception or nonsense is a fault, and no answer."""

    def __init__(self, devices: Devices, faults: FaultBook) -> None:
        self._devices = devices
        self._faults = faults
        self._failing: set[Code] = set()
        self._scanned = False
        self._several_at: datetime | None = None

    def down(self) -> tuple[str, ...]:
        """The kinds of devices that are broken now, by the names that the policy has for them."""
        broken = {kind for kind, codes in KINDS.items() if any(map(self._faults.lasts, codes))}
        if "camera" in broken:
            broken |= self._devices.onlookers
        return tuple(kind for kind in KINDS if kind in broken)

    def given_up(self, kind: str, degraded: Degraded) -> bool:
        """Whether nobody need wait for a device: it is down, and everybody is referred."""
        return degraded.refers(kind) and kind in self.down()

    def asks(self, phase: Phase, degraded: Degraded, *, again: bool = False) -> bool:
        """Whether the gatekeeper must type or press in this phase, or may."""
        kind = {Phase.TEMPERATURE: "thermometer", Phase.MASK: "mask"}.get(phase, "")
        return self._devices.asks(phase, again=again) or self.by_hand(kind, degraded)

    def by_hand(self, kind: str, degraded: Degraded) -> bool:
        """Whether the gatekeeper does a device's work: it is down, and the policy wants it so."""
        return kind in self.down() and not degraded.refers(kind)

    def unread(self, degraded: Degraded) -> bool:
        """Whether the gatekeeper begins passings: what reads codes is down, in that lane."""
        if self._devices.camera:
            return self.by_hand("camera", degraded)
        return self._faults.lasts(Code.SCANNER) and not degraded.refers("camera")

    def tend(self, now: datetime) -> None:
        """Look whether each device works, though nobody is at the gate."""
        devices = self._devices
        for code, device in (
            (Code.READER, devices.reader),
            (Code.SCANNER, devices.scanner),
            (Code.TURN, devices.turn),
            (Code.THERMOMETER, devices.thermometer),
            (Code.MASK, devices.mask),
            (Code.BARRIER, devices.barrier),
            (Code.PLATE, devices.plate),
        ):
            self._look_after(code, device, now)

    def _look_after(self, code: Code, device: Watched, now: datetime) -> None:
        """A device that works ends only the fault that was found here: answers have their own."""
        try:
            device.check()
        except Exception as raised:  # noqa: BLE001 - no driver's bug may stop the gate
            self._failing.add(code)
            self._faults.begin(fault_of(code, raised), now)
        else:
            if code in self._failing:
                self._faults.end(code, now)
                self._failing = {one for one in self._failing if self._faults.lasts(one)}

    def text(self, frame: Frame | None, now: datetime, *, scans: bool = True) -> str | None:
        """The code that was scanned, else the one in view; None where there is neither.

        Without `scans` the scanner keeps what it has for the next turn.
        """
        self._scanned = False
        if scans:
            text = self._ask(Code.SCANNER, now, self._devices.scanner.scanned, _is_text)
            self._scanned = text is not None
            if text is not None:
                return text
        if frame is None:
            return None
        return self._ask(Code.READER, now, lambda: self._read(frame, now), _is_text)

    def _read(self, frame: Frame, now: datetime) -> str | None:
        text = self._devices.reader.read(frame.image)
        if self._devices.reader.several:
            self._several_at = now
        return text

    def several(self, now: datetime) -> bool:
        """Whether several codes were in the camera's view within the last second."""
        return self._several_at is not None and abs(now - self._several_at) < SEVERAL

    @property
    def whence(self) -> tuple[Box | None, str]:
        """Where in the picture the last text was, or by which scanner it came."""
        if self._scanned:
            return None, self._devices.scanner.name
        return self._devices.reader.place, ""

    def reading(self, glimpse: Glimpse) -> Reading | None:
        """A temperature; None while there is none."""
        measure = self._devices.thermometer.measure
        return self._ask(Code.THERMOMETER, glimpse.at, lambda: measure(glimpse), _is_reading)

    def mask(self, glimpse: Glimpse) -> Mask | None:
        """How a mask is worn; None while nobody said."""
        look = self._devices.mask.look
        return self._ask(Code.MASK, glimpse.at, lambda: look(glimpse), _is_mask)

    @property
    def thermometer(self) -> str:
        """The name of what measures temperatures."""
        return self._devices.thermometer.name

    @property
    def mask_sensor(self) -> str:
        """The name of what judges masks."""
        return self._devices.mask.name

    @property
    def plate_reader(self) -> str:
        """The name of what reads plates."""
        return self._devices.plate.name

    def plate(self, glimpse: Glimpse) -> PlateReading | None:
        """The plate of the vehicle; None while none was read."""
        look = self._devices.plate.look
        return self._ask(Code.PLATE, glimpse.at, lambda: look(glimpse), _is_plate)

    def opens(self, seconds: float, now: datetime) -> bool:
        """Open the barrier; whether it took the order."""

        def open_it() -> bool:
            self._devices.barrier.open_for(seconds)
            return True

        return bool(self._ask(Code.BARRIER, now, open_it, bool))

    def walked(self, now: datetime) -> int | None:
        """How many walked through since the last question; None where nothing can tell."""
        turn = self._devices.turn
        return None if turn.name == NO_TURN else self._ask(Code.TURN, now, turn.walked, _is_count)

    def stands_open(self, now: datetime) -> bool:
        """Whether the barrier is open; its silence is a fault that only the next order ends."""
        try:
            return bool(self._devices.barrier.is_open)
        except Exception as raised:  # noqa: BLE001 - no driver's bug may stop the gate
            self._faults.begin(fault_of(Code.BARRIER, raised), now)
            return False

    def _ask(
        self, code: Code, now: datetime, question: Callable[[], T | None], sane: Callable[[T], bool]
    ) -> T | None:
        try:
            answer = question()
        except Exception as raised:  # noqa: BLE001 - no driver's bug may stop the gate
            self._faults.begin(fault_of(code, raised), now)
            return None
        if answer is not None and not sane(answer):
            message = f"the {code} answered nonsense: {answer!r}"[:200]
            self._faults.begin(Fault(code, message, ailment=Ailment.BABBLING), now)
            return None
        self._faults.end(code, now)
        return answer


def _is_count(answer: object) -> bool:
    return type(answer) is int and answer >= 0


def _is_text(answer: object) -> bool:
    return isinstance(answer, str)


def _is_reading(answer: object) -> bool:
    return isinstance(answer, Reading) and plausible(answer)


def _is_mask(answer: object) -> bool:
    return isinstance(answer, Mask)


def _is_plate(answer: object) -> bool:
    if not isinstance(answer, PlateReading):
        return False
    return painted(answer.text) == answer.text and 0 <= answer.confidence <= 1
