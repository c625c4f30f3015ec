"""What a gate does while a device is down, as a part of the policy."""

from __future__ import annotations

import pytest

from checkpoint.domain.degraded import Degraded, Lane
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.errors import PolicyError


def test_a_policy_from_before_there_were_lanes_works_by_hand() -> None:
    stored = Policy().to_fields()
    del stored["degraded"]
    assert Policy.of(stored).degraded == Degraded()


def test_a_lane_is_stored_as_its_text_and_read_back() -> None:
    policy = Policy(degraded=Degraded(mask=Lane.REFER))
    assert policy.to_fields()["degraded"]["mask"] == "refer"
    assert Policy.of(policy.to_fields()) == policy


@pytest.mark.parametrize("text", ["", "REFER", "by hand", 1, None])
def test_a_lane_that_is_none_is_refused(text: object) -> None:
    with pytest.raises(PolicyError, match=r"degraded\.barrier") as caught:
        Degraded(barrier=text)  # type: ignore[arg-type]
    assert "manual, refer" in caught.value.remedy


def test_referring_without_its_rule_would_do_nothing_and_is_refused() -> None:
    rules = tuple(rule for rule in DEFAULT_RULES if rule != "devices")
    Policy(rules=rules)
    with pytest.raises(PolicyError, match="rule devices"):
        Policy(rules=rules, degraded=Degraded(camera=Lane.REFER))
