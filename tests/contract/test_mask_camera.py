"""The camera's mask sensor on real faces: whose mask it judges, when, and what it keeps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from checkpoint.domain.observation import Mask
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import MaskSettings
from kiosk.drivers.mask_camera.sensor import CameraMaskSensor
from kiosk.drivers.pictures import open_picture
from kiosk.ports import Box, Frame, Glimpse, Image
from tests.contract.at_once import AtOnce
from tests.contract.conftest import START

pytestmark = [pytest.mark.port("mask sensor"), pytest.mark.driver("camera")]
ASSETS = Path(__file__).parents[1] / "assets" / "mask"
FRAME = timedelta(seconds=1 / 10)


def _sensor(executor: Executor | None = None) -> CameraMaskSensor:
    return CameraMaskSensor(MaskSettings(driver="camera"), executor or AtOnce())


def _scene(*people: tuple[str, int, int, int], size: tuple[int, int] = (720, 1280)) -> Image:
    """A frame with each face (its picture, left, top, pixels wide) before a gray wall."""
    scene = np.full((*size, 3), 118, np.uint8)
    for name, left, top, side in people:
        face = open_picture(ASSETS / f"{name}.jpg")
        scene[top : top + side, left : left + side] = cv2.resize(face, (side, side))
    return scene


def _looks(
    sensor: CameraMaskSensor,
    image: Image | None,
    *,
    begin: datetime = START,
    frames: int = 12,
    since: datetime = START,
    code: Box | None = None,
) -> list[Mask | None]:
    """What the sensor says, asked once a frame."""
    answers = []
    for number in range(frames):
        at = begin + number * FRAME
        frame = Frame(image, round(at.timestamp() * 10), at) if image is not None else None
        answers.append(sensor.look(Glimpse(at, frame, since=since, code=code)))
    return answers


@pytest.mark.parametrize("name", ["worn", "worn-white", "incorrect", "none", "none-beard"])
def test_the_mask_of_the_person_at_the_gate(name: str) -> None:
    answers = _looks(_sensor(), _scene((name, 480, 180, 320)))
    assert answers[0] is None, "one frame is no answer"
    assert answers[-1] is Mask(name.split("-", 1)[0])


def test_not_the_person_behind() -> None:
    for near, far in (("none", "worn"), ("worn", "none")):
        scene = _scene((near, 700, 200, 360), (far, 250, 150, 160))
        assert _looks(_sensor(), scene)[-1] is Mask(near)
        beside_far = Box(300, 330, 90, 90)
        assert _looks(_sensor(), scene, code=beside_far)[-1] is Mask(near)


def test_of_two_side_by_side_the_one_at_the_code() -> None:
    scene = _scene(("none", 150, 180, 300), ("worn", 800, 180, 300))
    assert _looks(_sensor(), scene, code=Box(200, 520, 140, 140))[-1] is Mask.NONE
    assert _looks(_sensor(), scene, code=Box(880, 520, 140, 140))[-1] is Mask.WORN


def test_nobody_is_judged_from_afar() -> None:
    assert set(_looks(_sensor(), _scene(("worn", 600, 300, 60)))) == {None}


@pytest.mark.parametrize(
    "image",
    [
        None,
        np.zeros((720, 1280, 3), np.uint8),
        np.full((720, 1280, 3), 255, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((3, 4000, 3), np.uint8),
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((480, 640), np.uint8),
        np.random.default_rng(7).integers(0, 256, (720, 1280, 3)).astype(np.uint8),
    ],
    ids=["absent", "black", "white", "dot", "strip", "empty", "gray", "noise"],
)
def test_no_answer_where_there_is_no_face(image: Image | None) -> None:
    assert set(_looks(_sensor(), image)) == {None}


def test_an_enormous_picture_is_looked_at_small() -> None:
    huge = cv2.resize(_scene(("worn", 480, 180, 320)), (7680, 4320))
    assert _looks(_sensor(), np.asarray(huge, np.uint8))[-1] is Mask.WORN


def test_the_same_frame_again_is_no_further_opinion() -> None:
    sensor, scene = _sensor(), _scene(("worn", 480, 180, 320))
    frame = Frame(scene, 1, START)
    answers = [sensor.look(Glimpse(START + n * FRAME, frame, since=START)) for n in range(9)]
    assert set(answers) == {None}


def test_the_next_person_is_judged_anew() -> None:
    sensor = _sensor()
    assert _looks(sensor, _scene(("worn", 480, 180, 320)))[-1] is Mask.WORN
    later = START + timedelta(seconds=1.3)
    answers = _looks(sensor, _scene(("none", 480, 180, 320)), begin=later, since=later)
    assert answers[0] is None
    assert Mask.WORN not in answers
    assert answers[-1] is Mask.NONE


def test_another_face_in_the_same_place_takes_no_votes_along() -> None:
    sensor = _sensor()
    _looks(sensor, _scene(("worn", 100, 180, 320)))
    later = START + 12 * FRAME
    answers = _looks(sensor, _scene(("none", 800, 180, 320)), begin=later)
    assert answers[1] is None, "a face that jumps is another one"
    assert answers[-1] is Mask.NONE


class Held(Executor):
    """Does its work when told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        return future

    def work(self) -> None:
        for future, work in self.waiting:
            future.set_result(work())
        self.waiting = []


def test_the_gate_never_waits_and_frames_are_never_queued() -> None:
    held = Held()
    sensor = _sensor(held)
    assert set(_looks(sensor, _scene(("worn", 480, 180, 320)))) == {None}
    assert len(held.waiting) == 1


def test_a_look_begun_before_somebody_came_is_not_about_them() -> None:
    held = Held()
    sensor = _sensor(held)
    _looks(sensor, _scene(("worn", 480, 180, 320)), frames=1)
    later = START + FRAME
    _looks(sensor, _scene(("none", 480, 180, 320)), begin=later, since=later, frames=1)
    held.work()
    answers: list[Mask | None] = []
    for number in range(1, 12):
        at = later + number * FRAME
        answers = _looks(sensor, _scene(("none", 480, 180, 320)), begin=at, since=later, frames=1)
        held.work()
        assert answers[-1] in (None, Mask.NONE)
    assert answers[-1] is Mask.NONE


def test_what_fails_in_the_thread_is_told_to_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    sensor = _sensor()

    def broken(*args: object) -> None:
        raise DeviceFault("the network failed", remedy="start the gate again")

    monkeypatch.setattr(sensor._finder, "find", broken)
    frame = Frame(_scene(), 1, START)
    sensor.look(Glimpse(START, frame))
    with pytest.raises(DeviceFault, match="the network failed"):
        sensor.look(Glimpse(START, frame))


def test_a_look_that_does_not_end_is_known_within_two_seconds() -> None:
    held = Held()
    sensor = _sensor(held)
    scene = _scene(("worn", 480, 180, 320))
    assert set(_looks(sensor, scene, frames=17)) == {None}
    later = START + timedelta(seconds=1.8)
    with pytest.raises(DeviceFault, match="too long") as caught:
        _looks(sensor, scene, begin=later, frames=1)
    assert (caught.value.ailment, bool(caught.value.remedy)) == (Ailment.SLOW, True)
    with pytest.raises(DeviceFault, match="too long"):
        sensor.check()
    held.work()
    sensor.check()
    assert _looks(sensor, scene, begin=later, frames=1) == [None]


def test_its_own_thread_ends_when_it_is_closed() -> None:
    sensor = CameraMaskSensor(MaskSettings(driver="camera"))
    with sensor:
        _looks(sensor, _scene(("worn", 480, 180, 320)), frames=3)
    sensor.close()


_WRITES: list[object] = []
_WATCHED = {"open", "os.mkdir", "os.rename", "socket.connect", "socket.sendto", "subprocess.Popen"}
_watching = False


def _watch(event: str, args: tuple[object, ...]) -> None:
    if not _watching or event not in _WATCHED:
        return
    reads = event == "open" and isinstance(args[1], str) and not set(args[1]) & set("wax+")
    if not reads:
        _WRITES.append((event, args))


@contextmanager
def _observed() -> Iterator[list[object]]:
    global _watching  # noqa: PLW0603 - an audit hook can't be taken away again
    if _watch not in _HOOKS:
        sys.addaudithook(_watch)
        _HOOKS.append(_watch)
    _WRITES.clear()
    _watching = True
    yield _WRITES
    _watching = False


_HOOKS: list[object] = []


def test_no_frame_is_written_and_nothing_leaves_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    scene = _scene(("none", 480, 180, 320))
    with _observed() as writes:
        (tmp_path / "seen.txt").write_text("the watch is awake", encoding="utf-8")
        assert len(writes) == 1
        with _sensor() as sensor:
            assert _looks(sensor, scene)[-1] is Mask.NONE
    assert len(writes) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["seen.txt"]
