"""From asking to the warrant: every step by whom it belongs to, each once, all on the timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from checkpoint.domain.request import OPEN, RequestState, Step, after
from checkpoint.entrylog.audit import audit
from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import (
    Scope,
    asking,
    auditing,
    authorizing,
    bundles,
    training,
    warrant_requests,
    warrant_terms,
)
from checkpoint.services.asking import StepForm
from checkpoint.services.forms import WarrantForm
from checkpoint.services.warrant_requests import AskForm
from checkpoint.services.warrant_terms import Inspector, LeftOut, ManyForm
from checkpoint.storage import evidence
from checkpoint.wire.bundle import open_bundle
from tests.checkpoint.services.district import ALICE, BOB, CAROL, DAVE, District

DAY = timedelta(days=1)
DISTRICT = Scope.whole_district()


def form_of(district: District, enterprise_id: str = "acme", days: int = 30) -> AskForm:
    now = district.clock.now()
    wanted = WarrantForm(enterprise_id, "Carol", now, now + days * DAY, account_id="c1")
    return AskForm(wanted, "夜班缺查验员")


def asked(district: District) -> str:
    return warrant_requests.ask(district.office, BOB, form_of(district))


def trained(district: District) -> None:
    training.confirm(district.office, CAROL, "acme")


def test_every_step_leads_where_the_table_says_and_a_closed_request_nowhere() -> None:
    possible = {(s, t) for s, t in product(RequestState, Step) if after(s, t)}
    assert {state for state, _ in possible} == OPEN
    assert after(RequestState.REQUESTED, Step.ANSWER) is None
    assert after(RequestState.ASKED_BACK, Step.GRANT) is None
    for state, step in possible:
        assert after(state, step) is not state
    reached = {after(*each) for each in possible} | {RequestState.REQUESTED}
    assert reached == set(RequestState)


def test_asked_asked_back_answered_trained_and_granted_is_all_on_the_timeline(
    district: District,
) -> None:
    office, request = district.office, asked(district)
    assert asking.waiting(office, DISTRICT).warrants == 1
    warrant_requests.ask_back(office, ALICE, StepForm(request, 1, "哪个厂区？"))
    assert asking.waiting(office, DISTRICT).warrants == 0
    assert asking.waiting(office, Scope.of("acme")).warrants == 1
    again = form_of(district)
    again = replace(again, wanted=replace(again.wanted, sites=(district.sites["acme"].site_id,)))
    warrant_requests.answer(office, BOB, again, StepForm(request, 2, ""))
    with pytest.raises(Refused, match="guide"):
        warrant_requests.grant(office, ALICE, StepForm(request, 3, ""))
    trained(district)
    made = warrant_requests.grant(office, ALICE, StepForm(request, 3, ""))
    assert made.sites == (district.sites["acme"].site_id,)
    assert authorizing.inspection_scope(office, "c1").covers("", made.sites[0])
    row = warrant_requests.one(office, DISTRICT, request)
    assert (row.state, row.warrant_id) == (RequestState.GRANTED, made.warrant_id)
    told = [
        (line.name, line.verb, line.why)
        for line in asking.timeline(office, "acme", request, made.warrant_id)
    ]
    assert told == [
        ("Bob", "ask_warrant_request", "夜班缺查验员"),
        ("Alice", "ask_back_warrant_request", "哪个厂区？"),
        ("Bob", "answer_warrant_request", "夜班缺查验员"),
        ("Alice", "grant_warrant_request", ""),
        ("Alice", "grant_warrant", ""),
    ]
    with auditing.evidence(office, evidence.ALL) as log:
        assert [breach.words for breach in audit(log).breaches] == ["the log holds no entries"]


def test_the_bureau_grants_another_term_and_the_paper_says_what_was_granted(
    district: District,
) -> None:
    office, request = district.office, asked(district)
    trained(district)
    shorter = form_of(district, days=7).wanted
    made = warrant_requests.grant(office, ALICE, StepForm(request, 1, "先七天"), shorter)
    assert made.valid_until == district.clock.now() + 7 * DAY
    row = warrant_requests.one(office, Scope.of("acme"), request)
    assert row.valid_until == district.clock.now() + 30 * DAY


@pytest.mark.parametrize(
    "step",
    [
        lambda o, f: warrant_requests.refuse(o, ALICE, f),
        lambda o, f: warrant_requests.ask_back(o, ALICE, f),
        lambda o, f: warrant_requests.grant(o, ALICE, f),
        lambda o, f: warrant_requests.withdraw(o, BOB, "acme", f),
    ],
)
def test_who_acts_on_what_changed_meanwhile_is_told_and_nothing_happens(
    small: District, step: Callable[..., object]
) -> None:
    request = asked(small)
    trained(small)
    warrant_requests.refuse(small.office, ALICE, StepForm(request, 1, "人已离职"))
    with pytest.raises(Overtaken) as told:
        step(small.office, StepForm(request, 1, "late"))
    assert told.value.who == "Alice"
    with pytest.raises(Refused, match="not possible"):
        step(small.office, StepForm(request, 2, "late"))
    assert warrant_requests.one(small.office, DISTRICT, request).state is RequestState.REFUSED
    assert authorizing.warrants(small.office, DISTRICT) == ()


def test_what_another_enterprise_asks_does_not_exist_for_dave(small: District) -> None:
    request = asked(small)
    with pytest.raises(NotFound):
        warrant_requests.withdraw(small.office, DAVE, "zenith", StepForm(request, 1, "mine"))
    with pytest.raises(NotFound):
        warrant_requests.one(small.office, Scope.of("zenith"), request)
    assert warrant_requests.some(small.office, Scope.of("zenith")).rows == ()
    foreign = form_of(small)
    site = small.sites["zenith"].site_id
    with pytest.raises(NotFound):
        warrant_requests.ask(
            small.office,
            BOB,
            replace(foreign, wanted=replace(foreign.wanted, sites=(site,), account_id="c2")),
        )


def test_one_request_for_one_person_at_a_time_and_none_while_suspended(small: District) -> None:
    request = asked(small)
    with pytest.raises(Refused, match="account_id"):
        asked(small)
    warrant_requests.withdraw(small.office, BOB, "acme", StepForm(request, 1, "doch nicht"))
    assert asked(small) != request
    authorizing.suspend(small.office, ALICE, "zenith", "why")
    with pytest.raises(Refused, match="suspended"):
        warrant_requests.ask(small.office, DAVE, form_of(small, "zenith"))


def test_a_warrant_is_reminded_of_until_it_is_renewed_without_gap_or_overlap(
    district: District,
) -> None:
    office, now = district.office, district.clock.now()
    first = authorizing.grant_warrant(
        office, ALICE, WarrantForm("acme", "Carol", now, now + 40 * DAY, account_id="c1")
    )
    seen = []
    for days in (0, 10, 16, 7):
        district.clock.advance(days * 86_400)
        seen += [(found.days, found.urgency) for found in warrant_terms.ending(office, DISTRICT)]
    assert seen == [(30, 1), (14, 2), (7, 3)]
    assert warrant_terms.ending(office, Scope.of("zenith")) == ()
    made = warrant_terms.renew(office, ALICE, first.warrant_id, now + 90 * DAY, "续期")
    assert made.valid_from == first.valid_until
    assert warrant_terms.ending(office, DISTRICT) == ()
    with pytest.raises(Refused, match="valid_until"):
        warrant_terms.renew(office, ALICE, first.warrant_id, now + 80 * DAY, "twice")


def test_many_get_theirs_once_and_each_left_out_is_told_why(
    district: District,
) -> None:
    office, until = district.office, district.clock.now() + 60 * DAY
    trained(district)
    people = (Inspector("c1", "Carol", "acme"), Inspector("e1", "Eve", "acme"))
    who = (("acme", "zenith"), people)
    shares = warrant_terms.preview(office, *who, until)
    assert [(s.enterprise_id, s.left_out) for s in shares] == [
        ("acme", None),
        ("acme", LeftOut.UNTRAINED),
        ("zenith", LeftOut.NO_ACCOUNT),
    ]
    with pytest.raises(Refused, match="count"):
        warrant_terms.due(office, who, ManyForm(until, "复工", 2))
    order, told = ManyForm(until, "复工", 1), list[tuple[int, int]]()
    assert warrant_terms.due(office, who, order) == people[:1]
    assert authorizing.warrants(office, DISTRICT) == ()
    for expected in ({"granted": 1, "untrained": 1}, {"held": 1, "untrained": 1}):
        made = warrant_terms.grant_many(
            office, ALICE, people, order, lambda done, of: told.append((done, of))
        )
        assert made == expected, "begun anew it grants nothing twice"
    assert told == [(0, 2), (2, 2)] * 2
    (row,) = authorizing.warrants(office, DISTRICT)
    lines = asking.timeline(office, "acme", row.warrant.warrant_id)
    assert [(x.verb, x.why) for x in lines][-1] == ("grant_among_many", "复工")
    assert warrant_terms.preview(office, *who, until)[0].left_out is LeftOut.HELD
    later = warrant_terms.preview(office, *who, until + DAY)[0]
    assert (later.renews, later.since) == (True, until)
    authorizing.suspend(office, ALICE, "acme", "why")
    assert warrant_terms.preview(office, *who, until)[0].left_out is LeftOut.SUSPENDED


def test_a_revoked_warrant_is_gone_from_the_gates_next_bundle(district: District) -> None:
    office, now = district.office, district.clock.now()
    kiosk = district.kiosk()
    made = authorizing.grant_warrant(
        office, ALICE, WarrantForm("acme", "Carol", now - DAY, now + DAY, account_id="c1")
    )

    def covered() -> bool:
        signed, _tag = bundles.bundle_for(office, kiosk.kiosk_id)
        bundle = open_bundle(signed, office.keys.server_keyring())
        site = district.sites["acme"].site_id
        return any(warrant.covers(site, now) for warrant in bundle.warrants)

    assert covered()
    authorizing.revoke_warrant(office, ALICE, made.warrant_id, "离职")
    assert not covered()
