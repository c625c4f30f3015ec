"""What kiosks said of themselves last: starts, faults, reference checks, and their newest entry."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from checkpoint.storage.tables import Bundle, Entry

MOST = 200
"""Events of a kiosk that are read: an open fault that began before them is not found."""
# The words of the index, so that SQLite takes it.
_EVENTS = text("kind IN ('boot', 'fault', 'reference')")


def events(session: Session, kiosk_id: str) -> list[bytes]:
    """The bodies of a kiosk's last events, the oldest first."""
    rows = select(Entry.body).where(Entry.kiosk_id == kiosk_id, _EVENTS)
    newest = rows.order_by(Entry.epoch.desc(), Entry.seq.desc()).limit(MOST)
    return list(reversed(session.scalars(newest).all()))


def clock_quality(session: Session, kiosk_id: str) -> str:
    """How far the kiosk's clock could be trusted at its newest entry; empty before the first."""
    rows = select(Entry.clock_quality).where(Entry.kiosk_id == kiosk_id)
    return session.scalar(rows.order_by(Entry.epoch.desc(), Entry.seq.desc()).limit(1)) or ""


def bundles(session: Session, kiosk_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Version and time (ms) of the bundle last signed for each kiosk."""
    rows = select(Bundle.kiosk_id, Bundle.version, Bundle.issued_at)
    found = session.execute(rows.where(Bundle.kiosk_id.in_(kiosk_ids)))
    return {kiosk_id: (version, at) for kiosk_id, version, at in found}
