"""From opinions on frames to a judgement: several must agree, over some time, on one person."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.domain.observation import Mask
from kiosk.drivers.mask_camera.faces import Face
from kiosk.drivers.mask_camera.judge import CLASSES, Opinion
from kiosk.drivers.mask_camera.person import BEHIND, at_the_code, same_face
from kiosk.drivers.mask_camera.votes import (
    AGREE,
    ENOUGH,
    FRAMES,
    GAP,
    SPAN,
    WORN_FROM,
    Votes,
    spoken,
)
from kiosk.ports import Box

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
STEP = timedelta(seconds=0.1)


def _opinion(mask: Mask, share: float = 0.9) -> Opinion:
    rest = (1 - share) / 2
    return Opinion(*(share if each is mask else rest for each in CLASSES))


def _counted(opinions: list[Opinion], step: timedelta = STEP) -> Votes:
    votes = Votes()
    for number, opinion in enumerate(opinions):
        votes.cast(START + number * step, opinion)
    return votes


opinions = st.tuples(*[st.floats(0.001, 1)] * 3).map(lambda s: Opinion(*(v / sum(s) for v in s)))


@given(st.lists(opinions, max_size=30))
def test_an_answer_is_what_most_of_the_newest_frames_say(cast: list[Opinion]) -> None:
    result = _counted(cast).result
    newest = [spoken(opinion) for opinion in cast[-FRAMES:]]
    if result is None:
        return
    assert len(newest) >= ENOUGH
    assert newest.count(result) >= AGREE * len(newest)


@given(st.lists(opinions, min_size=1, max_size=ENOUGH - 1))
def test_a_few_frames_are_no_answer(cast: list[Opinion]) -> None:
    assert _counted(cast).result is None


@given(opinions)
def test_worn_is_never_said_below_its_threshold(opinion: Opinion) -> None:
    assert (spoken(opinion) is Mask.WORN) is (opinion.worn >= WORN_FROM)


@given(st.sampled_from(CLASSES), st.integers(ENOUGH, 40))
def test_what_all_frames_say_is_said(mask: Mask, frames: int) -> None:
    assert _counted([_opinion(mask)] * frames).result is mask


@given(st.sampled_from(CLASSES), st.integers(1, 300))
def test_a_moment_is_too_short(mask: Mask, frames: int) -> None:
    step = SPAN / (min(frames, FRAMES) + 1)
    assert _counted([_opinion(mask)] * frames, step).result is None


def test_after_a_gap_it_may_be_somebody_else() -> None:
    votes = _counted([_opinion(Mask.WORN)] * 9)
    votes.cast(START + 8 * STEP + GAP + STEP, _opinion(Mask.WORN))
    assert votes.result is None


def test_a_clock_set_back_begins_anew() -> None:
    votes = _counted([_opinion(Mask.WORN)] * 9)
    votes.cast(START - timedelta(hours=1), _opinion(Mask.WORN))
    assert votes.result is None


def test_a_mask_that_is_put_right_is_seen() -> None:
    cast = [_opinion(Mask.INCORRECT)] * 9 + [_opinion(Mask.WORN)] * 7
    assert _counted(cast).result is Mask.WORN


boxes = st.builds(Box, st.floats(0, 1200), st.floats(0, 700), st.floats(1, 600), st.floats(1, 600))


@given(st.lists(boxes.map(lambda box: Face(box, 0.9)), max_size=6), st.none() | boxes)
def test_the_face_chosen_is_one_of_the_nearest(faces: list[Face], code: Box | None) -> None:
    chosen = at_the_code(faces, (720, 1280), code)
    if chosen is None:
        assert all(f.box.width < 60 or (code and f.box.width < 0.4 * code.width) for f in faces)
    else:
        assert chosen in faces
        assert chosen.box.width >= BEHIND * max(face.box.width for face in faces)


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (Box(110, 105, 100, 120), True),
        (Box(150, 100, 100, 120), True),
        (Box(350, 100, 100, 120), False),
        (Box(100, 100, 40, 50), False),
    ],
)
def test_a_face_that_jumps_is_another_one(now: Box, same: bool) -> None:
    assert same_face(Box(100, 100, 100, 120), now) is same
