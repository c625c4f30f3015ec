"""What is broken now, by operator code, with an entry when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.ports import Fault

HOLD = timedelta(seconds=2)
"""A device must work this long before its fault is over: a loose plug is one fault."""
_LONGEST = 200


class Code(StrEnum):
    """The operator codes of docs/operations.md. Shown and recorded, never renamed."""

    CAMERA = "camera"
    READER = "reader"
    THERMOMETER = "thermometer"
    MASK = "mask"
    BARRIER = "barrier"
    SERVER = "server"
    SERVER_LOG = "server_log"
    JOURNAL = "journal"
    BUNDLE = "bundle"
    CLOCK = "clock"


def began(code: Code, message: str) -> dict[str, str]:
    """The details of an entry that a fault began."""
    return {"device": code, "state": "failed", "message": message[:_LONGEST]}


def ended(code: Code) -> dict[str, str]:
    """The details of an entry that a fault is over."""
    return {"device": code, "state": "recovered"}


class FaultBook:
    """The faults that last. `record` is given the details of an entry at each change."""

    def __init__(self, record: Callable[[datetime, dict[str, str]], None]) -> None:
        self._record = record
        self._open: dict[Code, tuple[Fault, datetime]] = {}

    def begin(self, fault: Fault, at: datetime) -> None:
        """The fault is there, for the first time or still."""
        code = Code(fault.code)
        known = code in self._open
        self._open[code] = (fault, at)
        if not known:
            self._record(at, began(code, fault.message))

    def end(self, code: Code, at: datetime) -> None:
        """The device works; the fault is over once it has worked for a while."""
        if code in self._open and abs(at - self._open[code][1]) >= HOLD:
            del self._open[code]
            self._record(at, ended(code))

    def lasting(self) -> tuple[Fault, ...]:
        """What is broken now."""
        return tuple(fault for fault, _ in self._open.values())
