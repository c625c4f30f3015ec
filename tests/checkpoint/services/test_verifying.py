"""Carol verifies what she sees: quickly, between signed heads, accusing nobody wrongly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from checkpoint.domain.entry import Personal
from checkpoint.entrylog.report import Layer, Verdict
from checkpoint.errors import NotFound
from checkpoint.services import Scope, verifying
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import tables
from tests.checkpoint.services.district import CAROL, NOON, District, Kiosk

ZHANG = Personal("张三丰", "283X", "00000000000000aa")
ACME = Scope.of("acme")


@pytest.fixture
def kiosk(district: District) -> Kiosk:
    """Forty entries at acme's gate, sent eight at a time: a head and a receipt for each batch."""
    made = district.kiosk("acme")
    for number in range(40):
        made.entry(ZHANG, at=NOON - timedelta(minutes=100 - number))
        if number % 8 == 7:
            ingest(district.office, made.kiosk_id, made.batch(made.links[-8:]))
            district.clock.advance(1)
    return made


def verify(district: District, kiosk: Kiosk, *seqs: int) -> verifying.Verified:
    places = [EntryPlace(kiosk.kiosk_id, 1, seq) for seq in seqs]
    return verifying.verify(district.office, CAROL, ACME, places)


def harm(district: District, table: Any, **values: Any) -> Callable[..., None]:
    """Write past the program where a condition holds."""

    def do(*which: Any) -> None:
        with district.office.db.write() as session:
            change = update(table).values(**values) if values else delete(table)
            session.execute(change.where(*which))

    return do


def test_the_stretch_between_the_neighbouring_heads_is_recomputed(
    district: District, kiosk: Kiosk
) -> None:
    done = verify(district, kiosk, 18, 20)
    assert done.verdict is Verdict.INTACT
    (one,) = done.checked
    assert (one.stretch.first, one.stretch.last, one.shown) == (17, 24, 2)
    assert (one.since and one.since.seq, one.until and one.until.seq) == (16, 24)
    assert (done.recomputed, one.receipts, done.headed) == (8, 1, True)


def test_neighbouring_stretches_become_one_and_others_stay_apart(
    district: District, kiosk: Kiosk
) -> None:
    done = verify(district, kiosk, 2, 12, 40)
    assert [(x.stretch.first, x.stretch.last) for x in done.checked] == [(1, 16), (33, 40)]
    assert done.checked[0].since is None
    assert done.verdict is Verdict.INTACT


def test_what_lies_outside_of_the_stretch_does_not_matter(district: District, kiosk: Kiosk) -> None:
    harm(district, tables.Entry, outcome="DENY")(tables.Entry.seq == 30)
    assert verify(district, kiosk, 20).verdict is Verdict.INTACT
    assert verify(district, kiosk, 31).verdict is Verdict.TAMPERED


@pytest.mark.parametrize(
    ("change", "layer"),
    [
        ({"outcome": "DENY"}, Layer.PROJECTION),
        ({"body": b"\x00"}, Layer.CHAIN),
        ({"hash": bytes(32)}, Layer.CHAIN),
        ({"holder_id": "00000000000000bb"}, Layer.PROJECTION),
        ({"personal": b"\x01" * 60}, Layer.COMMITMENT),
        ({"received_at": 1}, Layer.RECEIPT),
        ({}, Layer.RECEIPT),
    ],
)
def test_what_was_changed_beside_a_shown_entry_is_found(
    district: District, kiosk: Kiosk, change: dict[str, Any], layer: Layer
) -> None:
    harm(district, tables.Entry, **change)(tables.Entry.seq == 19)
    done = verify(district, kiosk, 20)
    assert done.verdict is Verdict.TAMPERED
    assert layer in {breach.layer for breach in done.breaches}


def test_a_head_that_was_changed_is_found(district: District, kiosk: Kiosk) -> None:
    harm(district, tables.Head, hash=bytes(32))(tables.Head.seq == 16)
    assert verify(district, kiosk, 20).verdict is Verdict.TAMPERED


def test_without_heads_it_says_how_far_it_could_judge(district: District, kiosk: Kiosk) -> None:
    harm(district, tables.Head)(tables.Head.seq > 0)
    done = verify(district, kiosk, 20)
    assert (done.verdict, done.headed) == (Verdict.INTACT, False)
    assert any("no signed head" in note for one in done.checked for note in one.report.notes)


def test_what_the_gate_has_not_sent_yet_is_missing_and_not_tampered(district: District) -> None:
    made = district.kiosk("acme")
    for number in range(12):
        made.entry(ZHANG, at=NOON - timedelta(minutes=20 - number))
    links = made.links
    ingest(district.office, made.kiosk_id, made.batch(links[:4], made.head(links[3])))
    ingest(district.office, made.kiosk_id, made.batch(links[8:]))
    done = verify(district, made, 9)
    assert done.verdict is Verdict.INCOMPLETE
    assert {breach.verdict for breach in done.breaches} == {Verdict.INCOMPLETE}


def test_it_is_a_recorded_lookup_and_ends_at_the_scope(district: District, kiosk: Kiosk) -> None:
    verify(district, kiosk, 18, 20)
    with district.office.db.read() as session:
        line = session.scalars(select(tables.Lookup).order_by(tables.Lookup.id.desc())).first()
    assert line
    assert (line.verb, line.found, line.account_id) == ("verify", 2, CAROL.account_id)
    other = district.kiosk("zenith")
    other.entry(ZHANG)
    ingest(district.office, other.kiosk_id, other.batch())
    for places in ([EntryPlace(other.kiosk_id, 1, 1)], [EntryPlace(kiosk.kiosk_id, 1, 99)], []):
        with pytest.raises(NotFound):
            verifying.verify(district.office, CAROL, ACME, places)
