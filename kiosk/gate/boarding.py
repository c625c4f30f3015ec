"""A commuting vehicle's turn: who shows a pass after it are its riders, until the turn is over.

It begins with the vehicle's admission, by the rules or the gatekeeper, and ends with the next
vehicle, the gatekeeper's word, or a quiet time. It follows the entries that are on disk; a gate
that starts anew has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from checkpoint.domain.boarding import CommutingVehicle, Ride
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import VEHICLE_KINDS, PassKind
from checkpoint.domain.observation import Direction, Observation, Verification
from checkpoint.entrylog import Link
from checkpoint.wire.bundle import Bundle
from kiosk.config import BOARDING_QUIET_S
from kiosk.journal import Draft
from kiosk.ports import BoardingView

VEHICLE = "vehicle"
"""The detail of a rider's entry: the number of their vehicle's entry, in the same epoch."""


@dataclass(slots=True)
class _Turn:
    """A vehicle at the gate, its entry, and by which entries its riders were let pass."""

    vehicle_id: str
    plate: str
    entry: int
    direction: Direction | None
    last: datetime
    riders: dict[str, int] = field(default_factory=dict)


class Boarding:
    """Hears of every entry that is on disk, and says who rides."""

    def __init__(self, quiet_s: float = BOARDING_QUIET_S) -> None:
        self._quiet = timedelta(seconds=quiet_s)
        self._turn: _Turn | None = None

    def end(self) -> None:
        """The vehicle is done: whoever comes next comes on foot."""
        self._turn = None

    def heard(self, link: Link, draft: Draft) -> None:
        """An entry is on disk."""
        entry, who = draft.entry, draft.personal.holder_id if draft.personal else ""
        if entry.kind is EntryKind.ANNULMENT:
            self._annulled(replace(entry, epoch=link.epoch).cites)
        elif entry.pass_kind in VEHICLE_KINDS and entry.passed:
            plate = draft.personal.plate if draft.personal else ""
            commutes = entry.pass_kind is PassKind.COMMUTING_VEHICLE
            turn = _Turn(who, plate, link.seq, entry.direction, entry.at)
            self._turn = turn if commutes else None
        elif self._turn and entry.details.get(VEHICLE) == str(self._turn.entry):
            self._turn.last = entry.at
            if entry.passed and who:
                self._turn.riders[who] = link.seq

    def ride(
        self, seen: Verification | None, direction: Direction, at: datetime, bundle: Bundle
    ) -> Ride | None:
        """How somebody stands to the vehicle that boards; None for who does not come with one."""
        turn, vehicle = self._lasting(at, bundle)
        if turn is None or seen is None or not seen.holder_id or turn.direction is not direction:
            return None
        if seen.health_pass and seen.health_pass.vehicle:
            return None
        others = turn.riders.keys() - {seen.holder_id}
        full = 0 < vehicle.seats <= len(others)
        return Ride(turn.entry, seen.holder_id in vehicle.riders, full)

    def view(self, at: datetime, bundle: Bundle) -> BoardingView | None:
        """What the display shows of the turn; None without one."""
        turn, vehicle = self._lasting(at, bundle)
        return BoardingView(turn.plate, len(turn.riders), vehicle.seats) if turn else None

    def _lasting(self, at: datetime, bundle: Bundle) -> tuple[_Turn | None, CommutingVehicle]:
        """The turn that lasts, and what is known of its vehicle.

        A vehicle that the gate was not told of has nobody on its manifest.
        """
        turn = self._turn
        if turn and abs(at - turn.last) > self._quiet:
            turn = self._turn = None
        if turn is None or not bundle.policy.boarding:
            return None, CommutingVehicle()
        known = bundle.manifests.known(turn.vehicle_id) if bundle.manifests else None
        if known is not None and not known.carries:
            return None, known
        return turn, known or CommutingVehicle()

    def _annulled(self, cited: int | None) -> None:
        """Nobody walked through: no seat is taken, or the vehicle itself did not come."""
        if self._turn and cited == self._turn.entry:
            self._turn = None
        elif self._turn:
            self._turn.riders = {
                who: entry for who, entry in self._turn.riders.items() if entry != cited
            }


def vehicle_of(seen: Verification | None, bundle: Bundle) -> CommutingVehicle | None:
    """What the bundle tells of a commuting vehicle that shows its own pass."""
    known = seen.health_pass if seen else None
    if known is None or known.kind is not PassKind.COMMUTING_VEHICLE or bundle.manifests is None:
        return None
    return bundle.manifests.known(known.holder_id)


def ride_of(observation: Observation) -> dict[str, str]:
    """The entry of the vehicle that a rider comes with."""
    return {VEHICLE: str(observation.ride.entry)} if observation.ride else {}
