"""What a gate forgets by itself, offline as well, and how its journal tells of it."""

from collections.abc import Set
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.observation import Direction
from checkpoint.entrylog import Link
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.erasure import Ground, open_erasure
from checkpoint.entrylog.journal_file import open_journal as open_evidence
from checkpoint.entrylog.report import Layer
from checkpoint.errors import JournalFault
from checkpoint.keys import Keyring
from kiosk.journal import Journal, erasing, rotation
from kiosk.journal.erasing import Wanted
from kiosk.journal.sealing import sealing_key
from tests.checkpoint.services.remains import remains, spellings
from tests.kiosk.gatehouse import HEAD, KIOSK, NOW, draft, open_journal, set_back
from tests.kiosk.test_journal import change, rows, take

DAY = timedelta(days=1)
WANG = Personal("王独一无二", "123X", "00000000000000aa")
LI = Personal("李另有其人", "456X", "00000000000000bb")
PERSONAL = "SELECT count(*) FROM entry WHERE personal <> x''"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


def pass_in(journal: Journal, who: Personal, at: datetime = NOW) -> Link:
    given: dict[str, Any] = {
        "kind": EntryKind.PASSAGE,
        "outcome": Outcome.ADMIT,
        "direction": Direction.IN,
    }
    return journal.append(draft(**given, at=at, personal=who))


def forget(journal: Journal, before: datetime, holders: Set[str] = frozenset()) -> int:
    turns = 1
    while journal.forget(Wanted(before, holders)):
        turns += 1
    return turns


def sealed(folder: Path, where: str = "1") -> dict[str, bytes]:
    found = rows(folder, f"SELECT seq, salt, personal FROM entry WHERE {where}")
    blobs = {f"salt of {seq}": salt for seq, salt, _ in found if isinstance(salt, bytes)}
    return blobs | {f"person of {seq}": blob for seq, _, blob in found if isinstance(blob, bytes)}


def erasure_breaches(folder: Path) -> list[int]:
    with open_evidence(folder) as log:
        report = audit(log)
    known = (Layer.RECEIPT, Layer.HEAD)
    assert [b for b in report.breaches if b.layer not in (Layer.ERASURE, *known)] == []
    return [b.seq for b in report.breaches if b.layer is Layer.ERASURE]


def test_people_are_forgotten_in_time_sent_or_not(tmp_path: Path, clock: FixedClock) -> None:
    with open_journal(tmp_path, clock) as journal:
        old = [pass_in(journal, WANG) for _ in range(3)]
        take(journal, old[:1])
        gone = sealed(tmp_path)
        clock.advance((31 * DAY).total_seconds())
        new = pass_in(journal, LI, clock.now())
        forget(journal, clock.now() - 30 * DAY)
        assert rows(tmp_path, PERSONAL) == [(1,)]
        assert [k.personal for k in journal.unsent(9)] == [b"", b"", new.personal]
        assert remains(gone, tmp_path) == []
        assert remains(spellings([WANG.name, LI.name]), tmp_path) == []
        assert not journal.is_inside(WANG.holder_id)
        assert journal.is_inside(LI.holder_id)
    ((number, note),) = rows(tmp_path, "SELECT number, note FROM erasure")
    erasure = open_erasure(str(note), Keyring([HEAD.trusted]))
    assert (number, erasure.number, erasure.entries, erasure.ground) == (1, 1, 3, Ground.RETENTION)
    assert erasure_breaches(tmp_path) == []


def test_an_erased_holder_is_forgotten_whenever_the_word_comes(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "CHUNK", 4)
    with open_journal(tmp_path, clock) as journal:
        for number in range(10):
            pass_in(journal, WANG if number % 2 else LI)
        gone = sealed(tmp_path, "seq % 2 = 0")
        assert len(gone) == 10
        assert forget(journal, NOW - DAY) == 3
        assert rows(tmp_path, PERSONAL) == [(10,)]
        forget(journal, NOW - DAY, {WANG.holder_id})
        assert rows(tmp_path, PERSONAL) == [(5,)]
        assert remains(gone, tmp_path) == []
        assert not journal.is_inside(WANG.holder_id)
        assert forget(journal, NOW - DAY, {WANG.holder_id}) == 1, "nothing is left to do"
        pass_in(journal, WANG)
        forget(journal, NOW - DAY / 2, {WANG.holder_id})
        assert rows(tmp_path, PERSONAL) == [(5,)]
    assert erasure_breaches(tmp_path) == []


def test_an_emptied_entry_is_told_from_an_erased_one(tmp_path: Path, clock: FixedClock) -> None:
    with open_journal(tmp_path, clock) as journal:
        for _ in range(3):
            pass_in(journal, WANG)
    change(tmp_path, "UPDATE entry SET personal = x'', salt = x'' WHERE seq = 2")
    assert erasure_breaches(tmp_path) == [2]


def test_a_journal_of_the_version_before_is_taken_on(tmp_path: Path, clock: FixedClock) -> None:
    with open_journal(tmp_path, clock) as journal:
        pass_in(journal, WANG)
    set_back(tmp_path, 2)
    assert erasure_breaches(tmp_path) == []
    with open_journal(tmp_path, clock) as journal:
        forget(journal, NOW + DAY)
    assert rows(tmp_path, PERSONAL) == [(0,)]
    assert erasure_breaches(tmp_path) == []


@pytest.mark.parametrize("killed", ["never", "before", "after"])
def test_the_journals_key_is_replaced_and_the_old_one_gone(
    tmp_path: Path, clock: FixedClock, killed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """kill -9."""

    def kill(*_: object) -> None:
        raise Killed

    old = sealing_key(tmp_path)
    with Journal.open(tmp_path, KIOSK, HEAD, old, clock) as journal:
        sent = [pass_in(journal, who) for who in (WANG, LI)]
        with pytest.raises(JournalFault, match="another process"):
            rotation.rotate(tmp_path)
    before = sealed(tmp_path) | {"the old key": old._seal, "the old index": old._index}
    salts = {name for name in before if name.startswith("salt")}
    with monkeypatch.context() as broken:
        where = {
            "before": "kiosk.journal.rotation._anew",
            "after": "checkpoint.keys.sealing_ring.end",
        }
        if killed in where:
            broken.setattr(where[killed], kill)
            with pytest.raises(Killed):
                rotation.rotate(tmp_path)
        else:
            assert rotation.rotate(tmp_path) == 2
    fresh = sealing_key(tmp_path)
    assert fresh.key_id != old.key_id
    assert [path.name for path in (tmp_path / "keys").glob("sealing*")] == ["sealing.json"]
    with Journal.open(tmp_path, KIOSK, HEAD, fresh, clock) as journal:
        assert [k.personal for k in journal.unsent(9)] == [k.personal for k in sent]
        assert journal.is_inside(WANG.holder_id)
        assert journal.inside_count() == 2
    left = {name: raw for name, raw in before.items() if name not in salts}
    assert remains(left, tmp_path) == []
    assert erasure_breaches(tmp_path) == []
