"""A list that shows what is new by itself is one lookup that goes on, and the record says so."""

import json

import pytest

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.services import Actor, Scope, following, lookup
from checkpoint.services.ingest import ingest
from checkpoint.storage import tables
from checkpoint.storage.entry_filter import EntryFilter
from tests.checkpoint.services.district import ALICE, CAROL, NOON, District, Kiosk

ACME = Scope.of("acme")
ALL = EntryFilter()


@pytest.fixture
def kiosk(district: District) -> Kiosk:
    """Acme's gate, which sends an entry whenever `come` is called."""
    return district.kiosk("acme")


def come(district: District, kiosk: Kiosk) -> None:
    kiosk.entry(Personal("张三丰", "283X", "00000000000000aa"), at=NOON)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())


def record(district: District) -> list[tuple[str, str, int]]:
    """Verb, lookup followed and how many were found, of each line of the record."""
    with district.office.db.read() as session:
        lines = session.query(tables.Lookup).order_by(tables.Lookup.id)
        return [(line.verb, json.loads(line.asked).get("lookup", ""), line.found) for line in lines]


def follow(district: District, number: int, by: Actor = CAROL, wanted: EntryFilter = ALL) -> int:
    found = following.follow(district.office, by, ACME, wanted, number)
    assert len(found.rows) == len({row.place for row in found.rows})
    return found.number


def test_ten_minutes_of_new_entries_are_one_line_of_the_record(
    district: District, kiosk: Kiosk
) -> None:
    number = lookup.find(district.office, CAROL, ACME, ALL).number
    for already in range(5):
        come(district, kiosk)
        shown = following.follow(district.office, CAROL, ACME, ALL, number)
        assert (len(shown.rows), shown.number) == (already + 1, number)
        district.clock.advance(60)
    assert record(district) == [("find", "", 0), ("follow", str(number), 1)]


def test_the_next_ten_minutes_are_the_next_line(district: District, kiosk: Kiosk) -> None:
    number = lookup.find(district.office, CAROL, ACME, ALL).number
    for seconds in (599, 1, 599):
        come(district, kiosk)
        follow(district, number)
        district.clock.advance(seconds)
    follow(district, number)
    told = [("follow", str(number), found) for found in (1, 3)]
    assert record(district) == [("find", "", 0), *told]


def test_two_lists_are_followed_each_by_itself(district: District, kiosk: Kiosk) -> None:
    refused = EntryFilter(outcome=Outcome.DENY)
    first = lookup.find(district.office, CAROL, ACME, ALL).number
    second = lookup.find(district.office, CAROL, ACME, refused).number
    for _ in range(2):
        follow(district, first)
        follow(district, second, wanted=refused)
    told = [(verb, of) for verb, of, _found in record(district)]
    assert told == [("find", "")] * 2 + [("follow", str(first)), ("follow", str(second))]


@pytest.mark.parametrize("other", ["account", "question", "scope", "nothing", "a follow"])
def test_what_is_no_lookup_of_theirs_is_asked_as_one(
    district: District, kiosk: Kiosk, other: str
) -> None:
    number = lookup.find(district.office, CAROL, ACME, ALL).number
    follow(district, number)
    by = ALICE if other == "account" else CAROL
    wanted = EntryFilter(outcome=Outcome.DENY) if other == "question" else ALL
    scope = Scope.of("zenith") if other == "scope" else ACME
    of = {"nothing": 0, "a follow": number + 1}.get(other, number)
    found = following.follow(district.office, by, scope, wanted, of)
    assert found.number == number + 2
    assert record(district)[-1] == ("find", "", 0)


def test_a_clock_that_was_put_back_silences_no_record(district: District, kiosk: Kiosk) -> None:
    number = lookup.find(district.office, CAROL, ACME, ALL).number
    follow(district, number)
    district.clock.advance(-3600)
    follow(district, number)
    assert [verb for verb, *_ in record(district)] == ["find", "follow", "follow"]
