"""Many passes revoked together: those that were meant, every one of them, and nobody else's."""

from datetime import timedelta

import pytest

from checkpoint.domain.health_pass import PassKind
from checkpoint.errors import NotFound, Refused
from checkpoint.services import (
    Actor,
    confirming,
    issuing,
    job_runs,
    jobs,
    lookup,
    notices,
    phone,
    phone_links,
    revoking,
)
from checkpoint.services.forms import PassForm, RosterForm
from checkpoint.services.issuing_roster import issue_roster
from checkpoint.services.proposals import Wanted
from checkpoint.storage.scope import Scope
from checkpoint.storage.worth import Signed
from tests.checkpoint.services.district import ALICE, BOB, DAVE, District
from tests.checkpoint.services.test_issuing_roster import hire

DAY = timedelta(days=1)
ERIN = Actor("e1", "bureau", "Erin")


def standing(district: District, issuer: str = "acme") -> int:
    return revoking.count(district.office, Signed(issuer))


def done(district: District) -> dict[str, int]:
    """Let the job run; what it told."""
    assert job_runs.run_next(district.office, {revoking.JOB: revoking.work})
    job = jobs.mine(district.office, ERIN).rows or jobs.mine(district.office, BOB).rows
    return job[0].told


def agreed(district: District, which: Signed, why: str = "卡片整箱丢失") -> str:
    terms = {"issuer": which.issuer, "kind": which.kind, "since": which.since, "until": which.until}
    wanted = Wanted(revoking.JOB, terms, why, revoking.count(district.office, which))
    made = confirming.propose(district.office, ALICE, wanted)
    return confirming.confirm(district.office, ERIN, made.proposal_id).job_id


def test_those_of_a_time_and_kind_are_revoked_and_the_enterprise_is_told_why(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revoking, "CHUNK", 2)
    office, ends = district.office, district.clock.now() + 9 * DAY
    hire(district, 5)
    issue_roster(office, BOB, "acme", RosterForm(ends))
    day = PassForm(
        PassKind.VISITOR, district.clock.now() + timedelta(hours=3), name="王五", host="B"
    )
    issuing.issue_pass(office, BOB, "acme", day)
    begin = office.now_ms()
    district.clock.advance(3600)
    issue_roster(office, BOB, "acme", RosterForm(ends, again=True))
    assert standing(district) == 11
    assert agreed(district, Signed("acme", "worker", None, begin))
    district.clock.advance(60)
    late = issue_roster(office, BOB, "acme", RosterForm(ends + DAY))
    assert done(district) == {"revoked": 5}
    assert standing(district) == 11, "five are gone, five came later, the visitor stays"
    assert all(not p.revoked for p in issuing.passes(office, "acme").rows[: len(late.passes)])
    (notice,) = notices.told(office, "acme").notices
    assert (notice.verb, notice.why, notice.passes) == ("revoke_passes", "卡片整箱丢失", 5)
    assert notices.told(office, "zenith").notices == ()
    acts = [row.verb for row in lookup.actions(office, Scope.of("acme")).rows]
    assert acts.count("revoke_pass") == 5, "each is recorded, so that a restore does it again"


def test_what_is_issued_after_the_second_officer_agreed_is_not_meant(district: District) -> None:
    office, ends = district.office, district.clock.now() + 9 * DAY
    hire(district, 2)
    issue_roster(office, BOB, "acme", RosterForm(ends))
    agreed(district, Signed("acme"))
    district.clock.advance(1)
    issue_roster(office, BOB, "acme", RosterForm(ends, again=True))
    assert done(district) == {"revoked": 2}
    assert standing(district) == 2


def test_unused_links_of_the_holders_end_with_their_passes(district: District) -> None:
    office, ends = district.office, district.clock.now() + 9 * DAY
    (one,) = hire(district, 1)
    issue_roster(office, BOB, "acme", RosterForm(ends))
    phone.make_link(office, BOB, "acme", PassForm(PassKind.WORKER, ends, holder_id=one))
    assert phone_links.unused(office, "acme")
    agreed(district, Signed("acme"))
    assert done(district) == {"revoked": 1}
    assert phone_links.unused(office, "acme") == ()


def test_an_enterprise_revokes_a_batch_of_its_own_and_no_other(district: District) -> None:
    office, ends = district.office, district.clock.now() + 9 * DAY
    hire(district, 3)
    first = issue_roster(office, BOB, "acme", RosterForm(ends))
    district.clock.advance(5)
    issue_roster(office, BOB, "acme", RosterForm(ends, again=True))
    with pytest.raises(NotFound):
        revoking.begin_batch(office, DAVE, "zenith", first.number, "mine")
    with pytest.raises(Refused):
        revoking.begin_batch(office, BOB, "acme", first.number, " ")
    revoking.begin_batch(office, BOB, "acme", first.number, "印错厂区")
    assert done(district) == {"revoked": 3}
    assert standing(district) == 3
    assert notices.told(office, "acme").notices == (), "what its own people did is no news"
    with pytest.raises(Refused, match="in force"):
        revoking.begin_batch(office, BOB, "acme", first.number, "again")


def test_where_none_is_meant_nothing_is_proposed(district: District) -> None:
    terms = {"issuer": "acme", "kind": "", "since": None, "until": None}
    with pytest.raises(Refused, match="in force"):
        confirming.propose(district.office, ALICE, Wanted(revoking.JOB, terms, "why"))
