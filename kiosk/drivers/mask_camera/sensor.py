"""The camera judges how the person at the code wears a mask.

One thread looks at one frame at a time and always at the newest: the gate never waits for it.
Frames live in memory only and are let go of as soon as they were looked at.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checkpoint.domain.observation import Mask
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import MaskSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.mask_camera.faces import FaceFinder
from kiosk.drivers.mask_camera.judge import MaskJudge, Opinion
from kiosk.drivers.mask_camera.person import at_the_code, same_face
from kiosk.drivers.mask_camera.votes import GAP, Votes
from kiosk.ports import Box, Frame, Glimpse

TOO_LONG = timedelta(seconds=1.7)
"""A look takes some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The face of the person at the code in one frame, and what is thought of it."""

    at: datetime
    box: Box
    opinion: Opinion


class CameraMaskSensor(ClosingDevice):
    """Answers once several frames agree; raises DeviceFault when its weights are missing."""

    name = "camera"

    def __init__(self, settings: MaskSettings, looks: Executor | None = None) -> None:
        self._finder, self._judge = FaceFinder(), MaskJudge()
        self._looks = looks or ThreadPoolExecutor(1, thread_name_prefix="mask")
        self._pending: Future[Seen | None] | None = None
        self._stale: Future[Seen | None] | None = None
        self._votes = Votes()
        self._since: datetime | None = None
        self._asked_at: datetime | None = None
        self._frame: int | None = None
        self._begun, self._hangs = datetime.min.replace(tzinfo=UTC), False
        self._face: Box | None = None

    def look(self, glimpse: Glimpse) -> Mask | None:
        """The judgement on the person at the gate, None until enough frames agree."""
        self._meet(glimpse)
        self._take()
        frame = glimpse.frame
        if frame is not None and self._pending is None and frame.number != self._frame:
            self._frame, self._begun = frame.number, glimpse.at
            self._pending = self._looks.submit(self._see, frame, glimpse.code)
        self._hangs = self._pending is not None and abs(glimpse.at - self._begun) > TOO_LONG
        self.check()
        return self._votes.result

    def check(self) -> None:
        """Raises DeviceFault while a look that was asked for does not end."""
        if self._hangs and self._pending and not self._pending.done():
            raise DeviceFault(
                "mask.driver = camera takes too long to look at a picture",
                remedy="see what else this computer does; start the gate again if it stays so",
                ailment=Ailment.SLOW,
            )

    def close(self) -> None:
        """End the thread; the frame that it looks at is its last."""
        self._looks.shutdown(wait=not self._hangs, cancel_futures=True)

    def _meet(self, glimpse: Glimpse) -> None:
        """Begin anew for another person, or after nobody was asked about for a while."""
        idle = self._asked_at is not None and abs(glimpse.at - self._asked_at) > GAP
        if glimpse.since != self._since or idle:
            self._votes.clear()
            self._face, self._stale = None, self._pending
        self._since, self._asked_at = glimpse.since, glimpse.at

    def _take(self) -> None:
        """Count what was seen, if the look at it is over."""
        if self._pending is None or not self._pending.done():
            return
        looked, self._pending = self._pending, None
        seen = looked.result()
        if seen is None or looked is self._stale:
            return
        if self._face is not None and not same_face(self._face, seen.box):
            self._votes.clear()
        self._face = seen.box
        self._votes.cast(seen.at, seen.opinion)

    def _see(self, frame: Frame, code: Box | None) -> Seen | None:
        """In the thread: find the face and judge it."""
        faces = self._finder.find(frame.image)
        height, width = frame.image.shape[:2]
        face = at_the_code(faces, (height, width), code)
        if face is None:
            return None
        (opinion,) = self._judge.judge(frame.image, [face.box])
        return Seen(frame.at, face.box, opinion)
