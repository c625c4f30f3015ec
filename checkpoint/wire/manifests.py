"""The commuting vehicles of an enterprise in a bundle: days, seats and manifests, no names.

A vehicle takes some 20 bytes and 8 for each rider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checkpoint.credential.id_set import ID_BYTES, IdSet
from checkpoint.domain.boarding import WEEK, CommutingVehicle

SEATS_MOST = 200
_DAYS_MOST = 2 ** len(WEEK) - 1


@dataclass(frozen=True, slots=True)
class Manifests:
    """Vehicles by holder id."""

    vehicles: Mapping[str, CommutingVehicle] = field(default_factory=dict)

    def known(self, vehicle_id: str) -> CommutingVehicle | None:
        """What is known of a vehicle, None where this gate was told of no such vehicle."""
        return self.vehicles.get(vehicle_id)

    def to_document(self) -> list[list[bytes | int]]:
        """In the order of the ids `[id, days, seats, riders]`.

        Days are a number, 1 for Monday, 2 for Tuesday, 4 and so on added up, 0 for every day.
        """
        return [
            [
                bytes.fromhex(vehicle_id),
                sum(1 << WEEK.index(day) for day in known.days),
                known.seats,
                IdSet.of(known.riders).to_bytes(),
            ]
            for vehicle_id, known in sorted(self.vehicles.items())
        ]

    @classmethod
    def from_document(cls, document: list[list[Any]]) -> Manifests:
        """Read back `to_document`. Raises ValueError or TypeError for what is none."""
        if not isinstance(document, list):
            raise TypeError("the vehicles are no list")
        found = [_vehicle(row) for row in document]
        ids = [vehicle_id for vehicle_id, _ in found]
        if ids != sorted(set(ids)):
            raise ValueError("the vehicles are out of order")
        return cls(dict(found))


def _vehicle(row: list[Any]) -> tuple[str, CommutingVehicle]:
    vehicle_id, days, seats, riders = row
    if not isinstance(vehicle_id, bytes) or len(vehicle_id) != ID_BYTES:
        raise ValueError("a vehicle's id has another length")
    if type(days) is not int or not 0 <= days <= _DAYS_MOST:
        raise ValueError("a vehicle's days are out of range")
    if type(seats) is not int or not 0 <= seats <= SEATS_MOST:
        raise ValueError("a vehicle's seats are out of range")
    week = "".join(day for place, day in enumerate(WEEK) if days >> place & 1)
    return vehicle_id.hex(), CommutingVehicle(week, seats, IdSet.from_bytes(riders))
