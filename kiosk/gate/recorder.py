"""The gate's way to its journal: what can't be written now is told, waits, and is written first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from checkpoint.domain.entry import EntryKind
from checkpoint.entrylog import Link
from checkpoint.errors import JournalFault
from kiosk.gate.admissions import Admissions
from kiosk.gate.boarding import Boarding
from kiosk.gate.decision import InForce, event
from kiosk.gate.faults import Code, began, ended, fault_of
from kiosk.journal import Draft, Journal
from kiosk.ports import Annullable, Fault

HEARTBEAT = timedelta(minutes=15)
_RETRY = timedelta(seconds=1)
_MOST_WAITING = 256


class Recorder:
    """Appends entries; `told` hears of each one that is on disk. `fault` is the journal's."""

    def __init__(
        self,
        journal: Journal,
        in_force: InForce,
        told: Callable[[Link], None],
        boarding: Boarding | None = None,
    ) -> None:
        self.journal = journal
        self.in_force = in_force
        self.fault: Fault | None = None
        self.inside = 0
        self._admissions = Admissions(journal, boarding)
        self._told = told
        self._waiting: deque[Draft] = deque()
        self._tried: datetime | None = None
        self._last: datetime | None = None
        self._count_inside()

    @property
    def kiosk_id(self) -> str:
        """Whose entries these are."""
        return self.journal.kiosk_id

    @property
    def boarding(self) -> Boarding:
        """The vehicle whose riders come, as far as the entries tell."""
        return self._admissions.boarding

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The journal's fault, where it has one."""
        return (self.fault,) if self.fault else ()

    def is_inside(self, holder_id: str) -> bool:
        """Whether the holder is inside as far as this gate knows. Raises JournalFault."""
        return self.journal.is_inside(holder_id)

    def used_step(self, pass_id: str) -> int | None:
        """The last step of a phone pass that let somebody pass, as far as this gate knows.

        Raises JournalFault.
        """
        return self.journal.used_step(pass_id)

    def append(self, draft: Draft) -> Link:
        """Put an entry on disk. Raises JournalFault, and says so in `fault`, when it can't be."""
        at = draft.entry.at
        try:
            link = self._admissions.append(draft)
        except JournalFault as fault:
            self.broken(fault, at)
            raise
        self._last = at
        if self.fault is not None:
            self._wait(event(EntryKind.FAULT, at, self.in_force, ended(self.fault)))
            self.fault = None
        self._told(link)
        self._count_inside()
        return link

    def annul(self, entry: str, at: datetime, by: str = "") -> None:
        """Nobody walked through by this entry, where it may be annulled. Raises JournalFault.

        `by` names the device that says so; empty for the gatekeeper.
        """

        def write(draft: Draft) -> Link:
            told = draft.entry.details | ({"by": by} if by else {})
            return self.append(replace(draft, entry=replace(draft.entry, details=told)))

        self._admissions.annul(entry, at, self.in_force, write)

    def annullable(self, at: datetime) -> tuple[Annullable, ...]:
        """The last admissions that may be annulled, the newest last."""
        return self._admissions.at(at)

    def broken(self, fault: JournalFault, at: datetime) -> None:
        """The journal failed: no green until it takes entries again."""
        known, self.fault = self.fault, fault_of(Code.JOURNAL, fault)
        if known is None:
            self._wait(event(EntryKind.FAULT, at, self.in_force, began(self.fault)))
        self._tried = at

    def take(self, in_force: InForce, at: datetime) -> None:
        """From now on entries are made by this; another bundle, or policy, is an entry."""
        before, now = self.in_force.bundle, in_force.bundle
        self.in_force = in_force
        if now.version != before.version:
            self.event(EntryKind.BUNDLE, at, {"version": str(now.version)})
        elif now.policy.version != before.policy.version:
            told = {"version": str(now.version), "policy": str(now.policy.version)}
            self.event(EntryKind.BUNDLE, at, told)

    def event(self, kind: EntryKind, at: datetime, details: dict[str, str] | None = None) -> None:
        """Record an event, now or as soon as the journal takes it. Never raises."""
        self.later(event(kind, at, self.in_force, details))

    def later(self, draft: Draft) -> None:
        """Record a draft, now or as soon as the journal takes it. Never raises."""
        self._wait(draft)
        self._flush()

    def tick(self, at: datetime) -> None:
        """Write what waits, a heartbeat after long silence, and a head when one is due."""
        if self._waiting and (self._tried is None or abs(at - self._tried) >= _RETRY):
            self._flush()
        if self._last is not None and at - self._last >= HEARTBEAT:
            self._last = at
            self.event(EntryKind.HEARTBEAT, at)
        if self.fault is None:
            try:
                self.journal.keep_head()
            except JournalFault as fault:
                self.broken(fault, at)

    def _wait(self, draft: Draft) -> None:
        """What people did at the gate stays; of what the machine says the oldest gives way."""
        if len(self._waiting) >= _MOST_WAITING:
            machine = (d for d in self._waiting if d.entry.kind is not EntryKind.EMERGENCY)
            self._waiting.remove(next(machine, self._waiting[0]))
        self._waiting.append(draft)

    def _flush(self) -> None:
        with suppress(JournalFault):
            while self._waiting:
                self.append(self._waiting[0])
                self._waiting.popleft()

    def _count_inside(self) -> None:
        with suppress(JournalFault):
            self.inside = self.journal.inside_count()
