"""Whether a vehicle bears the plate of its pass: by a reader, by the gatekeeper, or by both."""

from __future__ import annotations

from checkpoint.domain.plate import PlateCheck, PlateMatch
from checkpoint.domain.policy import Policy
from kiosk.gate.decision import GATEKEEPER
from kiosk.gate.devices import ASKING, Asked
from kiosk.gate.passing import Passing
from kiosk.ports import Glimpse, PlateReading

RULE = "plate"
"""Where the policy leaves this rule out, nobody is asked."""
SURE = 0.75
"""From this confidence on a reading may speak against a vehicle; docs/plates.md has the rates."""
ALIKE = ("0DQ", "1L7T", "2Z", "4A", "5S", "6CG", "8B", "UV", "HMN")
"""Characters that blur, dirt and bolts turn into one another; plates have neither O nor I."""


def look_at_plate(passing: Passing, glimpse: Glimpse, asked: Asked) -> None:
    """Ask for the plate of a vehicle. The gatekeeper's word goes before the reader's."""
    if not passing.plate_due:
        return
    known, reader = passing.plate, asked.plate_reader
    sensed, read = known.sensed, known.read
    if reader not in ASKING:
        reading = asked.plate(glimpse)
        if reading is not None:
            sensed, read = compared(reading, passing.plate_due), reading.text
        sensed = sensed or PlateMatch.UNKNOWN
    match, source = sensed or PlateMatch.UNKNOWN, reader
    if passing.plate_said is not None:
        match, source = passing.plate_said, GATEKEEPER
    passing.plate = PlateCheck(
        match, source if match is not PlateMatch.UNKNOWN else "", sensed, read
    )


def unanswered(passing: Passing, policy: Policy) -> bool:
    """Whether somebody must still say whether it is the plate of the pass."""
    asked = bool(passing.plate_due) and RULE in policy.rules
    return asked and passing.plate.match is PlateMatch.UNKNOWN


def compared(reading: PlateReading, plate: str) -> PlateMatch:
    """What a reading says of the pass: unknown where the same plate could have been read so."""
    if reading.text == plate:
        return PlateMatch.AGREES
    if reading.confidence < SURE or mistakable(reading.text, plate):
        return PlateMatch.UNKNOWN
    return PlateMatch.DIFFERS


def mistakable(read: str, plate: str) -> bool:
    """Whether one plate is easily read as the other.

    They differ in Chinese characters, whose strokes blur first, in characters that look alike, or
    by one character that was overlooked or seen twice.
    """
    if len(read) == len(plate):
        return all(_alike(a, b) for a, b in zip(read, plate, strict=True))
    longer, shorter = sorted((read, plate), key=len, reverse=True)
    dropped = (longer[:at] + longer[at + 1 :] for at in range(len(longer)))
    return shorter in dropped


def _alike(one: str, other: str) -> bool:
    chinese = not (one.isascii() and other.isascii())
    return one == other or chinese or any(one in like and other in like for like in ALIKE)
