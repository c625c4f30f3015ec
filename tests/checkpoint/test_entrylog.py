"""Entries: one form in bytes, chained, headed, and bound to a person only by a commitment."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint import cbor
from checkpoint.clock import from_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import (
    Head,
    commit,
    decode_entry,
    decode_personal,
    encode_entry,
    encode_personal,
    genesis,
    link,
    open_head,
    sign_head,
)
from checkpoint.errors import EntryError
from checkpoint.keys import Keyring, Purpose, SigningKey
from tests.checkpoint.conftest import NOW

times = st.integers(1_577_836_800_000, 4_102_444_800_000).map(from_ms)
short = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
hundredths = st.integers(-500, 9000)
around = st.none() | hundredths
readings = st.builds(Reading, hundredths, hundredths, short, times, around, around)
entries = st.builds(
    Entry,
    kind=st.sampled_from(EntryKind),
    kiosk_id=short,
    epoch=st.integers(1, 2**40),
    seq=st.integers(1, 2**40),
    at=times,
    clock_quality=st.sampled_from(ClockQuality),
    policy_version=st.integers(1, 10**6),
    bundle_version=st.integers(1, 10**6),
    enterprise_id=short,
    direction=st.none() | st.sampled_from(Direction),
    outcome=st.none() | st.sampled_from(Outcome),
    reasons=st.lists(st.sampled_from(Reason), max_size=5).map(tuple),
    pass_id=st.just("") | st.binary(min_size=8, max_size=8).map(bytes.hex),
    pass_kind=st.none() | st.sampled_from(PassKind),
    code_digest=st.just(b"") | st.binary(min_size=32, max_size=32),
    readings=st.lists(readings, max_size=3).map(tuple),
    mask=st.none() | st.sampled_from(Mask),
    commitment=st.just(b"") | st.binary(min_size=32, max_size=32),
    details=st.dictionaries(short, st.text(max_size=20), max_size=3),
)


@given(entry=entries)
def test_an_entry_is_read_back_as_it_was_written(entry: Entry) -> None:
    body = encode_entry(entry)
    assert decode_entry(body) == entry
    assert encode_entry(decode_entry(body)) == body


@given(blob=st.binary(max_size=200))
def test_other_bytes_are_a_clear_fault(blob: bytes) -> None:
    with pytest.raises(EntryError):
        decode_entry(blob)


@pytest.fixture
def entry() -> Entry:
    return Entry(EntryKind.BOOT, "K1", 1, 1, NOW, ClockQuality.SYNCHRONISED, 1, 1)


def test_unknown_labels_versions_and_types_are_refused(entry: Entry) -> None:
    fields = cbor2.loads(encode_entry(entry))
    for change in (
        {99: 1},
        {0: 2},
        {4: "1"},
        {4: True},
        {4: 1.5},
        {1: "dance"},
        {15: ["nonsense"]},
        {5: -(2**62)},
    ):
        with pytest.raises(EntryError):
            decode_entry(cbor2.dumps(fields | change))
    with pytest.raises(EntryError, match="version"):
        decode_entry(cbor.dumps({k: v for k, v in fields.items() if k}))


def test_an_endless_entry_is_refused(entry: Entry) -> None:
    with pytest.raises(EntryError, match="bytes"):
        encode_entry(replace(entry, details={"words": "x" * 9000}))


def test_a_chain_is_bound_to_its_kiosk_epoch_and_order() -> None:
    assert len({genesis("K1", 1), genesis("K1", 2), genesis("K2", 1)}) == 3
    start = genesis("K1", 1)
    assert link(link(start, b"a"), b"b") != link(link(start, b"b"), b"a")
    assert link(start, b"ab") != link(link(start, b"a"), b"b")


def test_a_head_says_what_was_signed_and_for_whom() -> None:
    key = SigningKey.generate("K1", frozenset({Purpose.HEAD}), NOW)
    trusted = Keyring([key.trusted])
    head = Head("K1", 1, 9, b"\x07" * 32, NOW)
    note = sign_head(head, key)
    assert open_head(note, trusted) == head
    foreign = sign_head(replace(head, kiosk_id="K2"), key)
    assert open_head(foreign, trusted) is None
    assert open_head(note.replace("seq 9", "seq 09"), trusted) is None


def test_a_commitment_hides_and_binds_the_person() -> None:
    someone = Personal("林试一", "003X", "ab" * 8, "黑D12345")
    blob = encode_personal(someone)
    assert decode_personal(blob) == someone
    assert commit(blob, b"s" * 16) != commit(blob, b"t" * 16)
    assert commit(blob, b"s" * 16) != commit(
        encode_personal(replace(someone, id_tail="0031")), b"s" * 16
    )
    with pytest.raises(EntryError):
        decode_personal(b"\x80")
    with pytest.raises(EntryError):
        decode_personal(b"")


def test_milliseconds_survive() -> None:
    at = from_ms(1_772_436_600_123)
    some = Entry(EntryKind.HEARTBEAT, "K1", 1, 1, at, ClockQuality.SUSPECT, 1, 1)
    assert decode_entry(encode_entry(some)).at == at


@pytest.mark.parametrize(
    "change",
    [
        {7: 1 << 63},
        {7: 1.0},
        {7: True},
        {15: "ok"},
        {15: {"ok": 1}},
        {20: [[3640, 3650.0, "simulated", 0]]},
        {24: {"b": "2", "a": 1}},
        {24: cbor2.CBORTag(0, "2026-03-02T00:00:00Z")},
        {25: 1},
    ],
)
def test_a_body_of_other_values_is_no_entry(change: dict[int, object]) -> None:
    plain = {0: 1, 1: "passage", 2: "K-1", 3: 1, 4: 1, 5: 0, 6: "synchronised", 7: 1, 8: 1}
    assert decode_entry(cbor2.dumps(plain)).kiosk_id == "K-1"
    with pytest.raises(EntryError):
        decode_entry(cbor2.dumps(plain | change))


REST = {2: "K-1", 3: 1, 4: 1, 5: 0, 6: "synchronised", 7: 1, 8: 1}


@pytest.mark.parametrize(
    "body",
    [
        b"\xbf\x00\x01\xff",
        b"\xa9\x00\x01\xf5\x67passage" + cbor2.dumps(REST)[1:],
        cbor2.dumps({1: "passage", 0: 1, 2: "K-1", 3: 1, 4: 1, 5: 0, 6: "suspect", 7: 1, 8: 1}),
        cbor2.dumps({24: {"bb": "", "a": ""}}),
    ],
)
def test_a_body_in_another_order_or_form_is_no_entry(body: bytes) -> None:
    with pytest.raises(EntryError):
        decode_entry(body)
