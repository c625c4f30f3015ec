"""What the gate asks of a worker's health, what travels of it, and that silence decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint import cbor
from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.domain.health_status import HealthStatus, KnownHealth, counts_until
from checkpoint.domain.observation import Direction, Observation, Verification
from checkpoint.domain.policy import DEFAULT_RULES, HOUR_S, Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import PolicyError
from checkpoint.screening import decide
from checkpoint.wire.health import HealthTable
from tests.checkpoint.conftest import NOW

ADMIT, REFER, DENY = Outcome
GREEN, YELLOW, RED = HealthStatus
DAY = timedelta(days=1)
ASKED = Policy(rules=(*DEFAULT_RULES, "status", "declaration"), declaration_s=24 * HOUR_S)
WELL = KnownHealth(GREEN, None, NOW)


@pytest.mark.parametrize(
    ("known", "outcome", "reason"),
    [
        (WELL, ADMIT, Reason.OK),
        (replace(WELL, status=YELLOW), REFER, Reason.STATUS_YELLOW),
        (replace(WELL, status=RED), DENY, Reason.STATUS_RED),
        (replace(WELL, until=NOW), REFER, Reason.STATUS_EXPIRED),
        (replace(WELL, until=NOW + DAY), ADMIT, Reason.OK),
        (replace(WELL, status=RED, until=NOW), REFER, Reason.STATUS_EXPIRED),
        (replace(WELL, status=None), REFER, Reason.STATUS_ABSENT),
    ],
)
def test_each_status_at_the_gate(
    observation: Observation, known: KnownHealth, outcome: Outcome, reason: Reason
) -> None:
    decision = decide(replace(observation, health=known), ASKED)
    assert (decision.outcome, decision.reasons) == (outcome, (reason,))


def test_a_gate_that_was_told_nothing_refers_and_says_so(observation: Observation) -> None:
    decision = decide(observation, ASKED)
    assert decision.outcome is REFER
    assert decision.reasons == (Reason.STATUS_UNKNOWN, Reason.NO_DECLARATION)
    assert decision.treasure(Treasure.CODE) is REFER
    assert decision.treasure(Treasure.REGISTER) is REFER


def test_yellow_is_refused_where_the_policy_says_so(observation: Observation) -> None:
    yellow = replace(observation, health=replace(WELL, status=YELLOW))
    assert decide(yellow, replace(ASKED, yellow_denies=True)).outcome is DENY


@pytest.mark.parametrize(
    ("declared_at", "outcome"),
    [(None, REFER), (NOW - DAY - timedelta(seconds=1), REFER), (NOW - DAY, ADMIT), (NOW, ADMIT)],
)
def test_a_declaration_at_its_age(
    observation: Observation, declared_at: datetime | None, outcome: Outcome
) -> None:
    known = replace(WELL, declared_at=declared_at)
    assert decide(replace(observation, health=known), ASKED).outcome is outcome


def test_none_is_asked_for_where_the_policy_names_no_age(observation: Observation) -> None:
    known = replace(WELL, declared_at=None)
    asked = replace(ASKED, declaration_s=0)
    assert decide(replace(observation, health=known), asked).outcome is ADMIT


def test_nobody_is_asked_by_the_policy_that_was_there_before(observation: Observation) -> None:
    red = replace(observation, health=replace(WELL, status=RED))
    assert decide(red, Policy()).outcome is ADMIT


def test_who_leaves_is_let_go(observation: Observation) -> None:
    red = replace(observation, direction=Direction.OUT, health=replace(WELL, status=RED))
    assert Reason.STATUS_RED not in decide(replace(red, inside=True), ASKED).reasons


@pytest.mark.parametrize("kind", [kind for kind in PassKind if kind is not PassKind.WORKER])
def test_visitors_and_vehicles_are_no_workers(
    observation: Observation, passes: dict[PassKind, HealthPass], kind: PassKind
) -> None:
    seen = replace(observation, verification=Verification(passes[kind], ()))
    ours = {Reason.STATUS_UNKNOWN, Reason.NO_DECLARATION}
    assert not ours & {*decide(seen, ASKED).reasons}


def test_a_foreign_certificate_is_no_worker(observation: Observation) -> None:
    seen = replace(observation, verification=Verification(None, (), foreign=True))
    assert Reason.NO_DECLARATION not in decide(seen, ASKED).reasons


@pytest.mark.parametrize("name", ["declaration_s", "status_max_age_s"])
@pytest.mark.parametrize("wrong", [-1, 366 * 24 * HOUR_S + 1])
def test_ages_out_of_range_are_refused(name: str, wrong: int) -> None:
    with pytest.raises(PolicyError, match=name):
        Policy(**{name: wrong})  # type: ignore[arg-type]


def test_an_enterprise_may_ask_oftener_and_never_more_rarely() -> None:
    assert Policy().tightened(declaration_s=3600).declaration_s == 3600
    for looser in (0, 2 * 24 * HOUR_S):
        with pytest.raises(PolicyError, match="looser"):
            ASKED.tightened(declaration_s=looser)
    with pytest.raises(PolicyError, match="looser"):
        replace(ASKED, yellow_denies=True).tightened(yellow_denies=False)


def test_green_wears_off_and_what_people_set_does_not() -> None:
    assert counts_until(GREEN, (NOW, None), HOUR_S) == NOW + timedelta(hours=1)
    assert counts_until(GREEN, (NOW, None), 0) is None
    assert counts_until(YELLOW, (NOW, NOW + DAY), HOUR_S) == NOW + DAY
    assert counts_until(RED, (NOW, None), HOUR_S) is None


IDS = st.integers(0, 2**64 - 1).map("{:016x}".format)
TIMES = st.none() | st.integers(0, 2**32 * 30).map(
    lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds + 60)
)
KNOWN = st.builds(KnownHealth, st.none() | st.sampled_from(HealthStatus), TIMES, TIMES)


def cut(at: datetime | None) -> datetime | None:
    return at and at.replace(second=0, microsecond=0)


@given(st.dictionaries(IDS, KNOWN), IDS)
def test_what_is_known_arrives_to_the_minute(told: dict[str, KnownHealth], other: str) -> None:
    sent = cbor.loads(cbor.dumps(HealthTable.of(told.items()).to_document()))
    table = HealthTable.from_document(sent)
    for holder_id, known in told.items():
        said = KnownHealth(known.status, cut(known.until), cut(known.declared_at))
        assert table.known(holder_id) == said
    if other not in told:
        assert table.known(other) == KnownHealth()


@given(st.dictionaries(IDS, KNOWN, min_size=1), st.data())
def test_columns_that_do_not_fit_together_are_refused(
    told: dict[str, KnownHealth], data: st.DataObject
) -> None:
    sent = HealthTable.of(told.items()).to_document()
    name = data.draw(st.sampled_from(sorted(sent)))
    bent = data.draw(st.sampled_from([sent[name][:-1], sent[name] + b"\0", b""]))
    with pytest.raises(ValueError, match=r"list of ids|columns|multiple|not known"):
        HealthTable.from_document(sent | {name: bent})


def test_a_status_that_is_none_and_a_column_too_many_are_refused() -> None:
    sent = HealthTable.of([("ab" * 8, WELL)]).to_document()
    with pytest.raises(ValueError, match="not known"):
        HealthTable.from_document(sent | {"status": b"\4"})
    with pytest.raises(ValueError, match="other columns"):
        HealthTable.from_document(sent | {"names": b""})


def test_only_who_is_not_green_is_urgent() -> None:
    table = HealthTable.of([("ab" * 8, WELL), ("cd" * 8, replace(WELL, status=RED))])
    later = HealthTable.of(
        [("ab" * 8, WELL), ("cd" * 8, KnownHealth(RED, None, NOW + DAY)), ("ef" * 8, WELL)]
    )
    assert table.urgent() == later.urgent()
    ended = HealthTable.of([("ab" * 8, WELL), ("cd" * 8, WELL)])
    assert ended.urgent() == b""
