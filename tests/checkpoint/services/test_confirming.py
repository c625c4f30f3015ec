"""What concerns many is done when a second officer agrees; nobody is their own second officer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from checkpoint.domain.policy import Policy
from checkpoint.errors import NotFound, PolicyError, Refused, StorageFault
from checkpoint.services import (
    SYSTEM,
    Actor,
    authorizing,
    confirming,
    jobs,
    keys,
    policy,
    policy_versions,
    proposals,
)
from checkpoint.services.keys import WithdrawalForm
from checkpoint.services.office import Office
from checkpoint.services.proposals import ProposalRow, Stand, Wanted
from checkpoint.storage import tables
from tests.checkpoint.services.district import ALICE, District, build

ERIN = Actor("e1", "bureau", "Erin")
STRICT = Policy(fever_threshold_c=3700)


def wanted(office: Office, published: Policy = STRICT, after: timedelta | None = None) -> Wanted:
    at = None if after is None else office.clock.now() + after
    newest = confirming.newest_version(office)
    terms = confirming.policy_terms(office, published, at, newest)
    return Wanted("publish_policy", terms, "a new wave", 2)


def proposed(district: District) -> ProposalRow:
    return confirming.propose(district.office, ALICE, wanted(district.office))


def test_a_policy_is_in_force_when_erin_agrees_and_not_before(district: District) -> None:
    office, made = district.office, proposed(district)
    assert (made.stand, policy.in_force(office).version) == (Stand.OPEN, 1)
    assert (proposals.waiting_for(office, "a1"), proposals.waiting_for(office, "e1")) == (0, 1)
    done = confirming.confirm(office, ERIN, made.proposal_id)
    assert (done.stand, done.decided_name) == (Stand.CONFIRMED, "Erin")
    (version,) = policy_versions.history(office)
    assert (version.account_id, version.confirmed_by, version.why) == ("a1", "e1", "a new wave")
    assert policy.in_force(office).fever_threshold_c == 3700
    with pytest.raises(Refused):
        confirming.confirm(office, ERIN, made.proposal_id)


def test_alice_can_take_her_proposal_back_but_not_agree_to_it(district: District) -> None:
    office, made = district.office, proposed(district)
    with pytest.raises(Refused, match="one's own"):
        confirming.confirm(office, ALICE, made.proposal_id)
    with pytest.raises(Refused, match="one's own"):
        confirming.decline(office, ALICE, made.proposal_id, "no")
    with pytest.raises(Refused, match="another officer's"):
        confirming.withdraw(office, ERIN, made.proposal_id, "mine now")
    assert confirming.withdraw(office, ALICE, made.proposal_id, "a slip").stand is Stand.WITHDRAWN
    with pytest.raises(Refused):
        confirming.confirm(office, ERIN, made.proposal_id)
    assert policy.in_force(office).version == 1


def test_the_database_itself_knows_no_one_who_confirms_their_own(district: District) -> None:
    made = proposed(district)
    own = {"verdict": "confirmed", "decided_at": 1, "decided_by": "a1"}
    with pytest.raises(StorageFault), district.office.db.write() as session:
        session.execute(update(tables.Proposal).values(own))
    assert proposals.proposal(district.office, made.proposal_id).stand is Stand.OPEN


def test_what_erin_declines_is_not_done(district: District) -> None:
    office, made = district.office, proposed(district)
    said = confirming.decline(office, ERIN, made.proposal_id, "too strict for the winter")
    assert (said.stand, said.remark) == (Stand.DECLINED, "too strict for the winter")
    assert policy.in_force(office).version == 1


def test_a_proposal_ends_after_a_week(district: District) -> None:
    office, made = district.office, proposed(district)
    district.clock.advance(7 * 86_400)
    assert proposals.proposal(office, made.proposal_id).stand is Stand.EXPIRED
    with pytest.raises(Refused):
        confirming.confirm(office, ERIN, made.proposal_id)
    assert proposals.waiting_for(office, "e1") == 0


def test_a_proposal_made_from_older_numbers_is_told_so(district: District) -> None:
    office, made = district.office, proposed(district)
    other = confirming.propose(office, ERIN, wanted(office, Policy(fever_threshold_c=3710)))
    confirming.confirm(office, ALICE, other.proposal_id)
    with pytest.raises(Refused, match="changed since"):
        confirming.confirm(office, ERIN, made.proposal_id)
    assert proposals.proposal(office, made.proposal_id).stand is Stand.OPEN, "nothing half-done"
    assert policy.in_force(office).fever_threshold_c == 3710


def test_confirmed_after_its_day_it_holds_from_then_on(district: District) -> None:
    office = district.office
    made = confirming.propose(office, ALICE, wanted(office, after=timedelta(hours=1)))
    district.clock.advance(7_200)
    confirming.confirm(office, ERIN, made.proposal_id)
    (version,) = policy_versions.history(office)
    assert version.effective_at == district.clock.now()


def test_the_impossible_is_not_proposed(district: District) -> None:
    office = district.office
    with pytest.raises(PolicyError, match="effective_at"):
        wanted(office, after=timedelta(days=100))
    authorizing.suspend(office, ALICE, "acme", "outbreak")
    both = Wanted("suspend_enterprises", {"enterprises": ["zenith", "acme"]}, "outbreak", 2)
    with pytest.raises(Refused, match="suspended already"):
        confirming.propose(office, ALICE, both)
    nobody = Wanted("suspend_enterprises", {"enterprises": ["nobody"]}, "outbreak", 1)
    with pytest.raises(NotFound):
        confirming.propose(office, ALICE, nobody)


def test_many_enterprises_are_suspended_together_or_not_at_all(district: District) -> None:
    office = district.office
    both = Wanted("suspend_enterprises", {"enterprises": ["acme", "zenith"]}, "outbreak", 2)
    made = confirming.propose(office, ALICE, both)
    authorizing.suspend(office, ALICE, "zenith", "faster than that")
    with pytest.raises(Refused):
        confirming.confirm(office, ERIN, made.proposal_id)
    assert not authorizing.enterprise(office, "acme").suspended
    authorizing.restore(office, ALICE, "zenith", "over")
    confirming.confirm(office, ERIN, made.proposal_id)
    assert all(authorizing.enterprise(office, each).suspended for each in ("acme", "zenith"))


def test_the_brake_waits_for_nobody_and_is_open_until_another_has_seen_it(
    district: District,
) -> None:
    office = district.office
    key = office.keys.issuer("zenith").key_id
    authorizing.suspend(office, ALICE, "acme", "outbreak")
    district.clock.advance(1)
    keys.withdraw(office, ALICE, WithdrawalForm(key, "stolen"))
    rows = proposals.proposals(office)
    assert [(row.kind, row.stand, row.at_once) for row in rows] == [
        ("suspend", Stand.UNSEEN, True),
        ("withdraw_key", Stand.UNSEEN, True),
    ]
    district.clock.advance(90 * 86_400)
    for row in rows:
        with pytest.raises(Refused):
            confirming.confirm(office, ALICE, row.proposal_id)
    confirming.confirm(office, ERIN, rows[0].proposal_id)
    told = confirming.decline(office, ERIN, rows[1].proposal_id, "it was not stolen")
    assert (told.stand, told.at_once) == (Stand.DECLINED, True)
    assert authorizing.enterprise(office, "acme").suspended, "what was done stays done"
    assert not any(row.waits for row in proposals.proposals(office))


def test_a_key_that_was_not_stolen_is_withdrawn_when_erin_agrees(district: District) -> None:
    office = district.office
    key = office.keys.issuer("zenith").key_id
    calm = Wanted("retire_key", {"owner": "zenith", "key_id": key}, "the year is over", 3)
    made = confirming.propose(office, ALICE, calm)
    assert office.keys.issuer("zenith").key_id == key
    district.clock.advance(60)
    confirming.confirm(office, ERIN, made.proposal_id)
    assert office.keys.issuer("zenith").key_id != key
    (row,) = proposals.proposals(office)
    assert (row.kind, row.stand) == ("retire_key", Stand.CONFIRMED)
    with pytest.raises(Refused, match="withdrawn already"):
        confirming.propose(office, ALICE, Wanted("retire_key", calm.terms, "again"))
    with pytest.raises(NotFound):
        confirming.propose(office, ALICE, Wanted("retire_key", {"key_id": "0" * 8}, "what"))


def test_a_proposal_that_was_sent_twice_is_one(district: District) -> None:
    both = Wanted("suspend_enterprises", {"enterprises": ["acme"]}, "outbreak", 1)
    first, second = (confirming.propose(district.office, ALICE, both) for _ in range(2))
    assert first.proposal_id == second.proposal_id
    district.clock.advance(11)
    third = confirming.propose(district.office, ALICE, both)
    assert third.proposal_id != first.proposal_id


def test_warrants_for_many_are_a_job_of_the_one_who_agreed_last(district: District) -> None:
    office = district.office
    until = office.now_ms() + 86_400_000
    terms = {"enterprises": ["acme"], "accounts": ["c1"], "valid_until": until}
    made = confirming.propose(office, ALICE, Wanted("grant_warrants", terms, "复工", 1))
    assert made.job_id == ""
    done = confirming.confirm(office, ERIN, made.proposal_id)
    job = jobs.job(office, ERIN, done.job_id)
    assert job.asked == {**terms, "why": "复工"}
    with pytest.raises(NotFound):
        jobs.job(office, ALICE, done.job_id)
    past = {**terms, "valid_until": office.now_ms()}
    with pytest.raises(Refused, match="valid_until"):
        confirming.propose(office, ALICE, Wanted("grant_warrants", past, "复工", 1))


def test_what_the_server_repeats_by_itself_is_nobodys_to_confirm(district: District) -> None:
    authorizing.suspend(district.office, SYSTEM, "acme", "ended before the restore")
    assert proposals.proposals(district.office) == ()


def test_the_only_officer_acts_alone_and_it_says_so(district: District) -> None:
    made = confirming.propose(district.office, ALICE, wanted(district.office), alone=True)
    assert (made.stand, made.decided_name, made.at_once) == (Stand.ALONE, "Alice", False)
    assert policy.in_force(district.office).fever_threshold_c == 3700


def test_whether_one_officer_is_enough_is_settled_with_a_reason(district: District) -> None:
    assert proposals.setting(district.office) is None
    proposals.settle(district.office, ALICE, "one", "Erin is ill")
    value, at, why = proposals.setting(district.office) or ("", None, "")
    assert (value, at, why) == ("one", district.clock.now(), "Erin is ill")
    for wrong in (("three", "why"), ("two", " ")):
        with pytest.raises(Refused):
            proposals.settle(district.office, ALICE, *wrong)


PEOPLE = st.sampled_from([ALICE, ERIN, Actor("f1", "bureau", "Frank")])
ACTS = st.lists(st.tuples(st.sampled_from(["propose", "confirm", "decline", "wait"]), PEOPLE))


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> District:
    folder: Path = tmp_path_factory.mktemp("proposals")
    return build(f"sqlite:///{folder}/sibao.db", folder / "keys")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_no_policy_ever_comes_from_one_person_alone(
    one_for_all: District, acts: list[tuple[str, Any]]
) -> None:
    office = one_for_all.office
    for act, who in acts:
        rows = [row.proposal_id for row in proposals.proposals(office) if row.waits]
        try:
            match act:
                case "propose":
                    confirming.propose(office, who, wanted(office))
                case "wait":
                    one_for_all.clock.advance(86_400)
                case "confirm" if rows:
                    confirming.confirm(office, who, rows[0])
                case "decline" if rows:
                    confirming.decline(office, who, rows[0], "no")
        except Refused:
            continue
    for version in policy_versions.history(office):
        assert version.confirmed_by not in ("", version.account_id)
