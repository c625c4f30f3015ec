"""Keys: they sign what they are for, and lie where only their owner can read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.errors import KeyFault
from checkpoint.keys import Keyring, Purpose, SigningKey, open_note, sign_note
from checkpoint.keys.sealing import SealingKey
from tests.checkpoint.conftest import NOW

HEAD = frozenset({Purpose.HEAD})


@pytest.fixture
def key() -> SigningKey:
    return SigningKey.generate("K1", HEAD, NOW)


def test_a_key_file_is_private_and_read_back_alike(key: SigningKey, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "kiosk.json"
    key.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    again = SigningKey.load(path)
    assert again.trusted == key.trusted
    assert key.trusted.verifies(again.sign(Purpose.HEAD, b"x"), b"x")


def test_an_existing_key_is_never_overwritten(key: SigningKey, tmp_path: Path) -> None:
    key.save(tmp_path / "k.json")
    with pytest.raises(KeyFault, match="exists"):
        SigningKey.generate("K1", HEAD, NOW).save(tmp_path / "k.json")
    kept = SigningKey.load_or_make(tmp_path / "k.json", "K1", HEAD, NOW)
    assert kept.key_id == key.key_id


def test_a_key_that_others_can_read_is_refused_with_the_remedy(
    key: SigningKey, tmp_path: Path
) -> None:
    path = tmp_path / "k.json"
    key.save(path)
    path.chmod(0o640)
    with pytest.raises(KeyFault) as caught:
        SigningKey.load(path)
    assert "chmod 600" in caught.value.remedy


def test_a_key_that_can_not_be_written_leaves_nothing_behind(
    key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    for secret in (key, SealingKey.generate()):
        with pytest.raises(KeyFault, match="No space left"):
            secret.save(tmp_path / "k.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"private": "!!"}'])
def test_a_broken_key_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFault, match=r"broken\.json"):
        SigningKey.load(path)


def test_the_private_half_is_in_no_repr(key: SigningKey) -> None:
    assert "private" not in repr(key)
    assert "_seal" not in repr(SealingKey.generate())


def test_a_key_without_purpose_is_refused() -> None:
    with pytest.raises(KeyFault, match="without a purpose"):
        SigningKey.generate("K1", frozenset(), NOW)


def test_a_keyring_file_is_read_back_alike(key: SigningKey, tmp_path: Path) -> None:
    ring = Keyring([key.trusted, SigningKey.generate("K2", HEAD, NOW).trusted])
    ring.save(tmp_path / "trust.json")
    assert Keyring.load(tmp_path / "trust.json").keys == ring.keys
    assert (ring + ring).keys == ring.keys


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        '{"sibao_keyring": 1}',
        '{"sibao_keyring": 1, "keys": [1]}',
        '{"sibao_keyring": 1, "keys": [{}]}',
    ],
)
def test_a_broken_keyring_is_a_clear_fault(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trust.json"
    path.write_text(content)
    with pytest.raises(KeyFault) as caught:
        Keyring.load(path)
    assert caught.value.remedy


def test_two_keys_under_one_id_are_both_tried(key: SigningKey) -> None:
    twin = replace(SigningKey.generate("K1", HEAD, NOW).trusted, key_id=key.key_id)
    note = sign_note("sibao\n", Purpose.HEAD, key)
    assert len(Keyring([twin, key.trusted]).by_id(key.key_id)) == 2
    assert open_note(note, Purpose.HEAD, Keyring([twin, key.trusted])) == ("sibao\n", key.trusted)


def test_a_note_opens_only_with_its_purpose_and_owner(key: SigningKey) -> None:
    note = sign_note("sibao\n", Purpose.HEAD, key)
    other = replace(key.trusted, owner="K2")
    assert open_note(note, Purpose.RECEIPT, Keyring([key.trusted])) is None
    assert open_note(note, Purpose.HEAD, Keyring([other])) is None
    with pytest.raises(KeyFault, match="may not sign receipt"):
        sign_note("sibao\n", Purpose.RECEIPT, key)


@pytest.mark.parametrize("text", ["no newline", "two\n\nparts\n"])
def test_a_text_that_would_be_ambiguous_is_not_signed(key: SigningKey, text: str) -> None:
    with pytest.raises(KeyFault):
        sign_note(text, Purpose.HEAD, key)


@given(position=st.integers(0, 500), bit=st.integers(0, 7))
def test_no_bit_of_a_note_can_be_changed(position: int, bit: int) -> None:
    key = SigningKey.generate("K1", HEAD, NOW)
    note = bytearray(sign_note("sibao-head/v1\nK1\n", Purpose.HEAD, key).encode())
    note[position % len(note)] ^= 1 << bit
    assert open_note(note.decode("utf-8", "replace"), Purpose.HEAD, Keyring([key.trusted])) is None


def test_a_sealed_field_opens_only_in_its_place(tmp_path: Path) -> None:
    key = SealingKey.load_or_make(tmp_path / "sealing.json")
    again = SealingKey.load_or_make(tmp_path / "sealing.json")
    sealed = key.seal("林试一".encode(), "holder/1/name")
    assert "林试一".encode() not in sealed
    assert again.open(sealed, "holder/1/name").decode() == "林试一"
    for place, blob in (
        ("holder/2/name", sealed),
        ("holder/1/name", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        ("holder/1/name", sealed[:20]),
    ):
        with pytest.raises(KeyFault):
            key.open(blob, place)
    with pytest.raises(KeyFault, match="not under this key"):
        SealingKey.generate().open(sealed, "holder/1/name")


def test_the_blind_index_finds_equals_by_column_and_key_only() -> None:
    key = SealingKey.generate()
    found = key.blind_index("x", "id_number")
    assert found == key.blind_index("x", "id_number")
    assert found != key.blind_index("x", "phone")
    assert found != SealingKey.generate().blind_index("x", "id_number")


def test_a_key_is_in_force_until_its_end_exclusively(key: SigningKey) -> None:
    trusted = key.trusted
    assert trusted.in_force(trusted.since)
    assert not trusted.in_force(trusted.until)
    assert not trusted.in_force(trusted.since - timedelta(milliseconds=1))
