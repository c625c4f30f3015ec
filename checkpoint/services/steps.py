"""A step of a living code lets pass once at all gates of an enterprise that can talk.

Each gate knows what it used itself; what the others used it learns here, within seconds. A gate
without network has its own memory only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.credential.dynamic import step_at
from checkpoint.domain.entry import Entry
from checkpoint.errors import Refused
from checkpoint.services.office import Office
from checkpoint.storage import places, steps, tables
from checkpoint.wire.steps import STEPS_LIMIT, UsedStep, UsedSteps

BEHIND = 10
"""Steps that are kept: five minutes, three times as long as a code can be shown."""
AHEAD = 2
"""Steps ahead of the server's clock at most: one that a gate takes early, one for its clock."""
OVERLAP_MS = 10_000
"""Told again each time: a delivery may become visible that much later than it was noted."""
_PASS_ID = re.compile("[0-9a-f]{16}")


def note(office: Office, session: Session, kiosk: tables.Kiosk, entries: Iterable[Entry]) -> None:
    """Note the steps that fresh entries of a kiosk used, and forget what can't be shown again.

    A revoked kiosk's word is kept as evidence and shuts nobody out.
    """
    now = step_at(office.clock.now())
    fresh = range(now - BEHIND, now + AHEAD + 1)
    used: dict[str, int] = {}
    for entry in entries:
        step = entry.used_step
        if step is not None and step in fresh and _PASS_ID.fullmatch(entry.pass_id):
            used[entry.pass_id] = max(step, used.get(entry.pass_id, step))
    if used and kiosk.revoked_at is None:
        steps.use(session, kiosk.enterprise_id, used, office.now_ms())
        steps.forget(session, fresh.start)


def used_since(office: Office, kiosk_id: str, since: int) -> UsedSteps:
    """What was used at the gates of the kiosk's enterprise since a time of the server, in ms.

    All that could still be shown when `since` is 0 or in the future. Raises NotFound, and
    Refused for a revoked kiosk.
    """
    now = office.now_ms()
    from_ = since - OVERLAP_MS if since <= now else 0
    with office.db.read() as session:
        kiosk = places.kiosk(session, kiosk_id)
        if kiosk.revoked_at is not None:
            raise Refused(f"kiosk {kiosk_id!r} is revoked", remedy="enrol it again")
        found = steps.used(session, kiosk.enterprise_id, from_, STEPS_LIMIT)
    oldest = step_at(from_ms(now)) - BEHIND
    told = [UsedStep(pass_id=key, step=step) for key, step in found if step >= oldest]
    return UsedSteps(at=now, steps=told)
