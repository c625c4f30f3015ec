"""A live camera or stream: a thread keeps its newest picture and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import numpy as np

from checkpoint.clock import Clock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import CameraSettings
from kiosk.drivers.cameras.vigil import Vigil
from kiosk.drivers.native import cv2
from kiosk.ports import Frame, Image

OPEN_MS = 4000
READ_MS = 4000
"""How long a stream may be silent before it is opened anew."""
HOPELESS_S = 8.0
"""Seconds of silence after which a camera is opened anew, though its driver hangs."""
LETTING_GO_S = 1.0
_SAYS = {
    Ailment.SILENT: "gives no picture",
    Ailment.BABBLING: "gives what is no picture",
    Ailment.SLOW: "gives too few pictures a second",
    Ailment.STUCK: "gives the very same picture for ever",
}


class Live:
    """Opened by the first `newest()`, and again after a failure, in a thread of its own."""

    ended = False

    def __init__(self, settings: CameraSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._number = 0
        self._grabber: Grabber | None = None
        self._hung: Grabber | None = None
        self._lost: DeviceFault | None = None
        self._closed = False

    def newest(self) -> Frame | None:
        """The newest picture not taken yet; a frozen one is none.

        Raises DeviceFault when the camera failed; the next call tries to open it again.
        """
        if self._closed:
            return None
        if self._grabber is None:
            vigil = Vigil(self._settings, self._clock)
            self._grabber = Grabber(self._opened, vigil)
        grabber = self._grabber
        image = grabber.take()
        if image is not None and grabber.vigil.ailment() is not Ailment.STUCK:
            self._lost = None
            number, self._number = self._number, self._number + 1
            return Frame(image, number, self._clock.now())
        if grabber.failed:
            self._grabber = None
            self._lost = grabber.fault or self._fault("gives no more pictures")
            raise self._lost.again()
        if grabber.vigil.silent_s > HOPELESS_S and not (self._hung and self._hung.lives):
            self._hung, self._grabber = grabber, None
            grabber.let_go()
        return None

    def check(self) -> None:
        """Raises DeviceFault while the camera is lost, silent, slow or frozen."""
        if self._lost:
            raise self._lost.again()
        ailment = self._grabber.vigil.ailment() if self._grabber else None
        if ailment and not self._closed:
            raise self._fault(_SAYS[ailment], ailment)

    def rewind(self) -> None:
        """A live camera has no beginning."""

    def close(self) -> None:
        """Let go of the camera."""
        self._closed = True
        if self._grabber is not None:
            self._grabber.stop()
            self._grabber = None

    def _opened(self) -> cv2.VideoCapture:
        source = self._settings.source
        if source.isdecimal():
            capture = cv2.VideoCapture(int(source))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._settings.width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._settings.height)
            capture.set(cv2.CAP_PROP_FPS, self._settings.fps)
        else:
            limits = [
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                OPEN_MS,
                cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                READ_MS,
            ]
            capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
        if not capture.isOpened():
            capture.release()
            raise self._fault("can't be opened")
        return capture

    def _fault(self, what: str, ailment: Ailment = Ailment.LOST) -> DeviceFault:
        source = self._settings.source
        if source.isdecimal():
            return DeviceFault(
                f"camera {source} {what}",
                remedy=f"plug it in, see that /dev/video{source} exists and no other program"
                " holds it, or choose another: camera.source, or --camera",
                ailment=ailment,
            )
        return DeviceFault(
            f"camera {_public(source)} {what}",
            remedy="check the address in camera.source, the network and the camera's sign-in",
            ailment=ailment,
        )


class Grabber:
    """The thread. It owns the capture: a driver stuck in a call is let go of, not waited for."""

    def __init__(self, opened: Callable[[], cv2.VideoCapture], vigil: Vigil) -> None:
        self.failed = False
        self.fault: DeviceFault | None = None
        self.vigil = vigil
        self._opened = opened
        self._image: Image | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    @property
    def lives(self) -> bool:
        """Whether the thread runs, or hangs."""
        return self._thread.is_alive()

    def take(self) -> Image | None:
        """The newest picture, once."""
        with self._lock:
            image, self._image = self._image, None
            return image

    def let_go(self) -> None:
        """End the thread as soon as its driver lets it."""
        self._stop.set()

    def stop(self) -> None:
        """End the thread; a second call does nothing."""
        self._stop.set()
        self._thread.join(LETTING_GO_S)

    def _run(self) -> None:
        try:
            capture = self._opened()
            try:
                self._grab(capture)
            finally:
                capture.release()
        except DeviceFault as fault:
            self.fault = fault
        except cv2.error:
            pass
        finally:
            self.failed = True

    def _grab(self, capture: cv2.VideoCapture) -> None:
        pause_s = _pace(capture)
        self.vigil.film = pause_s > 0
        while not self._stop.is_set():
            good, image = capture.read()
            if not good:
                return
            if not _is_picture(image):
                self.vigil.heard_nonsense()
                continue
            picture = np.ascontiguousarray(image, dtype=np.uint8)
            self.vigil.saw(picture)
            with self._lock:
                self._image = picture
            if pause_s:
                self._stop.wait(pause_s)


def _is_picture(image: object) -> bool:
    """Whether OpenCV gave what it promises: height × width × 3."""
    return isinstance(image, np.ndarray) and image.size > 0 and image.shape[2:] == (3,)


def _pace(capture: cv2.VideoCapture) -> float:
    """Seconds between the pictures of a film at an address; 0 for what comes as it happens."""
    count, fps = capture.get(cv2.CAP_PROP_FRAME_COUNT), capture.get(cv2.CAP_PROP_FPS)
    return 1 / fps if count > 0 and 1 <= fps <= 240 else 0.0


def _public(address: str) -> str:
    """The address without the name and password that it may carry."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
