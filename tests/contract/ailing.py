"""How a device ails, and waiting for it to say so."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from checkpoint.errors import Ailment, DeviceFault

SOON_S = 1.9
"""Seconds within which each fault must be known, with a turn of the gate to spare."""


def ailment_of(*questions: Callable[[], object]) -> Ailment | None:
    """What the first of these that fails says; None when all are answered."""
    try:
        for question in questions:
            question()
    except DeviceFault as fault:
        if not fault.message or not fault.remedy:
            raise AssertionError(f"no remedy for {fault.message!r}") from fault
        return fault.ailment
    return None


def until(happens: Callable[[], object], patience: int = 2000) -> None:
    """Wait until it does; fails when it never does."""
    pause = Event()
    for _ in range(patience):
        if happens():
            return
        pause.wait(0.005)
    raise AssertionError("it never happened")
