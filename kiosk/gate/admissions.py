"""The last admissions, for as long as the gatekeeper may say that nobody walked through.

An annulment undoes whether the holder is inside, and nothing else: a used step stays used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checkpoint.domain.entry import INSIDE_SINCE, EntryKind, Personal
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link
from kiosk.gate.boarding import Boarding
from kiosk.gate.decision import InForce, event
from kiosk.gate.gatekeeper import citation, name_of
from kiosk.journal import Draft, Journal
from kiosk.ports import Annullable

ANNULLABLE = timedelta(minutes=15)
"""How long after an admission the gatekeeper may still annul it."""
MOST = 6
"""No more than the gatekeeper can tell apart."""


@dataclass(slots=True)
class Admission:
    """An admission on disk, and since when its holder was inside before it: ms, 0 for outside."""

    link: Link
    draft: Draft
    before: int

    def by(self, person: Personal | None) -> bool:
        """Whether it moved this person."""
        mine = self.draft.personal
        moved = self.draft.moves is not None
        return moved and bool(mine and person and mine.holder_id == person.holder_id)

    def fresh(self, now: datetime) -> bool:
        """Whether it may still be annulled."""
        return abs(now - self.draft.entry.at) <= ANNULLABLE


class Admissions:
    """Puts entries into the journal, and remembers of late admissions what undoes them."""

    def __init__(self, journal: Journal, boarding: Boarding | None = None) -> None:
        self._journal = journal
        self.boarding = boarding or Boarding()
        self._kept: list[Admission] = []

    @property
    def kiosk_id(self) -> str:
        """Whose entries these are."""
        return self._journal.kiosk_id

    def is_inside(self, holder_id: str) -> bool:
        """Whether the holder is inside as far as this gate knows. Raises JournalFault."""
        return self._journal.is_inside(holder_id)

    def used_step(self, pass_id: str) -> int | None:
        """The last step of a phone pass that let somebody pass. Raises JournalFault."""
        return self._journal.used_step(pass_id)

    def append(self, draft: Draft) -> Link:
        """Put an entry on disk. Raises JournalFault, having written nothing."""
        holder = draft.personal.holder_id if draft.personal else ""
        before = self._journal.inside_since(holder) if holder and draft.entry.passed else 0
        link = self._journal.append(draft)
        self.boarding.heard(link, draft)
        if draft.entry.passed:
            self._kept = [*self._kept, Admission(link, draft, before)][-MOST:]
        return link

    def at(self, now: datetime) -> tuple[Annullable, ...]:
        """What may be annulled now, the newest last."""
        return tuple(
            Annullable(name_of(a.link), a.draft.entry.at, direction, a.draft.personal)
            for a in self._kept
            if a.fresh(now) and (direction := a.draft.entry.direction)
        )

    def named(self, seq: int) -> str:
        """The name of the admission with this number; '' where it can't be annulled."""
        return next((name_of(a.link) for a in self._kept if a.link.seq == seq), "")

    def annul(
        self, entry: str, now: datetime, in_force: InForce, write: Callable[[Draft], Link]
    ) -> Link | None:
        """Write that nobody walked through; None when the entry is unknown, too old or annulled.

        Raises JournalFault, having written nothing.
        """
        found = next((a for a in self._kept if a.fresh(now) and name_of(a.link) == entry), None)
        if found is None:
            return None
        person = found.draft.personal
        later = [a for a in self._kept[self._kept.index(found) + 1 :] if a.by(person)]
        since = found.before
        if later and person:
            since = self._journal.inside_since(person.holder_id)
        link = write(_annulment(found, since, now, in_force))
        self._kept.remove(found)
        if later:
            later[0].before = found.before
        return link


def _annulment(found: Admission, since: int, now: datetime, in_force: InForce) -> Draft:
    admitted = found.draft.entry
    stands = {INSIDE_SINCE: str(since)} if found.draft.moves is not None else {}
    told = event(EntryKind.ANNULMENT, now, in_force, citation(found.link) | stands).entry
    entry = replace(
        told,
        direction=admitted.direction,
        reasons=(Reason.ANNULLED,),
        pass_id=admitted.pass_id,
        pass_kind=admitted.pass_kind,
        issuer=admitted.issuer,
    )
    return Draft(entry, found.draft.personal)
