"""Entries go up, receipts and the bundle come down; the gate never waits for it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from checkpoint.clock import Clock
from checkpoint.entrylog import Link
from checkpoint.errors import JournalFault, SibaoError, WireError
from checkpoint.keys import Keyring
from checkpoint.wire.entries import Receipt, batch_of
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
    """How the gate stands to its server, replaced as one value."""

    online: bool = False
    unsent: int = 0
    last_receipt: datetime | None = None
    fault: SibaoError | None = None


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
        note = self._uplink.transport.push(batch_of(links, self._journal.head()))
        receipt = _believed(note, links[0], self._uplink.keyring())
        if not self._journal.acknowledge(note, receipt):
            raise WireError("the receipt tells of none of the entries", remedy="check the server")
        self._answers = True
        self._uplink.heard(receipt.at)
        self._size = min(self._settings.batch, self._size * 2)
        self._refused = 0
        return self._journal.unsent_count() > 0

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
        self.state = SyncState(self._answers, unsent, last, fault)


def _believed(note: str, first: Link, keyring: Keyring) -> Receipt:
    receipt = Receipt.open(note, keyring)
    if (receipt.kiosk_id, receipt.epoch) != (first.kiosk_id, first.epoch):
        raise WireError("the receipt is for another kiosk", remedy="check the server")
    return receipt
