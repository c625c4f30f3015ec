"""Holders of a sheet made ready to be stored: sealed and indexed before anything is locked."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from checkpoint.keys.sealing_ring import SealingRing
from checkpoint.services import roster, sealed
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.roster_kinds import Kind, Line, Values
from checkpoint.services.roster_search import Finding
from checkpoint.services.sheet_import import CHUNK
from checkpoint.storage import holders


@dataclass(frozen=True, slots=True)
class Known:
    """A holder as the roster has them: which line, which version of it, and what it says.

    `own` are the columns that the kind of holder alone has.
    """

    holder_id: str
    version: int
    left: bool
    name_sealed: bytes = field(repr=False)
    phone_sealed: bytes | None = field(repr=False)
    site_id: str
    own: Values = field(repr=False)

    def name(self, ring: SealingRing) -> str:
        """The name, unsealed."""
        return ring.open(self.name_sealed, f"holder/{self.holder_id}/name").decode()

    def phone(self, ring: SealingRing) -> str:
        """The phone, unsealed; '' for none."""
        place = f"holder/{self.holder_id}/phone"
        return ring.open(self.phone_sealed, place).decode() if self.phone_sealed else ""


class Ready:
    """What is to be stored of holders, one `put` each; `key_id` is the sealing key it is under."""

    def __init__(self, office: Office, by: Actor, enterprise_id: str, kind: Kind) -> None:
        self._office, self._by, self._home, self._kind = office, by, enterprise_id, kind
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

    def put(self, line: Line, known: Known | None) -> None:
        """A holder, and the line that there is of them."""
        if known is None:
            self._fresh.append(self._new(line))
        else:
            self._edit(line, known)

    def store(self, session: Session) -> None:
        """Write all of it."""
        for begin in range(0, len(self._fresh), CHUNK):
            holders.add(session, self._fresh[begin : begin + CHUNK])
        for values in (self._lines, self._names, self._phones):
            for begin in range(0, len(values), CHUNK):
                holders.change(session, values[begin : begin + CHUNK])

    def _new(self, line: Line) -> Values:
        blank = roster.blank_line(self._office, self._kind.of)
        holder_id = blank["holder_id"]
        own = self._kind.own | self._kind.said(line)
        return blank | {
            **self._name(line, holder_id),
            **self._found(line, own),
            **self._kind.identity(self._ring, line, holder_id),
            **own,
            "enterprise_id": self._home,
            "phone_sealed": self._phone(line, holder_id),
            "site_id": line.site_id,
        }

    def _edit(self, line: Line, known: Known) -> None:
        key = {"holder_id": known.holder_id}
        own = known.own | self._kind.said(line)
        self._lines.append(
            {
                **key,
                **self._found(line, own),
                **own,
                "site_id": line.site_id or known.site_id,
                "version": known.version + 1,
                "changed_at": self._office.now_ms(),
                "changed_by": self._by.account_id,
            }
        )
        if line.name != known.name(self._ring):
            self._names.append(key | self._name(line, known.holder_id))
        if line.phone:
            self._phones.append(key | {"phone_sealed": self._phone(line, known.holder_id)})

    def _name(self, line: Line, holder_id: str) -> Values:
        ring = self._ring
        return {
            "name_sealed": ring.seal(line.name.encode(), f"holder/{holder_id}/name"),
            "name_index": sealed.index_under(ring, "name", line.name),
        }

    def _found(self, line: Line, own: Values) -> Values:
        return {"found_by": self._finding.keys(line.name, *self._kind.found_by(line, own))}

    def _phone(self, line: Line, holder_id: str) -> bytes | None:
        place = f"holder/{holder_id}/phone"
        return self._ring.seal(line.phone.encode(), place) if line.phone else None
