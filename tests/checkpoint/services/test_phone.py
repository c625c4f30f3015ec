"""A phone gets its pass: one link, one phone, one pass in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from checkpoint.credential import Trust, verify
from checkpoint.domain.health_pass import KeyAlgorithm, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.domain.reason import Reason
from checkpoint.errors import ClaimError, NotFound, Refused, WireError
from checkpoint.keys import Keyring
from checkpoint.services import issuing, phone, roster
from checkpoint.services.forms import PassForm, WorkerForm
from checkpoint.storage import tables
from checkpoint.wire.phone import PhoneRegistration
from tests.checkpoint.services.district import ALICE, BOB, DAVE, NOON, District, id_number
from tests.fixtures.phone import Phone

MONTH = NOON + timedelta(days=30)


@pytest.fixture(params=KeyAlgorithm)
def mine(request: pytest.FixtureRequest) -> Phone:
    return Phone.make(request.param)


def asked(link: str, by: Phone, signer: Phone | None = None) -> PhoneRegistration:
    """What the page sends; the proof is by another key where one is given."""
    wanted = by.asks(link)
    return wanted.model_copy(update={"proof": signer.sign(wanted.proven)}) if signer else wanted


@pytest.fixture
def holder(request: pytest.FixtureRequest) -> str:
    """A worker of Bob's."""
    name = "district" if "district" in request.fixturenames else "small"
    d: District = request.getfixturevalue(name)
    return roster.add_worker(d.office, BOB, "acme", WorkerForm("张三", id_number()))


def form_for(holder: str, **more: Any) -> PassForm:
    standard: dict[str, Any] = {"kind": PassKind.WORKER, "expires_at": MONTH}
    return PassForm(**standard | {"holder_id": holder} | more)


def link_for(d: District, holder: str, **more: Any) -> str:
    return phone.make_link(d.office, BOB, "acme", form_for(holder, **more))


def test_a_phone_gets_a_pass_that_only_it_can_show(
    district: District, mine: Phone, holder: str
) -> None:
    d, site = district, district.sites["acme"].site_id
    issued = phone.register(d.office, asked(link_for(d, holder, sites=(site,)), mine))
    known = issued.health_pass
    assert (known.kind, known.holder_id, known.sites) == (PassKind.WORKER, holder, (site,))
    trust = Trust(Keyring([d.office.keys.issuer("acme").trusted]))
    assert verify(mine.code(issued.text, NOON), trust, NOON).valid
    assert verify(issued.text, trust, NOON).reasons == (Reason.STALE_CODE,)


def test_a_link_is_for_one_phone(district: District, mine: Phone, holder: str) -> None:
    d, link = district, link_for(district, holder)
    issued = phone.register(d.office, asked(link, mine))
    with pytest.raises(Refused, match="unknown, used or expired"):
        phone.register(d.office, asked(link, Phone.make(mine.algorithm)))
    assert phone.register(d.office, asked(link, mine)).text == issued.text, "the answer was lost"


def test_a_link_runs_out(small: District, mine: Phone, holder: str) -> None:
    link = link_for(small, holder)
    small.clock.advance(24 * 3600)
    with pytest.raises(Refused, match="unknown, used or expired"):
        phone.register(small.office, asked(link, mine))
    with pytest.raises(Refused, match="unknown, used or expired"):
        phone.register(small.office, asked("no-such-link", mine))


def test_another_phone_takes_the_pass_from_the_first(
    district: District, mine: Phone, holder: str
) -> None:
    d, first = district, link_for(district, holder)
    old = phone.register(d.office, asked(first, mine)).health_pass.pass_id
    new = phone.register(d.office, asked(link_for(d, holder), Phone.make(mine.algorithm)))
    revoked = {row.pass_id: row.revoked for row in issuing.passes(d.office, "acme").rows}
    assert (revoked[old], revoked[new.health_pass.pass_id]) == (True, False)
    with pytest.raises(Refused):
        phone.register(d.office, asked(first, mine))


def test_a_key_must_be_one_and_must_sign(small: District, mine: Phone, holder: str) -> None:
    link = link_for(small, holder)
    with pytest.raises(WireError, match="proof"):
        phone.register(small.office, asked(link, mine, Phone.make(mine.algorithm)))
    other = asked("another-link", mine).model_copy(update={"link": link})
    with pytest.raises(WireError, match="proof"):
        phone.register(small.office, other)
    bad = asked(link, mine).model_copy(update={"public": b"x" * 7})
    with pytest.raises(WireError, match="public"):
        phone.register(small.office, bad)
    issued = phone.register(small.office, asked(link, mine))
    assert issued.health_pass.holder_id == holder, "nothing was used up"


def test_links_are_for_ones_own_people_who_may_pass(small: District, holder: str) -> None:
    d = small
    with pytest.raises(NotFound):
        phone.make_link(d.office, DAVE, "zenith", form_for(holder))
    with pytest.raises(NotFound):
        link_for(d, holder, sites=("elsewhere",))
    with pytest.raises(ClaimError, match="expires_at"):
        link_for(d, holder, expires_at=NOON)
    issuing.block_holder(d.office, BOB, "acme", holder, "in quarantine")
    with pytest.raises(Refused, match="blocked"):
        link_for(d, holder)


def test_the_phones_pass_says_all_that_the_link_was_made_for(
    district: District, mine: Phone, holder: str
) -> None:
    d, night = district, (22 * 60, 6 * 60)
    begins = NOON + timedelta(days=2)
    link = link_for(d, holder, not_before=begins, shift=night)
    known = phone.register(d.office, asked(link, mine)).health_pass
    assert (known.not_before, known.expires_at, known.shift) == (begins, MONTH, night)


def test_a_begin_that_is_past_when_the_phone_comes_is_then(
    small: District, mine: Phone, holder: str
) -> None:
    link = link_for(small, holder, not_before=NOON + timedelta(hours=1))
    small.clock.advance(7200)
    assert phone.register(small.office, asked(link, mine)).health_pass.not_before == (
        NOON + timedelta(hours=2)
    )


def test_a_visitor_has_a_phone_too(district: District, mine: Phone) -> None:
    d, site = district, district.sites["acme"].site_id
    form = PassForm(
        PassKind.VISITOR,
        NOON + timedelta(hours=12),
        name="王五",
        host="采购部",
        id_tail="12x4",
        sites=(site,),
    )
    link = phone.make_link(d.office, BOB, "acme", form)
    issued = phone.register(d.office, asked(link, mine))
    known = issued.health_pass
    assert (known.kind, known.name, known.host, known.id_tail, known.sites) == (
        PassKind.VISITOR, "王五", "采购部", "12X4", (site,),
    )  # fmt: skip
    trust = Trust(Keyring([d.office.keys.issuer("acme").trusted]))
    assert verify(mine.code(issued.text, NOON), trust, NOON).valid
    (row,) = issuing.passes(d.office, "acme").rows
    assert row.phone
    with d.office.db.read() as session:
        (stored,) = session.scalars(select(tables.PhoneLink))
        assert stored.host_sealed is None, "nobody asks for it again"
    assert phone.register(d.office, asked(link, mine)).text == issued.text


def test_a_link_for_a_visit_of_two_days_is_refused_when_it_is_made(small: District) -> None:
    form = PassForm(PassKind.VISITOR, NOON + timedelta(hours=13), name="王五", host="Bob")
    with pytest.raises(Refused, match="day of the visit"):
        phone.make_link(small.office, BOB, "acme", form)


@pytest.mark.parametrize("goes_to", ["", "acme"])
def test_the_driver_of_an_emergency_vehicle_has_a_phone_too(
    district: District, mine: Phone, goes_to: str
) -> None:
    d = district
    form = PassForm(
        PassKind.EMERGENCY_VEHICLE,
        NOON + timedelta(days=1),
        name="李四",
        vehicle=Vehicle("京A12345", 2, "送氧气"),
        enterprise_id=goes_to,
    )
    with pytest.raises(Refused, match="issues no"):
        phone.make_link(d.office, BOB, "acme", form)
    link = phone.make_link(d.office, ALICE, BUREAU, form)
    issued = phone.register(d.office, asked(link, mine))
    assert issued.health_pass.vehicle == Vehicle("京A12345", 2, "送氧气")
    assert issued.health_pass.enterprise_id == goes_to
    trust = Trust(Keyring([d.office.keys.issuer(BUREAU).trusted]))
    assert verify(mine.code(issued.text, NOON), trust, NOON).valid


def test_a_second_route_is_refused_when_the_link_is_made(small: District) -> None:
    def link(route: str) -> str:
        form = PassForm(
            PassKind.EMERGENCY_VEHICLE,
            NOON + timedelta(days=1),
            name="李四",
            vehicle=Vehicle("京A12345", 2, route),
        )
        return phone.make_link(small.office, ALICE, BUREAU, form)

    phone.register(small.office, asked(link("oxygen"), Phone.make(KeyAlgorithm.ES256)))
    with pytest.raises(Refused, match="route is another one"):
        link("samples")


def test_links_that_ran_out_unused_are_forgotten(small: District, holder: str) -> None:
    link_for(small, holder)
    small.clock.advance(24 * 3600)
    link_for(small, holder)
    with small.office.db.read() as session:
        assert len(session.scalars(select(tables.PhoneLink)).all()) == 1


def test_a_phones_pass_is_marked_and_a_printed_one_is_not(
    small: District, mine: Phone, holder: str
) -> None:
    issuing.issue_pass(small.office, BOB, "acme", form_for(holder))
    phone.register(small.office, asked(link_for(small, holder), mine))
    assert sorted(row.phone for row in issuing.passes(small.office, "acme").rows) == [False, True]
