"""Passes that were perhaps copied: `copy_suspected`, wherever two entries of one pass meet.

A printed pass is paper, and one kiosk sees one gate only. Here the entries of all kiosks meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checkpoint.clock import from_ms
from checkpoint.services import policy
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import copies, tables
from checkpoint.storage.scope import Scope

WINDOW = timedelta(minutes=5)
"""Nobody comes from one site to another within it."""


class Meeting(StrEnum):
    """What two entries of one pass have against each other."""

    TWO_SITES = "two_sites"
    """it was shown at two sites within WINDOW, and neither showing was a plain refusal"""
    NO_EXIT = "no_exit"
    """it came in twice, and did not leave in between"""


@dataclass(frozen=True, slots=True)
class CopyMark:
    """Why an entry is suspected, and the other entry: None where it lies outside the scope."""

    meeting: Meeting
    other: EntryPlace | None
    other_at: datetime


def suspected(
    office: Office, scope: Scope, places: Iterable[EntryPlace]
) -> dict[EntryPlace, tuple[CopyMark, ...]]:
    """The marks of the entries at these places, those without any left out.

    Both entries of a pair bear a mark that cites the other. Where the policy of a place does
    not ask who is inside (`passback`), only `two_sites` counts there.
    """
    asked = [(place.kiosk_id, place.epoch, place.seq) for place in places]
    window_ms = WINDOW // timedelta(milliseconds=1)
    with office.db.read() as session:
        met = copies.meetings(session, asked, window_ms)
        asking = {
            enterprise_id: policy.applied(session, enterprise_id, office.now_ms()).passback
            for enterprise_id in {each.entry.kiosk_enterprise_id for each in met}
        }
    marks = {
        _place(each.entry): _marks(scope, each, asking[each.entry.kiosk_enterprise_id])
        for each in met
        if scope.covers(each.entry.kiosk_enterprise_id, each.entry.kiosk_site_id)
    }
    return {place: found for place, found in marks.items() if found}


def _marks(scope: Scope, met: copies.Met, passback: bool) -> tuple[CopyMark, ...]:
    found: Sequence[tuple[Meeting, tables.Entry | None]] = [(Meeting.TWO_SITES, met.elsewhere)]
    if passback and copies.enters(met.entry):
        neighbours = [each for each in met.beside if copies.enters(each)]
        found = [*found, *((Meeting.NO_EXIT, each) for each in neighbours)]
    return tuple(_mark(scope, meeting, other) for meeting, other in found if other is not None)


def _mark(scope: Scope, meeting: Meeting, other: tables.Entry) -> CopyMark:
    seen = scope.covers(other.kiosk_enterprise_id, other.kiosk_site_id)
    return CopyMark(meeting, _place(other) if seen else None, from_ms(other.at))


def _place(entry: tables.Entry) -> EntryPlace:
    return EntryPlace(entry.kiosk_id, entry.epoch, entry.seq)
