"""A case 核查事项 of an inspector: what it is about, how it stands, what is done in it."""

from __future__ import annotations

from enum import StrEnum

TITLE_MOST = 100
"""Characters of a title."""
WORDS_MOST = 2000
"""Characters of a note, a conclusion, an answer."""


class CaseKind(StrEnum):
    """What a case is about. Stored, never renamed."""

    VERIFICATION = "verification"
    """what a verification or an audit found"""
    HEALTH = "health"
    """fever, a status, a declaration"""
    CONDUCT = "conduct"
    """how the gate was kept: overrides, annulments, passes lent"""
    DEVICE = "device"
    """a thermometer, a camera, a clock"""
    OTHER = "other"


class CaseState(StrEnum):
    """How a case stands. Stored, never renamed."""

    OPEN = "open"
    WAITING = "waiting"
    """for an answer or for something to come"""
    CLOSED = "closed"
    """with a conclusion"""


class StepKind(StrEnum):
    """What was done in a case. Stored, never renamed."""

    OPENED = "opened"
    """the words are the title"""
    NOTE = "note"
    CORRECTION = "correction"
    """of an earlier note, which stays; the detail is its number"""
    VERIFIED = "verified"
    """the detail is the result"""
    ENTRY = "entry"
    """an entry was linked; the detail is its place"""
    LOOKUP = "lookup"
    """a lookup was linked; the detail is its line"""
    ASSIGNED = "assigned"
    """the detail is the inspector's account"""
    WAITING = "waiting"
    REOPENED = "reopened"
    RELEASED = "released"
    """the words are what the enterprise is told"""
    ANSWERED = "answered"
    """by the enterprise"""
    CLOSED = "closed"
    """the words are the conclusion"""


AFTER = {
    StepKind.WAITING: CaseState.WAITING,
    StepKind.REOPENED: CaseState.OPEN,
    StepKind.CLOSED: CaseState.CLOSED,
}
"""Steps that change how a case stands."""
