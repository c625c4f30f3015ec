"""From the bureau's pages to the barrier: whose foreign certificates the gate believes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.domain.reason import Reason
from checkpoint.keys import Keyring
from checkpoint.services import SYSTEM, policy
from kiosk.bundle import BundleStore
from kiosk.config import SyncSettings
from kiosk.drivers.transport import HttpTransport
from kiosk.gate.decision import InForce
from kiosk.journal import Journal
from kiosk.journal.sealing import sealing_key
from kiosk.sync import Sync, Uplink
from tests.admin.plant import NOW, Plant
from tests.checkpoint.foreign_issuer import certificate_of, claims, issue
from tests.kiosk.gatehouse import House

KEY = ec.generate_private_key(ec.SECP256R1())
SIGNER = certificate_of(KEY)
PEM = x509.load_der_x509_certificate(SIGNER.der).public_bytes(Encoding.PEM).decode()


class Gate:
    """A gate that hears of the server by HTTP, and takes what its bundle says."""

    def __init__(self, plant: Plant, url: str, folder: Path) -> None:
        folder.mkdir()
        self.clock: FixedClock = plant.clock
        kiosk = plant.kiosk()
        key = kiosk.key
        self.transport = HttpTransport(url, key, self.clock)
        self.journal = Journal.open(folder, key.trusted.owner, key, sealing_key(folder), self.clock)
        given = Keyring.from_json(kiosk.place.keyring)
        self.store = BundleStore(folder, kiosk.place.kiosk_id, given, self.clock)
        uplink = Uplink(self.transport, self.store.keyring, self.store.pull, lambda at: None)
        self.sync = Sync(self.journal, uplink, SyncSettings(), self.clock, luck=lambda: 1.0)

    def shown(self, text: str) -> tuple[Outcome | None, tuple[Reason, ...], int]:
        """What becomes of it with the bundle of now, and how often the barrier opened."""
        self.clock.advance(600)
        self.store.pull(self.transport)
        assert self.store.held is not None
        house = House(self.journal, self.clock, in_force=InForce(self.store.held, 0))
        for _ in range(6):
            if house.see(text).decision:
                break
        entry = house.entries[-1]
        return entry.outcome, entry.reasons, house.barrier.opened

    def close(self) -> None:
        self.journal.close()
        self.transport.close()


@pytest.fixture
def gate(plant: Plant, url: str, tmp_path: Path) -> Iterator[Gate]:
    made = Gate(plant, url, tmp_path / "gate")
    yield made
    made.close()


def test_a_foreign_certificate_is_taken_until_its_signer_is_withdrawn(
    plant: Plant, gate: Gate
) -> None:
    alice = plant.visitor("alice")
    iat, exp = (int((NOW + timedelta(days=days)).timestamp()) for days in (-1, 9))
    text = issue(KEY, SIGNER, claims(iat=iat, exp=exp))
    alice.post("/bureau/certificates/add", pem=PEM)
    refused = (Outcome.DENY, (Reason.FOREIGN_NOT_ACCEPTED,), 0)
    assert gate.shown(text) == refused, "the policy takes none"
    policy.publish(plant.office, SYSTEM, Policy(foreign_certificates=ForeignWorth.ADMIT))
    assert gate.shown(text) == (Outcome.ADMIT, (Reason.FOREIGN_CERTIFICATE,), 1)
    gate.sync.turn()
    assert gate.sync.state.fault is None
    withdraw = f"/bureau/certificates/{SIGNER.key_id.hex()}/withdraw"
    assert alice.post(withdraw, why="key stolen").status_code == 302
    assert gate.shown(text) == (Outcome.DENY, (Reason.UNKNOWN_ISSUER,), 0)
    alice.post("/bureau/certificates/add", pem=PEM)
    assert gate.shown(text) == (Outcome.DENY, (Reason.UNKNOWN_ISSUER,), 0), "a list brings none"
