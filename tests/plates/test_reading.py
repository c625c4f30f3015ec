"""A plate is laid flat whatever corner it is seen from, and spelled letter by letter."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plates.finding import Floats, found
from plates.reading import HEIGHT, WIDTH, flat, read, spelled

LETTERS = ["京", "A", "1", "2"]


def _rows(*letters: int) -> Floats:
    rows = np.full((len(letters), len(LETTERS) + 1), 0.02, np.float32)
    rows[np.arange(len(letters)), list(letters)] = 0.9
    return rows


def _said(*letters: int) -> str:
    return spelled(_rows(*letters), LETTERS).text


def test_the_same_letter_in_a_row_is_one_and_nothing_parts_two() -> None:
    assert _said(0, 1, 1, 0, 2, 3, 3, 3, 0, 3, 4) == "京A112"
    assert spelled(_rows(0, 0, 0), LETTERS).confidence == 0.0


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8))
def test_whatever_is_written_is_spelled(written: list[int]) -> None:
    apart = [number for letter in written for number in (letter, 0)]
    assert _said(*apart) == "".join(LETTERS[n - 1] for n in written)


@pytest.mark.parametrize("shift", [0, 30, -30])
def test_a_plate_seen_aslant_is_laid_flat(shift: int) -> None:
    image = np.full((200, 400, 3), 90, np.uint8)
    corners = np.array([[80, 60], [300, 60 + shift], [300, 130 + shift], [80, 130]], np.float32)
    left = np.array([[80, 60], [190, 60 + shift // 2], [190, 130 + shift // 2], [80, 130]])
    cv2.fillConvexPoly(image, corners.astype(np.int32), (0, 0, 255))
    cv2.fillConvexPoly(image, left.astype(np.int32), (255, 0, 0))
    plate = flat(image, corners, (0.0, 0.0))
    middle = plate[HEIGHT // 2]
    assert np.allclose(middle[WIDTH // 4], (255, 0, 0), atol=6)
    assert np.allclose(middle[3 * WIDTH // 4], (0, 0, 255), atol=6)


def test_two_looks_that_differ_are_no_sure_reading() -> None:
    answers = [_rows(1, 2, 3), _rows(1, 2, 4)]
    corners = np.array([[1, 1], [30, 1], [30, 9], [1, 9]], np.float32)
    image = np.zeros((20, 40, 3), np.uint8)
    unsure = read(image, corners, lambda _: answers.pop(), LETTERS)
    sure = read(image, corners, lambda _: _rows(1, 2, 3), LETTERS)
    assert unsure.confidence < 0.5 < sure.confidence


def test_where_nothing_is_likely_nothing_is_found() -> None:
    anchors = 2 * (8 * 10 + 4 * 5 + 2 * 3)
    answer = (np.zeros((1, anchors, 4)), np.zeros((1, anchors, 2)), np.zeros((1, anchors, 8)))
    assert found(answer, (64, 80)) == []


def test_the_same_plate_found_twice_is_one_and_the_nearest_comes_first() -> None:
    anchors = 2 * (8 * 10 + 4 * 5 + 2 * 3)
    scores, shifts = np.zeros((1, anchors, 2)), np.zeros((1, anchors, 8))
    shifts[0] = [-5, -2, 5, -2, 5, 2, -5, 2]
    scores[0, [3, 5], 1] = 0.9, 0.8
    scores[0, 120, 1] = 0.7
    plates = found((np.zeros((1, anchors, 4)), scores, shifts), (64, 80))
    assert len(plates) == 2
    assert plates[0].width >= plates[1].width
    (upper_left, upper_right, *_) = plates[0].corners
    assert upper_left[0] < upper_right[0]
