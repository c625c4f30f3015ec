"""Entries go up, receipts and the bundle come down; the gate never waits for it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from checkpoint.clock import Clock
from checkpoint.entrylog import Link
from checkpoint.entrylog.following import Shown, objection, restarted
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import JournalFault, LogFault, SibaoError, WireError
from checkpoint.keys import Keyring
from checkpoint.wire.entries import HeldMessage, KnownTree, Receipt, TreeMessage, batch_of
from kiosk.config import SyncSettings
from kiosk.journal import Journal
from kiosk.ports import Transport

STUBBORN = 3
"""Refusals of a single entry, by a server that answers otherwise, before it is passed over."""


@dataclass(frozen=True, slots=True)
class Uplink:
    """The way to the server, whom to believe there, and how to ask for the bundle.

    `keyring` gives the server's keys of the moment; `pull` says whether another bundle came;
    `heard` is told the server's time.
    """

    transport: Transport
    keyring: Callable[[], Keyring]
    pull: Callable[[Transport], bool]
    heard: Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class SyncState:
    """How the gate stands to its server, replaced as one value.

    `log` is what is wrong with the server's log, or what it lost; it stays for a while after.
    """

    online: bool = False
    unsent: int = 0
    last_receipt: datetime | None = None
    fault: SibaoError | None = None
    log: LogFault | None = None


class Sync:
    """One unit of work at a time. It drops nothing and raises nothing but from `push_once`.

    `luck` gives numbers from 0 to 1 for the jitter of the pauses.
    """

    def __init__(
        self,
        journal: Journal,
        uplink: Uplink,
        settings: SyncSettings,
        clock: Clock,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._journal, self._uplink, self._settings = journal, uplink, settings
        self._clock, self._luck = clock, luck
        self._size = settings.batch
        self._failures = 0
        self._refused = 0
        self._past = 0
        self._pull_at = self._learn_at = clock.monotonic()
        self._since = 0
        self._unheard: SibaoError | None = None
        self._log: LogFault | None = None
        self._log_at = 0.0
        self._compared: HeldMessage | None = None
        self._answers = False
        self._woken, self._stopped = threading.Event(), False
        self.state = SyncState(unsent=journal.unsent_count(), last_receipt=journal.last_receipt())

    def turn(self) -> float:
        """Do what is due; seconds to wait before the next turn."""
        more, failed = False, False
        fault: SibaoError | None = None
        try:
            more = self.push_once()
        except SibaoError as refusal:
            fault, failed = refusal, True
            self._answers, self._pull_at = False, self._clock.monotonic()
        try:
            self._pull()
        except SibaoError as silence:
            fault = fault or silence
        if failed and self._answers:
            self._narrow()
        self._learn()
        self._tell(fault or self._unheard)
        if fault is None:
            self._failures = 0
            return 0.0 if more else self._settings.interval_s
        self._failures += 1
        return self._pause()

    def push_once(self) -> bool:
        """Send one batch and note its receipt; whether there is more to send.

        Raises WireError when the answer did not come or is not to be believed, JournalFault
        when it could not be noted; nothing has changed then.
        """
        links = self._journal.unsent(self._size, after=self._past)
        if not links:
            self._past = 0
            return False
        kept = TreeHead.read(self._journal.tree())
        known = KnownTree(origin=kept.origin, size=kept.size) if kept else None
        batch = batch_of(links, self._journal.head(), known)
        answer = self._uplink.transport.push(batch)
        receipt = _believed(answer.receipt, links[0], self._uplink.keyring())
        tree = self._followed(kept, answer.tree)
        if not self._journal.acknowledge(answer.receipt, receipt, tree):
            raise WireError("the receipt tells of none of the entries", remedy="check the server")
        self._answers = True
        self._uplink.heard(receipt.at)
        self._size = min(self._settings.batch, self._size * 2)
        self._refused = 0
        return self._journal.unsent_count() > 0

    def _followed(self, kept: TreeHead | None, told: TreeMessage | None) -> str:
        """The note of the server's log as it stands now. Raises LogFault where it went back."""
        if told is None or not told.head:
            if kept is not None:
                self._objects("the server shows no log any more", "ask the bureau why")
            return ""
        head = TreeHead.open(told.head, self._uplink.keyring())
        if head is None:
            raise WireError("the tree head is not the server's", remedy="check the server")
        shown = Shown(head, told.path, told.opening)
        if words := objection(kept, shown):
            self._objects(words, "ask the bureau why; entries are kept until then")
        if words := restarted(kept, shown):
            self._note(LogFault(words, remedy="nothing; the bureau knows what was lost"))
        elif self._clock.monotonic() - self._log_at > self._settings.bundle_s:
            self._log = None
        return told.head

    def _objects(self, words: str, remedy: str) -> NoReturn:
        fault = LogFault(words, remedy=remedy)
        self._note(fault)
        raise fault

    def _note(self, fault: LogFault) -> None:
        self._log, self._log_at = fault, self._clock.monotonic()

    def _compare(self) -> None:
        """Send again what the server gave receipts for and does not hold any more."""
        held = self._uplink.transport.held(self._journal.epoch)
        if held == self._compared or not self._journal.tree():
            return
        if lost := self._journal.compare(held):
            words = f"the server lost {lost} entries that it had taken; they go up again"
            self._note(LogFault(words, remedy="nothing; the bureau knows of a restore"))
            self._compared = held

    def last_try(self) -> None:
        """Send what is left, as long as the server takes it. Never raises."""
        try:
            while self.push_once():
                pass
            self._tell(None)
        except SibaoError as fault:
            self._answers = False
            self._tell(fault)

    def run(self) -> None:
        """Turn after turn until told to stop; the body of a thread."""
        while not self._stopped:
            pause = self._steady_turn()
            self._woken.wait(pause)
            self._woken.clear()

    def wake(self) -> None:
        """There is an entry to send: go about it now, unless the server has just failed."""
        if not self._failures:
            self._woken.set()

    def stop(self) -> None:
        """End `run` after this turn."""
        self._stopped = True
        self._woken.set()

    def _steady_turn(self) -> float:
        try:
            return self.turn()
        except Exception as bug:  # noqa: BLE001 - entries must go up again once it is mended
            fault = WireError(f"sync failed: {bug!r}", remedy="report this line")
            self.state = replace(self.state, online=False, fault=fault)
            return self._settings.backoff_max_s

    def _pull(self) -> None:
        if self._clock.monotonic() < self._pull_at:
            return
        self._answers = False
        self._uplink.pull(self._uplink.transport)
        self._answers = True
        self._compare()
        self._pull_at = self._clock.monotonic() + self._settings.bundle_s

    def _learn(self) -> None:
        """Ask what the other gates used. Not to be told holds up nothing else."""
        if not self._answers or self._clock.monotonic() < self._learn_at:
            return
        pause = self._settings.steps_s
        try:
            told = self._uplink.transport.used_steps(self._since)
            self._journal.learn_steps((used.pass_id, used.step) for used in told.steps)
            self._since, self._unheard = told.at, None
        except SibaoError as fault:
            self._unheard, pause = fault, self._settings.backoff_max_s
        self._learn_at = self._clock.monotonic() + pause

    def _narrow(self) -> None:
        """Smaller batches find the entry that the server chokes on; it waits, others go on.

        Only a server that answers otherwise can be choking on an entry; a silent one is down.
        """
        if self._size > 1:
            self._size //= 2
            return
        self._refused += 1
        if self._refused >= STUBBORN:
            first = self._journal.unsent(1, after=self._past)
            self._past, self._refused = first[0].seq if first else 0, 0

    def _pause(self) -> float:
        first, longest = self._settings.backoff_min_s, self._settings.backoff_max_s
        doubled = min(longest, first * 2.0 ** min(self._failures - 1, 32))
        return float(doubled * (0.5 + self._luck() / 2))

    def _tell(self, fault: SibaoError | None) -> None:
        unsent, last = self.state.unsent, self.state.last_receipt
        try:
            unsent, last = self._journal.unsent_count(), self._journal.last_receipt()
        except JournalFault as broken:
            fault = fault or broken
        self.state = SyncState(self._answers, unsent, last, fault, self._log)


def _believed(note: str, first: Link, keyring: Keyring) -> Receipt:
    receipt = Receipt.open(note, keyring)
    if (receipt.kiosk_id, receipt.epoch) != (first.kiosk_id, first.epoch):
        raise WireError("the receipt is for another kiosk", remedy="check the server")
    return receipt
