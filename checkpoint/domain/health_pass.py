"""The health pass 通行证: what a signed credential says of its holder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PassKind(StrEnum):
    """The four kinds. The value is stored and sent, never renamed."""

    WORKER = "worker"
    """员工出行上岗通行证"""
    COMMUTING_VEHICLE = "commuting_vehicle"
    """员工通勤车辆通行证"""
    EMERGENCY_VEHICLE = "emergency_vehicle"
    """车辆应急通行证"""
    VISITOR = "visitor"
    """访客证"""


VEHICLE_KINDS = frozenset({PassKind.COMMUTING_VEHICLE, PassKind.EMERGENCY_VEHICLE})


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What a vehicle pass adds: the plate as painted (no dot or space), seats, route."""

    plate: str
    seats: int = 0
    route: str = ""


class KeyAlgorithm(StrEnum):
    """What a phone's key signs with: what its browser has."""

    ED25519 = "Ed25519"
    ES256 = "ES256"


@dataclass(frozen=True, slots=True)
class HolderKey:
    """The public key of the holder's phone: 32 bytes Ed25519, or a P-256 point of 33 bytes."""

    algorithm: KeyAlgorithm
    public: bytes


@dataclass(frozen=True, slots=True)
class HealthPass:
    """A verified or to-be-issued pass.

    `pass_id` and `holder_id` are 16 lower-case hex digits (8 random bytes); `issuer` is the
    enterprise or `bureau`; `sites` empty means every site of the enterprise; `id_tail` is the
    last four characters of the holder's ID, for the gatekeeper's second look. A vehicle pass
    has a `vehicle`, and `name` is then its driver. A visitor pass has a `host`. A phone pass
    has a `holder_key`: it is worth something only in a living code. `shift` is the window of a
    worker's shift in minutes of the local day, begin and end (exclusive); one that ends before it
    begins goes past midnight.
    """

    pass_id: str
    kind: PassKind
    issuer: str
    enterprise_id: str
    holder_id: str
    name: str
    id_tail: str
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    sites: tuple[str, ...] = ()
    vehicle: Vehicle | None = None
    host: str = ""
    key_id: str = ""
    holder_key: HolderKey | None = None
    shift: tuple[int, int] | None = None
