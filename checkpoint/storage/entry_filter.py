"""What a lookup asks for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.reason import Reason
from checkpoint.wire.entries import Standing

PERSONAL = frozenset({"name", "id_tail", "plate"})


class Later(StrEnum):
    """What came after an entry and is about it. Stored in records, never renamed."""

    OVERRIDDEN = "overridden"
    """the gatekeeper decided over it"""
    ANNULLED = "annulled"
    """an admission by which nobody walked through"""
    REMARKED = "remarked"
    """somebody said something of it"""
    CORRECTED = "corrected"
    """somebody said that something in it is wrong"""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """All given conditions hold together. `until` is exclusive, temperatures are inclusive.

    `kinds` empty means every kind. `pass_kind` is that of the pass that was shown: an unreadable
    code, a foreign certificate and an opening in an emergency have none. `degraded` asks for
    entries of a gate that lacked something: a device was down, or its data was old.
    `name`, `id_tail` and `plate` match exactly. `limit` is capped at 500 rows a page.
    """

    since: datetime | None = None
    until: datetime | None = None
    site_id: str = ""
    gate_id: str = ""
    kiosk_id: str = ""
    name: str = ""
    id_tail: str = ""
    plate: str = ""
    holder_id: str = ""
    pass_id: str = ""
    kinds: tuple[EntryKind, ...] = ()
    pass_kind: PassKind | None = None
    direction: Direction | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    temperature_from_c: int | None = None
    temperature_to_c: int | None = None
    clock_quality: ClockQuality | None = None
    standing: Standing | None = None
    degraded: bool = False
    later: Later | None = None
    limit: int = 50

    def asked(self) -> dict[str, str]:
        """The conditions given, for the lookup record; those of a person without their value."""
        none = (None, "", (), False)
        given = {name: value for name, value in asdict(self).items() if value not in none}
        given |= {"kinds": " ".join(self.kinds)} if self.kinds else {}
        return {
            name: "(given)" if name in PERSONAL else str(value) for name, value in given.items()
        }
