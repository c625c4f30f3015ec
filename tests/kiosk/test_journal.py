"""The journal: what was appended is on disk, linked, and never lost."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.observation import Direction
from checkpoint.entrylog import (
    Link,
    commit,
    decode_entry,
    decode_personal,
    genesis,
    link,
    open_head,
)
from checkpoint.errors import JournalFault
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.wire.entries import Receipt, ReceiptLine, Standing
from kiosk.journal import Journal
from kiosk.journal.glance import glance
from tests.kiosk.gatehouse import HEAD, KIOSK, NOW, SEALING, SERVER, SINCE, draft, open_journal

WANG = Personal("Wang Wu (fictional)", "123X", "00000000000000aa")
HEADS = Keyring([HEAD.trusted])


def admit(direction: Direction, who: Personal = WANG) -> dict[str, Any]:
    return {
        "kind": EntryKind.PASSAGE,
        "outcome": Outcome.ADMIT,
        "direction": direction,
        "personal": who,
    }


def receipt(links: list[Link], standing: Standing = Standing.ACCEPTED, why: str = "-") -> Receipt:
    lines = tuple(ReceiptLine(k.seq, k.hash, standing, why) for k in links)
    return Receipt(links[0].kiosk_id, links[0].epoch, NOW, lines)


def take(journal: Journal, links: list[Link], standing: Standing = Standing.ACCEPTED) -> int:
    made = receipt(links, standing)
    return journal.acknowledge(made.sign(SERVER), made)


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        return db.execute(query).fetchall()


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as db:
        db.execute(statement)


def chain_holds(folder: Path) -> bool:
    query = "SELECT epoch, seq, hash, body FROM entry ORDER BY seq"
    stored = rows(folder, query)
    before = genesis(KIOSK, int(str(stored[0][0]))) if stored else b""
    for number, (_, seq, digest, body) in enumerate(stored, 1):
        assert isinstance(body, bytes)
        if seq != number or link(before, body) != digest:
            return False
        assert isinstance(digest, bytes)
        before = digest
    return True


def test_an_appended_entry_is_on_disk_and_linked(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        first, second = journal.append(draft()), journal.append(draft())
        assert (first.seq, second.seq) == (1, 2)
        assert first.hash == link(genesis(KIOSK, journal.epoch), first.body)
        assert second.hash == link(first.hash, second.body)
        assert chain_holds(tmp_path)


def test_columns_are_what_the_body_says(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(**admit(Direction.IN), pass_id="00000000000000ff"))
    query = "SELECT body, kind, outcome, direction, pass_id, state FROM entry"
    body, *columns = rows(tmp_path, query)[0]
    assert isinstance(body, bytes)
    assert columns == ["passage", "ADMIT", "in", "00000000000000ff", "unsent"]
    assert decode_entry(body).pass_id == columns[3]


def test_a_person_is_sealed_on_disk_and_plain_for_the_wire(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(**admit(Direction.IN)))
        sent = journal.unsent(10)[0]
    assert decode_personal(sent.personal) == WANG
    assert decode_entry(sent.body).commitment == commit(sent.personal, sent.salt)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("journal.db*"))
    assert WANG.name.encode() not in stored
    assert WANG.holder_id.encode() not in stored


def test_reopening_goes_on_with_the_epoch(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        epoch, first = journal.epoch, journal.append(draft())
    with open_journal(tmp_path, FixedClock(NOW + timedelta(days=1))) as journal:
        second = journal.append(draft())
        assert (journal.epoch, second.seq) == (epoch, 2)
        assert second.hash == link(first.hash, second.body)


def test_only_what_the_receipt_names_moves(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        links = [journal.append(draft()) for _ in range(3)]
        other = Link(KIOSK, journal.epoch, 2, b"\1" * 32, b"")
        assert take(journal, [links[0], other]) == 1
        assert [k.seq for k in journal.unsent(10)] == [2, 3]
        assert take(journal, [links[0]]) == 0, "an acknowledged entry moves no more"


def test_a_quarantined_entry_blocks_nothing_and_stays(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        links = [journal.append(draft()) for _ in range(3)]
        take(journal, links[:1], Standing.QUARANTINED)
        assert [k.seq for k in journal.unsent(10)] == [2, 3]
        seen = glance(tmp_path)
        assert seen is not None
        assert (seen.quarantined, seen.unsent, seen.last_seq) == (1, 2, 3)


def test_the_receipt_is_kept(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        links = [journal.append(draft())]
        take(journal, links)
        assert journal.last_receipt() == NOW
    assert rows(tmp_path, "SELECT note FROM receipt") == [(receipt(links).sign(SERVER),)]


def test_a_batch_is_consecutive(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        links = [journal.append(draft()) for _ in range(5)]
        take(journal, [links[2]])
        assert [k.seq for k in journal.unsent(10)] == [1, 2]
        assert [k.seq for k in journal.unsent(10, after=2)] == [4, 5]
        assert [k.seq for k in journal.unsent(1)] == [1]


def test_a_head_is_signed_every_64_entries_and_every_10_seconds(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        for _ in range(65):
            journal.append(draft())
        assert rows(tmp_path, "SELECT seq FROM head") == [(64,)]
        clock.advance(10)
        journal.append(draft())
        clock.advance(3)
        journal.append(draft())
        journal.keep_head()
        assert rows(tmp_path, "SELECT seq FROM head") == [(64,), (66,)]
        clock.advance(10)
        journal.keep_head()
        journal.keep_head()
    heads = rows(tmp_path, "SELECT seq, note FROM head")
    assert [seq for seq, _ in heads] == [64, 66, 67]
    opened = [open_head(str(note), HEADS) for _, note in heads]
    assert [head and head.seq for head in opened] == [64, 66, 67]


def test_closing_signs_the_last_head_and_twice_does_nothing(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.append(draft())
    journal.close()
    journal.close()
    assert rows(tmp_path, "SELECT seq FROM head") == [(1,)]


def test_who_is_inside_survives_a_restart(tmp_path: Path) -> None:
    zhao = Personal("Zhao Liu (fictional)", "456X", "00000000000000bb")
    with open_journal(tmp_path) as journal:
        journal.append(draft(**admit(Direction.IN)))
        journal.append(draft(**admit(Direction.IN, zhao)))
        journal.append(draft(**admit(Direction.OUT, zhao)))
        journal.append(draft(**admit(Direction.OUT) | {"outcome": Outcome.DENY}))
    with open_journal(tmp_path) as journal:
        assert journal.is_inside(WANG.holder_id)
        assert not journal.is_inside(zhao.holder_id)
        assert journal.inside_count() == 1


def test_a_changed_last_entry_is_named_when_opened(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft())
        journal.append(draft())
    change(tmp_path, "UPDATE entry SET body = CAST(body || x'00' AS BLOB) WHERE seq = 2")
    with pytest.raises(JournalFault, match="entry 2 is not what its hash says"):
        open_journal(tmp_path)


def test_a_cut_off_end_is_noticed_by_the_signed_head(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for _ in range(3):
            journal.append(draft())
    change(tmp_path, "DELETE FROM entry WHERE seq = 3")
    with pytest.raises(JournalFault, match="entry 2 is the last, a signed head tells of 3"):
        open_journal(tmp_path)


def test_two_processes_cannot_write_one_journal(tmp_path: Path) -> None:
    with open_journal(tmp_path), pytest.raises(JournalFault, match="another process"):
        open_journal(tmp_path)
    open_journal(tmp_path).close()


def test_another_kiosks_journal_is_refused(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    daves = SigningKey.generate("K999", frozenset({Purpose.HEAD}), SINCE)
    with pytest.raises(JournalFault, match="belongs to kiosk 'K001'"):
        Journal.open(tmp_path, "K999", daves, SEALING, FixedClock(NOW))


def test_a_file_that_is_no_journal_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"no database " * 999)
    with pytest.raises(JournalFault, match="not a database") as caught:
        open_journal(tmp_path)
    assert "evidence" in caught.value.remedy


def test_a_full_disk_leaves_nothing_half_written_and_passes(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        kept = [journal.append(draft(details={"note": "x" * 4000}))]
        with journal._store.reading() as db:
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(JournalFault, match="full") as caught:
            kept.extend(journal.append(draft(details={"note": "x" * 4000})) for _ in range(9))
        assert "free disk space" in caught.value.remedy
        assert len(journal.unsent(99)) == len(kept)
        with journal._store.reading() as db:
            db.execute("PRAGMA max_page_count = 99999")
        assert journal.append(draft()).seq == len(kept) + 1
        assert chain_holds(tmp_path)


def test_a_file_taken_away_is_a_fault_and_no_entry_is_promised(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft())
        (tmp_path / "journal.db").rename(tmp_path / "elsewhere.db")
        with pytest.raises(JournalFault):
            journal.append(draft())
        (tmp_path / "elsewhere.db").rename(tmp_path / "journal.db")
        assert journal.append(draft()).seq == 2


def test_pruning_takes_only_what_was_acknowledged_long_ago(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        links = [journal.append(draft()) for _ in range(130)]
        take(journal, links[:128])
        assert journal.prune(keep_days=1) == 0, "thirty days at least"
        clock.advance(31 * 24 * 3600)
        assert journal.prune() == 128
        assert [k.seq for k in journal.unsent(9)] == [129, 130]
    open_journal(tmp_path, clock).close()


def test_under_a_lost_sealing_key_entries_still_go_up(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft(**admit(Direction.IN)))
    fresh = type(SEALING).generate()
    with Journal.open(tmp_path, KIOSK, HEAD, fresh, FixedClock(NOW)) as journal:
        sent = journal.unsent(9)[0]
        assert (sent.personal, sent.salt) == (b"", b"")


STEPS = st.lists(
    st.one_of(
        st.just("append"),
        st.just("reopen"),
        st.tuples(st.integers(0, 9), st.sampled_from(list(Standing))),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_the_order_every_entry_is_there_once(steps: list[object]) -> None:
    folder = Path(tempfile.mkdtemp())
    journal, made, moved = open_journal(folder), [], set()
    try:
        for step in steps:
            if step == "append":
                made.append(journal.append(draft()))
            elif step == "reopen":
                journal.close()
                journal = open_journal(folder)
            elif isinstance(step, tuple) and made:
                chosen = made[step[0] % len(made)]
                assert take(journal, [chosen], step[1]) == (chosen.seq not in moved)
                moved.add(chosen.seq)
        assert chain_holds(folder)
        stored = rows(folder, "SELECT seq, hash FROM entry ORDER BY seq")
        assert stored == [(k.seq, k.hash) for k in made]
        left = sorted({k.seq for k in made} - moved)
        head = (
            list(itertools.takewhile(lambda s: s in left, itertools.count(left[0]))) if left else []
        )
        assert [k.seq for k in journal.unsent(99)] == head
    finally:
        journal.close()
        shutil.rmtree(folder)
