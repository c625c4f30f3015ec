"""Past passings under other numbers: how many outcomes would be others, at whom, and why.

Each entry is judged by what it holds; what it does not hold is not guessed (`screening.rebuild`).
An enterprise's own stricter numbers hold beside the draft, as they would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry
from checkpoint.domain.policy import Policy
from checkpoint.entrylog import decode_entry
from checkpoint.errors import EntryError
from checkpoint.screening import rebuild
from checkpoint.services import policy_versions
from checkpoint.services.office import Office
from checkpoint.storage import authority, places, replayed
from checkpoint.storage.scope import Scope

EXAMPLES = 20
_CHUNK = 500
Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Replay:
    """What came of it, counted. `outcomes` counts `ADMIT>DENY` and so on, unchanged ones too.

    `unclear` are those whose entry does not tell enough, `unread` those whose decision does not
    follow from the numbers that they cite. `gained` and `lost` count reasons of changed outcomes;
    `enterprises` the changed and all passings of each. `examples` name nobody.
    """

    total: int = 0
    unclear: int = 0
    unread: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    enterprises: dict[str, list[int]] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many outcomes would be others."""
        return sum(n for pair, n in self.outcomes.items() if len(set(pair.split(">"))) > 1)

    def to_json(self) -> dict[str, Any]:
        """As plain values, the most frequent first."""
        return {
            "total": self.total,
            "changed": self.changed,
            "unclear": self.unclear,
            "unread": self.unread,
            "outcomes": dict(self.outcomes.most_common()),
            "gained": dict(self.gained.most_common()),
            "lost": dict(self.lost.most_common()),
            "enterprises": self.enterprises,
            "examples": self.examples,
        }


@dataclass(slots=True)
class _Numbers:
    """The policies at hand: those that entries cite, and the draft at each enterprise."""

    office: Office
    draft: Policy
    cited: dict[tuple[str, int], Policy | None] = field(default_factory=dict)
    drafts: dict[str, Policy] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)

    def old(self, enterprise_id: str, version: int) -> Policy | None:
        """What an entry was decided by; None for a version that there never was."""
        if (enterprise_id, version) not in self.cited:
            with self.office.db.read() as session:
                found = policy_versions.as_of(session, enterprise_id, version)
            self.cited[enterprise_id, version] = found
        return self.cited[enterprise_id, version]

    def new(self, enterprise_id: str) -> Policy:
        """The draft with the enterprise's own stricter numbers."""
        if enterprise_id not in self.drafts:
            with self.office.db.read() as session:
                own = authority.policy_at(session, enterprise_id, self.office.now_ms())
            self.drafts[enterprise_id] = policy_versions.tightened(self.draft, own)
        return self.drafts[enterprise_id]

    def zone(self, site_id: str) -> str:
        """A site's time zone."""
        if not self.zones:
            with self.office.db.read() as session:
                rows = places.enterprises(session, Scope.whole_district())
                for row in rows:
                    sites = places.sites(session, row.enterprise_id)
                    self.zones |= {site.site_id: site.zone for site in sites}
        return self.zones.get(site_id, "Asia/Shanghai")


def replay(
    office: Office, draft: Policy, period: tuple[datetime, datetime], tell: Tell | None = None
) -> Replay:
    """Decide again on every passing of a time (its end exclusive). Changes nothing.

    `tell(done, total)` is called after every 500 entries, outside of a transaction.
    """
    span = (to_ms(period[0]), to_ms(period[1]))
    numbers, found = _Numbers(office, draft), Replay()
    with office.db.read() as session:
        total = replayed.count(session, span)
    after = (-1, 0)
    while True:
        with office.db.read() as session:
            rows = replayed.some(session, span, after, _CHUNK)
        if not rows:
            return found
        for row in rows:
            _judge(found, numbers, row)
        after = (rows[-1][0], rows[-1][1])
        if tell:
            tell(min(found.total, total), total)


def _judge(found: Replay, numbers: _Numbers, row: Row[int, int, bytes, str, str]) -> None:
    _at, _number, body, enterprise_id, site_id = row
    found.total += 1
    tally = found.enterprises.setdefault(enterprise_id, [0, 0])
    tally[1] += 1
    try:
        entry = decode_entry(body)
    except EntryError:
        found.unread += 1
        return
    old, new = numbers.old(enterprise_id, entry.policy_version), numbers.new(enterprise_id)
    zone = numbers.zone(site_id)
    outcomes = rebuild.redecided(entry, old, new, zone) if old else ()
    if old is None or not outcomes or entry.outcome is None:
        found.unread += 1
    elif len(outcomes) > 1:
        found.unclear += 1
    else:
        found.outcomes[f"{entry.outcome.value}>{outcomes[0].value}"] += 1
        if outcomes[0] is not entry.outcome:
            tally[0] += 1
            _changed(found, entry, outcomes[0], rebuild.reasons(entry, old, new, zone))


def _changed(found: Replay, entry: Entry, outcome: Outcome, reasons: tuple[Any, ...]) -> None:
    before, after = ([each.value for each in told] for told in (entry.reasons, reasons))
    found.gained.update(set(after) - set(before))
    found.lost.update(set(before) - set(after))
    if len(found.examples) < EXAMPLES:
        found.examples.append(
            {
                "at": to_ms(entry.at),
                "enterprise_id": entry.enterprise_id,
                "place": f"{entry.kiosk_id}/{entry.epoch}/{entry.seq}",
                "celsius": entry.readings[-1].corrected_c if entry.readings else None,
                "old": entry.outcome.value if entry.outcome else "",
                "new": outcome.value,
                "before": before,
                "after": after,
            }
        )
