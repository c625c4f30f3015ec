"""An inspector follows one person through the log and asks who was inside with them."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from checkpoint.errors import NotFound, Refused
from checkpoint.services import Scope, tracing
from checkpoint.services.contacts import contacts
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace
from checkpoint.services.stays import Doubt
from checkpoint.services.tracing import Question, timeline
from checkpoint.storage import tables
from tests.checkpoint.services.district import CAROL, NOON, District, Kiosk

ACME = Scope.of("acme")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY = timedelta(days=1)
IN, OUT = Direction.IN, Direction.OUT
BEGINS = NOON - 3 * DAY


def somebody(number: int) -> Personal:
    return Personal(f"王{number}", f"{number:04d}", f"{number:016x}")


def way(kiosk: Kiosk, number: int, at: datetime, direction: Direction) -> EntryPlace:
    entry = kiosk.entry(somebody(number), at=at, direction=direction, pass_id=f"{number:016x}")
    return EntryPlace(entry.kiosk_id, entry.epoch, entry.seq)


def random_days(kiosk: Kiosk, chance: random.Random) -> dict[int, dict[int, Direction]]:
    """Ways in and out of a dozen people in three days by minute, many of them forgotten."""
    told: dict[int, dict[int, Direction]] = {}
    for number in range(12):
        minutes = sorted(chance.sample(range(3 * 24 * 60), chance.randint(1, 9)))
        ways = [(minute, (IN, OUT)[turn % 2]) for turn, minute in enumerate(minutes)]
        told[number] = {minute: turn for minute, turn in ways if chance.random() < 0.8}
    told[0].setdefault(1500, IN)
    for number, minute in sorted(((n, m) for n in told for m in told[n]), key=lambda each: each[1]):
        way(kiosk, number, BEGINS + minute * MINUTE, told[number][minute])
    return told


def inside(ways: dict[int, Direction], minute: int) -> bool:
    """By the words of the page alone: the last way was in, or the next one out, within a day."""
    before = max((m for m in ways if m <= minute), default=None)
    after = min((m for m in ways if m > minute), default=None)
    came = before is not None and ways[before] is IN and minute - before < 24 * 60
    leaves = after is not None and ways[after] is OUT and after - minute <= 24 * 60
    return came or leaves


@pytest.mark.parametrize("seed", range(4))
def test_contacts_are_those_of_a_search_minute_by_minute(district: District, seed: int) -> None:
    kiosk, chance = district.kiosk(), random.Random(seed)
    told = random_days(kiosk, chance)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    begin = chance.randrange(0, 2 * 24 * 60)
    end = begin + chance.randrange(60, 24 * 60)
    mine = next(link for link in kiosk.links if _of(link, 0))
    question = Question(
        EntryPlace(mine.kiosk_id, 1, mine.seq), BEGINS + begin * MINUTE, BEGINS + end * MINUTE
    )
    found = contacts(district.office, CAROL, ACME, question)
    expected = {
        number: sum(inside(told[0], m) and inside(told[number], m) for m in range(begin, end))
        for number in range(1, 12)
    }
    by_tail = {row.entry.id_tail: row.together // MINUTE for row in found.rows}
    assert by_tail == {f"{n:04d}": count for n, count in expected.items() if count}
    assert [row.together for row in found.rows] == sorted(
        (row.together for row in found.rows), reverse=True
    )


def _of(link: object, number: int) -> bool:
    return somebody(number).name.encode() in getattr(link, "personal", b"")


@pytest.fixture
def shift(district: District) -> Kiosk:
    """0 works from 8 to 16; 1 from 9 to 10, 2 came and never left, 3 left before, 4 elsewhere."""
    kiosk, other = district.kiosk(), district.kiosk("zenith")
    eight = NOON - 8 * HOUR
    way(kiosk, 3, eight - 2 * HOUR, IN)
    way(kiosk, 3, eight - HOUR, OUT)
    way(kiosk, 0, eight, IN)
    way(kiosk, 1, eight + HOUR, IN)
    way(kiosk, 1, eight + 2 * HOUR, OUT)
    way(kiosk, 2, eight + 3 * HOUR, IN)
    way(kiosk, 0, eight + 7 * HOUR, OUT)
    refused = {"outcome": Outcome.DENY, "reasons": (Reason.FEVER,)}
    kiosk.entry(somebody(0), at=NOON - MINUTE, pass_id=f"{0:016x}", direction=IN, **refused)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    way(other, 4, eight, IN)
    ingest(district.office, other.kiosk_id, other.batch())
    return kiosk


def asked(kiosk: Kiosk, seq: int = 3) -> Question:
    return Question(EntryPlace(kiosk.kiosk_id, 1, seq), NOON - 12 * HOUR, NOON)


def test_the_longest_together_comes_first_and_a_doubt_is_told(
    district: District, shift: Kiosk
) -> None:
    found = contacts(district.office, CAROL, ACME, asked(shift))
    told = [(row.entry.id_tail, row.entry.name, row.together, row.doubtful) for row in found.rows]
    assert told == [("0002", "王*", 4 * HOUR, True), ("0001", "王*", HOUR, False)]
    assert (found.rows[1].first, found.rows[1].last) == (NOON - 7 * HOUR, NOON - 6 * HOUR)
    assert found.rows[0].meetings[0].theirs.doubt is Doubt.STILL_INSIDE
    assert found.total == 2


def test_an_annulled_admission_met_nobody(district: District, shift: Kiosk) -> None:
    cites = {"epoch": "1", "seq": "4"}
    shift.entry(None, kind=EntryKind.ANNULMENT, outcome=None, pass_id="", details=cites, at=NOON)
    ingest(district.office, shift.kiosk_id, shift.batch())
    met = contacts(district.office, CAROL, ACME, asked(shift)).rows
    doubts = {row.entry.id_tail: row.meetings[0].theirs.doubt for row in met}
    assert doubts == {"0002": Doubt.STILL_INSIDE, "0001": Doubt.NO_WAY_IN}


def test_a_timeline_has_all_entries_and_the_stays_they_make(
    district: District, shift: Kiosk
) -> None:
    found = timeline(district.office, CAROL, ACME, asked(shift))
    assert [row.place.seq for row in found.rows] == [3, 7, 8]
    assert found.person.name == "王*"
    (stay,) = found.stays
    assert (stay.until - stay.since, stay.doubt) == (7 * HOUR // timedelta(milliseconds=1), None)


def test_a_visitor_with_another_pass_is_found_by_name_and_ending(
    district: District, shift: Kiosk
) -> None:
    again = Personal("王0", "0000", "f" * 16)
    shift.entry(again, at=NOON - 2 * MINUTE, pass_id="e" * 16, direction=OUT)
    shift.entry(Personal("王0", "9999", "d" * 16), at=NOON - 2 * MINUTE, pass_id="d" * 16)
    ingest(district.office, shift.kiosk_id, shift.batch())
    found = timeline(district.office, CAROL, ACME, asked(shift))
    assert [row.place.seq for row in found.rows] == [3, 7, 9, 8]
    assert found.by_name == {EntryPlace(shift.kiosk_id, 1, 9)}


def test_both_are_recorded_with_the_question_and_no_name(district: District, shift: Kiosk) -> None:
    timeline(district.office, CAROL, ACME, asked(shift))
    contacts(district.office, CAROL, ACME, asked(shift))
    with district.office.db.read() as session:
        rows = session.scalars(select(tables.Lookup).order_by(tables.Lookup.id)).all()
    assert [(row.verb, row.found) for row in rows] == [("trace", 3), ("contacts", 2)]
    assert json.loads(rows[1].asked) == {
        "kiosk_id": shift.kiosk_id,
        "epoch": "1",
        "seq": "3",
        "since": "2026-03-01T16:00:00.000Z",
        "until": "2026-03-02T04:00:00.000Z",
    }


@pytest.mark.parametrize("ask", [timeline, contacts])
def test_another_enterprises_person_does_not_exist(
    district: District, shift: Kiosk, ask: object
) -> None:
    assert callable(ask)
    with pytest.raises(NotFound):
        ask(district.office, CAROL, Scope.of("zenith"), asked(shift))
    for since, until in ((NOON, NOON), (NOON - 32 * DAY, NOON)):
        with pytest.raises(Refused):
            ask(district.office, CAROL, ACME, Question(asked(shift).place, since, until))


def test_unmasking_several_leaves_a_line_for_each(district: District, shift: Kiosk) -> None:
    places = [EntryPlace(shift.kiosk_id, 1, seq) for seq in (4, 6)]
    found = tracing.unmask(district.office, CAROL, ACME, places, "contact tracing")
    assert {person.name for person in found.values()} == {"王1", "王2"}
    with district.office.db.read() as session:
        rows = session.scalars(select(tables.Lookup)).all()
    assert [(row.verb, row.why) for row in rows] == [("unmask", "contact tracing")] * 2
