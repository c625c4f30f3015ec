"""The bundle: only what the server signed for this kiosk, never an older one, whole or not."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.policy import Policy
from checkpoint.errors import KeyFault, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.handover import sign_handover
from checkpoint.keys.keyring import SERVER_PURPOSES
from checkpoint.wire.bundle import Bundle, sign_bundle
from kiosk.bundle import BUNDLE, CONFIRMABLE, CONFIRMED, TRUST, BundleStore, standalone
from tests.kiosk.gatehouse import (
    BOBS,
    KIOSK,
    NOW,
    SERVER,
    SERVER_KEYRING,
    SINCE,
    FakeServer,
    bundle,
)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


def store(folder: Path, clock: FixedClock) -> BundleStore:
    return BundleStore(folder, KIOSK, SERVER_KEYRING, clock)


def told(held: Bundle | None) -> bytes:
    """All that a bundle says, to compare by."""
    assert held is not None
    return sign_bundle(held, SERVER)


def test_a_pulled_bundle_is_in_force_and_cached(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    first = store(tmp_path, clock)
    assert first.load() is None
    assert first.age_s() is None
    assert first.pull(server)
    assert told(first.held) == told(store(tmp_path, clock).load())
    assert not first.pull(server), "the same bundle is no change"


def test_its_age_counts_from_the_servers_last_word(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    first = store(tmp_path, clock)
    first.pull(server)
    clock.advance(7200)
    assert first.age_s() == 7200
    again = store(tmp_path, clock)
    again.load()
    assert again.age_s() == 7200, "a restart makes nothing younger"
    again.pull(server)
    assert again.age_s() == 0


def test_nobody_without_the_servers_key_makes_a_bundle_younger(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    first = store(tmp_path, clock)
    first.pull(server)
    whole = server.answer
    for word in ("not modified", "the same bundle again"):
        clock.advance(29 * 86400)
        aged = int((clock.now() - NOW - CONFIRMABLE).total_seconds())
        if word == "the same bundle again":
            assert whole is not None
            server.answer = (whole[0], "another tag")
        first.pull(server)
        assert first.age_s() == aged
        again = store(tmp_path, clock)
        again.load()
        assert again.age_s() == aged


def test_a_clock_set_back_makes_no_negative_age(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    first = store(tmp_path, clock)
    first.pull(server)
    clock.jump(SINCE)
    assert first.age_s() == 0


def test_a_newer_one_replaces_and_an_older_one_never(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    held = store(tmp_path, clock)
    server.answer = (sign_bundle(bundle(5), SERVER), '"5"')
    held.pull(server)
    server.answer = (sign_bundle(bundle(6, policy=Policy(version=2)), SERVER), '"6"')
    assert held.pull(server)
    server.answer = (sign_bundle(bundle(4), SERVER), '"4"')
    with pytest.raises(WireError, match="older than 6"):
        held.pull(server)
    assert held.held is not None
    assert held.held.policy.version == 2


def test_no_restart_brings_an_older_one_back(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    server.answer = (sign_bundle(bundle(6), SERVER), '"6"')
    store(tmp_path, clock).pull(server)
    server.answer = (sign_bundle(bundle(5), SERVER), '"5"')
    again = store(tmp_path, clock)
    again.load()
    with pytest.raises(WireError, match="older than 6"):
        again.pull(server)
    assert told(store(tmp_path, clock).load()) == told(bundle(6))


def test_the_servers_keys_are_those_of_the_last_bundle(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    held = store(tmp_path, clock)
    younger = SigningKey.generate("server", SERVER_PURPOSES, SINCE + timedelta(days=1))
    note = sign_handover(younger.trusted, SERVER)
    of_both = {"issued_at": NOW, "handovers": (note,)}
    keys = Keyring([SERVER.trusted, younger.trusted])
    server.answer = (sign_bundle(bundle(2, server_keys=keys, **of_both), younger), '"2"')
    held.pull(server)
    assert set(Keyring.load(tmp_path / TRUST).keys) == set(keys.keys)
    alone = Keyring([younger.trusted])
    server.answer = (sign_bundle(bundle(3, server_keys=alone, **of_both), younger), '"3"')
    held.pull(server)
    assert held.keyring().keys == Keyring.load(tmp_path / TRUST).keys == alone.keys
    server.answer = (sign_bundle(bundle(4), SERVER), '"4"')
    with pytest.raises(WireError, match="not signed"):
        held.pull(server)
    first = store(tmp_path, clock)
    assert first.load() is not None, "without its keyring the handover leads to the bundle"
    assert first.keyring().keys == alone.keys


def _thief() -> SigningKey:
    return SigningKey.generate("server", frozenset({Purpose.BUNDLE}), SINCE)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"<html>",
        sign_bundle(bundle(), _thief()),
        sign_bundle(replace(bundle(), kiosk_id="K999"), SERVER),
        sign_bundle(bundle(policy=Policy(rules=("credential", "a_rule_of_tomorrow"))), SERVER),
    ],
    ids=["empty", "html", "thief", "another kiosk's", "unknown rule"],
)
def test_what_is_not_to_be_believed_changes_nothing(
    tmp_path: Path, clock: FixedClock, server: FakeServer, blob: bytes
) -> None:
    held = store(tmp_path, clock)
    held.pull(server)
    before = held.held
    server.answer = (blob, '"x"')
    with pytest.raises(WireError):
        held.pull(server)
    assert held.held is before
    assert told(store(tmp_path, clock).load()) == told(before)


def test_a_corrupt_cache_is_a_fault_and_the_next_pull_mends_it(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    store(tmp_path, clock).pull(server)
    path = tmp_path / BUNDLE
    blob = path.read_bytes()
    path.write_bytes(blob[:-1] + bytes([blob[-1] ^ 1]))
    fresh = store(tmp_path, clock)
    with pytest.raises(WireError, match=r"bundle\.cose is not believed"):
        fresh.load()
    assert fresh.held is None
    assert fresh.pull(server)
    assert told(store(tmp_path, clock).load()) == told(fresh.held)


def test_on_a_full_disk_a_newer_one_is_in_force_and_asked_for_again(
    tmp_path: Path, clock: FixedClock, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = store(tmp_path, clock)
    held.pull(server)
    server.answer = (sign_bundle(bundle(2), SERVER), '"2"')

    def full(path: Path, blob: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("kiosk.bundle.replace_file", full)
        with pytest.raises(WireError, match="No space left"):
            held.pull(server)
    assert held.held is not None
    assert held.held.version == 2
    held.pull(server)
    assert told(store(tmp_path, clock).load()) == told(held.held)


def test_without_its_note_the_age_counts_from_its_making(
    tmp_path: Path, clock: FixedClock, server: FakeServer
) -> None:
    store(tmp_path, clock).pull(server)
    (tmp_path / CONFIRMED).write_text("{", encoding="utf-8")
    clock.advance(600)
    again = store(tmp_path, clock)
    again.load()
    assert again.age_s() == 600


def test_a_stand_alone_gate_makes_its_keys_once(tmp_path: Path) -> None:
    made = standalone(tmp_path)
    assert made == replace(standalone(tmp_path), trust=made.trust)
    issuer = SigningKey.load(tmp_path / "keys" / "issuer.json")
    bureau = SigningKey.load(tmp_path / "keys" / "bureau.json")
    assert set(made.trust.keyring.keys) == {issuer.trusted, bureau.trusted}
    assert Keyring.load(tmp_path / "issuers.json").keys == made.trust.keyring.keys
    assert made.warrant_at(NOW) is not None
    assert BOBS.trusted not in made.trust.keyring.keys
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    standalone(tmp_path)
    (tmp_path / "keys" / "issuer.json").chmod(0o644)
    with pytest.raises(KeyFault, match="can be read by others"):
        standalone(tmp_path)
