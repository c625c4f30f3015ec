"""An inspector finds what is in scope, and leaves a trace."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.observation import Direction, Reading
from checkpoint.domain.reason import Reason
from checkpoint.errors import NotFound, Refused
from checkpoint.services import Scope, authorizing, lookup
from checkpoint.services.forms import WarrantForm
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace, EntryRow
from checkpoint.storage import tables
from checkpoint.storage.entry_filter import EntryFilter
from tests.checkpoint.services.district import ALICE, CAROL, NOON, District, Kiosk

ZHANG = Personal("张三丰", "283X", "00000000000000aa")
LI = Personal("李四", "0011", "00000000000000bb", "京A12345")
ACME = Scope.of("acme")


@pytest.fixture
def kiosk(district: District) -> Kiosk:
    """Six entries of different kinds at acme's gate, an hour apart, and one at zenith's."""
    made = district.kiosk("acme")
    hour = timedelta(hours=1)
    fever = (Reading(3790, 3800, "simulated", NOON),)
    made.entry(None, kind=EntryKind.BOOT, outcome=None, reasons=(), pass_id="", at=NOON - 6 * hour)
    made.entry(ZHANG, at=NOON - 5 * hour)
    made.entry(LI, at=NOON - 4 * hour, pass_id="00112233445566aa", direction=Direction.OUT)
    made.entry(
        ZHANG,
        at=NOON - 3 * hour,
        outcome=Outcome.DENY,
        reasons=(Reason.FEVER, Reason.NO_MASK),
        readings=fever,
    )
    made.entry(LI, at=NOON - 2 * hour, outcome=Outcome.REFER, reasons=(Reason.NO_TEMPERATURE,))
    made.entry(ZHANG, at=NOON - hour)
    ingest(district.office, made.kiosk_id, made.batch())
    other = district.kiosk("zenith")
    other.entry(ZHANG, at=NOON - hour)
    ingest(district.office, other.kiosk_id, other.batch())
    return made


def find(district: District, wanted: EntryFilter, scope: Scope = ACME) -> list[int]:
    return [row.place.seq for row in lookup.find(district.office, CAROL, scope, wanted).rows]


def test_the_newest_first_with_names_masked(district: District, kiosk: Kiosk) -> None:
    page = lookup.find(district.office, CAROL, ACME, EntryFilter())
    assert [row.place.seq for row in page.rows] == [6, 5, 4, 3, 2, 1]
    four: EntryRow = page.rows[2]
    assert (four.name, four.id_tail, four.temperature_c) == ("张**", "283X", 3800)
    assert four.reasons == (Reason.FEVER, Reason.NO_MASK)
    assert page.after is None


CASES: list[tuple[Callable[[Kiosk], EntryFilter], list[int]]] = [
    (lambda _: EntryFilter(since=NOON - timedelta(hours=3)), [6, 5, 4]),
    (lambda _: EntryFilter(until=NOON - timedelta(hours=3)), [3, 2, 1]),
    (lambda k: EntryFilter(gate_id=k.place[2]), [6, 5, 4, 3, 2, 1]),
    (lambda k: EntryFilter(kiosk_id=k.kiosk_id, limit=1), [6]),
    (lambda _: EntryFilter(kiosk_id="K-222222"), []),
    (lambda _: EntryFilter(name="张三丰"), [6, 4, 2]),
    (lambda _: EntryFilter(name="张三"), []),
    (lambda _: EntryFilter(id_tail="283x"), [6, 4, 2]),
    (lambda _: EntryFilter(holder_id=LI.holder_id), [5, 3]),
    (lambda _: EntryFilter(pass_id="00112233445566aa"), [3]),
    (lambda _: EntryFilter(outcome=Outcome.DENY), [4]),
    (lambda _: EntryFilter(reason=Reason.NO_MASK), [4]),
    (lambda _: EntryFilter(reason=Reason.NO_TEMPERATURE), [5]),
    (lambda _: EntryFilter(kinds=(EntryKind.BOOT,)), [1]),
    (lambda _: EntryFilter(direction=Direction.OUT), [3]),
    (lambda _: EntryFilter(temperature_from_c=3730), [4]),
    (lambda _: EntryFilter(temperature_to_c=3650, name="李四"), [5, 3]),
]


def test_each_condition_finds_what_it_says(district: District, kiosk: Kiosk) -> None:
    found = [find(district, wanted(kiosk)) for wanted, _ in CASES]
    assert found == [seqs for _, seqs in CASES]


def test_pages_join_without_loss_or_repeat(district: District, kiosk: Kiosk) -> None:
    seen: list[int] = []
    after: str | None = None
    while True:
        page = lookup.find(district.office, CAROL, ACME, EntryFilter(limit=4), after)
        seen += [row.place.seq for row in page.rows]
        if page.after is None:
            break
        after = page.after
        kiosk.entry(at=NOON + timedelta(minutes=len(seen)))
        ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    assert seen == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("after", ["", "x", "1.x", "1", "9" * 30 + ".1", "1.1;drop"])
def test_a_cursor_that_is_not_ours_is_not_found(small: District, after: str) -> None:
    with pytest.raises(NotFound):
        lookup.find(small.office, CAROL, ACME, EntryFilter(), after)


def test_scope_decides_by_where_the_kiosk_stands(district: District, kiosk: Kiosk) -> None:
    kiosk.entry(ZHANG, enterprise_id="zenith", site_id=district.sites["zenith"].site_id)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    assert find(district, EntryFilter(), Scope.of("zenith")) == [1]
    assert len(find(district, EntryFilter(), Scope(sites=frozenset({kiosk.place[1]})))) == 7
    assert len(find(district, EntryFilter(), Scope.whole_district())) == 8
    assert find(district, EntryFilter(), Scope()) == []


def test_every_lookup_is_recorded_without_the_persons_name(
    district: District, kiosk: Kiosk
) -> None:
    find(district, EntryFilter(name="张三丰", outcome=Outcome.DENY))
    with district.office.db.read() as session:
        (row,) = session.scalars(select(tables.Lookup))
    asked = json.loads(row.asked)
    assert (row.account_id, row.found, row.verb) == ("c1", 1, "find")
    assert (asked["name"], asked["outcome"]) == ("(given)", "DENY")


def test_unmasking_needs_a_reason_and_is_recorded(district: District, kiosk: Kiosk) -> None:
    place = EntryPlace(kiosk.kiosk_id, 1, 2)
    assert lookup.unmask(district.office, CAROL, ACME, place, "contact of a case") == ZHANG
    with pytest.raises(Refused):
        lookup.unmask(district.office, CAROL, ACME, place, "  ")
    with pytest.raises(NotFound):
        lookup.unmask(district.office, CAROL, Scope.of("zenith"), place, "curious")
    nobody = EntryPlace(kiosk.kiosk_id, 1, 1)
    with pytest.raises(NotFound):
        lookup.unmask(district.office, CAROL, ACME, nobody, "nobody there")
    with district.office.db.read() as session:
        rows = session.scalars(select(tables.Lookup).order_by(tables.Lookup.id)).all()
    assert [(row.found, row.why) for row in rows] == [
        (1, "contact of a case"),
        (0, "curious"),
        (0, "nobody there"),
    ]


def test_one_unreadable_person_does_not_hide_the_page(district: District, kiosk: Kiosk) -> None:
    with district.office.db.write() as session:
        row = session.scalars(select(tables.Entry).where(tables.Entry.seq == 6)).one()
        row.personal = bytes(60)
    rows = lookup.find(district.office, CAROL, ACME, EntryFilter()).rows
    assert [row.name for row in rows[:2]] == ["", "李*"]


def test_a_warrant_opens_its_sites_while_it_is_in_force(district: District) -> None:
    now, day = district.clock.now(), timedelta(days=1)
    site_id = district.sites["acme"].site_id
    form = WarrantForm("acme", "Carol", now, now + day, (site_id,), "c1")
    warrant = authorizing.grant_warrant(district.office, ALICE, form)
    scope = authorizing.inspection_scope(district.office, "c1")
    assert scope == Scope(sites=frozenset({site_id}))
    assert authorizing.inspection_scope(district.office, "d1") == Scope()
    assert authorizing.inspection_scope(district.office, "") == Scope()
    authorizing.revoke_warrant(district.office, ALICE, warrant.warrant_id, "moved away")
    assert authorizing.inspection_scope(district.office, "c1") == Scope()


def test_the_action_record_tells_who_did_what(small: District) -> None:
    page = lookup.actions(small.office, Scope.of("acme"))
    assert [(row.name, row.verb) for row in page.rows] == [
        ("Alice", "add_gate"),
        ("Alice", "add_site"),
        ("Alice", "register_enterprise"),
    ]
