"""What webhooks tell of, and which entries that is."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.reason import Reason


class HookEvent(StrEnum):
    """A kind of event. Stored and sent, never renamed."""

    REFUSED = "entry.refused"
    REFERRED = "entry.referred"
    FEVER = "entry.fever"
    OVERRIDDEN = "entry.overridden"
    EMERGENCY = "gate.emergency"
    FAULT = "kiosk.fault"
    """a device of a kiosk failed or came back"""
    SILENT = "kiosk.silent"
    """nothing was heard of a kiosk for ten minutes"""
    TEST = "test"
    """an admin or a system asked for it"""


CHOSEN = tuple(event for event in HookEvent if event is not HookEvent.TEST)
"""What a webhook may be for; a test goes to every one."""
_BY_KIND = {
    EntryKind.OVERRIDE: HookEvent.OVERRIDDEN,
    EntryKind.EMERGENCY: HookEvent.EMERGENCY,
    EntryKind.FAULT: HookEvent.FAULT,
}
_BY_OUTCOME = {Outcome.DENY: HookEvent.REFUSED, Outcome.REFER: HookEvent.REFERRED}


def events_of(kind: str, outcome: str | None, reasons: Collection[str]) -> tuple[HookEvent, ...]:
    """The events that an entry is."""
    found = [_BY_KIND[EntryKind(kind)]] if kind in set(_BY_KIND) else []
    if kind == EntryKind.PASSAGE and outcome in set(_BY_OUTCOME):
        found.append(_BY_OUTCOME[Outcome(outcome)])
    if kind == EntryKind.PASSAGE and Reason.FEVER.value in reasons:
        found.append(HookEvent.FEVER)
    return tuple(found)
