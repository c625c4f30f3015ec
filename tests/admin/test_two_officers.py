"""Alice proposes, Erin confirms; until there is an Erin, Alice acts alone and the pages say so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from admin.app import jobs
from admin.auth import accounts
from admin.auth.account import Role
from admin.cli import main
from checkpoint.domain.policy import Policy
from checkpoint.services import (
    SYSTEM,
    Actor,
    authorizing,
    issuing_roster,
    keys,
    policy_versions,
    proposals,
    training,
    warrant_terms,
)
from checkpoint.services import policy as policies
from checkpoint.services.forms import RosterForm
from tests.admin.plant import NOW, PASSWORD, Plant, Visitor
from tests.admin.test_policy_page import form_of


@pytest.fixture
def erin(plant: Plant) -> Visitor:
    """A second officer."""
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with plant.app.app_context():
        new = accounts.NewAccount("erin", "Erin", Role.BUREAU)
        plant.ids["erin"] = accounts.add(plant.office, SYSTEM, new, known).account_id
    return plant.visitor("erin")


def proposed(plant: Plant, alice: Visitor, **changes: Any) -> str:
    """The number of a policy that Alice proposed on the page."""
    sent = alice.post("/bureau/policy/edit", **form_of(Policy(), fever_threshold_c=37.0, **changes))
    assert sent.headers["Location"] == "/bureau/proposals"
    return proposals.proposals(plant.office)[0].proposal_id


def test_an_only_officer_reads_where_a_second_one_comes_from(plant: Plant) -> None:
    page = plant.visitor("alice").get("/bureau/proposals").text
    assert "python -m admin account add USERNAME --role bureau" in page


def fever(plant: Plant) -> int:
    return policies.in_force(plant.office).fever_threshold_c


def test_a_policy_waits_for_erin_who_is_told_on_every_page(plant: Plant, erin: Visitor) -> None:
    alice = plant.visitor("alice")
    number = proposed(plant, alice)
    assert fever(plant) == 3730
    own = alice.get("/bureau/proposals").text
    assert f"/proposals/{number}/confirm" not in own
    assert f"/proposals/{number}/withdraw" in own
    assert "有 1 件同事的事项等您处理" in erin.get("/bureau/enterprises").text
    card = erin.get("/bureau/proposals").text
    assert "a new wave" in card
    assert "37.3 °C" in card
    assert "37.0 °C" in card
    assert erin.post(f"/bureau/proposals/{number}/confirm").status_code == 302
    assert fever(plant) == 3700
    assert "等您处理" not in erin.get("/bureau/enterprises").text
    history = alice.get("/bureau/policy/history").text
    assert "Alice" in history
    assert "Erin" in history


def test_alice_is_not_her_own_second_officer(plant: Plant, erin: Visitor) -> None:
    alice = plant.visitor("alice")
    number = proposed(plant, alice)
    for act in ("confirm", "decline"):
        answer = alice.post(f"/bureau/proposals/{number}/{act}", why="it is fine")
        assert answer.status_code == 409
        assert "须由同事处理" in answer.text
    assert fever(plant) == 3730
    assert alice.post(f"/bureau/proposals/{number}/withdraw", why="a slip").status_code == 302
    assert erin.post(f"/bureau/proposals/{number}/confirm").status_code == 409
    assert fever(plant) == 3730


def test_disabling_erin_makes_nobody_the_only_officer(plant: Plant, erin: Visitor) -> None:
    alice = plant.visitor("alice")
    alice.post(f"/bureau/accounts/{plant.ids['erin']}/disable", why="gone")
    proposed(plant, alice)
    assert fever(plant) == 3730
    assert "没有可登录的经办人" in alice.get("/bureau/proposals").text


def test_at_the_servers_terminal_one_officer_is_enough(
    plant: Plant, erin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = str(plant.app.config["SIBAO"].data)
    why = ["--why", "Erin is ill"]
    told = CliRunner().invoke(main, ["account", "officers", "one", "--data", data, *why])
    assert told.exit_code == 0, told.output
    alice = plant.visitor("alice")
    assert "Erin is ill" in alice.get("/bureau/proposals").text
    alice.post("/bureau/policy/edit", **form_of(Policy(), fever_threshold_c=37.0))
    assert fever(plant) == 3700
    assert "单人办理" in alice.get("/bureau/policy/history").text


def test_two_forms_of_one_version_do_not_overwrite_each_other(plant: Plant) -> None:
    alice = plant.visitor("alice")
    first = form_of(Policy(), fever_threshold_c=37.0, newest="1")
    assert alice.post("/bureau/policy/edit", **first).status_code == 302
    late = alice.post("/bureau/policy/edit", **first | {"fever_threshold_c": 37.5})
    assert late.status_code == 200
    assert "Alice 已于" in late.text
    assert fever(plant) == 3700


def test_a_policy_of_tomorrow_is_shown_and_called_off(plant: Plant) -> None:
    alice = plant.visitor("alice")
    at = (NOW + timedelta(days=1, hours=8)).strftime("%Y-%m-%dT%H:%M")
    alice.post("/bureau/policy/edit", **form_of(Policy(), fever_threshold_c=37, effective_at=at))
    page = alice.get("/bureau/policy").text
    assert "第 2 版将于 2026-03-03 09:30 生效" in page
    (version,) = policy_versions.history(plant.office)
    assert version.effective_at == NOW + timedelta(days=1)
    late = {"effective_at": "2026-09-01T00:00"}
    answer = alice.post("/bureau/policy/edit", **form_of(Policy(), **late))
    assert "90 天" in answer.text
    assert alice.post("/bureau/policy/2/call-off", why="not needed").status_code == 302
    assert "第 2 版将于" not in alice.get("/bureau/policy").text
    assert "已撤回" in alice.get("/bureau/policy/history").text


def test_several_enterprises_are_suspended_by_two(plant: Plant, erin: Visitor) -> None:
    alice = plant.visitor("alice")
    both = [plant.ids["a"], plant.ids["b"]]
    nobody = alice.post("/bureau/enterprises/suspend", enterprises=[], why="outbreak")
    assert "请至少勾选一家" in nobody.text
    alice.post("/bureau/enterprises/suspend", enterprises=both, why="outbreak")
    (row,) = proposals.proposals(plant.office)
    assert not authorizing.enterprise(plant.office, plant.ids["a"]).suspended
    erin.post(f"/bureau/proposals/{row.proposal_id}/confirm")
    assert all(authorizing.enterprise(plant.office, each).suspended for each in both)


def test_one_enterprise_is_suspended_at_once_and_seen_afterwards(
    plant: Plant, erin: Visitor
) -> None:
    alice = plant.visitor("alice")
    alice.post(f"/bureau/enterprises/{plant.ids['b']}/suspend", why="outbreak")
    assert authorizing.enterprise(plant.office, plant.ids["b"]).suspended
    (row,) = proposals.proposals(plant.office)
    assert "已执行，待同事过目" in erin.get("/bureau/proposals").text
    erin.post(f"/bureau/proposals/{row.proposal_id}/decline", why="too harsh")
    page = alice.get("/bureau/proposals").text
    assert "too harsh" in page
    assert authorizing.enterprise(plant.office, plant.ids["b"]).suspended


def test_warrants_for_many_are_granted_when_erin_agrees(plant: Plant, erin: Visitor) -> None:
    alice = plant.visitor("alice")
    training.confirm(plant.office, Actor(plant.ids["carol"], "inspector", "Carol"), plant.ids["a"])
    form: dict[str, Any] = {"valid_until": "2026-06-30", "why": "全区复工"}
    form["enterprise_id"] = [plant.ids["a"]]
    page = alice.get("/bureau/warrants/many").text
    assert "提请授权 1 份" in page
    sent = alice.post("/bureau/warrants/many", **form, confirmed="y", count="1")
    assert sent.headers["Location"] == "/bureau/proposals"
    assert not jobs.turn(plant.app, plant.office)
    (row,) = proposals.proposals(plant.office)
    card = erin.get("/bureau/proposals").text
    assert "晨光机械厂" in card
    assert "2026-06-30" in card
    assert "全区复工" in card
    led = erin.post(f"/bureau/proposals/{row.proposal_id}/confirm").headers["Location"]
    assert jobs.turn(plant.app, plant.office)
    assert "已授权 1 份" in erin.get(led).text
    assert alice.get(led).status_code == 404
    held = warrant_terms.held_by(plant.office, plant.ids["carol"])
    assert len(held) == 2


def test_many_passes_are_counted_proposed_and_revoked_by_two(plant: Plant, erin: Visitor) -> None:
    alice, mine = plant.visitor("alice"), plant.ids["a"]
    path = f"/bureau/passes/revoke?issuer={mine}"
    assert "晨光机械厂" in alice.get(path).text
    form = {"issuer": mine, "kind": "", "why": "卡片<b>整箱丢失"}
    assert 'data-due="0"' in alice.post(path, **form).text
    ends = NOW + timedelta(days=9)
    issuing_roster.issue_roster(plant.office, SYSTEM, mine, RosterForm(ends))
    assert 'data-due="1"' in alice.post(path, **form).text
    backwards = form | {"since": "2026-03-02T10:00", "until": "2026-03-02T09:00"}
    assert "data-due" not in alice.post(path, **backwards).text
    assert alice.post(path, **form, count="2").status_code == 200
    assert proposals.proposals(plant.office) == ()
    assert alice.post(path, **form, count="1").status_code == 302
    (row,) = proposals.proposals(plant.office)
    assert "卡片&lt;b&gt;整箱丢失" in erin.get("/bureau/proposals").text
    led = erin.post(f"/bureau/proposals/{row.proposal_id}/confirm").headers["Location"]
    assert jobs.turn(plant.app, plant.office)
    assert "已撤销 1 张通行证" in erin.get(led).text
    assert 'data-notice="revoke_passes"' in plant.visitor("bob").get("/enterprise/").text


def test_a_key_is_withdrawn_at_once_or_with_time_by_two(plant: Plant, erin: Visitor) -> None:
    alice, mine = plant.visitor("alice"), plant.ids["b"]
    key = plant.office.keys.issuer(mine).key_id
    path = f"/bureau/keys/{key}/withdraw"
    assert 'name="calm"' in alice.get(path).text
    alice.post(path, why="年度更换", sure="y", calm="y")
    assert not keys.whole(plant.office, key)[0].withdrawn
    (row,) = proposals.proposals(plant.office)
    assert key in erin.get("/bureau/proposals").text
    plant.clock.advance(60)
    erin.post(f"/bureau/proposals/{row.proposal_id}/confirm")
    assert keys.whole(plant.office, key)[0].withdrawn
    stolen = plant.office.keys.issuer(mine).key_id
    plant.clock.advance(60)
    alice.post(f"/bureau/keys/{stolen}/withdraw", why="电脑被盗", sure="y")
    assert keys.whole(plant.office, stolen)[0].withdrawn, "a stolen key waits for nobody"
    assert "已执行，待同事过目" in erin.get("/bureau/proposals").text


def test_bob_revokes_a_batch_from_its_page(plant: Plant) -> None:
    bob, mine = plant.visitor("bob"), plant.ids["a"]
    form = RosterForm(NOW + timedelta(days=9))
    number = issuing_roster.issue_roster(plant.office, SYSTEM, mine, form).number
    page = f"/enterprise/passes/batches/{number}"
    assert f"{page}/revoke" in bob.get(page).text
    led = bob.post(f"{page}/revoke", why="印错厂区").headers["Location"]
    assert jobs.turn(plant.app, plant.office)
    assert "已撤销 1 张通行证" in bob.get(led).text
    assert f"{page}/revoke" not in bob.get(page).text
    assert plant.visitor("dave").post(f"{page}/revoke", why="mine").status_code == 404
