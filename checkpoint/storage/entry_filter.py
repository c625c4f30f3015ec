"""What a lookup asks for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason

PERSONAL = frozenset({"name", "id_tail"})


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """All given conditions hold together. `until` is exclusive, temperatures are inclusive.

    `kinds` empty means every kind.
    `name` and `id_tail` match exactly. `limit` is capped at 500 rows a page.
    """

    since: datetime | None = None
    until: datetime | None = None
    gate_id: str = ""
    kiosk_id: str = ""
    name: str = ""
    id_tail: str = ""
    holder_id: str = ""
    pass_id: str = ""
    kinds: tuple[EntryKind, ...] = ()
    direction: Direction | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    temperature_from_c: int | None = None
    temperature_to_c: int | None = None
    limit: int = 50

    def asked(self) -> dict[str, str]:
        """The conditions given, for the lookup record; those of a person without their value."""
        given = {name: value for name, value in asdict(self).items() if value not in (None, "", ())}
        given |= {"kinds": " ".join(self.kinds)} if self.kinds else {}
        return {
            name: "(given)" if name in PERSONAL else str(value) for name, value in given.items()
        }
