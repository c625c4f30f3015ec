"""What is broken now, by operator code, with an entry when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checkpoint.errors import DeviceFault, SibaoError
from kiosk.ports import Fault

HOLD = timedelta(seconds=2)
"""A device must work this long before its fault is over: a loose plug is one fault."""
CALM = timedelta(minutes=1)
"""A device that fails again within this time must work twice as long as the last time, and at
most as long as this: one that comes and goes all day fills no journal."""
_LONGEST = 200


class Code(StrEnum):
    """The parts of a gate that can be broken. Shown and recorded, never renamed."""

    CAMERA = "camera"
    READER = "reader"
    SCANNER = "scanner"
    THERMOMETER = "thermometer"
    MASK = "mask"
    BARRIER = "barrier"
    TURN = "turn"
    PLATE = "plate"
    SERVER = "server"
    SERVER_LOG = "server_log"
    JOURNAL = "journal"
    BUNDLE = "bundle"
    CLOCK = "clock"


def fault_of(code: Code, raised: Exception) -> Fault:
    """What a driver raised, as it is shown and recorded; its bugs are faults too."""
    if isinstance(raised, DeviceFault):
        return Fault(code, raised.message, raised.remedy, raised.ailment)
    if isinstance(raised, SibaoError):
        return Fault(code, raised.message, raised.remedy)
    return Fault(code, f"{code} driver failed: {raised!r}"[:_LONGEST])


def began(fault: Fault) -> dict[str, str]:
    """The details of an entry that a fault began."""
    told = {"device": fault.code, "state": "failed", "code": fault.operator_code.value}
    return told | {"message": fault.message[:_LONGEST]}


def ended(fault: Fault) -> dict[str, str]:
    """The details of an entry that a fault is over: the code that it began with."""
    return {"device": fault.code, "state": "recovered", "code": fault.operator_code.value}


@dataclass(slots=True)
class _Lasting:
    """A fault as it began and as it is now, when it was last seen, and how long is well."""

    first: Fault
    now: Fault
    seen: datetime
    hold: timedelta


class FaultBook:
    """The faults that last. `record` is given the details of an entry at each change."""

    def __init__(self, record: Callable[[datetime, dict[str, str]], None]) -> None:
        self._record = record
        self._open: dict[Code, _Lasting] = {}
        self._over: dict[Code, tuple[datetime, timedelta]] = {}

    def begin(self, fault: Fault, at: datetime) -> None:
        """The fault is there, for the first time or still."""
        code = Code(fault.code)
        known = self._open.get(code)
        if known:
            known.now, known.seen = fault, at
            return
        self._open[code] = _Lasting(fault, fault, at, self._patience(code, at))
        self._record(at, began(fault))

    def end(self, code: Code, at: datetime) -> None:
        """The device works; the fault is over once it has worked for a while."""
        known = self._open.get(code)
        if known and abs(at - known.seen) >= known.hold:
            del self._open[code]
            self._over[code] = (at, known.hold)
            self._record(at, ended(known.first))

    def lasts(self, code: Code) -> bool:
        """Whether this part is broken now."""
        return code in self._open

    def lasting(self) -> tuple[Fault, ...]:
        """What is broken now."""
        return tuple(known.now for known in self._open.values())

    def _patience(self, code: Code, at: datetime) -> timedelta:
        over, held = self._over.get(code, (None, HOLD))
        again = over is not None and abs(at - over) < CALM
        return min(2 * held, CALM) if again else HOLD
