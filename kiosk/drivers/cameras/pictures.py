"""A folder of pictures shown one after the other, or a single picture."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from checkpoint.clock import Clock
from checkpoint.errors import DeviceFault
from kiosk.config import CameraSettings
from kiosk.drivers.cameras import PICTURE_SUFFIXES
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.pictures import open_picture
from kiosk.ports import Frame


class PicturesCamera(ClosingDevice):
    """Pictures in the order of their names, `fps` a second; none is dropped.

    A file that is no picture is reported once, as a DeviceFault naming it, and then skipped.
    At lockstep each call gives the next one, and their times lie 1/fps apart.
    """

    name = "pictures"
    simulated = True

    def __init__(self, settings: CameraSettings, clock: Clock) -> None:
        self._clock = clock
        self._step = 1.0 / settings.fps
        self._lockstep = settings.pace == "lockstep"
        self._paths = pictures_at(Path(settings.source))
        self._place = 0
        self._number = 0
        self._broken: set[Path] = set()
        self._start = clock.now()
        self._due = clock.monotonic()

    @property
    def ended(self) -> bool:
        """Whether every picture was shown."""
        return self._place >= len(self._paths)

    def newest(self) -> Frame | None:
        """The next picture when it is due. Raises DeviceFault once for each broken file."""
        if self.ended or (not self._lockstep and self._clock.monotonic() < self._due):
            return None
        path = self._paths[self._place]
        self._place += 1
        try:
            image = open_picture(path)
        except DeviceFault:
            if path in self._broken:
                return None
            self._broken.add(path)
            raise
        number, self._number = self._number, self._number + 1
        self._due = self._clock.monotonic() + self._step
        at = self._start + timedelta(seconds=number * self._step)
        return Frame(image, number, at if self._lockstep else self._clock.now())

    def rewind(self) -> None:
        """Begin with the first picture again."""
        self._place = 0

    def close(self) -> None:
        """Show nothing more."""
        self._place = len(self._paths)


def pictures_at(source: Path) -> list[Path]:
    """The picture of this name, or the pictures of a folder by name.

    Raises DeviceFault where there is none.
    """
    remedy = "name a folder that holds pictures, or a picture, in camera.source"
    try:
        if source.is_dir():
            inside = sorted(source.iterdir())
            paths = [p for p in inside if p.suffix.lower() in PICTURE_SUFFIXES]
        else:
            paths = [source] if source.exists() else []
    except OSError as fault:
        raise DeviceFault(f"{source}: {fault.strerror}", remedy=remedy) from fault
    if not paths:
        raise DeviceFault(f"{source}: no pictures there", remedy=remedy)
    return paths
