"""One pass in two places: seen wherever its two entries meet, whichever came first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.place import Gate
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link
from checkpoint.services import Scope, authorizing, policy
from checkpoint.services.copies import WINDOW, CopyMark, Meeting, suspected
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace
from tests.checkpoint.services.district import ALICE, NOON, District, Kiosk

OUT = Direction.OUT
MINUTE = timedelta(minutes=1)
ACME = Scope.of("acme")
DISTRICT = Scope.whole_district()
Pair = tuple[Kiosk, Kiosk]
Marks = dict[EntryPlace, tuple[CopyMark, ...]]


def second_gate(district: District) -> Gate:
    site = authorizing.add_site(district.office, ALICE, "acme", "Acme south")
    return authorizing.add_gate(district.office, ALICE, "acme", site.site_id, "South")


@pytest.fixture
def pair(district: District) -> Pair:
    """A kiosk at each of acme's two sites."""
    north = district.kiosk()
    district.gates["acme"] = second_gate(district)
    return north, district.kiosk()


def at(link: Link) -> EntryPlace:
    return EntryPlace(link.kiosk_id, link.epoch, link.seq)


def marks(district: District, *links: Link, scope: Scope = ACME) -> Marks:
    return suspected(district.office, scope, [at(link) for link in links])


def send(district: District, kiosk: Kiosk, *links: Link) -> None:
    ingest(district.office, kiosk.kiosk_id, kiosk.batch(links or None))


def meetings(found: Marks, link: Link) -> list[Meeting]:
    return [mark.meeting for mark in found.get(at(link), ())]


@pytest.mark.parametrize("later_first", [False, True])
def test_two_sites_within_five_minutes_cite_each_other(
    district: District, pair: Pair, later_first: bool
) -> None:
    north, south = pair
    one = north.entry(at=NOON, direction=OUT)
    two = south.entry(at=NOON + WINDOW, direction=OUT)
    for kiosk in (south, north) if later_first else (north, south):
        send(district, kiosk)
    assert marks(district, one, two) == {
        at(one): (CopyMark(Meeting.TWO_SITES, at(two), NOON + WINDOW),),
        at(two): (CopyMark(Meeting.TWO_SITES, at(one), NOON),),
    }


def test_what_comes_again_changes_nothing(district: District, pair: Pair) -> None:
    north, south = pair
    links = [kiosk.entry(at=NOON) for kiosk in pair]
    send(district, north)
    send(district, south)
    first = marks(district, *links)
    send(district, south)
    send(district, north)
    assert marks(district, *links) == first
    assert len(first) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOON + WINDOW + timedelta(milliseconds=1)},
        {"pass_id": "00112233445566aa"},
        {"pass_id": ""},
        {"kind": EntryKind.FAULT},
    ],
    ids=str,
)
def test_what_is_no_meeting_at_two_sites(
    district: District, pair: Pair, change: dict[str, Any]
) -> None:
    north, south = pair
    one = north.entry(at=NOON, direction=OUT)
    changes: dict[str, Any] = {"at": NOON, "direction": OUT} | change
    two = south.entry(None, **changes)
    send(district, north)
    send(district, south)
    assert marks(district, one, two) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": Outcome.REFER, "reasons": (Reason.FEVER,)},
        {"outcome": Outcome.DENY, "reasons": (Reason.REPLAYED,)},
        {"outcome": Outcome.DENY, "reasons": (Reason.STALE_CODE, Reason.NO_MASK)},
        {"kind": EntryKind.OVERRIDE, "reasons": (Reason.OVERRIDDEN,)},
    ],
    ids=str,
)
def test_a_showing_that_speaks_of_a_second_person_counts(
    district: District, pair: Pair, change: dict[str, Any]
) -> None:
    north, south = pair
    one = north.entry(at=NOON, direction=OUT)
    two = south.entry(at=NOON + MINUTE, direction=OUT, **change)
    send(district, north)
    send(district, south)
    found = marks(district, one, two)
    assert meetings(found, one) == meetings(found, two) == [Meeting.TWO_SITES]


@pytest.mark.parametrize("reason", [Reason.WRONG_SITE, Reason.BLOCKED, Reason.EXPIRED])
def test_who_is_refused_and_goes_to_the_right_gate_carries_one_pass(
    district: District, pair: Pair, reason: Reason
) -> None:
    north, south = pair
    one = north.entry(at=NOON, outcome=Outcome.DENY, reasons=(reason,))
    two = south.entry(at=NOON + MINUTE)
    three = north.entry(at=NOON + 2 * MINUTE, outcome=Outcome.DENY, reasons=(reason,))
    send(district, north)
    send(district, south)
    assert marks(district, one, two, three) == {}


def test_of_several_the_nearest_is_cited(district: District, pair: Pair) -> None:
    north, south = pair
    one = north.entry(at=NOON, direction=OUT)
    far, near = (south.entry(at=NOON + n * MINUTE, direction=OUT) for n in (-3, 2))
    send(district, south)
    send(district, north)
    (mark,) = marks(district, one)[at(one)]
    assert mark.other == at(near)
    assert meetings(marks(district, far), far) == [Meeting.TWO_SITES]


def test_coming_in_twice_is_marked_until_the_way_out_is_known(
    district: District, pair: Pair
) -> None:
    north, south = pair
    one, two = north.entry(at=NOON), south.entry(at=NOON + timedelta(hours=2))
    send(district, north)
    send(district, south)
    found = marks(district, one, two)
    assert found[at(one)] == (CopyMark(Meeting.NO_EXIT, at(two), NOON + 120 * MINUTE),)
    assert found[at(two)] == (CopyMark(Meeting.NO_EXIT, at(one), NOON),)
    north.entry(at=NOON + timedelta(hours=1), direction=OUT)
    send(district, north)
    assert marks(district, one, two) == {}


def test_who_was_not_let_in_is_not_inside(district: District, pair: Pair) -> None:
    north, south = pair
    one = north.entry(at=NOON, outcome=Outcome.REFER)
    two = south.entry(at=NOON + timedelta(hours=1))
    send(district, north)
    send(district, south)
    assert marks(district, one, two) == {}
    over = north.entry(at=NOON + MINUTE, kind=EntryKind.OVERRIDE)
    send(district, north)
    found = marks(district, one, two, over)
    assert found.keys() == {at(two), at(over)}


def test_where_nobody_asks_who_is_inside_only_two_sites_count(
    district: District, pair: Pair
) -> None:
    asking = policy.in_force(district.office)
    policy.publish(district.office, ALICE, replace(asking, passback=False))
    north, south = pair
    one, two = north.entry(at=NOON), south.entry(at=NOON + timedelta(hours=1))
    three = south.entry(at=NOON + timedelta(minutes=61), direction=OUT)
    four = north.entry(at=NOON + timedelta(minutes=62))
    send(district, north)
    send(district, south)
    found = marks(district, one, two, three, four)
    assert meetings(found, one) == []
    assert meetings(found, four) == [Meeting.TWO_SITES]


def test_what_lies_outside_the_scope_is_not_cited(district: District) -> None:
    acme, zenith = district.kiosk("acme"), district.kiosk("zenith")
    one, two = acme.entry(at=NOON), zenith.entry(at=NOON + MINUTE)
    send(district, acme)
    send(district, zenith)
    found = marks(district, one, two)
    assert found.keys() == {at(one)}
    assert {mark.other for mark in found[at(one)]} == {None}
    whole = marks(district, one, two, scope=DISTRICT)
    assert {mark.other for mark in whole[at(one)]} == {at(two)}
    assert marks(district, scope=DISTRICT) == {}


def story(chance: Random, kiosk: Callable[[], Kiosk]) -> None:
    """Passings of two passes at random gates and times, some at the same moment."""
    for _ in range(12):
        kiosk().entry(
            at=NOON + chance.randrange(12) * MINUTE,
            direction=chance.choice(list(Direction)),
            pass_id=chance.choice(("00112233445566aa", "00112233445566bb")),
        )


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_arrival_changes_a_mark(pair: Pair, district: District, seed: int) -> None:
    chance = Random(seed)
    story(chance, lambda: chance.choice(pair))
    links = [link for kiosk in pair for link in kiosk.links]
    arrivals = links[:]
    chance.shuffle(arrivals)
    for link in arrivals:
        send(district, next(k for k in pair if k.kiosk_id == link.kiosk_id), link)
    found = marks(district, *links)
    assert found
    for place, each in found.items():
        cited = {mark.other for mark in each}
        assert place not in cited
        assert cited <= {at(link) for link in links}
    assert all(marks(district, *order) == found for order in (links[::-1], arrivals))


def test_a_page_is_looked_up_by_its_indexes(small: District) -> None:
    kiosk = small.kiosk()
    links = [kiosk.entry(at=NOON + n * MINUTE) for n in range(50)]
    send(small, kiosk)
    asked: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, statement: str, given: Any, *_rest: object) -> None:
        asked.append((statement, given))

    engine = small.office.db.engine
    event.listen(engine, "before_cursor_execute", note)
    marks(small, *links)
    event.remove(engine, "before_cursor_execute", note)
    plans = []
    with engine.connect() as connection:
        for statement, given in asked:
            if statement.startswith("SELECT"):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
                plans += [row[3] for row in rows]
    assert any("ix_entry_pass" in step for step in plans)
    assert not [step for step in plans if step.startswith("SCAN entry")]


def annulment_of(kiosk: Kiosk, link: Link) -> Link:
    """Nobody walked through by an entry of this kiosk."""
    cited = {"epoch": str(link.epoch), "seq": str(link.seq), "hash": link.hash.hex()[:16]}
    fields: dict[str, Any] = {"outcome": None, "readings": (), "mask": None, "mask_source": ""}
    return kiosk.entry(None, kind=EntryKind.ANNULMENT, details=cited, **fields)


@pytest.mark.parametrize("which", [0, 1])
def test_an_annulled_admission_meets_nobody(district: District, pair: Pair, which: int) -> None:
    links = [kiosk.entry(at=NOON) for kiosk in pair]
    annulment_of(pair[which], links[which])
    for kiosk in pair:
        send(district, kiosk)
    assert marks(district, *links) == {}


def test_an_annulment_at_another_gate_or_of_a_refusal_takes_nothing_back(
    district: District, pair: Pair
) -> None:
    north, south = pair
    south.entry(at=NOON - timedelta(hours=1), kind=EntryKind.HEARTBEAT, pass_id="")
    one = north.entry(at=NOON, direction=OUT)
    two = south.entry(at=NOON, direction=OUT, outcome=Outcome.REFER)
    annulment_of(south, one)
    annulment_of(south, two)
    for kiosk in pair:
        send(district, kiosk)
    assert set(marks(district, one, two)) == {at(one), at(two)}
