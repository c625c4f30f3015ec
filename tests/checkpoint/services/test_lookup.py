"""An inspector finds what is in scope, and leaves a trace."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Reading
from checkpoint.domain.reason import Reason
from checkpoint.domain.remark import RemarkKind
from checkpoint.errors import NotFound, Refused
from checkpoint.services import Scope, authorizing, lookup, remarks
from checkpoint.services.forms import WarrantForm
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace, EntryRow
from checkpoint.storage import tables
from checkpoint.storage.entry_filter import EntryFilter, Later
from checkpoint.wire.entries import Standing
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
    nothing = {"outcome": None, "reasons": (), "pass_id": "", "pass_kind": None}
    made.entry(None, kind=EntryKind.BOOT, at=NOON - 6 * hour, **nothing)
    made.entry(ZHANG, at=NOON - 5 * hour)
    bus = {"pass_id": "00112233445566aa", "pass_kind": PassKind.COMMUTING_VEHICLE}
    made.entry(LI, at=NOON - 4 * hour, direction=Direction.OUT, **bus)
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
    with district.office.db.write() as session:
        session.add(_vehicle())
    other = district.kiosk("zenith")
    other.entry(ZHANG, at=NOON - hour)
    ingest(district.office, other.kiosk_id, other.batch())
    return made


def _vehicle() -> tables.Holder:
    """The vehicle that LI's entries are of, as the roster holds it."""
    nobody = {"name_sealed": b"", "name_index": b"", "id_tail": "", "job": "", "route": ""}
    vehicle = {"kind": "vehicle", "plate": LI.plate, "seats": 5, "added_at": 0, "blocked_why": ""}
    return tables.Holder(holder_id=LI.holder_id, enterprise_id="acme", **vehicle, **nobody)


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
    (lambda _: EntryFilter(pass_kind=PassKind.COMMUTING_VEHICLE), [3]),
    (lambda _: EntryFilter(pass_kind=PassKind.WORKER), [6, 5, 4, 2]),
    (lambda _: EntryFilter(pass_kind=PassKind.VISITOR), []),
    (lambda _: EntryFilter(temperature_from_c=3730), [4]),
    (lambda _: EntryFilter(temperature_to_c=3650, name="李四"), [5, 3]),
    (lambda k: EntryFilter(site_id=k.place[1], limit=1), [6]),
    (lambda _: EntryFilter(site_id="S-nowhere"), []),
    (lambda _: EntryFilter(clock_quality=ClockQuality.SYNCHRONISED, limit=1), [6]),
    (lambda _: EntryFilter(clock_quality=ClockQuality.SUSPECT), []),
    (lambda _: EntryFilter(standing=Standing.FLAGGED), []),
    (lambda _: EntryFilter(degraded=True), []),
    (lambda _: EntryFilter(plate="京A12345"), [5, 3]),
    (lambda _: EntryFilter(plate="京A12346"), []),
    (lambda _: EntryFilter(plate="京A12345", outcome=Outcome.REFER), [5]),
]


def test_each_condition_finds_what_it_says(district: District, kiosk: Kiosk) -> None:
    found = [find(district, wanted(kiosk)) for wanted, _ in CASES]
    assert found == [seqs for _, seqs in CASES]


LATER = [
    (Later.OVERRIDDEN, [2]),
    (Later.ANNULLED, [1]),
    (Later.REMARKED, [6, 3]),
    (Later.CORRECTED, [6]),
]


def test_what_came_after_an_entry_finds_it(district: District) -> None:
    kiosk = district.kiosk("acme")
    admitted, refused = {"outcome": Outcome.ADMIT}, {"outcome": Outcome.DENY}
    for seq, told in enumerate((admitted, refused, refused), start=1):
        kiosk.entry(ZHANG, at=NOON - timedelta(hours=6 - seq), **told)
    cites = {"epoch": "1"}
    late = NOON - timedelta(hours=1)
    kiosk.entry(ZHANG, kind=EntryKind.OVERRIDE, details=cites | {"seq": "2"}, at=late)
    kiosk.entry(None, kind=EntryKind.ANNULMENT, outcome=None, details=cites | {"seq": "1"}, at=late)
    kiosk.entry(LI, at=NOON, reasons=(Reason.DEVICE_DOWN,), clock_quality=ClockQuality.SUSPECT)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    for seq, kind in ((3, RemarkKind.NOTE), (6, RemarkKind.CORRECTION)):
        said = remarks.RemarkForm(EntryPlace(kiosk.kiosk_id, 1, seq), kind, "The belt was moved")
        remarks.add(district.office, CAROL, ACME, said)
    for later, seqs in LATER:
        assert find(district, EntryFilter(later=later)) == seqs, later
    assert find(district, EntryFilter(degraded=True)) == [6]
    assert find(district, EntryFilter(clock_quality=ClockQuality.SUSPECT)) == [6]
    assert find(district, EntryFilter(later=Later.ANNULLED), Scope.of("zenith")) == []


def test_an_entry_that_names_the_gate_of_another_site_is_not_of_that_gate(
    district: District, kiosk: Kiosk
) -> None:
    other = district.kiosk("zenith")
    kiosk.entry(ZHANG, gate_id=other.place[2])
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    everywhere = Scope.whole_district()
    assert find(district, EntryFilter(gate_id=other.place[2]), everywhere) == [1]
    assert 7 in find(district, EntryFilter(site_id=kiosk.place[1]), everywhere)


RARE = [
    EntryFilter(reason=Reason.FEVER),
    EntryFilter(degraded=True),
    EntryFilter(kinds=(EntryKind.BOOT, EntryKind.EMERGENCY)),
    EntryFilter(outcome=Outcome.DENY),
    EntryFilter(clock_quality=ClockQuality.SUSPECT),
    EntryFilter(standing=Standing.FLAGGED),
    EntryFilter(pass_kind=PassKind.VISITOR),
    EntryFilter(temperature_from_c=3700),
]
USUAL = [
    EntryFilter(reason=Reason.OK, outcome=Outcome.ADMIT, pass_kind=PassKind.WORKER),
    EntryFilter(temperature_from_c=3699),
    EntryFilter(kinds=(EntryKind.PASSAGE, EntryKind.BOOT), standing=Standing.ACCEPTED),
    EntryFilter(clock_quality=ClockQuality.SYNCHRONISED),
]


def _reads(small: District, wanted: EntryFilter, said: str) -> list[str]:
    """How SQLite reads entries for the statement of a page in which these words are."""
    asked: list[tuple[str, Any]] = []

    def keep(*told: Any) -> None:
        asked.append((told[2], told[3]))

    engine = small.office.db.engine
    event.listen(engine, "before_cursor_execute", keep)
    find(small, wanted)
    event.remove(engine, "before_cursor_execute", keep)
    (page,) = [each for each in asked if "FROM entry" in each[0] and said in each[0]]
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {page[0]}", page[1]).all()
    return [row[-1] for row in plan if " entry " in row[-1]]


def _index_read(small: District, wanted: EntryFilter) -> str:
    """The index of entries that SQLite reads for a page."""
    (read,) = _reads(small, wanted, "LIMIT")
    return read.removeprefix("SEARCH entry USING COVERING INDEX ").split()[0]


def test_what_was_said_of_a_page_of_one_gate_is_not_looked_for_in_its_whole_chain(
    small: District,
) -> None:
    kiosk = small.kiosk("acme")
    for minute in range(3):
        kiosk.entry(ZHANG, at=NOON - timedelta(minutes=minute))
    ingest(small.office, kiosk.kiosk_id, kiosk.batch())
    (read,) = _reads(small, EntryFilter(), "entry.cites IN")
    assert read == "SEARCH entry USING INDEX ix_entry_cites (kiosk_id=? AND epoch=? AND cites=?)"


def test_what_only_unusual_entries_meet_is_read_from_their_index(small: District) -> None:
    small.kiosk("acme")
    assert {_index_read(small, wanted) for wanted in RARE} == {"ix_entry_unusual"}
    assert {_index_read(small, wanted) for wanted in USUAL} == {"ix_entry_kiosk_site"}


ANY_FILTER = st.builds(
    EntryFilter,
    since=st.sampled_from([None, NOON - timedelta(minutes=20), NOON + timedelta(days=1)]),
    until=st.sampled_from([None, NOON - timedelta(minutes=5)]),
    name=st.sampled_from(["", "张三丰", "李四", "无名"]),
    id_tail=st.sampled_from(["", "283X"]),
    plate=st.sampled_from(["", "", "京A12345"]),
    kinds=st.sampled_from([(), (EntryKind.BOOT,), (EntryKind.BOOT, EntryKind.PASSAGE)]),
    direction=st.sampled_from([None, *Direction]),
    pass_kind=st.sampled_from([None, None, *PassKind]),
    outcome=st.sampled_from([None, None, *Outcome]),
    reason=st.sampled_from([None, None, Reason.FEVER, Reason.OK]),
    temperature_from_c=st.sampled_from([None, 3600, 3700, 3730]),
    clock_quality=st.sampled_from([None, *ClockQuality]),
    limit=st.integers(1, 7),
)


def _random_log(kiosks: list[Kiosk], chance: random.Random) -> None:
    """Some dozens of entries at two gates, many of them in one and the same millisecond."""
    for _ in range(40):
        hot = chance.random() < 0.3
        told: dict[str, Any] = {
            "at": NOON - timedelta(minutes=chance.randrange(30)),
            "direction": chance.choice(list(Direction)),
            "outcome": Outcome.DENY if hot else chance.choice(list(Outcome)),
            "reasons": (Reason.FEVER,) if hot else (Reason.OK,),
            "kind": chance.choice([EntryKind.BOOT, *[EntryKind.PASSAGE] * 4]),
            "readings": (
                Reading(3640, chance.choice([3650, 3699, 3700, 3800]), "simulated", NOON),
            ),
            "clock_quality": chance.choice(list(ClockQuality)),
            "pass_kind": chance.choice([None, *PassKind]),
        }
        chance.choice(kiosks).entry(chance.choice([ZHANG, LI]), **told)


@pytest.fixture
def mixed(district: District) -> District:
    kiosks = [district.kiosk("acme"), district.kiosk("zenith")]
    _random_log(kiosks, random.Random(5))
    for kiosk in kiosks:
        ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    with district.office.db.write() as session:
        session.add(_vehicle())
    return district


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=ANY_FILTER, scope=st.sampled_from([ACME, Scope.whole_district()]))
def test_paging_gives_each_entry_once_under_any_filter(
    mixed: District, wanted: EntryFilter, scope: Scope
) -> None:
    office, seen, after = mixed.office, [], None
    while True:
        page = lookup.find(office, CAROL, scope, wanted, after)
        assert len(page.rows) <= wanted.limit
        seen += [row.place for row in page.rows]
        if (after := page.after) is None:
            break
    with office.db.read() as session:
        held = session.scalars(
            select(tables.Entry).order_by(tables.Entry.at.desc(), tables.Entry.id.desc())
        ).all()
    meant = [e for e in held if scope.covers(e.kiosk_enterprise_id) and _meets(wanted, e)]
    assert seen == [EntryPlace(e.kiosk_id, e.epoch, e.seq) for e in meant]


def _meets(wanted: EntryFilter, entry: tables.Entry) -> bool:
    """Whether an entry meets a filter, asked without a database."""
    about = ZHANG if entry.holder_id == ZHANG.holder_id else LI
    since = wanted.since is None or entry.at >= to_ms(wanted.since)
    until = wanted.until is None or entry.at < to_ms(wanted.until)
    low = wanted.temperature_from_c
    equal = all(
        value in (None, "") or str(value) == str(held)
        for value, held in (
            (wanted.name, about.name),
            (wanted.id_tail, about.id_tail),
            (wanted.plate, about.plate),
            (wanted.direction, entry.direction),
            (wanted.pass_kind, entry.pass_kind),
            (wanted.outcome, entry.outcome),
            (wanted.clock_quality, entry.clock_quality),
        )
    )
    kinds = not wanted.kinds or entry.kind in wanted.kinds
    reason = wanted.reason is None or wanted.reason in entry.reasons.split()
    hot = low is None or (entry.temperature_c or 0) >= low
    return since and until and equal and kinds and reason and hot


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
