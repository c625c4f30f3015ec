"""Bob takes down what his workers declare; Alice and he say who may come; nothing is scored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from checkpoint.clock import to_ms
from checkpoint.domain.declaration import (
    Arrival,
    Card,
    Contacts,
    Daily,
    DeclarationKind,
    DeclaredBy,
    Housing,
    Objection,
    Origin,
    Symptom,
    Transport,
)
from checkpoint.domain.health_status import HealthStatus, KnownHealth
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import (
    bundles,
    declaring,
    erasing,
    health,
    policy,
    resealing,
    retaining,
    roster,
)
from checkpoint.services import own_record as own_records
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import VehicleForm, WorkerForm
from checkpoint.services.health_forms import Declared, RollForm, StatusForm
from checkpoint.storage import tables
from checkpoint.wire.bundle import Bundle, open_bundle
from tests.checkpoint.services.district import ALICE, BOB, DAVE, NOON, District, id_number
from tests.checkpoint.services.remains import remains, spellings

GREEN, YELLOW, RED = HealthStatus
CARD = Card(
    Origin("湖北省", "孝感市", "云梦县"),
    Arrival(date(2026, 2, 27), Transport.TRAIN, "G1278", "05车12F"),
    Housing.DORMITORY,
    "三号宿舍楼 206",
    itinerary=("哈尔滨市南岗区", "武汉市", *[""] * 12),
)
ASKED = Policy(rules=(*DEFAULT_RULES, "status", "declaration"), declaration_s=24 * 3600)


@pytest.fixture
def erin(district: District) -> str:
    """A worker of Bob's."""
    return worker(district)


def worker(district: District, serial: int = 1, owner: str = "acme") -> str:
    form = WorkerForm("王欣", id_number(serial), "13800000000")
    return roster.add_worker(district.office, BOB, owner, form)


def declare(district: District, who: str, what: Card | Daily = CARD, made_from: int = 0) -> int:
    form = Declared(who, what, made_from, DeclaredBy.HOLDER, confirmed=True)
    return declaring.declare(district.office, BOB, "acme", form)


def known(district: District, who: str) -> KnownHealth:
    return health.health_of(district.office, "acme", who).known


def say(
    district: District, who: str, status: HealthStatus, by: object = BOB, days: int = 7
) -> None:
    statuses = health.health_of(district.office, "acme", who).statuses
    until = None if status is GREEN else district.clock.now() + timedelta(days=days)
    form = StatusForm(who, status, "复查", until, statuses[0].number if statuses else 0)
    health.set_status(district.office, by, "acme", form)  # type: ignore[arg-type]


def at_the_gate(district: District, kiosk_id: str) -> Bundle:
    blob, _ = bundles.bundle_for(district.office, kiosk_id)
    return open_bundle(blob, district.office.keys.server_keyring())


def test_a_card_without_objections_makes_green_and_is_kept(district: District, erin: str) -> None:
    assert known(district, erin) == KnownHealth()
    assert declare(district, erin) == 1
    told = health.health_of(district.office, "acme", erin)
    assert told.known == KnownHealth(GREEN, None, NOON)
    last = told.last(DeclarationKind.CARD)
    assert last is not None
    assert (last.what, last.version, last.name, last.declared_by) == (CARD, 1, "Bob", "holder")


@pytest.mark.parametrize(
    ("what", "objection"),
    [
        (replace(CARD, symptoms=(Symptom.COUGH,)), Objection.SYMPTOMS),
        (replace(CARD, contacts=Contacts(risk=True, told="邻居")), Objection.RISK_CONTACT),
        (replace(CARD, contacts=Contacts(ill=True)), Objection.ILL_CONTACT),
        (Daily(3730), Objection.TEMPERATURE),
        (Daily(symptoms=(Symptom.FEVER,)), Objection.SYMPTOMS),
        (Daily(contact=True), Objection.ILL_CONTACT),
    ],
)
def test_an_objection_makes_yellow_until_a_person_ends_it(
    district: District, erin: str, what: Card | Daily, objection: Objection
) -> None:
    declare(district, erin, what)
    told = health.health_of(district.office, "acme", erin)
    assert told.known.status is YELLOW
    assert told.declarations[0].objections == (objection,)
    assert (told.statuses[0].said_by, told.statuses[0].why) == ("declaration", objection.value)
    kind = told.declarations[0].kind
    declare(district, erin, CARD if kind is DeclarationKind.CARD else Daily(3650), 1)
    assert known(district, erin).status is YELLOW, "a later word of their own ends nothing"
    say(district, erin, GREEN)
    ended = health.health_of(district.office, "acme", erin).statuses[0]
    assert (ended.status, ended.name, ended.why) == (GREEN, "Bob", "复查")


def test_a_correction_is_another_version_and_the_second_of_two_is_told(
    district: District, erin: str
) -> None:
    declare(district, erin)
    other = replace(CARD, address="四号楼")
    assert declare(district, erin, other, 1) == 2
    assert declare(district, erin, other, 1) == 2, "pressed twice"
    with pytest.raises(Overtaken) as told:
        declare(district, erin, replace(CARD, address="五号楼"), 1)
    assert (told.value.who, told.value.at_ms) == ("Bob", to_ms(NOON))
    rows = health.health_of(district.office, "acme", erin).declarations
    assert [(row.version, row.what) for row in rows] == [(2, other), (1, CARD)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(CARD, origin=Origin("", "孝感市")), "province"),
        (replace(CARD, arrival=replace(CARD.arrival, on=date(2019, 1, 1))), "arrived_on"),
        (replace(CARD, contacts=Contacts(told="谁")), "contact_told"),
        (replace(CARD, itinerary=("a",) * 15), "itinerary"),
        (Daily(2999), "temperature_c"),
        (Daily(4501), "temperature_c"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    district: District, erin: str, wrong: Card | Daily, field: str
) -> None:
    with pytest.raises(Refused, match=f"^{field}"):
        declare(district, erin, wrong)
    assert not health.health_of(district.office, "acme", erin).declarations


def test_nothing_is_taken_down_that_nobody_stands_by(district: District, erin: str) -> None:
    with pytest.raises(Refused, match="confirmed"):
        declaring.declare(district.office, BOB, "acme", Declared(erin, CARD, 0))


def test_dave_sees_and_changes_nobody_of_bobs(district: District, erin: str) -> None:
    for act in (
        lambda: health.health_of(district.office, "zenith", erin),
        lambda: declaring.declare(
            district.office, DAVE, "zenith", Declared(erin, CARD, 0, confirmed=True)
        ),
        lambda: declaring.declare_roll(
            district.office, DAVE, "zenith", RollForm((erin,), "Dave", "早班", NOON)
        ),
        lambda: health.set_status(
            district.office, DAVE, "zenith", StatusForm(erin, GREEN, "可以进厂")
        ),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_vehicle_declares_nothing(district: District) -> None:
    bus = roster.add_vehicle(district.office, BOB, "acme", VehicleForm("黑A12345", "Erin"))
    with pytest.raises(NotFound, match="only workers"):
        declare(district, bus)


def test_what_alice_set_bob_can_raise_and_not_lower(district: District, erin: str) -> None:
    say(district, erin, YELLOW, ALICE)
    for status, days in ((GREEN, 7), (YELLOW, 6)):
        with pytest.raises(Refused, match="set by the bureau"):
            say(district, erin, status, days=days)
    say(district, erin, RED)
    with pytest.raises(Refused, match="set by the bureau"):
        say(district, erin, GREEN)
    say(district, erin, GREEN, ALICE)
    assert known(district, erin).status is GREEN


def test_a_status_ends_on_its_day_and_is_no_green_then(district: District, erin: str) -> None:
    say(district, erin, RED, ALICE)
    district.clock.advance(8 * 86400)
    assert known(district, erin).expired(district.clock.now())
    declare(district, erin)
    assert known(district, erin).status is RED
    say(district, erin, GREEN)
    assert not known(district, erin).expired(district.clock.now())


@pytest.mark.parametrize("days", [0, 367])
def test_an_end_that_is_none_is_refused(district: District, erin: str, days: int) -> None:
    with pytest.raises(Refused, match="until"):
        say(district, erin, RED, days=days)


def test_of_two_who_set_a_status_at_once_the_second_is_told(district: District, erin: str) -> None:
    say(district, erin, YELLOW)
    form = StatusForm(erin, GREEN, "体温正常")
    with pytest.raises(Overtaken, match="meanwhile"):
        health.set_status(district.office, ALICE, "acme", form)


def test_a_roll_names_each_person_and_leaves_out_who_declared(district: District) -> None:
    people = tuple(worker(district, serial) for serial in range(1, 6))
    declare(district, people[0], Daily(symptoms=(Symptom.COUGH,)))
    roll = RollForm(people, "班长李某", "早班点名", NOON - timedelta(hours=1))
    assert declaring.declare_roll(district.office, BOB, "acme", roll) == 4
    assert declaring.declare_roll(district.office, BOB, "acme", roll) == 0, "pressed twice"
    assert known(district, people[0]).status is YELLOW
    told = health.health_of(district.office, "acme", people[1]).declarations[0]
    assert told.what == Daily(told="班长李某：早班点名")
    for nobody in ((), ("ab" * 8,)):
        with pytest.raises((Refused, NotFound)):
            declaring.declare_roll(district.office, BOB, "acme", replace(roll, holder_ids=nobody))


def test_the_bundle_tells_the_gate_only_what_its_policy_asks(district: District, erin: str) -> None:
    kiosk = district.kiosk()
    declare(district, erin)
    assert at_the_gate(district, kiosk.kiosk_id).health is None
    policy.publish(district.office, ALICE, ASKED)
    table = at_the_gate(district, kiosk.kiosk_id).health
    assert table is not None
    assert table.known(erin) == KnownHealth(GREEN, None, NOON)
    assert table.known(worker(district, 2)) == KnownHealth()
    assert at_the_gate(district, district.kiosk("zenith").kiosk_id).health is not None


def test_a_gate_hears_of_red_at_once_and_of_a_declaration_within_a_minute(
    district: District, erin: str
) -> None:
    policy.publish(district.office, ALICE, ASKED)
    kiosk_id = district.kiosk().kiosk_id
    first = at_the_gate(district, kiosk_id)
    declare(district, erin)
    assert at_the_gate(district, kiosk_id).version == first.version
    district.clock.advance(60)
    second = at_the_gate(district, kiosk_id)
    assert second.version > first.version
    assert second.health is not None
    assert second.health.known(erin).status is GREEN
    say(district, erin, RED)
    third = at_the_gate(district, kiosk_id)
    assert third.version > second.version
    assert third.health is not None
    assert third.health.known(erin).status is RED


def test_green_wears_off_at_the_gate_by_the_policy(district: District, erin: str) -> None:
    policy.publish(district.office, ALICE, replace(ASKED, status_max_age_s=3600))
    declare(district, erin)
    table = at_the_gate(district, district.kiosk().kiosk_id).health
    assert table is not None
    assert table.known(erin).until == NOON + timedelta(hours=1)


SECRETS = ("孝感市", "三号宿舍楼", "武汉市", "G1278", "邻居发热")


def test_nothing_of_it_lies_open_in_the_files(small: District, tmp_path: Path) -> None:
    who = worker(small)
    declare(small, who, replace(CARD, contacts=Contacts(ill=True, told="邻居发热")))
    small.office.db.scrub(*_TABLES, whole=True)
    assert not remains(spellings(SECRETS), tmp_path)


_TABLES = ("declaration", "said_status", "holder_health")


def test_an_erased_person_leaves_nothing_of_it(district: District, erin: str) -> None:
    declare(district, erin)
    say(district, erin, RED)
    erasing.erase_person(district.office, BOB, ErasureForm("acme", erin))
    with district.office.db.read() as session:
        for table in (tables.Declaration, tables.SaidStatus, tables.HolderHealth):
            assert session.query(table).count() == 0


def test_their_own_record_tells_all_of_it(district: District, erin: str) -> None:
    declare(district, erin)
    say(district, erin, RED)
    form = ErasureForm("acme", erin)
    told = own_records.own_record(district.office, BOB, form, "本人要求")["health"]
    assert told["status"] == "red"
    assert told["declarations"][0]["said"]["origin"]["city"] == "孝感市"
    assert [one["status"] for one in told["statuses"]] == ["red", "green"]


def test_declarations_are_forgotten_in_time_and_the_status_that_counts_is_not(
    district: District, erin: str
) -> None:
    declare(district, erin)
    say(district, erin, RED, days=300)
    district.clock.advance(31 * 86400)
    assert (
        retaining.due(district.office).declarations,
        retaining.due(district.office).statuses,
    ) == (
        1,
        1,
    )
    done = retaining.retain(district.office)
    assert (done.declarations, done.statuses) == (1, 1)
    told = health.health_of(district.office, "acme", erin)
    assert not told.declarations
    assert [row.status for row in told.statuses] == [RED]
    with district.office.db.read() as session:
        line = session.get_one(tables.HolderHealth, erin)
        assert (line.status, line.origin_index) == ("red", b"")


def test_all_of_it_is_sealed_anew_with_the_key(district: District, erin: str) -> None:
    declare(district, erin)
    say(district, erin, YELLOW)
    before = health.health_of(district.office, "acme", erin)
    with district.office.db.read() as session:
        index = session.get_one(tables.HolderHealth, erin).origin_index
    done = resealing.rotate(district.office, lambda _s: None)
    assert done.unreadable == 0
    assert health.health_of(district.office, "acme", erin) == before
    with district.office.db.read() as session:
        line = session.get_one(tables.HolderHealth, erin)
        held = session.query(tables.Declaration).one()
        assert line.origin_index == held.origin_index != index
