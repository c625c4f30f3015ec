"""The two kinds of holders that a sheet may bring into the roster, and how they differ there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from checkpoint.keys.sealing_ring import SealingRing
from checkpoint.services import roster_sheet, sealed, vehicle_sheet
from checkpoint.services.office import Office
from checkpoint.services.roster_sheet import Worker
from checkpoint.services.rows import HolderKind
from checkpoint.services.sheet_faults import Fault
from checkpoint.services.sheets import Layout, Row
from checkpoint.services.vehicle_sheet import Vehicle

Line = Worker | Vehicle
Sites = Mapping[str, str]
Values = dict[str, Any]
Own = MappingProxyType[str, Any]


class Kind(Protocol):
    """How rows of a sheet become lines of the roster.

    A holder is known by `column`, in a sheet by `field`; `own` are the other columns that the kind
    alone has, as they are empty. `verb` is of the action record; `twice` and `left` are the faults
    of a second row of one holder, and of one who left.
    """

    of: HolderKind
    verb: str
    layout: Layout
    column: str
    field: str
    own: Own
    twice: str
    left: str

    def read(self, row: Row, sites: Sites, now: datetime) -> Line | list[Fault]:
        """The line of a row, or everything that is wrong with it; `sites` by `site_key`."""

    def known_by(self, office: Office, line: Any) -> Sequence[bytes | str]:
        """The values of `column` that mean the line's holder."""

    def identity(self, ring: SealingRing, line: Any, holder_id: str) -> Values:
        """The columns by which a new holder is known."""

    def said(self, line: Any) -> Values:
        """The columns of `own` of which the line says something."""

    def found_by(self, line: Any, own: Values) -> tuple[str, ...]:
        """The ID number, and the texts beside the name by which somebody looks for the holder."""


class _Workers:
    of = HolderKind.WORKER
    verb = "import_roster"
    layout = roster_sheet.LAYOUT
    column = "id_index"
    field = "id_number"
    own: Own = MappingProxyType({"job": "", "shift_begin": None, "shift_end": None})
    twice = "twice"
    left = "left"

    def read(self, row: Row, sites: Sites, now: datetime) -> Worker | list[Fault]:
        return roster_sheet.worker_of(row, sites, now)

    def known_by(self, office: Office, line: Worker) -> Sequence[bytes]:
        return sealed.indexes(office, "id_number", line.known)

    def identity(self, ring: SealingRing, line: Worker, holder_id: str) -> Values:
        return {
            "id_sealed": ring.seal(line.known.encode(), f"holder/{holder_id}/id"),
            "id_index": sealed.index_under(ring, "id_number", line.known),
            "id_tail": line.known[-4:],
        }

    def said(self, line: Worker) -> Values:
        shift = dict(zip(("shift_begin", "shift_end"), line.shift or (), strict=False))
        return shift | ({"job": line.job} if line.job else {})

    def found_by(self, line: Worker, own: Values) -> tuple[str, ...]:
        return (line.known, own["job"])


class _Vehicles:
    of = HolderKind.VEHICLE
    verb = "import_vehicles"
    layout = vehicle_sheet.LAYOUT
    column = field = "plate"
    own: Own = MappingProxyType({"seats": 0, "route": "", "days": ""})
    twice = "twice_plate"
    left = "left_vehicle"

    def read(self, row: Row, sites: Sites, _now: datetime) -> Vehicle | list[Fault]:
        return vehicle_sheet.vehicle_of(row, sites)

    def known_by(self, _office: Office, line: Vehicle) -> Sequence[str]:
        return (line.known,)

    def identity(self, _ring: SealingRing, line: Vehicle, _holder_id: str) -> Values:
        return {"plate": line.known}

    def said(self, line: Vehicle) -> Values:
        told = {"seats": line.seats, "route": line.route or None, "days": line.days}
        return {name: value for name, value in told.items() if value is not None}

    def found_by(self, line: Vehicle, own: Values) -> tuple[str, ...]:
        return ("", line.known, own["route"])


WORKERS: Kind = _Workers()
VEHICLES: Kind = _Vehicles()
