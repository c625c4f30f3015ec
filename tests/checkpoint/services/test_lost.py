"""A lost pass: the old one is worthless and the new one says the same, or nothing happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from checkpoint.domain.health_pass import HealthPass, KeyAlgorithm, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.errors import ClaimError, NotFound, Refused
from checkpoint.services import Scope, issuing, lookup, lost, phone, roster
from checkpoint.services.forms import PassForm, VehicleForm, WorkerForm
from checkpoint.services.signatures import tally
from tests.checkpoint.services.district import BOB, DAVE, NOON, District, id_number
from tests.fixtures.phone import Phone

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def held(d: District, kind: PassKind, **more: Any) -> HealthPass:
    """A pass of each kind, as it would be issued."""
    site = d.sites["acme"].site_id
    forms: dict[PassKind, dict[str, Any]] = {
        PassKind.WORKER: {"sites": (site,), "shift": (22 * 60, 6 * 60)},
        PassKind.COMMUTING_VEHICLE: {"sites": (site,)},
        PassKind.VISITOR: {"name": "王五", "host": "采购部", "id_tail": "12X4"},
        PassKind.EMERGENCY_VEHICLE: {
            "name": "李四", "vehicle": Vehicle("京A12345", 2, "送氧气"), "enterprise_id": "acme",
        },
    }  # fmt: skip
    if kind is PassKind.WORKER:
        more["holder_id"] = roster.add_worker(
            d.office, BOB, "acme", WorkerForm("张三", id_number())
        )
    if kind is PassKind.COMMUTING_VEHICLE:
        bus = VehicleForm("京AD12345", "李四", 45, "Line 3")
        more["holder_id"] = roster.add_vehicle(d.office, BOB, "acme", bus)
    form = PassForm(kind, NOON + 12 * HOUR, **forms[kind] | more)
    issuer = BUREAU if kind is PassKind.EMERGENCY_VEHICLE else "acme"
    return issuing.issue_pass(d.office, BOB, issuer, form).health_pass


@pytest.mark.parametrize("kind", PassKind)
def test_the_new_one_says_the_same_and_the_old_one_is_revoked(
    district: District, kind: PassKind
) -> None:
    d, old = district, held(district, kind)
    d.clock.advance(3600)
    new = lost.reissue(d.office, BOB, old.issuer, old.pass_id, "lost card").health_pass
    assert new.pass_id != old.pass_id
    now = NOON + HOUR
    assert new == replace(old, pass_id=new.pass_id, issued_at=now, not_before=now)
    assert issuing.text_of(d.office, old.issuer, old.pass_id).revoked
    assert not issuing.text_of(d.office, old.issuer, new.pass_id).revoked
    assert tally(d.office).equal
    acts = lookup.actions(d.office, Scope.whole_district()).rows[:2]
    assert {(act.verb, act.subject) for act in acts} == {
        ("issue_pass", new.pass_id),
        ("revoke_pass", old.pass_id),
    }
    assert "lost card" in {act.why for act in acts}


def test_a_begin_to_come_stays(small: District) -> None:
    old = held(small, PassKind.WORKER, not_before=NOON + HOUR)
    new = lost.reissue(small.office, BOB, "acme", old.pass_id, "lost card").health_pass
    assert new.not_before == NOON + HOUR


def test_twice_gives_one(small: District) -> None:
    old = held(small, PassKind.WORKER)
    lost.reissue(small.office, BOB, "acme", old.pass_id, "lost card")
    with pytest.raises(Refused, match="revoked already"):
        lost.reissue(small.office, BOB, "acme", old.pass_id, "lost card")
    assert len(issuing.passes(small.office, "acme").rows) == 2


def test_what_can_not_be_issued_again_stays_as_it_was(small: District) -> None:
    old = held(small, PassKind.WORKER)
    with pytest.raises(NotFound):
        lost.reissue(small.office, DAVE, "zenith", old.pass_id, "mine")
    with pytest.raises(Refused, match="why"):
        lost.reissue(small.office, BOB, "acme", old.pass_id, " ")
    issuing.block_holder(small.office, BOB, "acme", old.holder_id, "left")
    with pytest.raises(Refused, match="blocked"):
        lost.reissue(small.office, BOB, "acme", old.pass_id, "lost card")
    issuing.unblock_holder(small.office, BOB, "acme", old.holder_id, "back")
    small.clock.advance(13 * 3600)
    with pytest.raises(ClaimError, match="passed already"):
        lost.reissue(small.office, BOB, "acme", old.pass_id, "lost card")
    assert not issuing.text_of(small.office, "acme", old.pass_id).revoked
    assert tally(small.office).issued == 1


def test_a_lost_phone_is_followed_by_a_link_for_another(small: District) -> None:
    d, first, second = small, Phone.make(KeyAlgorithm.ED25519), Phone.make(KeyAlgorithm.ES256)
    printed = held(d, PassKind.WORKER)
    form = PassForm(
        PassKind.WORKER, NOON + 12 * HOUR, holder_id=printed.holder_id, shift=(480, 1020)
    )
    link = phone.make_link(d.office, BOB, "acme", form)
    old = phone.register(d.office, first.asks(link)).health_pass
    with pytest.raises(Refused, match="is a phone's"):
        lost.reissue(d.office, BOB, "acme", old.pass_id, "lost phone")
    with pytest.raises(Refused, match="is on no phone"):
        lost.another_phone(d.office, BOB, "acme", printed.pass_id, "lost phone")
    another = lost.another_phone(d.office, BOB, "acme", old.pass_id, "lost phone")
    assert issuing.text_of(d.office, "acme", old.pass_id).revoked
    new = phone.register(d.office, second.asks(another)).health_pass
    assert (new.shift, new.expires_at, new.holder_key) == (old.shift, old.expires_at, second.key)
    assert not issuing.text_of(d.office, "acme", printed.pass_id).revoked


def test_what_ends_soon_is_listed_the_soonest_first(district: District) -> None:
    d = district
    people = [
        roster.add_worker(d.office, BOB, "acme", WorkerForm(f"张{n}", id_number(n)))
        for n in range(1, 7)
    ]
    late, soon, renewed, revoked, blocked, far = people
    ends = {late: 6, soon: 2, renewed: 3, revoked: 3, blocked: 3, far: 8}
    issued = {
        who: issuing.issue_pass(
            d.office, BOB, "acme", PassForm(PassKind.WORKER, NOON + n * DAY, holder_id=who)
        ).health_pass
        for who, n in ends.items()
    }
    longer = PassForm(PassKind.WORKER, NOON + 30 * DAY, holder_id=renewed)
    issuing.issue_pass(d.office, BOB, "acme", longer)
    issuing.revoke_pass(d.office, BOB, "acme", issued[revoked].pass_id, "left")
    issuing.block_holder(d.office, BOB, "acme", blocked, "in quarantine")
    held(d, PassKind.VISITOR)
    assert [row.holder_id for row in issuing.expiring(d.office, "acme")] == [soon, late]
    d.clock.advance(3 * 86400)
    assert [row.holder_id for row in issuing.expiring(d.office, "acme")] == [late, far]
    assert issuing.expiring(d.office, "zenith") == ()
