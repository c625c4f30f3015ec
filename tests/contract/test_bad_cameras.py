"""A live camera that fails is known within two seconds: against a real stream of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment
from kiosk.config import CameraSettings
from kiosk.drivers.cameras.live import Live
from kiosk.drivers.cameras.opencv import OpenCvCamera
from tests.contract.ailing import SOON_S, ailment_of, until
from tests.contract.streams import Stream, stream

pytestmark = [pytest.mark.port("camera"), pytest.mark.driver("opencv")]


@contextmanager
def _watched(clock: FixedClock, stands: Stream) -> Iterator[OpenCvCamera]:
    """A camera that works: pictures come, and time passes with them."""
    with OpenCvCamera(CameraSettings(source=stands.address), clock) as camera:
        for _ in range(30):
            until(camera.newest)
            clock.advance(0.1)
        until(camera.newest)
        camera.check()
        yield camera


def _ailment(camera: OpenCvCamera) -> Ailment | None:
    return ailment_of(camera.newest, camera.check)


def _took(camera: OpenCvCamera) -> bool:
    """Whether the camera's thread has another picture, which is taken here."""
    assert isinstance(camera._inner, Live)
    grabber = camera._inner._grabber
    return grabber is not None and grabber.take() is not None


def _well(camera: OpenCvCamera, clock: FixedClock) -> bool:
    """Whether it works again, as time goes on."""
    clock.advance(0.05)
    return camera.newest() is not None and _ailment(camera) is None


def test_unplugged(clock: FixedClock) -> None:
    with stream() as stands, _watched(clock, stands) as camera:
        stands.mood = "gone"
        until(lambda: _ailment(camera) is Ailment.LOST)
        stands.mood = "well"
        until(lambda: _well(camera, clock))


def test_silent(clock: FixedClock) -> None:
    with stream() as stands, _watched(clock, stands) as camera:
        stands.mood = "silent"
        clock.advance(SOON_S)
        until(lambda: _ailment(camera) is Ailment.SILENT)
        stands.mood = "well"
        until(lambda: _well(camera, clock))


def test_the_same_for_ever(clock: FixedClock) -> None:
    with stream() as stands, _watched(clock, stands) as camera:
        stands.mood = "frozen"
        begun = clock.monotonic()
        while _ailment(camera) is not Ailment.STUCK:
            assert clock.monotonic() - begun < 2.5
            until(lambda: _took(camera))
            clock.advance(0.1)
        assert camera.newest() is None, "what is frozen is not there"
        stands.mood = "well"
        until(lambda: _well(camera, clock))


def test_slow(clock: FixedClock) -> None:
    with stream() as stands, _watched(clock, stands) as camera:
        stands.mood = "slow"
        until(lambda: not _took(camera))
        for _ in range(3):
            clock.advance(0.7)
            stands.more.set()
            until(lambda: _took(camera))
        assert _ailment(camera) is Ailment.SLOW
        stands.mood = "well"
        until(lambda: _well(camera, clock))


def test_babbling(clock: FixedClock) -> None:
    with stream() as stands, _watched(clock, stands) as camera:
        stands.mood = "babbling"
        until(lambda: not _took(camera))
        clock.advance(SOON_S)
        until(lambda: _ailment(camera) in {Ailment.SILENT, Ailment.LOST})
        stands.mood = "well"
        until(lambda: _well(camera, clock))
