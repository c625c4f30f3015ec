"""How the kiosks are: what the server last heard of each, and what is wrong, the worst first.

Nothing is known of a silent gate but when it was last heard of; what is told beside is as of then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.domain.observation import ClockQuality
from checkpoint.domain.policy import Policy
from checkpoint.entrylog import decode_entry
from checkpoint.errors import EntryError
from checkpoint.services import enrolment, policy
from checkpoint.services.office import Office
from checkpoint.services.rows import KioskRow
from checkpoint.storage import watched
from checkpoint.storage.scope import Scope

QUIET, SILENT = timedelta(minutes=5), timedelta(minutes=30)
"""Not heard of for so long: a gate asks every few seconds, and is cut off after the second."""
BEHIND = timedelta(minutes=15)
"""So long after a bundle was made a gate that is heard of should go by it."""
UNSENT = 256
"""Entries that wait at a gate: a batch, which an hour of passings seldom makes."""
_STOPS = frozenset({"camera", "barrier", "journal", "clock", "scanner"})


class Level(StrEnum):
    """The traffic light of a kiosk, the worst first."""

    BAD = "bad"
    WARN = "warn"
    GOOD = "good"
    REVOKED = "revoked"


class Trouble(StrEnum):
    """What is wrong with a kiosk. The words are the pages'."""

    SILENT = "silent"
    NEVER = "never"
    FAULT = "fault"
    CLOCK = "clock"
    BUNDLE = "bundle"
    UNSENT = "unsent"
    REFERENCE_FAILED = "reference_failed"
    REFERENCE_DUE = "reference_due"


@dataclass(frozen=True, slots=True)
class Found:
    """One trouble since when; of a fault its device, operator code, and the lane of the policy."""

    trouble: Trouble
    level: Level
    since: datetime
    device: str = ""
    code: str = ""
    lane: str = ""


@dataclass(frozen=True, slots=True)
class KioskWatch:
    """A kiosk as it stands.

    `bundle_version` of `kiosk` is what its last entry went by, `newest` what the server last signed
    for it, at `bundle_at`. `reference` is when the thermometer was last held to a reference.
    """

    kiosk: KioskRow
    level: Level
    found: tuple[Found, ...]
    software: str
    clock: str
    newest: int
    bundle_at: datetime | None
    reference: datetime | None


@dataclass(slots=True)
class _Said:
    """What a kiosk's own events come to."""

    software: str = ""
    reference: Entry | None = None
    faults: dict[str, tuple[str, datetime]] | None = None


def kiosks(office: Office, scope: Scope) -> tuple[KioskWatch, ...]:
    """The kiosks of a scope: the worst first, of those the ones whose trouble is oldest."""
    rows = enrolment.kiosks(office, scope)
    now = office.clock.now()
    with office.db.read() as session:
        signed = watched.bundles(session, [row.kiosk_id for row in rows])
        numbers = {
            enterprise_id: policy.applied(session, enterprise_id, to_ms(now))
            for enterprise_id in {row.enterprise_id for row in rows}
        }
        found = [
            _watch(session, row, (signed.get(row.kiosk_id), numbers[row.enterprise_id]), now)
            for row in rows
        ]
    return tuple(sorted(found, key=_order))


def _order(one: KioskWatch) -> tuple[int, float, str]:
    oldest = min((each.since.timestamp() for each in one.found), default=0.0)
    return list(Level).index(one.level), oldest, one.kiosk.kiosk_id


def _watch(
    session: Session, row: KioskRow, known: tuple[tuple[int, int] | None, Policy], now: datetime
) -> KioskWatch:
    bundle, numbers = known
    said = _said(watched.events(session, row.kiosk_id))
    clock = watched.clock_quality(session, row.kiosk_id)
    version, at = bundle or (0, 0)
    bundle_at = from_ms(at) if bundle else None
    found = (
        *_silence(row, now),
        *_faults(said, numbers),
        *_clock(row, clock),
        *_behind(row, version, bundle_at, now),
        *_reference(row, said, numbers, now),
    )
    level = min((each.level for each in found), key=list(Level).index, default=Level.GOOD)
    return KioskWatch(
        kiosk=row,
        level=Level.REVOKED if row.revoked_at else level,
        found=() if row.revoked_at else found,
        software=said.software or row.software,
        clock=clock,
        newest=version,
        bundle_at=bundle_at,
        reference=said.reference.at if said.reference else None,
    )


def _said(bodies: list[bytes]) -> _Said:
    said, faults = _Said(), dict[str, tuple[str, datetime]]()
    for body in bodies:
        try:
            entry = decode_entry(body)
        except EntryError:
            continue
        told = entry.details
        if entry.kind is EntryKind.BOOT:
            # What is still broken after a start is told anew.
            faults.clear()
            said.software = told.get("software", said.software)
        elif entry.kind is EntryKind.REFERENCE:
            said.reference = entry
        elif told.get("state") == "failed":
            faults[told.get("device", "")] = (told.get("code", ""), entry.at)
        else:
            faults.pop(told.get("device", ""), None)
    said.faults = faults
    return said


def _silence(row: KioskRow, now: datetime) -> tuple[Found, ...]:
    if row.last_seen is None:
        return (Found(Trouble.NEVER, Level.WARN, row.enrolled_at),)
    quiet = now - row.last_seen
    if quiet < QUIET:
        return ()
    return (Found(Trouble.SILENT, Level.BAD if quiet >= SILENT else Level.WARN, row.last_seen),)


def _faults(said: _Said, numbers: Policy) -> tuple[Found, ...]:
    lanes = numbers.degraded.to_fields()
    return tuple(
        Found(
            Trouble.FAULT,
            Level.BAD if device in _STOPS or lanes.get(device) == "refer" else Level.WARN,
            since,
            device,
            code,
            lanes.get(device, ""),
        )
        for device, (code, since) in (said.faults or {}).items()
    )


def _clock(row: KioskRow, quality: str) -> tuple[Found, ...]:
    if quality != ClockQuality.SUSPECT.value:
        return ()
    return (Found(Trouble.CLOCK, Level.BAD, row.last_seen or row.enrolled_at),)


def _behind(
    row: KioskRow, version: int, bundle_at: datetime | None, now: datetime
) -> tuple[Found, ...]:
    found = []
    if row.unsent > UNSENT:
        found.append(Found(Trouble.UNSENT, Level.WARN, row.last_seen or row.enrolled_at))
    if bundle_at and 0 < row.bundle_version < version and now - bundle_at > BEHIND:
        found.append(Found(Trouble.BUNDLE, Level.WARN, bundle_at))
    return tuple(found)


def _reference(row: KioskRow, said: _Said, numbers: Policy, now: datetime) -> tuple[Found, ...]:
    last = said.reference
    if last is not None and last.details.get("result") == "failed":
        return (Found(Trouble.REFERENCE_FAILED, Level.WARN, last.at),)
    due = (last.at if last else row.enrolled_at) + timedelta(seconds=numbers.reference_s)
    if not numbers.reference_s or last is None or now < due:
        return ()
    return (Found(Trouble.REFERENCE_DUE, Level.WARN, due),)
