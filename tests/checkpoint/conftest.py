"""A district in a test: the bureau, Bob's plant, and Dave's plant next door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from checkpoint.credential import Trust, issue
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.observation import (
    ClockQuality,
    Direction,
    GateState,
    Mask,
    Observation,
    Reading,
    Verification,
)
from checkpoint.domain.place import BUREAU
from checkpoint.domain.warrant import Warrant
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
BOBS, DAVES = "E001", "E002"


@dataclass(frozen=True)
class District:
    """Keys of the bureau and two plants, and what a kiosk trusts."""

    bureau: SigningKey
    bobs: SigningKey
    daves: SigningKey

    @property
    def trust(self) -> Trust:
        return Trust(Keyring(k.trusted for k in (self.bureau, self.bobs, self.daves)))


@pytest.fixture(scope="session")
def district() -> District:
    since = NOW - timedelta(days=30)
    return District(
        SigningKey.generate(BUREAU, frozenset({Purpose.EMERGENCY_VEHICLE}), since),
        SigningKey.generate(BOBS, ENTERPRISE_PASSES, since),
        SigningKey.generate(DAVES, ENTERPRISE_PASSES, since),
    )


@pytest.fixture
def worker() -> HealthPass:
    return HealthPass(
        pass_id=fresh_id(),
        kind=PassKind.WORKER,
        issuer=BOBS,
        enterprise_id=BOBS,
        holder_id=fresh_id(),
        name="林试一",
        id_tail="003X",
        issued_at=NOW - timedelta(days=1),
        not_before=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=29),
    )


@pytest.fixture
def passes(worker: HealthPass) -> dict[PassKind, HealthPass]:
    bus = Vehicle("黑D12345", seats=45, route="南岗—厂区")
    return {
        PassKind.WORKER: worker,
        PassKind.VISITOR: replace(worker, kind=PassKind.VISITOR, host="Bob", sites=("S1",)),
        PassKind.COMMUTING_VEHICLE: replace(worker, kind=PassKind.COMMUTING_VEHICLE, vehicle=bus),
        PassKind.EMERGENCY_VEHICLE: replace(
            worker,
            kind=PassKind.EMERGENCY_VEHICLE,
            issuer=BUREAU,
            enterprise_id="",
            vehicle=Vehicle("黑DD12345"),
        ),
    }


@pytest.fixture
def observation(district: District, worker: HealthPass) -> Observation:
    """Everything in order at Bob's gate."""
    warrant = Warrant("W1", BOBS, "Carol", NOW - timedelta(days=9), NOW + timedelta(days=9))
    gate = GateState("K1", BOBS, "S1", "G1", warrant, clock_quality=ClockQuality.SYNCHRONISED)
    return Observation(
        at=NOW,
        direction=Direction.IN,
        gate=gate,
        verification=Verification(replace(worker, key_id=district.bobs.key_id), ()),
        readings=(Reading(3650, 3650, "keypad", NOW),),
        mask=Mask.WORN,
        mask_source="button",
        inside=False,
    )


@pytest.fixture
def text(district: District, worker: HealthPass) -> str:
    return issue(worker, district.bobs)
