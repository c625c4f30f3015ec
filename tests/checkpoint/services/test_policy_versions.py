"""A policy comes when it was said to, at every gate, and its number names one policy for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint.clock import FixedClock, to_ms
from checkpoint.domain.policy import Policy
from checkpoint.domain.policy_changes import Difference, differences
from checkpoint.errors import NotFound, PolicyError, Refused
from checkpoint.services import bundles, policy, policy_versions
from checkpoint.services.policy import Terms
from checkpoint.services.policy_versions import Stand
from checkpoint.wire.bundle import Bundle, open_bundle
from tests.checkpoint.services.district import ALICE, BOB, District, Kiosk, build

DAY = timedelta(days=1)
COOLER, STRICT, LOOSE = (
    Policy(fever_threshold_c=3720),
    Policy(fever_threshold_c=3700),
    Policy(fever_threshold_c=3800),
)


def at(district: District, after: timedelta) -> Terms:
    return Terms(district.clock.now() + after, "a new wave")


def fever(district: District, enterprise_id: str = "acme") -> int:
    return policy.in_force(district.office, enterprise_id).fever_threshold_c


def bundle_of(district: District, kiosk: Kiosk) -> Bundle:
    blob, _tag = bundles.bundle_for(district.office, kiosk.kiosk_id)
    return open_bundle(blob, district.office.keys.server_keyring())


def test_a_policy_holds_from_its_day_on(district: District) -> None:
    office, clock = district.office, district.clock
    coming = policy.publish(office, ALICE, STRICT, at(district, DAY))
    assert (fever(district), coming.version) == (3730, 2)
    clock.advance(86_399)
    assert fever(district) == 3730
    clock.advance(1)
    assert fever(district) == 3700
    assert policy.in_force(office).version == 2


def test_at_once_is_understood_on_a_clock_that_runs_meanwhile(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    def running(self: FixedClock) -> datetime:
        self.advance(0.001)
        return standing(self)

    standing = FixedClock.now
    monkeypatch.setattr(FixedClock, "now", running)
    office = district.office
    policy.publish(office, ALICE, COOLER, at(district, 7 * DAY))
    policy.publish(office, ALICE, STRICT)
    policy.tighten(office, BOB, "acme", {"fever_threshold_c": 3690})
    assert (fever(district, ""), fever(district)) == (3700, 3690)


def test_a_gate_without_network_changes_on_time(district: District) -> None:
    kiosk, clock = district.kiosk(), district.clock
    policy.tighten(district.office, BOB, "acme", {"fever_threshold_c": 3725})
    policy.publish(district.office, ALICE, COOLER, at(district, DAY))
    policy.publish(district.office, ALICE, LOOSE, at(district, 3 * DAY))
    held, now = bundle_of(district, kiosk), clock.now()
    for after, expected in ((0, 3725), (1, 3720), (2, 3720), (3, 3725), (30, 3725)):
        assert held.at(now + after * DAY).policy.fever_threshold_c == expected
    for days in (1, 2):
        clock.advance(days * 86_400)
        fresh = bundle_of(district, kiosk)
        assert fresh.policy == held.at(clock.now()).policy
        assert fresh.version > held.version, "what is in force now is other content"


def test_the_latest_publication_overtakes_one_that_has_not_come(district: District) -> None:
    office = district.office
    policy.publish(office, ALICE, LOOSE, at(district, DAY))
    district.clock.advance(60)
    policy.publish(office, ALICE, STRICT)
    district.clock.advance(2 * 86_400)
    assert fever(district) == 3700
    stands = [row.stand for row in policy_versions.history(office)]
    assert stands == [Stand.IN_FORCE, Stand.OVERTAKEN]


def test_what_was_called_off_does_not_come(district: District) -> None:
    office, kiosk = district.office, district.kiosk()
    policy.publish(office, ALICE, LOOSE, at(district, DAY))
    policy.tighten(office, BOB, "acme", {"fever_threshold_c": 3725})
    away = bundle_of(district, kiosk)
    policy.call_off(office, ALICE, 2, "it was a mistake")
    assert bundle_of(district, kiosk).coming == ()
    with pytest.raises(Refused):
        policy.call_off(office, ALICE, 2, "again")
    with pytest.raises(NotFound):
        policy.call_off(office, ALICE, 3, "an enterprise's")
    district.clock.advance(86_400)
    assert policy.in_force(office).version == 1
    (row,) = policy_versions.history(office)
    assert (row.stand, row.why) == (Stand.CALLED_OFF, "a new wave")
    # A gate that was away went by it all the same, and its entries cite what it went by.
    decided_by = away.at(district.clock.now()).policy
    with office.db.read() as session:
        assert policy.as_of(session, "acme", decided_by.version) == decided_by


def test_what_is_in_force_is_not_called_off(district: District) -> None:
    policy.publish(district.office, ALICE, STRICT)
    with pytest.raises(Refused):
        policy.call_off(district.office, ALICE, 2, "too late")


@pytest.mark.parametrize("after", [-DAY, timedelta(days=91)])
def test_a_time_that_is_past_or_far_is_refused(small: District, after: timedelta) -> None:
    with pytest.raises(PolicyError, match="effective_at"):
        policy.publish(small.office, ALICE, STRICT, at(small, after))
    assert policy_versions.history(small.office) == ()


def test_the_history_tells_what_changed_and_why(district: District) -> None:
    office = district.office
    policy.publish(office, ALICE, COOLER, Terms(None, "spring", "a1", "e1"))
    rules = tuple(rule for rule in COOLER.rules if rule != "mask")
    policy.publish(office, ALICE, Policy(fever_threshold_c=3720, rules=rules), Terms(None, "over"))
    newest, first = policy_versions.history(office)
    assert (first.why, first.account_id, first.confirmed_by) == ("spring", "a1", "e1")
    assert first.changes == (Difference("fever_threshold_c", 3730, 3720),)
    assert newest.changes == (Difference("rules.mask", True, False),)
    assert differences(COOLER, COOLER) == ()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(3650, 3740), st.integers(0, 4)),
        st.tuples(st.just("tighten"), st.integers(3650, 3740), st.just(0)),
        st.tuples(st.just("reset"), st.just(0), st.just(0)),
        st.tuples(st.just("call_off"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 3), st.just(0)),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> District:
    folder = tmp_path_factory.mktemp("versions")
    return build(f"sqlite:///{folder}/sibao.db", folder / "keys")


def _do(district: District, step: tuple[Any, ...]) -> None:
    office, (act, number, days) = district.office, step
    match act:
        case "publish":
            wanted = Policy(fever_threshold_c=number)
            policy.publish(office, ALICE, wanted, at(district, days * DAY))
        case "tighten":
            stricter = min(number, policy.in_force(office).fever_threshold_c)
            policy.tighten(office, BOB, "acme", {"fever_threshold_c": stricter})
        case "reset":
            policy.tighten(office, BOB, "acme", {})
        case "call_off":
            rows = [r for r in policy_versions.history(office) if r.stand is Stand.COMING]
            if rows:
                policy.call_off(office, ALICE, rows[number % len(rows)].version, "no")
        case "wait":
            district.clock.advance(86_400 * number)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_a_number_names_one_policy_whatever_was_done(
    one_for_all: District, steps: list[tuple[Any, ...]]
) -> None:
    district, office = one_for_all, one_for_all.office
    seen: dict[int, Policy] = {}
    for step in steps:
        _do(district, step)
        now = to_ms(district.clock.now())
        with office.db.read() as session:
            held = [policy.applied(session, "acme", now)]
            held += [later.policy for later in policy.coming(session, "acme", now)]
            for each in held:
                assert seen.setdefault(each.version, each) == each
                assert policy.as_of(session, "acme", each.version) == each


def test_a_version_at_once_overtakes_a_coming_one_while_the_clock_goes_on(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, still = district.office, district.clock.now

    def restless() -> datetime:
        district.clock.advance(0.001)
        return still()

    monkeypatch.setattr(district.clock, "now", restless)
    policy.publish(office, ALICE, STRICT, at(district, DAY))
    policy.publish(office, ALICE, COOLER)
    stands = [row.stand for row in policy_versions.history(office)]
    assert stands == [Stand.IN_FORCE, Stand.OVERTAKEN]
