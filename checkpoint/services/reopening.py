"""How many enterprises of the district are at work again: as a whole, by township, by size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from checkpoint.services import authorizing
from checkpoint.services.office import Office
from checkpoint.services.rows import EnterpriseRow
from checkpoint.storage import passages
from checkpoint.storage.scope import Scope

WINDOW = timedelta(days=7)
"""At work is who let somebody in at a gate within it, and is not suspended."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of so many enterprises so many are at work."""

    of: int
    at_work: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down; 0 of none."""
        return self.at_work * 100 // self.of if self.of else 0


@dataclass(frozen=True, slots=True)
class Reopening:
    """The shares of the whole district, of its parts, and of the larger and the other plants.

    `townships` are by name; the one without a name is of those who gave none.
    """

    whole: Share
    townships: tuple[tuple[str, Share], ...]
    above_scale: Share
    others: Share


def now(office: Office) -> Reopening:
    """As it stands at this moment, by what the gates have reported."""
    rows = authorizing.enterprises(office, Scope.whole_district())
    since = office.now_ms() - WINDOW // timedelta(milliseconds=1)
    with office.db.read() as session:
        busy = passages.enterprises_that_admitted(session, since)
    townships = sorted({row.township for row in rows})
    return Reopening(
        whole=_share(rows, busy),
        townships=tuple(
            (name, _share((row for row in rows if row.township == name), busy))
            for name in townships
        ),
        above_scale=_share((row for row in rows if row.above_scale), busy),
        others=_share((row for row in rows if not row.above_scale), busy),
    )


def _share(rows: Iterable[EnterpriseRow], busy: frozenset[str]) -> Share:
    among = [row.enterprise for row in rows]
    at_work = [e for e in among if not e.suspended and e.enterprise_id in busy]
    return Share(len(among), len(at_work))
