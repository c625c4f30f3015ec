"""How the mask is worn: by a sensor, by the gatekeeper, or by both."""

from __future__ import annotations

from kiosk.gate.decision import GATEKEEPER
from kiosk.gate.devices import ASKING, Asked
from kiosk.gate.passing import Passing
from kiosk.ports import Glimpse

UNKNOWN = "unknown"
"""What a sensor has said that did not answer."""


def look_at_mask(passing: Passing, glimpse: Glimpse, asked: Asked, sensor: str) -> None:
    """Ask for the mask: the newest answer counts, and silence takes none back.

    The gatekeeper's word goes before the sensor's; what the sensor said is kept beside it.
    """
    answer = asked.mask(glimpse)
    if sensor in ASKING:
        answer, pressed = None, answer
    else:
        pressed = passing.pressed
        passing.mask_sensed = answer or passing.mask_sensed or UNKNOWN
    if answer is not None:
        passing.mask, passing.mask_source = answer, sensor
    if pressed is not None:
        passing.mask, passing.mask_source = pressed, GATEKEEPER
