"""A made-up district to break into: its keys, a pass of each kind, what a verifier trusts.

All of it follows from a number, so that what was found once can be found again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkpoint.credential import Trust, dynamic, issue
from checkpoint.credential.envelope import from_text
from checkpoint.domain.health_pass import HealthPass, HolderKey, KeyAlgorithm, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.keys import Keyring, Purpose, SigningKey, TrustedKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
PLANT, NEIGHBOUR = "E001", "E002"
EMERGENCY = frozenset({Purpose.EMERGENCY_VEHICLE})


@dataclass(frozen=True, slots=True)
class Ground:
    """Keys and genuine passes. `stranger` is a key that nobody trusts.

    `passes` are printed ones, `living` the codes that a phone shows now.
    """

    bureau: SigningKey
    plant: SigningKey
    neighbour: SigningKey
    stranger: SigningKey
    trust: Trust
    passes: dict[str, HealthPass]
    phone: Ed25519PrivateKey
    living: dict[str, HealthPass]

    @classmethod
    def of(cls, seed: int) -> Ground:
        """The district that a number stands for."""
        keys = {
            "bureau": _key(seed, BUREAU, EMERGENCY),
            "plant": _key(seed, PLANT, ENTERPRISE_PASSES),
            "neighbour": _key(seed, NEIGHBOUR, ENTERPRISE_PASSES),
        }
        issuers = {PLANT: keys["plant"], NEIGHBOUR: keys["neighbour"], BUREAU: keys["bureau"]}
        phone = Ed25519PrivateKey.from_private_bytes(_bytes(seed, "phone", 32))
        held = _phone_pass(seed, phone)
        envelope = from_text(issue(held, keys["plant"]))
        return cls(
            **keys,
            phone=phone,
            living={living_code(envelope, phone): held},
            stranger=_key(seed, "stranger", ENTERPRISE_PASSES),
            trust=Trust(Keyring(key.trusted for key in keys.values())),
            passes={issue(known, issuers[known.issuer]): known for known in _passes(seed)},
        )


def living_code(envelope: bytes, phone: Ed25519PrivateKey, late: int = 0) -> str:
    """What the phone shows around a pass now, or some steps later."""
    step = dynamic.step_at(NOW) + late
    signature = phone.sign(dynamic.signed_bytes(envelope, step))
    return dynamic.LivingCode(envelope, step, signature).text()


def _key(seed: int, owner: str, purposes: frozenset[Purpose]) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(_bytes(seed, f"key of {owner}", 32))
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(public).hexdigest()[:8]
    term = (NOW - timedelta(days=30), NOW + timedelta(days=700))
    # A stranger speaks in the plant's name, as a forger would.
    speaks_for = PLANT if owner == "stranger" else owner
    return SigningKey(TrustedKey(key_id, speaks_for, purposes, public, *term), private)


def _passes(seed: int) -> list[HealthPass]:
    worker = _worker(seed, PLANT)
    # As they are issued: a newcomer has one number for pass and holder, a vehicle no ID.
    guest = replace(worker, kind=PassKind.VISITOR, host="采购部", holder_id=worker.pass_id)
    bus = Vehicle("黑D12345", seats=45, route="南岗—厂区")
    van = Vehicle("黑DD12345", route="送氧气")
    bureau = _worker(seed, BUREAU)
    emergency = replace(bureau, holder_id=bureau.pass_id, id_tail="")
    return [
        worker,
        guest,
        replace(worker, kind=PassKind.COMMUTING_VEHICLE, vehicle=bus, id_tail=""),
        _worker(seed, NEIGHBOUR),
        replace(emergency, kind=PassKind.EMERGENCY_VEHICLE, vehicle=van),
    ]


def _phone_pass(seed: int, phone: Ed25519PrivateKey) -> HealthPass:
    key = HolderKey(KeyAlgorithm.ED25519, phone.public_key().public_bytes_raw())
    return replace(_worker(seed, PLANT), holder_key=key, shift=(480, 1020))


def _worker(seed: int, issuer: str) -> HealthPass:
    return HealthPass(
        pass_id=_bytes(seed, f"pass of {issuer}", 8).hex(),
        kind=PassKind.WORKER,
        issuer=issuer,
        enterprise_id="" if issuer == BUREAU else issuer,
        holder_id=_bytes(seed, f"holder of {issuer}", 8).hex(),
        name="林试一",
        id_tail="003X",
        issued_at=NOW - timedelta(days=1),
        not_before=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=29),
    )


def _bytes(seed: int, what: str, count: int) -> bytes:
    return hashlib.sha256(f"{seed}/{what}".encode()).digest()[:count]
