"""Several codes in view: the clear largest one counts, once it is steady."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from kiosk.config import ReaderSettings
from kiosk.drivers.decoders import Code
from kiosk.drivers.in_view import FORGET, STEADY, InView
from kiosk.drivers.readers import CascadeReader
from kiosk.film import backdrop
from kiosk.film.script import Scene
from kiosk.film.staging import pictures as staged
from kiosk.ports import Frame, Image
from tests.contract.test_readers import symbol
from tests.kiosk.gatehouse import NOW, House, open_journal, text_of, worker

WANG = text_of(worker())
ZHAO = text_of(worker("Zhao Liu (fictional)", number=2))


def _code(text: str, side: float, at: float = 0.0) -> Code:
    return Code(text, ((at, 0), (at + side, 0), (at + side, side), (at, side)))


def _chosen(view: InView, *codes: Code) -> str | None:
    code = view.choose(codes)
    return code.text if code else None


A, B = _code("a", 100), _code("b", 100, at=300)
SMALL = _code("small", 60, at=300)


def test_one_alone_counts_at_once_and_while_it_is_read() -> None:
    view = InView()
    assert [_chosen(view, A), _chosen(view), _chosen(view, A)] == ["a", None, "a"]


def test_the_larger_of_two_counts_once_it_is_steady() -> None:
    view = InView()
    looks = [_chosen(view, SMALL, A) for _ in range(STEADY + 1)]
    assert looks == [None] * (STEADY - 1) + ["a", "a"]
    assert view.several


def test_the_smaller_does_not_count_because_the_larger_is_blurred() -> None:
    view = InView()
    _chosen(view, SMALL, A)
    assert [_chosen(view, SMALL) for _ in range(FORGET)] == [None] * FORGET
    assert _chosen(view, SMALL) == "small", "the larger one has left"
    assert not view.several


def test_a_lead_that_changes_hands_begins_anew() -> None:
    view, large = InView(), _code("b", 200, at=300)
    for _ in range(STEADY - 1):
        assert _chosen(view, A, SMALL) is None
    assert _chosen(view, A, large) is None
    assert [_chosen(view, A, large) for _ in range(STEADY - 1)][-1] == "b"


def test_a_phone_that_shows_its_next_code_is_still_one() -> None:
    view = InView()
    _chosen(view, _code("step 1", 100))
    assert _chosen(view, _code("step 2", 104, at=3)) == "step 2"
    assert not view.several


def test_the_same_text_twice_is_one_code() -> None:
    view = InView()
    assert _chosen(view, A, _code("a", 100, at=300)) == "a"
    assert not view.several


@given(st.lists(st.lists(st.sampled_from([A, B, SMALL]), unique=True), max_size=40))
def test_nothing_counts_that_was_not_read_or_has_an_equal_beside_it(
    looks: list[list[Code]],
) -> None:
    view = InView()
    for codes in looks:
        chosen = view.choose(codes)
        assert chosen is None or chosen in codes
        if A in codes and B in codes:
            assert chosen is None


def _page(*held: tuple[Image, int, int]) -> Image:
    page = np.full((720, 1280, 3), 140, np.uint8)
    for code, x, y in held:
        page[y : y + code.shape[0], x : x + code.shape[1]] = code
    return page


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A gate with the real reader."""
    with open_journal(tmp_path) as journal:
        yield House(journal, FixedClock(NOW), reader=CascadeReader(ReaderSettings()))  # type: ignore[arg-type]


def _look(house: House, page: Image, times: int = 1) -> bool:
    """Show a picture a twelfth of a second apart; whether the display says several at the end."""
    several = False
    for _ in range(times):
        house.clock.advance(1 / 12)
        house.frames += 1
        now = house.clock.now()
        several = house.gate.step(Frame(page, house.frames, now), (), now).several_codes
    return several


def test_wang_before_zhao_is_admitted_and_zhao_is_not(house: House) -> None:
    page = _page((symbol(WANG, 6), 100, 100), (symbol(ZHAO, 4), 800, 100))
    assert _look(house, page, STEADY)
    assert [(e.pass_id, e.outcome) for e in house.entries] == [(f"{1:016x}", Outcome.ADMIT)]


def test_side_by_side_neither_is_admitted_until_one_is_put_away(house: House) -> None:
    both = _page((symbol(WANG, 5), 100, 100), (symbol(ZHAO, 5), 700, 100))
    assert _look(house, both, 24)
    assert house.entries == []
    _look(house, _page((symbol(ZHAO, 5), 700, 100)), FORGET + 1)
    assert [e.pass_id for e in house.entries] == [f"{2:016x}"]
    assert not _look(house, _page(), 13), "a second later the display is quiet"


def _film(behind: Image | None) -> Iterator[Image]:
    """Wang comes and holds his pass; a code stands still behind him, or does not."""
    rng = np.random.default_rng(3)
    scene = Scene(who="王五", carries="printed", text=WANG, temperature_c=36.5)
    for picture in staged(scene, backdrop.backdrop("", rng), rng):
        if behind is not None:
            high, wide = behind.shape[:2]
            picture[20 : 20 + high, 20 : 20 + wide] = behind
        yield picture


def _read(film: Iterator[Image]) -> list[str | None]:
    reader = CascadeReader(ReaderSettings())
    return [reader.read(picture) for picture in film]


def test_in_a_film_a_code_behind_costs_a_moment_and_admits_nobody_else() -> None:
    alone, behind = _read(_film(None)), _read(_film(symbol(ZHAO, 2)))
    assert WANG in alone
    assert WANG in behind
    late = behind.index(WANG) - alone.index(WANG)
    assert 0 <= late <= 2 * STEADY
    held = behind[behind.index(WANG) : len(alone) - alone[::-1].index(WANG)]
    assert ZHAO not in held, "while Wang holds his, the other does not count"
