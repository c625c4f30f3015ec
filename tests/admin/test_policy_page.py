"""Alice switches rules on and off and sets the minutes around a shift."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import pytest

from admin.forms import rules
from checkpoint.domain.degraded import Degraded, Lane
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.screening import RULES
from checkpoint.services import SYSTEM
from checkpoint.services import policy as policies
from tests.admin.plant import Plant

OLD = tuple(name for name in DEFAULT_RULES if name != "outside_shift")
NEW = "尚无策略启用过的规则"


def form_of(policy: Policy, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the form."""
    known = asdict(policy)
    sent: dict[str, Any] = {
        "remeasure": known["remeasure"],
        "shift_grace_s": known["shift_grace_s"] // 60,
        "rules": list(policy.rules),
        "why": "a new wave",
        **known["retention"],
        **{f"down_{device}": lane for device, lane in policy.degraded.to_fields().items()},
    }
    for name in (
        "fever_threshold_c",
        "implausible_below_c",
        "implausible_above_c",
        "reference_tolerance_c",
    ):
        sent[name] = known[name] / 100
    for name in (
        *("trust_marked_s", "trust_printed_refer_s", "trust_all_refer_s", "reference_s"),
        *("declaration_s", "status_max_age_s"),
    ):
        sent[name] = known[name] // 3600
    for name in ("mask_required", "screen_exits", "passback", "yellow_denies"):
        if known[name]:
            sent[name] = "y"
    return sent | changes


def test_what_is_sent_unchanged_stays_unchanged(plant: Plant) -> None:
    now = policies.in_force(plant.office)
    assert plant.visitor("alice").post("/bureau/policy/edit", **form_of(now)).status_code == 302
    assert policies.in_force(plant.office) == replace(now, version=2)


def test_the_form_says_which_version_a_new_one_would_call_off(plant: Plant) -> None:
    alice = plant.visitor("alice")
    assert "不再生效" not in alice.get("/bureau/policy/edit").text
    monday = policies.Terms(plant.clock.now() + timedelta(days=7), "a new wave")
    policies.publish(plant.office, SYSTEM, Policy(fever_threshold_c=3700), monday)
    told = alice.get("/bureau/policy/edit").text
    assert "第 2 版定于 2026-03-09" in told
    assert "不再生效" in told


def test_the_minutes_around_a_shift(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = form_of(Policy(), shift_grace_s="45")
    assert alice.post("/bureau/policy/edit", **form).status_code == 302
    assert policies.in_force(plant.office).shift_grace_s == 45 * 60
    assert "45 分钟" in alice.get("/bureau/policy").text
    for wrong in ("-1", "721", "", "soon"):
        answer = alice.post("/bureau/policy/edit", **form | {"shift_grace_s": wrong})
        assert answer.status_code == 200
    assert policies.in_force(plant.office).version == 2


def test_what_a_gate_does_while_a_device_is_down(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = form_of(Policy(), down_thermometer="refer")
    assert alice.post("/bureau/policy/edit", **form).status_code == 302
    known = policies.in_force(plant.office)
    assert known.degraded == Degraded(thermometer=Lane.REFER)
    assert "所有人转交门卫" in alice.get("/bureau/policy").text
    without = [rule for rule in DEFAULT_RULES if rule != "devices"]
    answer = alice.post("/bureau/policy/edit", **form | {"rules": without})
    assert answer.status_code == 200, "referring needs the rule, and the page says so"
    assert policies.in_force(plant.office).version == known.version


def test_a_newer_rule_is_off_until_alice_ticks_it_and_she_is_told(plant: Plant) -> None:
    alice = plant.visitor("alice")
    assert NEW not in alice.get("/bureau/policy").text
    policies.publish(plant.office, SYSTEM, Policy(rules=OLD))
    page = alice.get("/bureau/policy").text
    assert NEW in page
    assert "新规则，未启用" in page
    form = form_of(Policy(rules=OLD))
    assert "员工按通行证所写班次入厂" in alice.get("/bureau/policy/edit").text
    alice.post("/bureau/policy/edit", **form | {"rules": [*OLD, "outside_shift"]})
    assert policies.in_force(plant.office).rules == DEFAULT_RULES
    assert NEW not in alice.get("/bureau/policy").text


def test_a_rule_that_was_switched_off_is_no_news(plant: Plant) -> None:
    policies.publish(plant.office, SYSTEM, Policy())
    policies.publish(plant.office, SYSTEM, Policy(rules=OLD))
    page = plant.visitor("alice").get("/bureau/policy").text
    assert NEW not in page
    assert "未启用" in page
    assert policies.never_on(plant.office) == frozenset()
    assert page.count("未启用") == len(RULES) - len(OLD), "a rule to be chosen is no news either"


@pytest.mark.parametrize("chosen", [[], ["mood"]])
def test_no_rule_and_no_such_rule_are_refused(plant: Plant, chosen: list[str]) -> None:
    alice = plant.visitor("alice")
    answer = alice.post("/bureau/policy/edit", **form_of(Policy(), rules=chosen))
    assert answer.status_code == 200
    assert policies.in_force(plant.office).version == 1
    if not chosen:
        assert "没有规则的策略会放行所有人" in answer.text


def test_without_the_first_rule_the_page_warns(plant: Plant) -> None:
    alice = plant.visitor("alice")
    chosen = [name for name in DEFAULT_RULES if name != "credential"]
    alice.post("/bureau/policy/edit", **form_of(Policy(), rules=chosen))
    assert "门岗会放行伪造" in alice.get("/bureau/policy").text


def test_every_rule_has_words() -> None:
    assert set(rules.RULES) == set(RULES)
