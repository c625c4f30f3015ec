"""A visit is of one day, a vehicle has one route, every signature has its line."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from checkpoint.domain.health_pass import PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.errors import NotFound, Refused
from checkpoint.services import authorizing, issuing, roster
from checkpoint.services.forms import PassForm, VehicleForm, WorkerForm
from checkpoint.services.rows import IssuedPass
from checkpoint.services.signatures import tally
from checkpoint.storage import tables
from tests.checkpoint.services.district import ALICE, BOB, DAVE, District, id_number

HOUR = timedelta(hours=1)


def visit(district: District, begins: timedelta, ends: timedelta, *sites: str) -> IssuedPass:
    now = district.clock.now()
    form = PassForm(
        PassKind.VISITOR, now + ends, now + begins, name="王五", host="Bob", sites=sites
    )
    return issuing.issue_pass(district.office, BOB, "acme", form)


def test_a_visit_ends_with_its_day(small: District) -> None:
    """It is noon in Shanghai."""
    assert visit(small, 0 * HOUR, 12 * HOUR).health_pass.host == "Bob"
    visit(small, 12 * HOUR, 36 * HOUR)
    for begins, ends in ((0 * HOUR, 12 * HOUR + timedelta(seconds=1)), (11 * HOUR, 13 * HOUR)):
        with pytest.raises(Refused, match=r"^day of the visit is not one day in Asia/Shanghai"):
            visit(small, begins, ends)


def test_the_day_is_the_sites_own(small: District) -> None:
    far = authorizing.add_site(small.office, ALICE, "acme", "Kashgar works", "Asia/Kashgar")
    visit(small, 14 * HOUR, 38 * HOUR, far.site_id)
    with pytest.raises(Refused, match="day"):
        visit(small, 12 * HOUR, 36 * HOUR, far.site_id)
    with pytest.raises(Refused, match="day"):
        visit(small, 14 * HOUR, 38 * HOUR)


def bus(district: District, enterprise_id: str, route: str) -> str:
    form = VehicleForm("京AD12345", "李四", 45, route)
    return roster.add_vehicle(district.office, BOB, enterprise_id, form)


def commuting(district: District, enterprise_id: str, holder_id: str) -> IssuedPass:
    form = PassForm(
        PassKind.COMMUTING_VEHICLE, district.clock.now() + 24 * HOUR, holder_id=holder_id
    )
    return issuing.issue_pass(district.office, DAVE, enterprise_id, form)


def test_one_vehicle_one_route(district: District) -> None:
    first = commuting(district, "acme", bus(district, "acme", "Line 3"))
    theirs = bus(district, "zenith", "Line 7")
    with pytest.raises(Refused, match=r"^route is another one") as refused:
        commuting(district, "zenith", theirs)
    assert first.health_pass.pass_id not in refused.value.diagnostics()
    issuing.revoke_pass(district.office, BOB, "acme", first.health_pass.pass_id, "sold")
    assert commuting(district, "zenith", theirs).health_pass.vehicle == Vehicle(
        "京AD12345", 45, "Line 7"
    )


def test_the_same_route_twice_is_no_second_one(small: District) -> None:
    commuting(small, "acme", bus(small, "acme", "Line 3"))
    commuting(small, "zenith", bus(small, "zenith", "Line 3"))


def emergency(district: District, route: str, begins: timedelta = 0 * HOUR) -> IssuedPass:
    now = district.clock.now()
    vehicle = Vehicle("京A12345", 2, route)
    form = PassForm(
        PassKind.EMERGENCY_VEHICLE, now + begins + HOUR, now + begins, name="李四", vehicle=vehicle
    )
    return issuing.issue_pass(district.office, ALICE, BUREAU, form)


def test_a_second_route_names_the_pass_that_has_the_first(small: District) -> None:
    first = emergency(small, "oxygen to acme").health_pass
    with pytest.raises(Refused, match=f"^route .*{first.pass_id}"):
        emergency(small, "oxygen to zenith")
    emergency(small, "oxygen to zenith", begins=HOUR)


def test_issued_equals_logged_one_by_one(district: District) -> None:
    office = district.office
    assert tally(office).equal
    form = WorkerForm("张三", id_number())
    holder_id = roster.add_worker(office, BOB, "acme", form)
    wanted = PassForm(PassKind.WORKER, district.clock.now() + HOUR, holder_id=holder_id)
    one, two = (issuing.issue_pass(office, BOB, "acme", wanted).health_pass for _ in range(2))
    emergency(district, "oxygen")
    with pytest.raises(NotFound):
        issuing.issue_pass(office, DAVE, "zenith", wanted)
    found = tally(office)
    assert (found.equal, found.issued, found.logged) == (True, 3, 3)
    with office.db.write() as session:
        line = tables.Signature
        session.execute(delete(line).where(line.subject == one.pass_id))
        again = {"purpose": "worker", "subject": two.pass_id, "at": 0, "account_id": ""}
        session.add(tables.Signature(key_id=two.key_id, **again))
    found = tally(office)
    assert (found.equal, found.issued, found.logged) == (False, 3, 3)
    assert (found.unlogged, found.unknown) == ((one.pass_id,), (two.pass_id,))
