"""Workers of a sheet made ready to be stored: sealed and indexed before anything is locked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.keys.sealing_ring import SealingRing
from checkpoint.services import roster, sealed
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.roster_search import Finding
from checkpoint.services.roster_sheet import Worker
from checkpoint.services.rows import HolderKind
from checkpoint.services.sheet_import import CHUNK
from checkpoint.storage import holders

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A worker as the roster has them: which line, which version of it, and what it says."""

    holder_id: str
    version: int
    left: bool
    name_sealed: bytes = field(repr=False)
    phone_sealed: bytes | None = field(repr=False)
    job: str
    site_id: str
    shift: tuple[int | None, int | None]

    def name(self, ring: SealingRing) -> str:
        """The name, unsealed."""
        return ring.open(self.name_sealed, f"holder/{self.holder_id}/name").decode()

    def phone(self, ring: SealingRing) -> str:
        """The phone, unsealed; '' for none."""
        place = f"holder/{self.holder_id}/phone"
        return ring.open(self.phone_sealed, place).decode() if self.phone_sealed else ""


class Ready:
    """What is to be stored of workers, one `put` each; `key_id` is the sealing key it is under."""

    def __init__(self, office: Office, by: Actor, enterprise_id: str) -> None:
        self._office, self._by, self._home = office, by, enterprise_id
        self._ring = office.keys.sealing
        self._finding = Finding(self._ring, enterprise_id)
        self._fresh: list[Values] = []
        self._lines: list[Values] = []
        self._names: list[Values] = []
        self._phones: list[Values] = []

    @property
    def key_id(self) -> bytes:
        """Of the key that sealed."""
        return self._ring.key_id

    @property
    def edits(self) -> bool:
        """Whether a line is changed that was there before."""
        return bool(self._lines)

    def put(self, worker: Worker, known: Known | None) -> None:
        """A worker, and the line that there is of them."""
        if known is None:
            self._fresh.append(self._new(worker))
        else:
            self._edit(worker, known)

    def store(self, session: Session) -> None:
        """Write all of it."""
        for begin in range(0, len(self._fresh), CHUNK):
            holders.add(session, self._fresh[begin : begin + CHUNK])
        for values in (self._lines, self._names, self._phones):
            for begin in range(0, len(values), CHUNK):
                holders.change(session, values[begin : begin + CHUNK])

    def _new(self, worker: Worker) -> Values:
        line = roster.blank_line(self._office, HolderKind.WORKER)
        place, ring = f"holder/{line['holder_id']}", self._ring
        begin, end = worker.shift or (None, None)
        return line | {
            **self._name(worker, line["holder_id"]),
            **self._found(worker.name, worker.number, worker.job),
            "enterprise_id": self._home,
            "id_sealed": ring.seal(worker.number.encode(), f"{place}/id"),
            "id_index": sealed.index_under(ring, "id_number", worker.number),
            "id_tail": worker.number[-4:],
            "phone_sealed": self._phone(worker, place),
            "job": worker.job,
            "site_id": worker.site_id,
            "shift_begin": begin,
            "shift_end": end,
        }

    def _edit(self, worker: Worker, known: Known) -> None:
        key = {"holder_id": known.holder_id}
        job = worker.job or known.job
        begin, end = worker.shift or known.shift
        self._lines.append(
            {
                **key,
                **self._found(worker.name, worker.number, job),
                "job": job,
                "site_id": worker.site_id or known.site_id,
                "shift_begin": begin,
                "shift_end": end,
                "version": known.version + 1,
                "changed_at": self._office.now_ms(),
                "changed_by": self._by.account_id,
            }
        )
        if worker.name != known.name(self._ring):
            self._names.append(key | self._name(worker, known.holder_id))
        if worker.phone:
            sealed_phone = self._phone(worker, f"holder/{known.holder_id}")
            self._phones.append(key | {"phone_sealed": sealed_phone})

    def _name(self, worker: Worker, holder_id: str) -> Values:
        ring = self._ring
        return {
            "name_sealed": ring.seal(worker.name.encode(), f"holder/{holder_id}/name"),
            "name_index": sealed.index_under(ring, "name", worker.name),
        }

    def _found(self, name: str, number: str, job: str) -> Values:
        return {"found_by": self._finding.keys(name, number, job)}

    def _phone(self, worker: Worker, place: str) -> bytes | None:
        return self._ring.seal(worker.phone.encode(), f"{place}/phone") if worker.phone else None
