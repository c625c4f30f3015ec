"""The drill of docs/operations.md: a key is stolen, and every gate refuses it within a minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner

from admin.cli import main
from checkpoint.credential import verify
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.reason import Reason
from checkpoint.errors import WireError
from checkpoint.keys import Keyring
from checkpoint.services import SYSTEM, issuing
from checkpoint.services.forms import PassForm
from checkpoint.services.rows import IssuedPass
from checkpoint.wire.bundle import sign_bundle
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import Batch, HeldMessage, ReceiptMessage
from checkpoint.wire.steps import UsedSteps
from kiosk.bundle import TRUST, BundleStore
from kiosk.config import SyncSettings
from kiosk.journal import Journal
from kiosk.journal.sealing import sealing_key
from kiosk.sync import Sync, Uplink
from tests.admin.plant import Kiosk, Plant, build, opened
from tests.kiosk.gatehouse import draft


class Wire:
    """The way from a gate to the application, without a network between."""

    name = "wire"
    simulated = False

    def __init__(self, plant: Plant, kiosk: Kiosk) -> None:
        self._plant, self._kiosk, self._client = plant, kiosk, plant.app.test_client()

    def bundle(self, etag: str) -> tuple[bytes, str] | None:
        headers = {"If-None-Match": etag} if etag else {}
        answer = self._kiosk.bundle(self._client, self._plant.clock.now(), **headers)
        if answer.status_code == 304:
            return None
        assert answer.status_code == 200, answer.text
        return answer.data, answer.headers["ETag"]

    def push(self, batch: Batch) -> ReceiptMessage:
        answer = self._kiosk.push(self._client, self._plant.clock.now(), batch)
        return ReceiptMessage.model_validate_json(answer.data)

    def held(self, epoch: int) -> HeldMessage:
        answer = self._kiosk.held(self._client, self._plant.clock.now(), epoch)
        return HeldMessage.model_validate_json(answer.data)

    def used_steps(self, since: int) -> UsedSteps:
        answer = self._kiosk.used_steps(self._client, self._plant.clock.now(), since)
        return UsedSteps.model_validate_json(answer.data)

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        raise NotImplementedError

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Gate:
    """The parts of a gate that trust: its journal, bundle and sync, as the runner joins them."""

    def __init__(self, plant: Plant, folder: Path) -> None:
        self.kiosk = plant.kiosk()
        self.clock, self.folder = plant.clock, folder
        self.wire = Wire(plant, self.kiosk)
        folder.mkdir()
        key = self.kiosk.key
        self.journal = Journal.open(folder, key.trusted.owner, key, sealing_key(folder), self.clock)
        self.store = BundleStore(folder, self.kiosk.place.kiosk_id, self.given, self.clock)
        self.store.pull(self.wire)
        uplink = Uplink(self.wire, self.store.keyring, self.store.pull, lambda at: None)
        self.sync = Sync(self.journal, uplink, SyncSettings(), self.clock, luck=lambda: 1.0)

    @property
    def given(self) -> Keyring:
        """The server's keys as they came with the enrolment."""
        return Keyring.from_json(self.kiosk.place.keyring)

    def judges(self, card: IssuedPass) -> tuple[Reason, ...]:
        assert self.store.held is not None
        return verify(card.text, self.store.held.trust, self.clock.now()).reasons

    def heartbeat(self) -> None:
        self.journal.append(draft(self.clock.now()))


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    ids = build(tmp_path / "data")
    made = opened(tmp_path / "data", ids)
    made.clock.jump(datetime.now(UTC) - timedelta(hours=1))
    yield made
    made.office.close()


@pytest.fixture
def gate(plant: Plant, tmp_path: Path) -> Iterator[Gate]:
    made = Gate(plant, tmp_path / "gate")
    yield made
    made.journal.close()


def card(plant: Plant) -> IssuedPass:
    until = plant.clock.now() + timedelta(days=9)
    form = PassForm(PassKind.WORKER, until, holder_id=plant.ids["worker_a"])
    return issuing.issue_pass(plant.office, SYSTEM, plant.ids["a"], form)


def command(plant: Plant, tmp_path: Path, *words: str) -> str:
    """The command in a process of its own clock; then the server is a little later than it."""
    plant.clock.jump(datetime.now(UTC))
    done = CliRunner().invoke(main, ["keys", *words, "--data", str(tmp_path / "data")])
    assert done.exit_code == 0, done.output
    plant.clock.jump(datetime.now(UTC) + timedelta(seconds=1))
    return done.output


def turns_until_refused(gate: Gate, stolen: IssuedPass) -> float:
    """Seconds of the gate's own time until it refuses; its sync decides how often it asks."""
    began = gate.clock.monotonic()
    while not gate.judges(stolen) and gate.clock.monotonic() - began < 300:
        gate.clock.advance(gate.sync.turn())
    return gate.clock.monotonic() - began


def test_a_stolen_key_is_refused_within_a_minute(plant: Plant, gate: Gate, tmp_path: Path) -> None:
    stolen = card(plant)
    gate.sync.turn()
    assert gate.judges(stolen) == ()
    key_id = stolen.health_pass.key_id
    said = command(plant, tmp_path, "withdraw", key_id, "--why", "laptop stolen")
    assert "1 passes in force are refused" in said
    assert turns_until_refused(gate, stolen) <= 60
    assert gate.judges(stolen) == (Reason.REVOKED,)
    again = BundleStore(gate.folder, gate.kiosk.place.kiosk_id, gate.given, gate.clock).load()
    assert again is not None
    assert verify(stolen.text, again.trust, gate.clock.now()).reasons == (Reason.REVOKED,)
    fresh = card(plant)
    gate.clock.advance(30)
    gate.sync.turn()
    assert gate.judges(fresh) == ()
    command(plant, tmp_path, "export", "--out", str(tmp_path / "trust.json"))
    believed = Keyring.load(tmp_path / "trust.json")
    assert not believed.by_id(key_id)
    assert believed.by_id(fresh.health_pass.key_id)
    listed = command(plant, tmp_path, "list")
    assert f"  {key_id}  plant-a" in listed
    assert "withdrawn" in listed


def test_a_gate_follows_the_servers_next_key(plant: Plant, gate: Gate, tmp_path: Path) -> None:
    old = gate.given.keys[0]
    command(plant, tmp_path, "rotate", "server", "--why", "yearly")
    gate.heartbeat()
    for _ in range(5):
        gate.clock.advance(gate.sync.turn())
    assert gate.sync.state.fault is None
    assert gate.journal.unsent_count() == 0, "receipts by the new key are believed"
    assert len(gate.store.keyring().keys) == 2
    command(plant, tmp_path, "withdraw", old.key_id, "--why", "stolen")
    gate.clock.advance(30)
    gate.sync.turn()
    assert old not in gate.store.keyring().keys
    kept = Keyring.load(gate.folder / TRUST)
    assert old not in kept.keys
    assert BundleStore(gate.folder, gate.kiosk.place.kiosk_id, kept, gate.clock).load()


def test_what_a_withdrawn_server_key_signs_is_refused(
    plant: Plant, gate: Gate, tmp_path: Path
) -> None:
    thief = plant.office.keys.server
    command(plant, tmp_path, "withdraw", thief.key_id, "--why", "stolen")
    gate.clock.advance(30)
    gate.sync.turn()
    held = gate.store.held
    assert held is not None

    own = replace(held, version=99, issued_at=thief.trusted.since)
    forged = replace(own, server_keys=Keyring([thief.trusted]))

    class Forged(Wire):
        def bundle(self, etag: str) -> tuple[bytes, str] | None:
            return sign_bundle(forged, thief), '"x"'

    with pytest.raises(WireError, match="not signed by the server's key"):
        gate.store.pull(Forged(plant, gate.kiosk))
    assert gate.store.held is held
