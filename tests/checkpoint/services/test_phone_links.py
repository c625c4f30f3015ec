"""An unused phone link ends with everything that says: not this phone, not this person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from checkpoint.domain.health_pass import KeyAlgorithm, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.errors import NotFound, Refused
from checkpoint.services import Scope, issuing, lookup, lost, phone, phone_links, roster
from checkpoint.services.erasing import ErasureForm, erase_person
from checkpoint.services.forms import PassForm, WorkerForm
from checkpoint.services.rows import IssuedPass
from tests.checkpoint.services.district import ALICE, BOB, DAVE, NOON, District, id_number
from tests.fixtures.phone import Phone

MONTH = NOON + timedelta(days=30)


def worker(d: District, serial: int = 1) -> str:
    return roster.add_worker(d.office, BOB, "acme", WorkerForm("张三", id_number(serial)))


def link_for(d: District, holder: str) -> str:
    form = PassForm(PassKind.WORKER, MONTH, holder_id=holder)
    return phone.make_link(d.office, BOB, "acme", form)


def fetched(d: District, link: str) -> IssuedPass:
    return phone.register(d.office, Phone.make(KeyAlgorithm.ED25519).asks(link))


def withdrawals(d: District) -> list[tuple[str, str, str]]:
    rows = lookup.actions(d.office, Scope.whole_district()).rows
    return [
        (row.subject, row.enterprise_id, row.why)
        for row in rows
        if row.verb == "withdraw_phone_link"
    ]


def _newer(d: District, holder: str, _pass_id: str) -> str:
    link_for(d, holder)
    return "replaced by a newer link"


def _revoked(d: District, _holder: str, pass_id: str) -> str:
    issuing.revoke_pass(d.office, BOB, "acme", pass_id, "stolen")
    return "stolen"


def _lost(d: District, _holder: str, pass_id: str) -> str:
    lost.another_phone(d.office, BOB, "acme", pass_id, "phone stolen")
    return "phone stolen"


def _blocked_and_back(d: District, holder: str, _pass_id: str) -> str:
    issuing.block_holder(d.office, BOB, "acme", holder, "in quarantine")
    issuing.unblock_holder(d.office, BOB, "acme", holder, "back")
    return "in quarantine"


def _withdrawn(d: District, holder: str, _pass_id: str) -> str:
    phone_links.withdraw(d.office, BOB, "acme", holder, "sent to a wrong number")
    return "sent to a wrong number"


@pytest.mark.parametrize("act", [_newer, _revoked, _lost, _blocked_and_back, _withdrawn])
def test_an_earlier_unused_link_is_worth_nothing_afterwards(
    district: District, act: Callable[[District, str, str], str]
) -> None:
    d, holder, other = district, worker(district), worker(district, 2)
    known = fetched(d, link_for(d, holder)).health_pass
    unused, others = link_for(d, holder), link_for(d, other)
    why = act(d, holder, known.pass_id)
    with pytest.raises(Refused, match="unknown, used or expired"):
        fetched(d, unused)
    assert withdrawals(d) == [(holder, "acme", why)]
    assert fetched(d, others).health_pass.holder_id == other, "nobody else's link ends"


def test_a_lost_card_ends_it_too(small: District) -> None:
    d, holder = small, worker(small)
    form = PassForm(PassKind.WORKER, MONTH, holder_id=holder)
    card = issuing.issue_pass(d.office, BOB, "acme", form).health_pass
    unused = link_for(d, holder)
    lost.reissue(d.office, BOB, "acme", card.pass_id, "lost card")
    with pytest.raises(Refused, match="unknown, used or expired"):
        fetched(d, unused)


def test_an_erased_person_has_no_link(small: District) -> None:
    d, holder = small, worker(small)
    unused = link_for(d, holder)
    erase_person(d.office, BOB, ErasureForm("acme", holder))
    assert phone_links.unused(d.office, "acme") == ()
    with pytest.raises(Refused, match="unknown, used or expired"):
        fetched(d, unused)


def test_what_is_refused_ends_no_link(small: District) -> None:
    d, holder = small, worker(small)
    unused = link_for(d, holder)
    with pytest.raises(Refused, match="why"):
        issuing.block_holder(d.office, BOB, "acme", holder, " ")
    with pytest.raises(Refused, match="why"):
        phone_links.withdraw(d.office, BOB, "acme", holder, " ")
    with pytest.raises(NotFound):
        phone_links.withdraw(d.office, DAVE, "zenith", holder, "mine")
    assert withdrawals(d) == []
    assert fetched(d, unused).health_pass.holder_id == holder


def test_unused_links_are_listed_for_their_issuer_until_they_run_out(district: District) -> None:
    d, first, second = district, worker(district), worker(district, 2)
    link_for(d, first)
    d.clock.advance(3600)
    used = link_for(d, second)
    assert [row.holder_id for row in phone_links.unused(d.office, "acme")] == [second, first]
    (newest, _) = phone_links.unused(d.office, "acme")
    assert (newest.name, newest.kind) == ("张三", PassKind.WORKER)
    assert newest.expires_at - newest.made_at == phone.LINK_LIFE
    assert phone_links.unused(d.office, "zenith") == ()
    fetched(d, used)
    assert [row.holder_id for row in phone_links.unused(d.office, "acme")] == [first]
    d.clock.advance(23 * 3600)
    assert phone_links.unused(d.office, "acme") == ()
    with pytest.raises(NotFound, match="no unused phone link"):
        phone_links.withdraw(d.office, BOB, "acme", second, "used already")


def test_the_bureau_withdraws_the_link_of_an_emergency_vehicle(small: District) -> None:
    d, vehicle = small, Vehicle("京A12345", 2, "送氧气")
    form = PassForm(PassKind.EMERGENCY_VEHICLE, MONTH, name="李四", vehicle=vehicle)
    link = phone.make_link(d.office, ALICE, BUREAU, form)
    (row,) = phone_links.unused(d.office, BUREAU)
    assert (row.name, row.plate) == ("李四", "京A12345")
    phone_links.withdraw(d.office, ALICE, BUREAU, row.holder_id, "another driver")
    with pytest.raises(Refused, match="unknown, used or expired"):
        fetched(d, link)
