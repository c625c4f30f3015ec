"""Every receipt is in a tree whose head is kept elsewhere; what is put back is seen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text

from checkpoint.domain.entry import Personal
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.entrylog.tree import extends, leaf_hash, proven_root
from checkpoint.entrylog.tree_head import TreeHead, follows, opening_at
from checkpoint.errors import BehindHeads, Refused
from checkpoint.services import SYSTEM, receipt_log, restoring
from checkpoint.services.auditing import open_database
from checkpoint.services.ingest import ingest
from checkpoint.storage import tables
from tests.checkpoint.services.district import ALICE, District, Kiosk, build

ZHANG = Personal("张三", "283X", "00000000000000aa")


def send(district: District, kiosk: Kiosk, count: int = 1) -> None:
    links = [kiosk.entry() for _ in range(count)]
    ingest(district.office, kiosk.kiosk_id, kiosk.batch(links))


def head(district: District) -> TreeHead:
    note = receipt_log.standing(district.office).note
    found = TreeHead.open(note, district.office.keys.server_keyring())
    assert found is not None
    return found


def breaches(district: District, url: str, *kept: str) -> list[Breach]:
    with open_database(url) as evidence:
        return audit(evidence, kept).breaches


def test_each_new_line_of_a_receipt_is_one_leaf(district: District, database_url: str) -> None:
    kiosk = district.kiosk()
    send(district, kiosk, 3)
    first = head(district)
    assert first.size == 1 + 3, "the opening, and a leaf an entry"
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    assert head(district) == first, "what is held already is not received again"
    send(district, kiosk, 2)
    second = head(district)
    told = receipt_log.since(district.office, (first.origin, first.size))
    assert extends((first.size, first.root), (second.size, second.root), told.path)
    assert not breaches(district, database_url)


def test_what_is_kept_aside_has_its_leaf_too(small: District, tmp_path: Path) -> None:
    kiosk = small.kiosk()
    send(small, kiosk)
    kiosk.links.clear()
    ingest(small.office, kiosk.kiosk_id, kiosk.batch([kiosk.entry(ZHANG)]))
    with small.office.db.read() as session:
        rows = session.scalars(select(tables.Leaf).order_by(tables.Leaf.position)).all()
    assert [(row.standing, row.why) for row in rows] == [
        ("accepted", "-"),
        ("quarantined", "fork"),
    ]
    found = breaches(small, f"sqlite:///{tmp_path}/sibao.db")
    assert Layer.TREE not in {x.layer for x in found}


def test_a_log_begins_with_its_own_name(district: District) -> None:
    send(district, district.kiosk())
    told = receipt_log.since(district.office, None)
    now = head(district)
    assert opening_at(told.opening) == now.origin
    assert follows(told.opening) is None
    opening = leaf_hash(told.opening.encode())
    assert proven_root(opening, (0, now.size), told.path) == now.root


TAMPERED = {
    "a leaf's hash": "UPDATE leaf SET hash = (SELECT hash FROM leaf WHERE position = 3)"
    " WHERE position = 2",
    "a leaf's standing": "UPDATE leaf SET standing = 'flagged' WHERE position = 2",
    "a leaf's mark": "UPDATE leaf SET why = 'gap' WHERE position = 2",
    "a leaf's time": "UPDATE leaf SET at = at + 1 WHERE position = 2",
    "a leaf's place": "UPDATE leaf SET seq = 99 WHERE position = 2",
    "a removed leaf": "DELETE FROM leaf WHERE position = 2",
    "the last leaf": "DELETE FROM leaf WHERE position = 300",
    "the size": "UPDATE receipt_log SET size = 300",
    "the opening": "UPDATE receipt_log SET opening = replace(opening, 'at ', 'at 1')",
    "the name": "UPDATE receipt_log SET origin = 'sibao.receipts/0000000000000000/1'",
    "a removed tile": "DELETE FROM log_tile WHERE level = 0 AND position = 0",
    "a tile of inner nodes": "UPDATE log_tile SET hashes = (SELECT hash FROM leaf"
    " WHERE position = 1) WHERE level = 1",
    "a tile too many": "INSERT INTO log_tile SELECT log_id, 5, 5, hashes FROM log_tile"
    " WHERE level = 1",
    "a tree head": "UPDATE tree_head SET note = (SELECT note FROM tree_head WHERE size = 1)"
    " WHERE size > 1",
    "a removed entry": "DELETE FROM entry WHERE seq = 2",
    "an entry without a receipt": "DELETE FROM leaf",
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_change_of_the_receipt_log_is_found(small: District, tmp_path: Path, change: str) -> None:
    kiosk = small.kiosk()
    for _ in range(2):
        send(small, kiosk, 150)
    with small.office.db.write() as session:
        session.execute(text(change))
    found = breaches(small, f"sqlite:///{tmp_path}/sibao.db")
    assert any(x.layer is Layer.TREE and x.verdict is Verdict.TAMPERED for x in found)


def put_back(small: District, tmp_path: Path) -> Callable[[], District]:
    """Copy the database now; calling the answer puts the copy back, as a restart would find it."""
    small.office.db.close()
    shutil.copy(tmp_path / "sibao.db", tmp_path / "yesterday.db")

    def back() -> District:
        small.office.db.close()
        for leftover in tmp_path.glob("sibao.db-*"):
            leftover.unlink()
        shutil.copy(tmp_path / "yesterday.db", tmp_path / "sibao.db")
        return small

    return back


def test_over_a_database_that_was_put_back_nothing_is_signed(
    small: District, tmp_path: Path
) -> None:
    kiosk = small.kiosk()
    send(small, kiosk, 3)
    back = put_back(small, tmp_path)
    send(small, kiosk, 2)
    restored = back()
    with pytest.raises(BehindHeads, match="ends at receipt line 4, 6 were signed"):
        send(restored, kiosk)
    with pytest.raises(BehindHeads):
        ingest(restored.office, kiosk.kiosk_id, kiosk.batch(kiosk.links[:1]))
    assert "put back" in receipt_log.standing(restored.office).behind


def test_a_history_that_was_rewritten_to_the_same_length_is_seen(
    small: District, tmp_path: Path
) -> None:
    kiosk = small.kiosk()
    send(small, kiosk, 1)
    back = put_back(small, tmp_path)
    send(small, kiosk, 1)
    restored = back()
    small.office.heads.folder.rename(tmp_path / "hidden")
    with pytest.raises(BehindHeads, match="no head of this log"):
        send(restored, kiosk)


def test_after_a_restore_the_chains_come_back_and_another_log_goes_on(
    small: District, tmp_path: Path
) -> None:
    kiosk, idle = small.kiosk(), small.kiosk("zenith")
    send(small, kiosk, 3)
    send(small, idle, 1)
    back = put_back(small, tmp_path)
    send(small, kiosk, 4)
    send(small, idle, 2)
    before = head(small)
    restored = back()
    small.clock.advance(60)
    told = restoring.begin(restored.office, SYSTEM, "the disk broke")
    assert [(x.kiosk_id, x.held, x.seq) for x in sorted(told.missing, key=lambda x: x.seq)] == [
        (idle.kiosk_id, 1, 3),
        (kiosk.kiosk_id, 3, 7),
    ]
    now = head(restored)
    assert now.origin != before.origin
    assert now.name == before.name
    assert follows(receipt_log.since(restored.office, None).opening) == before

    assert restoring.held(restored.office, kiosk.kiosk_id, 1) == (3, 3)
    new = kiosk.entry()
    ingest(restored.office, kiosk.kiosk_id, kiosk.batch([new]))
    assert restoring.held(restored.office, kiosk.kiosk_id, 1) == (3, 8), "there is a gap"
    ingest(restored.office, kiosk.kiosk_id, kiosk.batch(kiosk.links[3:]))
    assert restoring.held(restored.office, kiosk.kiosk_id, 1) == (8, 8)
    unfinished = restoring.unfinished(restored.office)
    assert unfinished is not None
    assert [x.kiosk_id for x in unfinished.missing] == [idle.kiosk_id]
    ingest(restored.office, idle.kiosk_id, idle.batch(idle.links[1:]))
    assert restoring.unfinished(restored.office) is None
    assert not breaches(restored, f"sqlite:///{tmp_path}/sibao.db")


def test_what_never_comes_back_is_taken_as_lost_with_a_reason(
    small: District, tmp_path: Path
) -> None:
    kiosk = small.kiosk()
    send(small, kiosk, 1)
    back = put_back(small, tmp_path)
    send(small, kiosk, 1)
    restored = back()
    restoring.begin(restored.office, SYSTEM, "the disk broke")
    with pytest.raises(Refused):
        restoring.accept(restored.office, ALICE, " ")
    restoring.accept(restored.office, ALICE, "the kiosk was stolen")
    assert restoring.unfinished(restored.office) is None
    with pytest.raises(Refused):
        restoring.accept(restored.office, ALICE, "again")
    with restored.office.db.read() as session:
        acts = session.scalars(select(tables.Action).order_by(tables.Action.id)).all()
    assert (acts[-1].verb, acts[-1].subject) == ("accept_loss", f"{kiosk.kiosk_id}/1/2-2")


def test_two_histories_shown_to_two_people_are_told_apart(tmp_path: Path) -> None:
    district = build(f"sqlite:///{tmp_path}/sibao.db", tmp_path / "keys")
    kiosk = district.kiosk()
    send(district, kiosk, 2)
    carols = receipt_log.standing(district.office).note
    assert not breaches(district, f"sqlite:///{tmp_path}/sibao.db", carols)
    forged = TreeHead(head(district).origin, 3, leaf_hash(b"another"))
    note = forged.sign(district.office.keys.server)
    found = breaches(district, f"sqlite:///{tmp_path}/sibao.db", note)
    assert [(x.layer, x.verdict) for x in found] == [(Layer.TREE, Verdict.TAMPERED)]
    longer = TreeHead(forged.origin, 9, forged.root).sign(district.office.keys.server)
    assert "ends at 3" in breaches(district, f"sqlite:///{tmp_path}/sibao.db", longer)[0].words
    district.office.close()
