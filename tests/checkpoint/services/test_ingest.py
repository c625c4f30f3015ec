"""What a kiosk may count on when it sends its entries."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from checkpoint.domain.entry import Personal
from checkpoint.entrylog import Link, decode_entry, encode_entry, link
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.report import Layer, Verdict
from checkpoint.errors import NotFound, StorageFault, WireError
from checkpoint.services import auditing, enrolment
from checkpoint.services.ingest import ingest
from checkpoint.storage import evidence, tables
from checkpoint.wire.entries import Standing
from tests.checkpoint.services.district import BOB, District, Kiosk, build

ACCEPTED, FLAGGED, QUARANTINED = Standing.ACCEPTED, Standing.FLAGGED, Standing.QUARANTINED
ZHANG = Personal("张三", "283X", "00000000000000aa")


def standings(district: District, note: str) -> list[tuple[int, Standing, str]]:
    return [(line.seq, line.standing, line.why) for line in district.receipt(note).lines]


def held(district: District) -> list[tuple[str, int, int, bytes]]:
    links = evidence.links(district.office.db)
    return [(k.kiosk_id, k.epoch, k.seq, k.hash) for k in links]


def rows(district: District, table: type) -> int:
    with district.office.db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def send(district: District, kiosk: Kiosk, links: list[Link] | None = None) -> str:
    return ingest(district.office, kiosk.kiosk_id, kiosk.batch(links))


def test_entries_are_stored_and_named_in_a_signed_receipt(district: District) -> None:
    kiosk = district.kiosk()
    links = [kiosk.entry(ZHANG) for _ in range(3)]
    receipt = district.receipt(send(district, kiosk))
    assert [(x.seq, x.hash, x.standing) for x in receipt.lines] == [
        (k.seq, k.hash, ACCEPTED) for k in links
    ]
    assert receipt.at == district.clock.now()
    assert held(district) == [(k.kiosk_id, 1, k.seq, k.hash) for k in links]


def test_the_same_batch_again_is_accepted_and_written_once(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(ZHANG)
    batch = kiosk.batch()
    first = ingest(district.office, kiosk.kiosk_id, batch)
    again = ingest(district.office, kiosk.kiosk_id, batch)
    assert standings(district, again) == standings(district, first) == [(1, ACCEPTED, "-")]
    assert len(held(district)) == rows(district, tables.Head) == rows(district, tables.Receipt) == 1


def test_two_at_once_write_a_batch_once(district: District) -> None:
    kiosk = district.kiosk()
    for _ in range(20):
        kiosk.entry(ZHANG)
    batch = kiosk.batch()
    notes: list[str] = []

    def go() -> None:
        notes.append(ingest(district.office, kiosk.kiosk_id, batch))

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(standings(district, note)) for note in notes] == [20] * 4
    assert len(held(district)) == 20


def test_without_a_commit_there_is_neither_receipt_nor_entry(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageFault("the disk is full")

    kiosk = district.kiosk()
    kiosk.entry(ZHANG)
    with monkeypatch.context() as broken:
        broken.setattr("checkpoint.services.ingest.count", fail)
        with pytest.raises(StorageFault):
            send(district, kiosk)
    assert held(district) == []
    assert rows(district, tables.Head) == 0
    assert standings(district, send(district, kiosk)) == [(1, ACCEPTED, "-")]


def test_a_fork_is_kept_aside_with_its_evidence(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    send(district, kiosk)
    twin = replace(kiosk, links=[])
    twin.entry(outcome=None)
    twin.entry()
    note = send(district, twin)
    assert standings(district, note) == [(1, QUARANTINED, "fork"), (2, QUARANTINED, "broken_chain")]
    send(district, twin)
    assert rows(district, tables.Quarantine) == rows(district, tables.Head) == 2
    assert held(district) == [(kiosk.kiosk_id, 1, 1, kiosk.links[0].hash)]


def test_a_gap_is_marked_until_it_is_filled(district: District) -> None:
    kiosk = district.kiosk()
    one, two, three = (kiosk.entry() for _ in range(3))
    assert standings(district, send(district, kiosk, [three])) == [(3, FLAGGED, "gap")]
    assert standings(district, send(district, kiosk, [one])) == [(1, ACCEPTED, "-")]
    assert standings(district, send(district, kiosk, [two])) == [(2, ACCEPTED, "-")]
    with district.office.db.read() as session:
        assert set(session.scalars(select(tables.Entry.standing))) == {"accepted"}


def test_a_filler_that_does_not_fit_what_follows_is_kept_aside(district: District) -> None:
    kiosk = district.kiosk()
    one, two, three = (kiosk.entry() for _ in range(3))
    send(district, kiosk, [one, three])
    body = encode_entry(replace(decode_entry(two.body), outcome=None))
    other = replace(two, body=body, hash=link(one.hash, body))
    assert standings(district, send(district, kiosk, [other])) == [(2, QUARANTINED, "broken_chain")]
    assert standings(district, send(district, kiosk, [two])) == [(2, ACCEPTED, "-")]


def test_one_bad_row_never_blocks_the_next(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    kiosk.append(b"\xff not an entry")
    kiosk.entry()
    kiosk.entry(seq=9)
    note = send(district, kiosk)
    assert standings(district, note) == [
        (1, ACCEPTED, "-"),
        (2, QUARANTINED, "unreadable"),
        (3, FLAGGED, "gap"),
        (4, QUARANTINED, "mismatch"),
    ]


def test_a_changed_body_breaks_the_chain_where_it_was_changed(district: District) -> None:
    kiosk = district.kiosk()
    one, two, three = (kiosk.entry() for _ in range(3))
    forged = replace(two, body=encode_entry(replace(decode_entry(two.body), outcome=None)))
    note = send(district, kiosk, [one, forged, three])
    assert [why for _, _, why in standings(district, note)] == ["-", "broken_chain", "gap"]


def test_a_hash_that_the_signed_head_contradicts_is_kept_aside(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    body = encode_entry(replace(decode_entry(kiosk.links[0].body), outcome=None))
    other = replace(kiosk, links=[]).append(body)
    batch = kiosk.batch([other], kiosk.head())
    note = ingest(district.office, kiosk.kiosk_id, batch)
    assert standings(district, note) == [(1, QUARANTINED, "broken_chain")]


def test_marks_for_the_inspector(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(enterprise_id="zenith")
    kiosk.entry(at=district.clock.now() + timedelta(hours=1))
    kiosk.entry(at=district.clock.now() - timedelta(days=400))
    stranger = replace(kiosk.entry(ZHANG), salt=b"x" * 16)
    note = send(district, kiosk, [*kiosk.links[:3], stranger])
    marks = ["place", "clock", "clock", "personal"]
    assert standings(district, note) == [(i, FLAGGED, why) for i, why in enumerate(marks, start=1)]


def test_a_revoked_kiosks_entries_are_marked_and_kept(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    enrolment.revoke_kiosk(district.office, BOB, "acme", kiosk.kiosk_id, "stolen")
    district.clock.advance(60)
    assert standings(district, send(district, kiosk)) == [(1, FLAGGED, "kiosk_revoked")]


@pytest.mark.parametrize("case", ["unsigned", "other kiosk", "too short", "other epoch"])
def test_a_batch_that_is_not_this_kiosks_is_refused(district: District, case: str) -> None:
    kiosk, other = district.kiosk(), district.kiosk()
    one, two = kiosk.entry(), kiosk.entry()
    other.entry()
    head = {
        "unsigned": "sibao-head/v1\n",
        "other kiosk": other.head(),
        "too short": kiosk.head(one),
        "other epoch": kiosk.head(replace(two, epoch=2)),
    }[case]
    with pytest.raises(WireError):
        ingest(district.office, kiosk.kiosk_id, kiosk.batch(head=head))
    assert held(district) == []


def test_an_unknown_kiosk_is_not_found(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    with pytest.raises(NotFound):
        ingest(district.office, "K-222222", kiosk.batch())


def test_texts_that_no_database_keeps_are_set_aside_not_refused(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(gate_id="a\0b")
    kiosk.entry(pass_id="ab" * 2000)
    whys = [why for _, _, why in standings(district, send(district, kiosk))]
    assert whys == ["unreadable", "unreadable"]


def test_the_kiosks_page_knows_what_is_unsent(district: District) -> None:
    kiosk = district.kiosk()
    for _ in range(5):
        kiosk.entry(bundle_version=7)
    send(district, kiosk, kiosk.links[:2])
    (row,) = enrolment.kiosks(district.office, evidence.ALL)
    assert (row.unsent, row.bundle_version) == (3, 7)
    assert row.last_seen == district.clock.now()


def test_the_log_audits_intact(district: District) -> None:
    kiosk = district.kiosk()
    for _ in range(3):
        kiosk.entry(ZHANG)
    send(district, kiosk)
    with auditing.evidence(district.office, evidence.ALL) as log:
        report = audit(log)
    assert (report.verdict, report.breaches, report.entries) == (Verdict.INTACT, [], 3)


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> District:
    folder = tmp_path_factory.mktemp("property")
    return build(f"sqlite:///{folder}/sibao.db", folder / "keys")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    size=st.integers(1, 12),
    cuts=st.lists(st.tuples(st.integers(0, 11), st.integers(1, 6)), max_size=8),
    shuffled=st.randoms(use_true_random=False),
)
def test_in_any_order_split_and_repeated_every_entry_is_held_once(
    one_for_all: District, size: int, cuts: list[tuple[int, int]], shuffled: Random
) -> None:
    district, kiosk = one_for_all, one_for_all.kiosk()
    links = [kiosk.entry(ZHANG) for _ in range(size)]
    batches = [links[start : start + length] for start, length in cuts]
    batches += [[one] for one in links]
    shuffled.shuffle(batches)
    for batch in filter(None, batches):
        for _, standing, why in standings(district, send(district, kiosk, batch)):
            assert standing is ACCEPTED or why == "gap"
    mine = [row for row in held(district) if row[0] == kiosk.kiosk_id]
    assert mine == [(kiosk.kiosk_id, 1, one.seq, one.hash) for one in links]
    with district.office.db.read() as session:
        left = select(tables.Entry.why).where(tables.Entry.kiosk_id == kiosk.kiosk_id)
        assert set(session.scalars(left)) == {""}


def test_personal_data_is_nowhere_in_the_database_file(small: District) -> None:
    kiosk = small.kiosk()
    kiosk.entry(Personal("欧阳测试", "9X9Y", "00000000000000aa", "京A12345"))
    send(small, kiosk)
    small.office.close()
    folder = Path(small.office.db.engine.url.database or "").parent
    blob = b"".join(path.read_bytes() for path in folder.glob("sibao.db*"))
    assert kiosk.links[0].hash in blob
    for text in ("欧阳测试", "9X9Y", "京A12345"):
        assert text.encode() not in blob


def test_an_entry_that_its_kiosk_erased_is_taken_and_told_from_an_emptied_one(
    district: District,
) -> None:
    kiosk = district.kiosk()
    links = [kiosk.entry(ZHANG), kiosk.entry(ZHANG), kiosk.entry()]
    links[0] = replace(links[0], salt=b"", personal=b"")
    assert standings(district, send(district, kiosk, links))[0] == (1, FLAGGED, "erased")

    def breaches() -> list[tuple[Layer, int]]:
        with auditing.evidence(district.office, evidence.ALL) as log:
            found = audit(log).breaches
        return [(b.layer, b.seq) for b in found if b.layer is Layer.ERASURE]

    assert breaches() == []
    with district.office.db.write() as session:
        session.execute(update(tables.Entry).values(personal=b""))
    assert breaches() == [(Layer.ERASURE, 2)]
    with district.office.db.write() as session:
        session.execute(update(tables.Entry).values(personal=b"again"))
    assert (Layer.ERASURE, 1) in breaches()
