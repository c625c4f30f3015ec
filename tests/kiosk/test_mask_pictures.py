"""The masks in picture files that may be anything."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from checkpoint.errors import DeviceFault
from kiosk.drivers.mask_camera import faces
from kiosk.drivers.mask_camera.faces import FaceFinder
from kiosk.drivers.mask_camera.judge import MARGIN, MaskJudge, square
from kiosk.drivers.mask_camera.shrinking import resized
from kiosk.drivers.mask_camera.still import StillSight
from kiosk.ports import Box, Image

ASSETS = Path(__file__).parents[1] / "assets" / "mask"
EVERY = sorted(ASSETS.glob("*.jpg"))


@pytest.fixture(scope="module")
def sight() -> StillSight:
    return StillSight()


def _picture(path: Path) -> Image:
    return np.asarray(cv2.imread(str(path)), np.uint8)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_cut_out_face_is_one_face_and_judged(sight: StillSight, path: Path) -> None:
    found = sight.look(path)
    assert found["file"] == str(path)
    (face,) = found["faces"]
    assert face["mask"] == path.stem.split("-")[0]
    assert 1 / 3 <= face["confidence"] <= 1
    x, y, width, height = face["box"]
    assert width > 40
    assert height > 40
    assert -20 < x < 64
    assert -20 < y < 64
    assert found["ms"] > 0


@pytest.mark.parametrize("side", [56, 102, 128, 400])
def test_the_size_of_the_cut_does_not_matter(sight: StillSight, side: int, tmp_path: Path) -> None:
    tight = cv2.resize(_picture(ASSETS / "none.jpg")[13:115, 13:115], (side, side))
    cv2.imwrite(str(tmp_path / "face.png"), tight)
    assert [face["mask"] for face in sight.look(tmp_path / "face.png")["faces"]] == ["none"]


def test_each_face_of_a_large_photograph_the_widest_first(
    sight: StillSight, tmp_path: Path
) -> None:
    scene = np.full((1500, 3000, 3), 120, np.uint8)
    scene[400:912, 300:812] = cv2.resize(_picture(ASSETS / "none-beard.jpg"), (512, 512))
    scene[700:1000, 1900:2200] = cv2.resize(_picture(ASSETS / "worn.jpg"), (300, 300))
    cv2.imwrite(str(tmp_path / "two.jpg"), scene)
    found = sight.look(tmp_path / "two.jpg")["faces"]
    assert [face["mask"] for face in found] == ["none", "worn"]
    assert 300 < found[0]["box"][0] + found[0]["box"][2] / 2 < 812
    assert 1900 < found[1]["box"][0] + found[1]["box"][2] / 2 < 2200


@pytest.mark.parametrize("shape", [(1, 1), (7, 400), (240, 320), (128, 128), (2000, 3000)])
def test_a_picture_of_nobody_has_no_face(
    sight: StillSight, shape: tuple[int, int], tmp_path: Path
) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (*shape, 3)).astype(np.uint8)
    for name, image in (("black", noise * 0), ("gray", noise * 0 + 140), ("noise", noise)):
        path = tmp_path / f"{name}.png"
        cv2.imwrite(str(path), image)
        assert sight.look(path)["faces"] == [], name


def test_what_can_not_be_read_is_an_error(sight: StillSight, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "words.png").write_text("no picture", encoding="utf-8")
    whole = EVERY[0].read_bytes()
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 3])
    for name in ("empty.png", "words.png", "half.jpg", "missing.png"):
        found = sight.look(tmp_path / name)
        assert found["error"]
        assert "faces" not in found


def test_one_line_a_file_and_exit_1_when_one_is_no_picture(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for path in EVERY[:2]:
        shutil.copy(path, folder)
    (tmp_path / "no.txt").write_text("no picture", encoding="utf-8")
    command = [sys.executable, "-m", "kiosk", "mask", str(folder), str(tmp_path / "no.txt")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["file"]).name for line in lines] == [EVERY[0].name, EVERY[1].name, "no.txt"]
    assert [line.get("error") for line in lines] == [None, None, "is no picture, or a damaged one"]
    assert done.returncode == 1


def test_a_square_goes_on_beyond_the_edge() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    image[:, :100] = 255
    for box in (Box(-30, -30, 60, 60), Box(0, 0, 200, 100), Box(500, 500, 10, 10)):
        assert square(image, box).shape == (80, 80, 3)
    assert square(image, Box(-30, -30, 60, 60)).min() == 255
    half = square(image, Box(100 - 40, 10, 80, 80))
    assert half[:, :38].min() == 255
    assert half[:, 42:].max() == 0
    assert MARGIN > 1


def test_the_shares_of_an_opinion_add_up() -> None:
    opinions = MaskJudge().judge(_picture(EVERY[0]), [Box(10, 10, 100, 100), Box(0, 0, 50, 60)])
    assert len(opinions) == 2
    for opinion in opinions:
        assert sum(opinion.shares.values()) == pytest.approx(1, abs=1e-4)
        assert opinion.shares[opinion.likeliest] == max(opinion.shares.values())


def test_weights_that_are_missing_or_strange_are_a_fault_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(faces, "PACKAGE", "no_such_package")
    with pytest.raises(DeviceFault, match="not installed") as absent:
        FaceFinder()
    assert "requirements-weights.txt" in absent.value.remedy
    monkeypatch.setattr(faces, "PACKAGE", "kiosk")
    with pytest.raises(DeviceFault, match="No such file"):
        FaceFinder()
    monkeypatch.setattr(faces, "FILE", "__init__.py")
    with pytest.raises(DeviceFault, match="not the weights"):
        FaceFinder()


@pytest.mark.parametrize("shape", [(720, 1280), (721, 1279), (90, 500), (80, 80), (33, 20)])
def test_a_picture_of_another_size_looks_the_same(shape: tuple[int, int]) -> None:
    whole = cv2.resize(_picture(EVERY[0]), shape[::-1], interpolation=cv2.INTER_CUBIC)
    plain = cv2.resize(whole, (64, 48), interpolation=cv2.INTER_AREA)
    ours = resized(np.asarray(whole, np.uint8), 64, 48)
    assert ours.shape == (48, 64, 3)
    assert np.abs(ours.astype(int) - plain).mean() < 3
