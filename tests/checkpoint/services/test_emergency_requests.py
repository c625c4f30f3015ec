"""An emergency vehicle: asked for, checked, issued or refused; nobody is left in it afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checkpoint.domain.request import RequestState
from checkpoint.errors import NotFound, Refused
from checkpoint.services import (
    Scope,
    authorizing,
    emergency_requests,
    erasing,
    issuing,
    own_record,
    resealing,
    retaining,
)
from checkpoint.services.asking import StepForm
from checkpoint.services.emergency_requests import AskForm
from checkpoint.services.erasing import ErasureForm
from tests.checkpoint.services.district import ALICE, BOB, District

DRIVER = "赵𠮷"
WHOLE = Scope.whole_district()
HOUR = timedelta(hours=1)


def asked(district: District, **changes: object) -> str:
    now = district.clock.now()
    form = AskForm("acme", "京a12345", DRIVER, now + HOUR, now + 5 * HOUR, "口罩机故障", "滤布")
    return emergency_requests.ask(district.office, BOB, replace(form, **changes))  # type: ignore[arg-type]


def issued(district: District) -> tuple[str, str]:
    request = asked(district)
    made = emergency_requests.issue(district.office, ALICE, StepForm(request, 1, ""))
    return request, made.health_pass.holder_id


def test_what_was_asked_is_what_the_pass_says_and_gates_are_told(district: District) -> None:
    office, request = district.office, asked(district)
    assert emergency_requests.in_force(office, WHOLE) == ()
    emergency_requests.issue(office, ALICE, StepForm(request, 1, ""))
    (said,) = emergency_requests.in_force(office, Scope.of("acme"))
    assert said.vehicle is not None
    assert (said.name, said.vehicle.plate, said.vehicle.route) == (DRIVER, "京A12345", "滤布")
    assert said.not_before == district.clock.now() + HOUR
    assert emergency_requests.in_force(office, Scope.of("zenith")) == ()
    row = emergency_requests.one(office, Scope.of("acme"), request)
    assert (row.state, row.pass_id) == (RequestState.GRANTED, said.pass_id)
    assert [p.pass_id for p in emergency_requests.others(office, "京A12345")] == [said.pass_id]
    issuing.revoke_pass(office, ALICE, "bureau", said.pass_id, "不再需要")
    assert emergency_requests.in_force(office, WHOLE) == ()


def test_a_refusal_is_read_by_who_asked_and_by_no_other(small: District) -> None:
    request = asked(small)
    emergency_requests.refuse(small.office, ALICE, StepForm(request, 1, "车辆不合格"))
    with pytest.raises(NotFound):
        emergency_requests.one(small.office, Scope.of("zenith"), request)
    with pytest.raises(NotFound):
        emergency_requests.issued_for(small.office, "acme", request)
    with pytest.raises(Refused):
        emergency_requests.issue(small.office, ALICE, StepForm(request, 2, ""))


def test_a_form_sent_twice_asks_once(small: District) -> None:
    assert asked(small) == asked(small)
    assert asked(small, plate="京A54321") != asked(small)
    assert len(emergency_requests.some(small.office, WHOLE).rows) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"plate": "X"}, "plate"), ({"driver": ""}, "driver"), ({"why": " "}, "why")],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    small: District, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused, match=field):
        asked(small, **changes)
    assert emergency_requests.some(small.office, WHOLE).rows == ()


def test_nothing_goes_to_a_suspended_enterprise(small: District) -> None:
    request = asked(small)
    authorizing.suspend(small.office, ALICE, "acme", "why")
    with pytest.raises(Refused, match="suspended"):
        emergency_requests.issue(small.office, ALICE, StepForm(request, 1, ""))
    assert emergency_requests.one(small.office, WHOLE, request).state is RequestState.REQUESTED


def test_the_driver_is_in_their_own_record_and_gone_once_erased(district: District) -> None:
    request, holder_id = issued(district)
    whose = ErasureForm(None, holder_id)
    told = own_record.own_record(district.office, ALICE, whose, "asked for")
    assert told["requests"][0]["plate"] == "京A12345"
    erasing.erase_person(district.office, ALICE, whose)
    with pytest.raises(NotFound):
        emergency_requests.one(district.office, WHOLE, request)


def test_the_driver_stays_readable_under_another_key_and_not_for_ever(
    district: District,
) -> None:
    request = asked(district)
    resealing.rotate(district.office, lambda _seconds: None)
    assert emergency_requests.one(district.office, WHOLE, request).driver == DRIVER
    district.clock.advance(timedelta(days=4000).total_seconds())
    assert retaining.due(district.office).requests == 1
    assert retaining.retain(district.office).requests == 1
    assert emergency_requests.some(district.office, WHOLE).rows == ()
