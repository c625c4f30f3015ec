"""What the mask classifier is shown: the same for the same seed, and labelled as it looks."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.drivers.mask_camera import judge
from training import painting
from training.assess import scores
from training.crops import (
    CLASSES,
    INCORRECT,
    NONE,
    SIDE,
    WORN,
    Crop,
    leaving_out,
    load,
    source_of,
    sources,
)
from training.dyeing import dyed
from training.grafting import graft
from training.lessons import Lessons
from training.weather import INPUT, seen_by_chance, seen_plainly

ASSETS = Path(__file__).parents[1] / "assets" / "mask"
POINTS = np.array([[44, 54], [84, 54], [64, 76], [48, 92], [80, 92]], np.float32)
LANDMARKS = "landmarks_xy_in_crop(5: eye_r eye_l nose mouth_r mouth_l)"


def _crop(name: str, *, source: str = "here", drawn: bool = False) -> Crop:
    image = np.asarray(cv2.imread(str(ASSETS / f"{name}.jpg")), np.uint8)
    label = CLASSES.index(name.split("-", 1)[0])
    return Crop(image, label, source, drawn, POINTS, name)


def _crops() -> list[Crop]:
    return [_crop(path.stem) for path in sorted(ASSETS.glob("*.jpg"))]


def test_the_gate_and_the_training_mean_the_same() -> None:
    assert tuple(mask.value for mask in judge.CLASSES) == CLASSES
    assert judge.INPUT == INPUT


def test_the_manifest_is_read(tmp_path: Path) -> None:
    (tmp_path / "worn.jpg").write_bytes((ASSETS / "worn.jpg").read_bytes())
    numbers = " ".join(f"{value:g}" for value in POINTS.ravel())
    rows = (
        f"file,class,kind,source_repo,original_path,{LANDMARKS}\n"
        f"worn.jpg,worn,real,somebody/pictures,a/b.jpg,{numbers}\n"
        "worn.jpg,worn,synthetic-ok,chandrikadeb7/Faces,with/0_0_name_1.jpg,\n"
    )
    (tmp_path / "manifest.csv").write_text(rows, encoding="utf-8")
    first, second = load(tmp_path)
    assert (first.label, first.source, first.drawn) == (WORN, "kaggle", False)
    assert first.points is not None
    assert np.array_equal(first.points, POINTS)
    assert (second.source, second.drawn, second.points) == ("named", True, None)
    assert first.image.shape == (SIDE, SIDE, 3)
    (tmp_path / "worn.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"worn\.jpg"):
        load(tmp_path)


def test_sources_are_told_by_repository_and_name() -> None:
    assert source_of("chandrikadeb7/Face-Mask-Detection", "a/0_0_anybody_0012.jpg") == "named"
    assert source_of("chandrikadeb7/Face-Mask-Detection", "a/with_mask12.jpg") == "web"
    assert source_of("anybody/else", "a/0_0_anybody_0012.jpg") == "kaggle"


def test_a_source_left_out_is_tried_on_its_photographs_alone() -> None:
    crops = [_crop("worn"), _crop("none", source="x"), _crop("worn", source="x", drawn=True)]
    known, tried = leaving_out(crops, "x")
    assert sources(crops) == ["here", "x"]
    assert [crop.source for crop in known] == ["here"]
    assert [crop.drawn for crop in tried] == [False]


@pytest.mark.parametrize(
    ("upper", "lower", "labels"),
    [
        ("none", "worn", {WORN, INCORRECT}),
        ("none", "none-beard", {NONE}),
        ("worn", "worn-white", {WORN}),
    ],
)
def test_a_graft_is_labelled_by_what_it_is_made_of(
    upper: str, lower: str, labels: set[int]
) -> None:
    chance = np.random.default_rng(1)
    made = [graft(_crop(upper), _crop(lower), chance) for _ in range(30)]
    grafts = [one for one in made if one is not None]
    assert len(grafts) == 30
    assert {label for _, label in grafts} == labels
    for image, _ in grafts:
        assert image.shape == (SIDE, SIDE, 3)
        brow = image[:20].astype(int) - _crop(upper).image[:20]
        assert np.abs(brow).max() < 6, "the brow is the upper one's"


def test_a_bare_mouth_under_a_mask_is_nobodys_face() -> None:
    assert graft(_crop("worn"), _crop("none"), np.random.default_rng(1)) is None


@pytest.mark.parametrize("paint", [painting.hand, painting.beard, painting.scarf])
def test_impostors_cover_something_and_never_the_whole(paint: painting.Paint) -> None:
    face = _crop("none")
    chance = np.random.default_rng(2)
    for _ in range(10):
        painted = paint(face, chance)
        assert painted is not None
        changed = (np.abs(painted.astype(int) - face.image) > 12).any(2).mean()
        assert 0.005 < changed < 0.7


def test_a_dyed_mask_keeps_the_upper_face() -> None:
    face = _crop("worn")
    other = dyed(face, np.random.default_rng(3))
    assert np.array_equal(other[:40], face.image[:40])
    assert not np.array_equal(other[80:110], face.image[80:110])


def test_the_same_seed_gives_the_same_lessons() -> None:
    first, again, other = (Lessons(_crops(), seed).batch(16) for seed in (5, 5, 6))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])
    assert first[0].shape == (16, INPUT, INPUT, 3)


def test_every_class_is_taught() -> None:
    labels = Lessons(_crops(), 1).batch(200)[1]
    shares = np.bincount(labels, minlength=3) / 200
    assert shares.min() > 0.12


def test_weather_keeps_the_form() -> None:
    chance = np.random.default_rng(4)
    face = _crop("worn").image
    seen = [seen_by_chance(face, chance) for _ in range(60)]
    assert {one.shape for one in seen} == {(INPUT, INPUT, 3)}
    assert {one.dtype for one in seen} == {np.dtype(np.uint8)}
    assert seen_plainly(face).shape == (INPUT, INPUT, 3)


def test_scores_count_what_was_said() -> None:
    shares = np.array([[0.8, 0.1, 0.1], [0.4, 0.5, 0.1], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]])
    found = scores(shares, [WORN, WORN, INCORRECT, NONE])
    assert found["confusion"] == [[1, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert found["worn_or_not"] == 0.5
    assert found["worn_from"]["0.7"] == {"worn": 0.5, "false_worn": 0.0}
