"""A gate whose camera judges masks: from pictures of a person with a pass to the entry."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import qrcode

from checkpoint.clock import SystemClock
from checkpoint.credential import issue
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.keys import SigningKey
from kiosk.feed import Feed
from kiosk.ports import Image

ROOT = Path(__file__).parents[2]
FACES = ROOT / "tests" / "assets" / "mask"
FRAMES = 45
SETTINGS = """\
folder = "gate"
[camera]
driver = "pictures"
source = "pictures"
fps = 15
[gate]
mask_timeout_s = 4
verdict_s = 0.3
[thermometer]
driver = "simulated"
[mask]
driver = "camera"
"""


def _pass_of(folder: Path) -> str:
    """A pass that the stand-alone gate in a folder believes; the folder is made."""
    with Feed.open(folder, SystemClock()).journal:
        key, now = SigningKey.load(folder / "keys" / "issuer.json"), SystemClock().now()
    owner = key.trusted.owner
    claims = (fresh_id(), PassKind.WORKER, owner, owner, fresh_id(), "Wang Wu (fictional)", "123X")
    begun = now - timedelta(days=1)
    return issue(HealthPass(*claims, begun, begun, now + timedelta(days=30)), key)


def _scene(face: str, text: str) -> Image:
    """Somebody before a wall who holds up a pass; somebody else far behind, masked."""
    scene = np.full((720, 1280, 3), 118, np.uint8)
    for name, left, top, side in ((face, 420, 60, 340), ("worn", 80, 200, 130)):
        photo = cv2.imread(str(FACES / f"{name}.jpg"))
        assert photo is not None
        scene[top : top + side, left : left + side] = cv2.resize(photo, (side, side))
    code = qrcode.QRCode(border=4, box_size=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    dark = np.kron(np.array(code.get_matrix()), np.ones((4, 4), bool))
    paper = np.where(dark, 0, 255).astype(np.uint8)
    height, width = paper.shape
    scene[430 : 430 + height, 800 : 800 + width] = paper[:, :, None]
    return scene


def _judged(folder: Path, face: str) -> dict[str, Any]:
    pictures = folder / "pictures"
    pictures.mkdir()
    scene = _scene(face, _pass_of(folder / "gate"))
    for number in range(FRAMES):
        cv2.imwrite(str(pictures / f"{number:03}.jpg"), scene)
    (folder / "kiosk.toml").write_text(SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "kiosk", "run", "--headless", "--until-end", "--config"]
    done = subprocess.run(
        [*command, str(folder / "kiosk.toml")],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (decided,) = [line for line in lines if line["outcome"]]
    return dict(decided)


@pytest.mark.parametrize(
    ("face", "outcome", "reasons"),
    [
        ("worn-white", "ADMIT", ["ok"]),
        ("none-beard", "DENY", ["no_mask"]),
        ("incorrect", "REFER", ["mask_incorrect"]),
    ],
)
def test_the_person_with_the_pass_is_judged_and_not_the_one_behind(
    tmp_path: Path, face: str, outcome: str, reasons: list[str]
) -> None:
    decided = _judged(tmp_path, face)
    assert (decided["outcome"], decided["reasons"]) == (outcome, reasons)
