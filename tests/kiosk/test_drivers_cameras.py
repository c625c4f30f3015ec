"""What only one of the cameras does."""

import queue
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import cv2
import numpy as np
import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import CameraSettings
from kiosk.drivers.cameras import driver_for
from kiosk.drivers.cameras.opencv import OpenCvCamera
from kiosk.drivers.cameras.pictures import PicturesCamera
from kiosk.ports import Frame

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.mark.parametrize(
    ("source", "driver"),
    [
        ("0", "opencv"),
        ("film.mp4", "opencv"),
        ("rtsp://camera.example/stream", "opencv"),
        ("http://camera.example/snapshot.jpg", "opencv"),
        ("one.png", "pictures"),
        (".", "pictures"),
    ],
)
def test_the_source_chooses_the_driver(source: str, driver: str) -> None:
    assert driver_for(source) == driver


def _film(path: Path, pictures: int) -> Path:
    code = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, 10.0, (320, 240))
    for number in range(pictures):
        writer.write(np.full((240, 320, 3), 10 * number + 5, np.uint8))
    writer.release()
    return path


def test_a_film_at_real_pace_plays_by_the_clock_and_drops_what_is_not_taken(
    tmp_path: Path, clock: FixedClock
) -> None:
    settings = CameraSettings(source=str(_film(tmp_path / "film.mp4", 20)))
    with OpenCvCamera(settings, clock) as camera:
        first = camera.newest()
        assert first is not None
        assert (first.number, first.at) == (0, START)
        assert camera.newest() is None
        clock.advance(1.05)
        later = camera.newest()
        assert later is not None
        assert (later.number, later.at) == (10, clock.now())
        clock.advance(60)
        assert camera.newest() is None
        assert camera.ended


def test_only_a_live_camera_is_not_simulated(tmp_path: Path, clock: FixedClock) -> None:
    film = CameraSettings(source=str(_film(tmp_path / "film.mp4", 2)))
    with OpenCvCamera(film, clock) as camera:
        assert camera.simulated
    with OpenCvCamera(CameraSettings(source="0"), clock) as camera:
        assert not camera.simulated
    cv2.imwrite(str(tmp_path / "one.png"), np.zeros((8, 8, 3), np.uint8))
    with PicturesCamera(CameraSettings(source=str(tmp_path / "one.png")), clock) as pictures:
        assert pictures.simulated


def test_what_is_no_film_is_named(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"not a film at all" * 100)
    with pytest.raises(DeviceFault, match=r"film\.mp4: is no film"):
        OpenCvCamera(CameraSettings(source=str(path)), clock)


def test_a_film_that_breaks_off_gives_what_it_has_and_ends(
    tmp_path: Path, clock: FixedClock
) -> None:
    whole = _film(tmp_path / "film.avi", 20)
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) * 2 // 3])
    settings = CameraSettings(source=str(whole), pace="lockstep")
    with OpenCvCamera(settings, clock) as camera:
        taken = 0
        while not camera.ended:
            taken += camera.newest() is not None
    assert 0 < taken <= 20


class FakeCapture:
    """A camera whose pictures a test hands in; None is a cable pulled out."""

    made: "list[FakeCapture]"
    plugged: bool

    def __init__(self, *_: object) -> None:
        self.pictures: queue.Queue[Any] = queue.Queue()
        self.reads: queue.Queue[None] = queue.Queue()
        self.released = False
        self.made.append(self)

    def set(self, *_: object) -> bool:
        return True

    def get(self, *_: object) -> float:
        return 0.0

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.plugged

    def read(self) -> tuple[bool, Any]:
        self.reads.put(None)
        picture = self.pictures.get(timeout=10)
        return picture is not None, picture

    def release(self) -> None:
        self.released = True

    def hand(self, *pictures: Any) -> None:
        """Give pictures, and wait until the driver has taken them in and asks for another."""
        for picture in pictures:
            self.reads.get(timeout=10)
            self.pictures.put(picture)
        self.reads.get(timeout=10)
        self.reads.put(None)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeCapture]]:
    class Capture(FakeCapture):
        made: list[FakeCapture] = []  # noqa: RUF012 - one list a test
        plugged = True

    monkeypatch.setattr(cv2, "VideoCapture", Capture)
    yield Capture
    for capture in Capture.made:
        capture.pictures.put(None)


def _until_it_fails(camera: OpenCvCamera) -> None:
    while True:
        camera.newest()
        Event().wait(0.001)


def _opened(fake: type[FakeCapture], number: int = 0) -> FakeCapture:
    """The capture that the camera's thread opens; tests run out of time when it does not."""
    while len(fake.made) <= number:
        Event().wait(0.001)
    return fake.made[number]


def _gray(level: int) -> Any:
    return np.full((120, 160, 3), level, np.uint8)


def test_only_the_newest_picture_of_a_live_camera_is_kept(
    fake: type[FakeCapture], clock: FixedClock
) -> None:
    with OpenCvCamera(CameraSettings(source="0"), clock) as camera:
        assert camera.newest() is None
        _opened(fake).hand(_gray(1), _gray(2), _gray(3))
        frame = camera.newest()
        assert isinstance(frame, Frame)
        assert int(frame.image.mean()) == 3
        assert camera.newest() is None
        assert not camera.ended
        fake.made[0].pictures.put(None)


def test_a_camera_pulled_out_is_a_fault_and_the_next_call_opens_it_again(
    fake: type[FakeCapture], clock: FixedClock
) -> None:
    camera = OpenCvCamera(CameraSettings(source="0"), clock)
    camera.newest()
    _opened(fake).hand(_gray(1))
    assert camera.newest() is not None
    fake.made[0].pictures.put(None)
    with pytest.raises(DeviceFault, match="camera 0 gives no more pictures") as caught:
        _until_it_fails(camera)
    assert "/dev/video0" in caught.value.remedy
    assert fake.made[0].released

    fake.plugged = False
    with pytest.raises(DeviceFault, match="camera 0 can't be opened"):
        _until_it_fails(camera)
    with pytest.raises(DeviceFault, match="camera 0 can't be opened") as caught:
        camera.check()
    assert caught.value.ailment is Ailment.LOST

    fake.plugged = True
    assert camera.newest() is None
    _opened(fake, 2).hand(_gray(9))
    frame = camera.newest()
    assert frame is not None
    assert int(frame.image.mean()) == 9
    fake.made[-1].pictures.put(None)
    camera.close()


def _seen(fake: type[FakeCapture], clock: FixedClock, *pictures: Any) -> OpenCvCamera:
    """A camera that has given these, a tenth of a second apart."""
    camera = OpenCvCamera(CameraSettings(source="0"), clock)
    camera.newest()
    for picture in pictures:
        _opened(fake).hand(picture)
        clock.advance(0.1)
    return camera


@pytest.mark.parametrize("pictures", [0, 5])
def test_a_camera_whose_driver_hangs_is_silent_within_two_seconds(
    fake: type[FakeCapture], clock: FixedClock, pictures: int
) -> None:
    with _seen(fake, clock, *(_gray(n) for n in range(pictures))) as camera:
        _opened(fake)
        camera.check()
        clock.advance(1.9)
        with pytest.raises(DeviceFault, match="camera 0 gives no picture") as caught:
            camera.check()
        assert caught.value.ailment is Ailment.SILENT
        fake.made[0].hand(_gray(1), _gray(2), _gray(3), _gray(4))
        assert camera.newest() is not None
        camera.check()


def test_a_camera_that_hangs_for_long_is_opened_again_but_not_for_ever(
    fake: type[FakeCapture], clock: FixedClock
) -> None:
    with _seen(fake, clock) as camera:
        for opened in (0, 1, 1):
            _opened(fake, opened).reads.get(timeout=10)
            _opened(fake, opened).reads.put(None)
            clock.advance(9)
            camera.newest()
            camera.newest()
        assert len(fake.made) == 2, "threads that hang are not piled up"


def test_a_frozen_picture_is_a_fault_and_no_picture(
    fake: type[FakeCapture], clock: FixedClock
) -> None:
    same = _gray(7)
    with _seen(fake, clock, *(same.copy() for _ in range(18))) as camera:
        camera.check()
        _opened(fake).hand(same.copy(), same.copy())
        with pytest.raises(DeviceFault, match="the very same picture") as caught:
            camera.check()
        assert caught.value.ailment is Ailment.STUCK
        assert camera.newest() is None
        moved = same.copy()
        moved[100, 3, 1] += 1
        _opened(fake).hand(moved)
        camera.check()
        assert camera.newest() is not None, "one value of one pixel is life"


def test_a_slow_camera_is_told_and_used(fake: type[FakeCapture], clock: FixedClock) -> None:
    with _seen(fake, clock) as camera:
        for number in range(3):
            _opened(fake).hand(_gray(number))
            clock.advance(0.8)
        with pytest.raises(DeviceFault, match="too few pictures") as caught:
            camera.check()
        assert caught.value.ailment is Ailment.SLOW
        assert camera.newest() is not None


def test_what_is_no_picture_is_told(fake: type[FakeCapture], clock: FixedClock) -> None:
    with _seen(fake, clock, _gray(1), np.zeros((120, 160), np.uint8)) as camera:
        with pytest.raises(DeviceFault, match="no picture") as caught:
            camera.check()
        assert caught.value.ailment is Ailment.BABBLING
        frame = camera.newest()
        assert frame is not None
        assert int(frame.image.mean()) == 1


def test_a_streams_password_is_not_told(fake: type[FakeCapture], clock: FixedClock) -> None:
    fake.plugged = False
    source = "rtsp://guard:secret@camera.example/stream?token=secret"
    with (
        OpenCvCamera(CameraSettings(source=source), clock) as camera,
        pytest.raises(DeviceFault, match=r"camera\.example/stream") as caught,
    ):
        _until_it_fails(camera)
    assert "secret" not in caught.value.diagnostics()


def test_a_camera_that_is_not_there_does_not_stop_the_gate_from_starting(
    clock: FixedClock,
) -> None:
    with OpenCvCamera(CameraSettings(source="63"), clock) as camera:
        for _ in range(2):
            with pytest.raises(DeviceFault, match="camera 63 can't be opened"):
                _until_it_fails(camera)


def test_a_broken_picture_is_named_once_and_skipped(tmp_path: Path, clock: FixedClock) -> None:
    cv2.imwrite(str(tmp_path / "1.png"), _gray(10))
    (tmp_path / "2.png").write_bytes(b"no picture")
    cv2.imwrite(str(tmp_path / "3.png"), _gray(30))
    settings = CameraSettings(source=str(tmp_path), pace="lockstep")
    with PicturesCamera(settings, clock) as camera:
        assert camera.newest() is not None
        with pytest.raises(DeviceFault, match=r"2\.png"):
            camera.newest()
        third = camera.newest()
        assert third is not None
        assert int(third.image.mean()) == 30
        assert camera.ended
        camera.rewind()
        assert camera.newest() is not None
        assert camera.newest() is None
        assert camera.newest() is not None


def test_a_folder_at_real_pace_shows_each_picture_for_its_time(
    tmp_path: Path, clock: FixedClock
) -> None:
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), _gray(10 * number))
    settings = CameraSettings(source=str(tmp_path), fps=2.0)
    with PicturesCamera(settings, clock) as camera:
        assert camera.newest() is not None
        assert camera.newest() is None
        clock.advance(30)
        second = camera.newest()
        assert second is not None
        assert int(second.image.mean()) == 10


def test_a_folder_without_pictures_is_named(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(DeviceFault, match="no pictures there"):
        PicturesCamera(CameraSettings(source=str(tmp_path)), clock)
