"""Every camera of the registry keeps its port's promises."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import DeviceFault
from kiosk.config import CameraSettings
from kiosk.drivers import registry
from kiosk.ports import Camera, Frame
from tests.contract.conftest import PICTURES, START

pytestmark = pytest.mark.port("camera")

SettingsFor = Callable[[str], CameraSettings]
every_camera = pytest.mark.parametrize("name", sorted(set(registry.CAMERAS) - {"none"}))


def _opened(name: str, settings: CameraSettings, clock: FixedClock) -> Camera:
    camera: Camera = registry.load(registry.CAMERAS, name)(settings, clock)
    return camera


def _all(camera: Camera) -> list[Frame]:
    frames = []
    while not camera.ended:
        frame = camera.newest()
        if frame is not None:
            frames.append(frame)
    return frames


@every_camera
def test_is_named_as_in_the_configuration(
    name: str, settings_for: SettingsFor, clock: FixedClock
) -> None:
    with _opened(name, settings_for(name), clock) as camera:
        assert camera.name == name
        assert camera.simulated, "what is played is not what stands at the gate"


@every_camera
def test_closes_twice_and_then_gives_nothing(
    name: str, settings_for: SettingsFor, clock: FixedClock
) -> None:
    camera = _opened(name, settings_for(name), clock)
    with camera:
        assert camera.newest() is not None
    camera.close()
    assert camera.newest() is None


@every_camera
def test_lockstep_gives_every_picture_at_its_time(
    name: str, settings_for: SettingsFor, clock: FixedClock
) -> None:
    with _opened(name, settings_for(name), clock) as camera:
        frames = _all(camera)
    assert [f.number for f in frames] == list(range(PICTURES))
    assert [round(float(f.image.mean()) / 30) for f in frames] == list(range(PICTURES))
    for frame in frames:
        assert abs(frame.at - START - timedelta(seconds=frame.number / 12)) < timedelta(
            milliseconds=1
        )


@every_camera
def test_ends_and_begins_again_with_growing_numbers_and_times(
    name: str, settings_for: SettingsFor, clock: FixedClock
) -> None:
    with _opened(name, settings_for(name), clock) as camera:
        first = _all(camera)
        assert camera.newest() is None
        camera.rewind()
        assert not camera.ended
        again = _all(camera)
    assert [f.number for f in again] == list(range(PICTURES, 2 * PICTURES))
    assert again[0].at > first[-1].at


@every_camera
def test_a_missing_source_names_itself_and_a_remedy(
    name: str, tmp_path: Path, clock: FixedClock
) -> None:
    source = tmp_path / "nowhere.mp4"
    with pytest.raises(DeviceFault, match=r"nowhere\.mp4") as caught:
        _opened(name, CameraSettings(source=str(source)), clock)
    assert caught.value.remedy


def test_no_camera_has_no_picture_and_never_ends(clock: FixedClock) -> None:
    with _opened("none", CameraSettings(), clock) as camera:
        assert (camera.name, camera.simulated) == ("none", False)
        camera.rewind()
        assert (camera.newest(), camera.ended) == (None, False)
