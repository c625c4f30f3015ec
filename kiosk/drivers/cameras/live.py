"""A live camera or stream: a thread keeps its newest picture and nothing else."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import numpy as np

from checkpoint.clock import Clock
from checkpoint.errors import DeviceFault
from kiosk.config import CameraSettings
from kiosk.drivers.native import cv2
from kiosk.ports import Frame, Image

OPEN_MS = 4000
READ_MS = 4000
"""How long a stream may be silent before it counts as failed."""
LETTING_GO_S = 1.0


class Live:
    """Opened by the first `newest()`, and again after a failure."""

    ended = False

    def __init__(self, settings: CameraSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._number = 0
        self._grabber: Grabber | None = None
        self._closed = False

    def newest(self) -> Frame | None:
        """The newest picture not taken yet.

        Raises DeviceFault when the camera failed; the next call tries to open it again.
        """
        if self._closed:
            return None
        if self._grabber is None:
            self._grabber = Grabber(self._opened())
        image = self._grabber.take()
        if image is not None:
            number, self._number = self._number, self._number + 1
            return Frame(image, number, self._clock.now())
        if self._grabber.failed:
            self._grabber.stop()
            self._grabber = None
            raise self._fault("gives no more pictures")
        return None

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

    def _fault(self, what: str) -> DeviceFault:
        source = self._settings.source
        if source.isdecimal():
            return DeviceFault(
                f"camera {source} {what}",
                remedy=f"plug it in, see that /dev/video{source} exists and no other program"
                " holds it, or choose another with --camera",
            )
        return DeviceFault(
            f"camera {_public(source)} {what}",
            remedy="check the address, the network and the camera's sign-in",
        )


class Grabber:
    """The thread. It owns the capture: a driver stuck in a read is let go of, not waited for."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self.failed = False
        self._capture = capture
        self._image: Image | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pause_s = _pace(capture)
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def take(self) -> Image | None:
        """The newest picture, once."""
        with self._lock:
            image, self._image = self._image, None
            return image

    def stop(self) -> None:
        """End the thread; a second call does nothing."""
        self._stop.set()
        self._thread.join(LETTING_GO_S)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                good, image = self._capture.read()
                if not good:
                    break
                with self._lock:
                    self._image = np.ascontiguousarray(image, dtype=np.uint8)
                if self._pause_s:
                    self._stop.wait(self._pause_s)
        except cv2.error:
            pass
        finally:
            self._capture.release()
            self.failed = True


def _pace(capture: cv2.VideoCapture) -> float:
    """Seconds between the pictures of a film at an address; 0 for what comes as it happens."""
    count, fps = capture.get(cv2.CAP_PROP_FRAME_COUNT), capture.get(cv2.CAP_PROP_FPS)
    return 1 / fps if count > 0 and 1 <= fps <= 240 else 0.0


def _public(address: str) -> str:
    """The address without the name and password that it may carry."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
