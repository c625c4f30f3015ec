"""A gate remembers what its server signed, and is not told another history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.journal_file import open_journal as open_evidence
from checkpoint.entrylog.tree import leaf_hash
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import LogFault
from checkpoint.wire.entries import HeldMessage
from kiosk.config import SyncSettings
from kiosk.journal import Journal
from kiosk.journal.glance import glance
from kiosk.sync import Sync, Uplink
from tests.kiosk.gatehouse import (
    NOW,
    SERVER,
    SERVER_KEYRING,
    FakeLog,
    FakeServer,
    draft,
    open_journal,
)


class Line:
    """A journal, a server with a receipt log, and the sync between them."""

    def __init__(self, journal: Journal, clock: FixedClock) -> None:
        self.journal, self.clock, self.server = journal, clock, FakeServer()
        self.server.log = self.log = FakeLog(NOW)
        uplink = Uplink(self.server, lambda: SERVER_KEYRING, lambda _t: False, lambda _at: None)
        self.sync = Sync(journal, uplink, SyncSettings(), clock, luck=lambda: 1.0)

    def send(self, count: int = 1) -> None:
        for _ in range(count):
            self.journal.append(draft())
        while self.sync.push_once():
            pass

    def kept(self) -> TreeHead | None:
        return TreeHead.open(self.journal.tree(), SERVER_KEYRING)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        yield Line(journal, clock)


def test_the_last_head_is_kept_with_the_receipt(line: Line, tmp_path: Path) -> None:
    line.send(3)
    assert line.kept() == line.log.head()
    seen = glance(tmp_path)
    assert seen is not None
    assert seen.tree == line.journal.tree()
    line.send(2)
    head = line.kept()
    assert head == line.log.head()
    assert head is not None
    assert head.size == 6


def forget(line: Line) -> None:
    line.server.log = FakeLog(NOW)


def fork(line: Line) -> None:
    line.server.log = FakeLog(NOW)
    line.server.log.tiles.append([leaf_hash(b"another")] * 9)


def foreign(line: Line) -> None:
    line.server.log = FakeLog(NOW + timedelta(days=1))
    line.server.log.origin = "sibao.receipts/ffffffffffffffff/1772520000000"


def unsaid(line: Line) -> None:
    line.server.log = FakeLog(NOW + timedelta(days=1))
    line.server.log.opening = "sibao-log/v1"


def silence(line: Line) -> None:
    line.server.log = None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (forget, "shrank: from 4 receipt lines to 2"),
        (fork, "forked"),
        (foreign, "another installation"),
        (unsaid, "does not say so"),
        (silence, "shows no log"),
    ],
)
def test_another_history_is_refused_and_nothing_is_taken_as_sent(
    line: Line, change: Callable[[Line], None], words: str
) -> None:
    line.send(3)
    before = line.kept()
    change(line)
    with pytest.raises(LogFault, match=words):
        line.send()
    assert line.journal.unsent_count() == 1
    assert line.kept() == before
    line.sync.turn()
    assert line.sync.state.log is not None
    line.server.log = line.log
    line.send()
    assert line.journal.unsent_count() == 0


def test_a_head_that_the_server_did_not_sign_is_refused(line: Line) -> None:
    line.send()
    other = FakeLog(NOW)
    line.server.log = other
    other.origin = line.log.origin
    note = other.head().sign(SERVER)
    assert TreeHead.open(note.replace("\n1\n", "\n2\n"), SERVER_KEYRING) is None


def test_after_a_restore_another_log_is_followed_and_told_of(line: Line) -> None:
    line.send(3)
    line.server.log = FakeLog(NOW + timedelta(days=1), line.log.head())
    line.send()
    assert line.kept() == line.server.log.head()
    line.sync.turn()
    told = line.sync.state.log
    assert told is not None
    assert "restored and began another log: it names 4 lines" in told.message
    line.clock.advance(31)
    line.send()
    line.sync.turn()
    assert line.sync.state.log is None
    line.server.log = line.log
    with pytest.raises(LogFault, match="had ended"):
        line.send()


def test_a_restore_that_lost_lines_says_how_many_this_gate_knows(line: Line) -> None:
    line.send(1)
    older = line.log.head()
    line.send(5)
    line.server.log = FakeLog(NOW + timedelta(days=1), older)
    line.send()
    line.sync.turn()
    told = line.sync.state.log
    assert told is not None
    assert "it names 2 lines of the log before it, this gate knows 7" in told.message


def test_what_the_server_lost_goes_up_again_and_stays_as_it_was(line: Line, tmp_path: Path) -> None:
    line.send(5)
    hashes = [link.hash for link in line.server.taken.values()]
    for seq in (4, 5):
        del line.server.taken[seq]
    line.server.log = FakeLog(NOW + timedelta(days=1), line.log.head())
    line.clock.advance(31)
    line.sync.turn()
    assert line.journal.unsent_count() == 2
    assert line.sync.state.log is not None
    assert "lost 2 entries" in line.sync.state.log.message
    line.sync.turn()
    assert line.journal.unsent_count() == 0
    assert [link.hash for link in line.server.taken.values()] == hashes
    with open_evidence(tmp_path) as evidence:
        assert not audit(evidence).breaches


def test_new_entries_wait_until_lost_ones_have_gone_up(line: Line) -> None:
    line.send(3)
    line.server.taken.clear()
    line.journal.append(draft())
    line.journal.compare(HeldMessage(epoch=line.journal.epoch, seq=0, last=0))
    assert [link.seq for link in line.journal.unsent(10)] == [1, 2, 3]
    while line.sync.push_once():
        pass
    assert sorted(line.server.taken) == [1, 2, 3, 4]


def test_a_server_that_keeps_saying_so_is_answered_once(line: Line) -> None:
    line.send(3)
    line.server.forgot = HeldMessage(epoch=line.journal.epoch, seq=0, last=0)
    for _ in range(3):
        line.clock.advance(31)
        line.sync.turn()
        line.sync.turn()
    assert line.server.pushes == 2


def test_an_entry_that_was_kept_aside_is_no_loss(line: Line) -> None:
    line.server.quarantines = {2}
    line.send(3)
    assert not line.journal.compare(HeldMessage(epoch=line.journal.epoch, seq=1, last=3))
    assert line.journal.compare(HeldMessage(epoch=line.journal.epoch, seq=1, last=2)) == 1


def test_entries_that_must_go_up_again_are_not_pruned(line: Line) -> None:
    for _ in range(70):
        line.journal.append(draft())
    line.send()
    line.clock.advance(31 * 86_400)
    line.journal.compare(HeldMessage(epoch=line.journal.epoch, seq=10, last=10))
    for _ in range(70):
        line.journal.append(draft())
    line.journal.prune()
    assert line.journal.unsent(1)[0].seq == 11


def test_a_changed_head_of_the_server_is_found_in_the_journal(line: Line, tmp_path: Path) -> None:
    line.send(2)
    with line.journal._store.writing() as db:
        db.execute("UPDATE tree_head SET size = 1")
    with open_evidence(tmp_path) as evidence:
        assert "tree head" in audit(evidence).breaches[0].words
