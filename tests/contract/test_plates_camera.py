"""The camera reads plates: by several pictures, over a pipe, in an environment of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pylopdf_fonts_zh_cn
import pytest
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from checkpoint.clock import FixedClock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import PlateSettings
from kiosk.drivers.plates.camera import PATIENCE_S, CameraPlateReader
from kiosk.drivers.plates.process import ENVIRONMENT
from kiosk.ports import Frame, Glimpse, Image, PlateReading
from tests.contract.at_once import AtOnce
from tests.contract.conftest import START
from tests.contract.plates_process import SAYS

STAND_IN = (sys.executable, "-m", "tests.contract.plates_process")
NOTHING, FIRST, SECOND, SMALLER, NONSENSE, HALF, ENDS, HANGS = range(len(SAYS))


class Lane:
    """A reader before which pictures are held, one every tenth of a second."""

    def __init__(self, reader: CameraPlateReader, clock: FixedClock) -> None:
        self.reader, self.clock = reader, clock
        self.number = 0

    def show(self, *says: int, since: int = 0) -> list[PlateReading | None]:
        """What is answered to each picture."""
        return [self.look(np.full((90, 160, 3), say, np.uint8), since) for say in says]

    def look(self, image: Image, since: int = 0) -> PlateReading | None:
        self.clock.advance(0.1)
        self.number += 1
        now = self.clock.now()
        frame = Frame(image, self.number, now)
        self.reader.look(Glimpse(now, frame, since=START + timedelta(seconds=since)))
        return self.reader.look(Glimpse(now, frame, since=START + timedelta(seconds=since)))


@pytest.fixture
def lane(clock: FixedClock) -> Iterator[Lane]:
    with CameraPlateReader(PlateSettings(), clock, STAND_IN, AtOnce()) as reader:
        yield Lane(reader, clock)


def test_a_plate_is_read_once_several_pictures_agree(lane: Lane) -> None:
    answers = lane.show(NOTHING, FIRST, FIRST, NOTHING, FIRST)
    assert answers[:-1] == [None] * 4
    assert answers[-1] is not None
    assert (answers[-1].text, round(answers[-1].confidence, 6)) == ("京A12345", 0.99)


def test_pictures_that_disagree_are_no_reading(lane: Lane) -> None:
    assert lane.show(FIRST, SECOND, FIRST, SECOND, FIRST) == [None] * 5


def test_another_vehicle_is_read_anew(lane: Lane) -> None:
    lane.show(FIRST, FIRST, FIRST)
    assert lane.show(SECOND, SECOND, since=9) == [None, None]
    (answer,) = lane.show(SECOND, since=9)
    assert answer is not None
    assert answer.text == "京A99995"


def test_the_nearest_that_is_a_plate_is_read(lane: Lane) -> None:
    *_, answer = lane.show(SMALLER, SMALLER, SMALLER)
    assert answer is not None
    assert answer.text == "京B11111"


def test_the_same_picture_is_looked_at_once(lane: Lane) -> None:
    frame = Frame(np.full((90, 160, 3), FIRST, np.uint8), 7, START)
    assert {lane.reader.look(Glimpse(START, frame)) for _ in range(9)} == {None}


@pytest.mark.parametrize(
    ("say", "ailment"),
    [(NONSENSE, Ailment.BABBLING), (HALF, Ailment.BABBLING), (ENDS, Ailment.FAILED)],
)
def test_a_process_that_fails_is_a_fault_until_it_works_again(
    lane: Lane, say: int, ailment: Ailment
) -> None:
    lane.show(say)
    with pytest.raises(DeviceFault) as caught:
        lane.reader.check()
    assert (caught.value.ailment, bool(caught.value.remedy)) == (ailment, True)
    *_, answer = lane.show(FIRST, FIRST, FIRST)
    assert answer is not None
    lane.reader.check()


def test_a_process_that_hangs_is_ended_and_the_gate_waits_for_nothing(clock: FixedClock) -> None:
    with CameraPlateReader(PlateSettings(), clock, STAND_IN) as reader:
        frame = Frame(np.full((90, 160, 3), HANGS, np.uint8), 1, START)
        assert reader.look(Glimpse(START, frame)) is None
        clock.advance(PATIENCE_S + 1)
        with pytest.raises(DeviceFault) as caught:
            reader.check()
        assert caught.value.ailment is Ailment.SILENT


def test_without_its_environment_it_is_a_fault_with_a_remedy(clock: FixedClock) -> None:
    settings = PlateSettings(python="/no/such/python")
    with CameraPlateReader(settings, clock, looks=AtOnce()) as reader:
        reader.check()
        with pytest.raises(DeviceFault, match="is not there") as caught:
            reader.check()
    assert "setup/venv.sh plates" in caught.value.remedy
    assert caught.value.ailment is Ailment.LOST


def test_an_environment_without_the_networks_is_a_fault_though_nobody_comes(
    clock: FixedClock,
) -> None:
    settings = PlateSettings(python=sys.executable)
    with CameraPlateReader(settings, clock, looks=AtOnce()) as reader:
        reader.check()
        with pytest.raises(DeviceFault, match="can't be started: No module named"):
            reader.check()


def _drawn(text: str) -> Image:
    """A blue plate of 440 × 140 mm on a gray vehicle, 220 pixels wide."""
    font = ImageFont.truetype(str(_font()), 86)
    plate = Drawing.new("RGB", (440, 140), (20, 60, 160))
    pen = ImageDraw.Draw(plate)
    pen.rectangle((4, 4, 435, 135), outline="white", width=4)
    for number, letter in enumerate(text):
        left = 14 + 57 * number + (22 if number > 1 else 0)
        pen.text((left + 26, 68), letter, font=font, fill="white", anchor="mm")
    scene = np.full((720, 1280, 3), 120, np.uint8)
    scene[:360] = (150, 140, 130)
    small = cv2.resize(np.asarray(plate)[:, :, ::-1], (220, 70), interpolation=cv2.INTER_AREA)
    scene[460:530, 520:740] = small
    return np.asarray(cv2.GaussianBlur(scene, (3, 3), 0), np.uint8)


def _font() -> Path:
    (found, *_) = sorted(Path(pylopdf_fonts_zh_cn.__file__).parent.rglob("*.[ot]tf"))
    return found


def test_the_real_networks_read_a_drawn_plate(clock: FixedClock) -> None:
    assert ENVIRONMENT.exists(), "run setup/venv.sh plates"
    with CameraPlateReader(PlateSettings(), clock, looks=AtOnce()) as reader:
        lane = Lane(reader, clock)
        answers = [lane.look(_drawn("京A82365")) for _ in range(3)]
        assert answers[-1] is not None
        assert answers[-1].text == "京A82365"
        assert lane.look(np.full((720, 1280, 3), 90, np.uint8), since=5) is None
