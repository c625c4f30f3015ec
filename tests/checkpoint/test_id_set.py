"""A set of ids is what a set of texts is, in less room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.credential.id_set import IdSet

ids = st.frozensets(st.binary(min_size=8, max_size=8).map(bytes.hex), max_size=40)


@given(ids, ids)
def test_it_holds_what_it_was_given(given_: frozenset[str], others: frozenset[str]) -> None:
    held = IdSet(given_)
    assert len(held) == len(given_)
    assert list(held) == sorted(given_)
    assert held.to_bytes() == b"".join(sorted(bytes.fromhex(i) for i in given_))
    assert IdSet.from_bytes(held.to_bytes()) == held
    assert all((i in held) == (i in given_) for i in given_ | others)
    assert IdSet.of(held) is held


@pytest.mark.parametrize("stranger", ["", "AB" * 8 + "0", "xy" * 8, 7, None, "0" * 15])
def test_what_is_no_id_is_not_in_it(stranger: object) -> None:
    assert stranger not in IdSet(["00" * 8, "ab" * 8])
