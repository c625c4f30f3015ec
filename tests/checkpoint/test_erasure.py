"""What an erasure says, who is believed, and what an audit makes of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.entrylog.erasure import (
    BEGIN,
    Erasure,
    Erasures,
    Ground,
    Span,
    digest,
    open_erasure,
    sign_erasure,
    spans_of,
)
from checkpoint.errors import EntryError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.keyring import SERVER_PURPOSES

AT = datetime(2026, 3, 2, tzinfo=UTC)
SERVER = SigningKey.generate("server", SERVER_PURPOSES, AT)
KIOSK = SigningKey.generate("K1", frozenset({Purpose.HEAD}), AT)
TRUST = Keyring([SERVER.trusted, KIOSK.trusted])
places = st.lists(st.tuples(st.sampled_from(["K1", "K2"]), st.integers(1, 3), st.integers(1, 40)))


def erasure(number: int = 1, previous: bytes = BEGIN, *spans: Span) -> Erasure:
    return Erasure(number, AT, "a1", Ground.REQUEST, previous, spans)


def chain(*spans: Span) -> list[str]:
    notes: list[str] = []
    for number, span in enumerate(spans, start=1):
        previous = digest(notes[-1]) if notes else BEGIN
        notes.append(sign_erasure(erasure(number, previous, span), SERVER))
    return notes


@given(places)
def test_it_reads_back_and_covers_the_very_places(found: list[tuple[str, int, int]]) -> None:
    made = erasure(1, BEGIN, *spans_of(set(found)))
    note = sign_erasure(made, SERVER)
    assert open_erasure(note, TRUST) == made
    assert made.entries == len(set(found))
    erased = Erasures([note], TRUST)
    assert not erased.faults
    for kiosk_id in ("K1", "K2"):
        for epoch in range(1, 4):
            for seq in range(42):
                place = (kiosk_id, epoch, seq)
                assert erased.cover(place) == (place in found)


def test_a_kiosk_speaks_for_its_own_chain_alone() -> None:
    own, other = (erasure(1, BEGIN, Span(k, 1, 1, 2)) for k in ("K1", "K2"))
    assert open_erasure(sign_erasure(own, KIOSK), TRUST) == own
    with pytest.raises(EntryError, match="another kiosk's"):
        open_erasure(sign_erasure(other, KIOSK), TRUST)


def test_nobody_else_is_believed() -> None:
    thief = SigningKey.generate("server", SERVER_PURPOSES, AT)
    note = sign_erasure(erasure(1, BEGIN, Span("K1", 1, 1, 1)), thief)
    with pytest.raises(EntryError, match="not signed"):
        open_erasure(note, TRUST)
    found = Erasures([note], TRUST)
    assert found.faults
    assert not found.cover(("K1", 1, 1))


@pytest.mark.parametrize("at", [0, 1, 2])
def test_none_can_be_left_out_unseen_but_the_last(at: int) -> None:
    notes = chain(*(Span("K1", 1, n, n) for n in (1, 3, 5)))
    assert Erasures(notes, TRUST).faults == []
    left = [note for number, note in enumerate(notes) if number != at]
    assert bool(Erasures(left, TRUST).faults) == (at < 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [("number 1", "number 01"), ("entries 1", "entries 2"), ("5-5", "5-4"), ("K1 1", "K1  1")],
)
def test_another_spelling_is_refused(old: str, new: str) -> None:
    made = erasure(1, BEGIN, Span("K1", 1, 5, 5))
    text = made.text().replace(old, new)
    assert text != made.text()

    class Spelled(Erasure):
        def text(self) -> str:
            return text

    spelled = Spelled(**{name: getattr(made, name) for name in made.__dataclass_fields__})
    with pytest.raises(EntryError):
        open_erasure(sign_erasure(replace(spelled), SERVER), TRUST)
