"""The entries of what the gatekeeper does over the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link
from kiosk.gate.bearer import cited, personal_of
from kiosk.gate.boarding import ride_of
from kiosk.gate.decision import InForce, Judgement, event, step_of
from kiosk.journal import Draft

LONGEST_WORDS = 200
HASH_DIGITS = 16


def name_of(link: Link) -> str:
    """An entry, as a page cites it."""
    return f"{link.epoch}/{link.seq}/{link.hash.hex()[:HASH_DIGITS]}"


def citation(link: Link) -> dict[str, str]:
    """The details of an entry that is about another one."""
    digits = link.hash.hex()[:HASH_DIGITS]
    return {"epoch": str(link.epoch), "seq": str(link.seq), "hash": digits}


def override_entry(judged: Judgement, words: str, now: datetime, in_force: InForce) -> Draft:
    """The gatekeeper lets pass whom the rules referred or denied; it cites their entry."""
    seen = judged.observation.verification
    said = {"words": words[:LONGEST_WORDS], **step_of(judged.observation)}
    details = citation(judged.link) | said | ride_of(judged.observation)
    entry = replace(
        cited(event(EntryKind.OVERRIDE, now, in_force, details).entry, seen),
        direction=judged.observation.direction,
        outcome=Outcome.ADMIT,
        reasons=(Reason.OVERRIDDEN,),
    )
    return Draft(entry, personal_of(seen))


def emergency_entry(
    direction: Direction,
    opened: bool,
    now: datetime,
    in_force: InForce,
    pressed: datetime | None = None,
) -> Draft:
    """The emergency button was pressed, and whether the barrier took the order.

    `pressed` says when, where the entry could not be made then.
    """
    details = {"barrier": "opened" if opened else "failed"}
    if pressed is not None:
        details["pressed"] = str(to_ms(pressed))
    draft = event(EntryKind.EMERGENCY, now, in_force, details)
    return Draft(replace(draft.entry, direction=direction, reasons=(Reason.EMERGENCY,)))
