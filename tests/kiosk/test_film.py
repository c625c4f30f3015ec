"""The demonstration film: what was drawn is found again in its pixels."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checkpoint.clock import FixedClock, SystemClock
from checkpoint.domain.observation import Mask
from checkpoint.errors import DeviceFault, SettingError
from kiosk.config import CameraSettings, MaskSettings, ReaderSettings, ThermometerSettings
from kiosk.drivers.cameras.opencv import OpenCvCamera
from kiosk.drivers.on_film import FilmMaskSensor, FilmThermometer
from kiosk.drivers.readers import CascadeReader
from kiosk.film import render
from kiosk.film.staging import EMPTY, SCENE_PICTURES
from kiosk.ports import Frame, Glimpse

TEXT = "SB1:" + "6BF4%*-OF/ZL2$XK:7GQ" * 10
SCENES: list[dict[str, Any]] = [
    {
        "who": "王小明",
        "carries": "printed",
        "text": TEXT + "A",
        "temperature_c": 36.5,
        "mask": "worn",
    },
    {
        "who": "欧阳震华",
        "carries": "phone",
        "text": TEXT + "B",
        "temperature_c": 38.6,
        "mask": "incorrect",
    },
    {
        "who": "Bob",
        "carries": "nothing",
        "text": None,
        "temperature_c": None,
        "mask": "none",
        "vehicle": True,
    },
]


@dataclass
class Seen:
    """What reader and sensors said during one scene."""

    texts: set[str] = field(default_factory=set)
    celsius: list[float] = field(default_factory=list)
    masks: set[Mask] = field(default_factory=set)


def _script(folder: Path, **changes: Any) -> Path:
    path = folder / "script.json"
    script = {"seed": 7, "zone_note": "示范厂 1号门", "scenes": SCENES} | changes
    path.write_text(json.dumps(script), encoding="utf-8")
    return path


def _frames(path: Path) -> Iterator[Frame]:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    settings = CameraSettings(source=str(path), pace="lockstep")
    with OpenCvCamera(settings, clock) as camera:
        while not camera.ended:
            frame = camera.newest()
            if frame is not None:
                yield frame


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    done: list[tuple[int, int]] = []
    render(_script(folder), folder / "film.mp4", lambda n, total: done.append((n, total)))
    pictures = len(SCENES) * SCENE_PICTURES
    assert done == [(n, pictures) for n in range(1, pictures + 1)]
    return folder / "film.mp4"


@pytest.fixture(scope="module")
def seen(film: Path) -> list[Seen]:
    reader = CascadeReader(ReaderSettings())
    thermometer = FilmThermometer(ThermometerSettings(), SystemClock())
    mask_sensor = FilmMaskSensor(MaskSettings())
    scenes = [Seen() for _ in SCENES]
    for frame in _frames(film):
        scene, place = divmod(frame.number, SCENE_PICTURES)
        glimpse = Glimpse(frame.at, frame)
        text = reader.read(frame.image) if place % 2 else None
        reading, mask = thermometer.measure(glimpse), mask_sensor.look(glimpse)
        scenes[scene].texts |= {text} if text else set()
        scenes[scene].celsius += [reading.corrected_c / 100] if reading else []
        scenes[scene].masks |= {mask} if mask else set()
        if place > SCENE_PICTURES - EMPTY:
            assert (text, reading, mask) == (None, None, None), "nobody is at the empty gate"
    return scenes


@pytest.mark.parametrize("number", range(len(SCENES)))
def test_the_texts_are_read(number: int, seen: list[Seen]) -> None:
    text = SCENES[number]["text"]
    assert seen[number].texts == ({text} if text else set())


@pytest.mark.parametrize("number", range(len(SCENES)))
def test_the_temperatures_are_read(number: int, seen: list[Seen]) -> None:
    celsius = SCENES[number]["temperature_c"]
    readings = seen[number].celsius
    assert bool(readings) is (celsius is not None)
    assert all(abs(reading - celsius) <= 0.15 for reading in readings)


@pytest.mark.parametrize("number", range(len(SCENES)))
def test_the_masks_are_judged(number: int, seen: list[Seen]) -> None:
    assert seen[number].masks == {Mask(SCENES[number]["mask"])}


def test_a_sensor_answers_a_second_time_from_new_pictures_only(film: Path) -> None:
    thermometer = FilmThermometer(ThermometerSettings(), SystemClock())
    answers = []
    for frame in _frames(film):
        for _ in range(3):
            reading = thermometer.measure(Glimpse(frame.at, frame))
            answers += [frame.number] if reading else []
        if len(answers) == 3:
            break
    assert answers == [answers[0], answers[0] + 4, answers[0] + 8]


def test_the_same_script_gives_the_same_film(tmp_path: Path) -> None:
    script = _script(tmp_path, scenes=SCENES[:1])
    for name in ("one.mp4", "two.mp4"):
        render(script, tmp_path / name)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()
    assert (tmp_path / "one.mp4").stat().st_size < 2_000_000


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scenes": []}, "scenes"),
        ({"scenes": [SCENES[0] | {"mask": "blue"}]}, "scenes.0.mask"),
        ({"scenes": [SCENES[0] | {"temperature_c": "hot"}]}, "scenes.0.temperature_c"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_wrong_script_is_named(changes: dict[str, Any], named: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=named):
        render(_script(tmp_path, **changes), tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()


def test_a_missing_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"nowhere\.json"):
        render(tmp_path / "nowhere.json", tmp_path / "film.mp4")


def test_a_text_too_long_for_any_code_leaves_no_film(tmp_path: Path) -> None:
    scene = SCENES[0] | {"text": "字" * 1500}
    with pytest.raises(SettingError, match="1500 characters"):
        render(_script(tmp_path, scenes=[scene]), tmp_path / "film.mp4")
    assert not list(tmp_path.glob("*film*"))


def test_a_file_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeviceFault, match="file"):
        render(_script(tmp_path), tmp_path / "file" / "film.mp4")
    with pytest.raises(SettingError, match=r"film\.gif"):
        render(_script(tmp_path), tmp_path / "film.gif")
