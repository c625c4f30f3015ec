"""A camera reads the plates of vehicles: its own, or the gate's.

One thread waits for the reading process; it is given one picture at a time, always the newest.
Pictures live in memory only. Several must agree before a plate was read.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from checkpoint.clock import Clock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import CameraSettings, PlateSettings
from kiosk.drivers.cameras.opencv import OpenCvCamera
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.plates.process import INSTALL, ReadingProcess, command
from kiosk.ports import Frame, Glimpse, PlateReading

FRAMES, ENOUGH, AGREE = 5, 3, 0.75
"""The newest readings that count, how many it takes, and which share of them must be the same."""
GAP = timedelta(seconds=3)
"""After nobody has asked for so long it is another vehicle."""
AGAIN_S = 5.0
"""Seconds between two attempts to start the process."""
PATIENCE_S = 20.0
"""Seconds after which a process that does not answer is ended; its start takes the most."""


class CameraPlateReader(ClosingDevice):
    """Answers once several pictures agree; raises DeviceFault while its process does not work."""

    name = "camera"

    def __init__(
        self,
        settings: PlateSettings,
        clock: Clock,
        words: Sequence[str] = (),
        looks: Executor | None = None,
    ) -> None:
        source = CameraSettings(source=settings.source or "0")
        self._camera = OpenCvCamera(source, clock) if settings.source else None
        self._process = ReadingProcess(words or command(settings.python))
        self._looks = looks or ThreadPoolExecutor(1, thread_name_prefix="plate")
        self._clock = clock
        self._votes: deque[PlateReading] = deque(maxlen=FRAMES)
        self._pending: Future[PlateReading | None] | None = None
        self._stale: Future[PlateReading | None] | None = None
        self._begun = 0.0
        self._since: datetime | None = None
        self._asked_at: datetime | None = None
        self._number: int | None = None
        self._fault: DeviceFault | None = None

    def look(self, glimpse: Glimpse) -> PlateReading | None:
        """The plate that enough of the newest pictures agree on, None until then."""
        self._meet(glimpse)
        self._take()
        frame = self._camera.newest() if self._camera else glimpse.frame
        if frame and self._pending is None and frame.number != self._number:
            self._submit(frame)
        return self._settled()

    def check(self) -> None:
        """Raises DeviceFault while camera or process is known not to work."""
        self._take()
        self._keep_running()
        if self._pending and self._clock.monotonic() - self._begun > PATIENCE_S:
            self._process.kill()
            self._fault = DeviceFault(
                "the reader of plates does not answer", remedy=INSTALL, ailment=Ailment.SILENT
            )
        if self._fault:
            raise self._fault
        if self._camera:
            self._camera.check()

    def _keep_running(self) -> None:
        """Start the process, and anew a while after it has ended or could not be started."""
        due = self._clock.monotonic() - self._begun >= AGAIN_S
        if self._pending is None and not self._process.alive and (due or not self._begun):
            self._begun = self._clock.monotonic()
            self._pending = self._looks.submit(self._process.start)

    def close(self) -> None:
        """End the process, the thread and the camera."""
        self._process.end()
        self._looks.shutdown(wait=True, cancel_futures=True)
        self._process.clear()
        if self._camera:
            self._camera.close()

    def _submit(self, frame: Frame) -> None:
        self._number, self._begun = frame.number, self._clock.monotonic()
        self._pending = self._looks.submit(self._process.read, frame.image)

    def _meet(self, glimpse: Glimpse) -> None:
        """Begin anew for another vehicle."""
        idle = self._asked_at is not None and abs(glimpse.at - self._asked_at) > GAP
        if glimpse.since != self._since or idle:
            self._votes.clear()
            self._stale = self._pending
        self._since, self._asked_at = glimpse.since, glimpse.at

    def _take(self) -> None:
        """Count what was read, if the process has answered."""
        if self._pending is None or not self._pending.done():
            return
        looked, self._pending = self._pending, None
        try:
            reading = looked.result()
        except DeviceFault as fault:
            self._fault = self._fault or fault
            return
        self._fault = None
        if reading is not None and looked is not self._stale:
            self._votes.append(reading)

    def _settled(self) -> PlateReading | None:
        if len(self._votes) < ENOUGH:
            return None
        text, times = Counter(vote.text for vote in self._votes).most_common(1)[0]
        if times < AGREE * len(self._votes):
            return None
        sure = [vote.confidence for vote in self._votes if vote.text == text]
        return PlateReading(text, sum(sure) / len(sure))
