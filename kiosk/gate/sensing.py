"""What the sensors see, and the gatekeeper's word: the mask, and the plate of a vehicle."""

from __future__ import annotations

from datetime import datetime, timedelta

from checkpoint.domain.policy import Policy
from kiosk.config import GateSettings
from kiosk.gate.decision import GATEKEEPER
from kiosk.gate.devices import ASKING, Asked
from kiosk.gate.passing import Passing, Stage
from kiosk.gate.plate import look_at_plate
from kiosk.ports import Frame, Glimpse

UNKNOWN = "unknown"
"""What a sensor has said that did not answer."""
ABSENT = timedelta(seconds=0.7)
"""A code unread for this long has left the view, and a picture this old shows nobody."""


class Eye:
    """The newest picture, for the sensors to look at while it shows what is there."""

    def __init__(self) -> None:
        self._frame: Frame | None = None

    def see(self, frame: Frame | None, now: datetime) -> None:
        """Another turn, with a new picture or without one."""
        last = self._frame
        recent = last if last and abs(now - last.at) < ABSENT else None
        self._frame = frame or recent

    def glimpse(self, passing: Passing, now: datetime) -> Glimpse:
        """What a sensor may look at."""
        told = (passing.typed_c, passing.pressed)
        return Glimpse(now, self._frame, *told, passing.since, passing.code)


class Patience:
    """How long a device, or the gatekeeper in its place, may still answer."""

    def __init__(self, settings: GateSettings, asked: Asked) -> None:
        self._asked = asked
        self._seconds = {
            "thermometer": settings.temperature_timeout_s,
            "mask": settings.mask_timeout_s,
            "plate": settings.plate_timeout_s,
        }

    def left(self, kind: str, stage: Stage, policy: Policy, now: datetime) -> bool:
        """Whether to wait on; not for a device that is down while everybody is referred."""
        lasted = stage.lasted(self._seconds[kind], now)
        return not lasted and not self._asked.given_up(kind, policy.degraded)


def look(passing: Passing, glimpse: Glimpse, asked: Asked, policy: Policy) -> None:
    """Ask for what the policy wants to know."""
    if policy.mask_required:
        look_at_mask(passing, glimpse, asked)
    look_at_plate(passing, glimpse, asked)


def look_at_mask(passing: Passing, glimpse: Glimpse, asked: Asked) -> None:
    """Ask for the mask: the newest answer counts, and silence takes none back.

    The gatekeeper's word goes before the sensor's; what the sensor said is kept beside it.
    """
    answer, sensor = asked.mask(glimpse), asked.mask_sensor
    if sensor in ASKING:
        answer, pressed = None, answer
    else:
        pressed = passing.pressed
        passing.mask_sensed = answer or passing.mask_sensed or UNKNOWN
    if answer is not None:
        passing.mask, passing.mask_source = answer, sensor
    if pressed is not None:
        passing.mask, passing.mask_source = pressed, GATEKEEPER
