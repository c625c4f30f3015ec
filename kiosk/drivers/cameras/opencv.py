"""A camera by index, a film, or a stream by its address, through OpenCV."""

from __future__ import annotations

from checkpoint.clock import Clock
from kiosk.config import CameraSettings
from kiosk.drivers.cameras.film import Film
from kiosk.drivers.cameras.live import Live
from kiosk.drivers.device import ClosingDevice
from kiosk.ports import Frame


class OpenCvCamera(ClosingDevice):
    """What `source` names.

    Digits are a camera's index, `/dev/…` its device, `scheme://…` a stream, all else a film.

    A film that is missing or is none raises DeviceFault at once. A camera or stream is opened
    by the first `newest()`, so a gate starts while its camera is still unplugged.
    """

    name = "opencv"

    def __init__(self, settings: CameraSettings, clock: Clock) -> None:
        source = settings.source
        live = source.isdecimal() or "://" in source or source.startswith("/dev/")
        self.simulated = not live
        self._inner: Live | Film = Live(settings, clock) if live else Film(settings, clock)

    @property
    def ended(self) -> bool:
        """Whether the film has no further picture; a live camera never ends."""
        return self._inner.ended

    def newest(self) -> Frame | None:
        """The newest picture not taken yet. Raises DeviceFault while the camera fails."""
        return self._inner.newest()

    def check(self) -> None:
        """Raises DeviceFault while a live camera is lost, silent, slow or frozen."""
        self._inner.check()

    def rewind(self) -> None:
        """Begin the film again; a live camera does nothing."""
        self._inner.rewind()

    def close(self) -> None:
        """Let go of the camera or film."""
        self._inner.close()
