"""Warrants on the pages: asked, trained, granted, printed, renewed, given to many."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from admin.app import jobs
from checkpoint.cli.verify import verify_command
from checkpoint.services import SYSTEM, authorizing, training, warrant_paper
from checkpoint.services.actor import Actor
from checkpoint.storage.scope import Scope
from tests.admin.plant import NOW, Plant
from tests.admin.printing import Printed

ASK = {"valid_from": "2026-03-02", "valid_until": "2026-04-30", "why": "夜班缺人"}


def _asked(plant: Plant) -> str:
    form = ASK | {"account_id": plant.ids["carol"]}
    done = plant.visitor("bob").post("/enterprise/warrants/ask", **form)
    assert done.status_code == 302, done.text
    return done.headers["Location"].rpartition("/")[2]


def _warrants(plant: Plant) -> set[str]:
    rows = authorizing.warrants(plant.office, Scope.whole_district())
    return {row.warrant.warrant_id for row in rows} - {plant.ids["warrant"]}


def test_bob_asks_alice_asks_back_carol_trains_alice_grants(plant: Plant) -> None:
    alice, bob, carol = (plant.visitor(name) for name in ("alice", "bob", "carol"))
    request = _asked(plant)
    seen = f"/bureau/warrants/requests/{request}"
    assert re.search(r"待处理：\s*</span>1", alice.get("/bureau/enterprises").text)
    assert request in alice.get("/bureau/warrants").text
    assert "按申请授权" not in alice.get(seen).text
    assert alice.post(f"{seen}/ask-back", version="1", why="哪个厂区？").status_code == 302
    mine = f"/enterprise/warrants/requests/{request}"
    assert "哪个厂区？" in bob.get(mine).text
    answer = ASK | {"version": "2", "sites": plant.ids["site_a"], "account_id": plant.ids["carol"]}
    assert bob.post(f"{mine}/answer", **answer).status_code == 302
    assert "未确认" in alice.get(seen).text
    assert "<dd>2026-03-02</dd>" in alice.get(seen).text
    assert "<dd>2026-04-30</dd>" in alice.get(seen).text
    assert alice.post(f"{seen}/grant", version="3").status_code == 409
    assert "我已阅读" in carol.get("/guide").text
    assert carol.post("/guide").status_code == 302
    assert "待处理：" not in carol.get("/inspector/warrants").text
    granted = alice.post(f"{seen}/grant", version="3")
    assert granted.status_code == 302
    (warrant_id,) = _warrants(plant)
    assert granted.headers["Location"].endswith(warrant_id)
    page = bob.get(f"/enterprise/warrants/{warrant_id}").text
    told = ("夜班缺人", "哪个厂区？", "同意了查验授权申请", "主厂区")
    assert [words in page for words in told] == [True] * 4
    assert alice.post(f"{seen}/grant", version="3").status_code == 409
    assert len(_warrants(plant)) == 1


def test_alice_grants_other_terms_with_a_reason(plant: Plant) -> None:
    request = _asked(plant)
    training.confirm(plant.office, Actor(plant.ids["carol"], "inspector", "Carol"), "plant-a")
    alice, path = plant.visitor("alice"), f"/bureau/warrants/requests/{request}"
    form = {"version": "1", "valid_from": "2026-03-02", "valid_until": "2026-03-09"}
    assert "请填写" in alice.post(path, **form).text
    assert not _warrants(plant)
    assert alice.post(path, **form, why="先一周").status_code == 302
    assert "先一周" in plant.visitor("bob").get(f"/enterprise/warrants/requests/{request}").text


@pytest.mark.parametrize(
    "path",
    [
        "/enterprise/warrants/requests/{request}",
        "/enterprise/warrants/requests/{request}/answer",
        "/enterprise/warrants/{warrant}",
        "/enterprise/warrants/{warrant}/certificate.pdf",
        "/enterprise/warrants/ask?renews={warrant}",
    ],
)
def test_nothing_of_bobs_exists_for_dave(plant: Plant, path: str) -> None:
    place = path.format(request=_asked(plant), warrant=plant.ids["warrant"])
    assert plant.visitor("bob").get(place).status_code == 200
    assert plant.visitor("dave").get(place).status_code == 404


def test_a_refused_request_tells_its_reason_and_ends(plant: Plant) -> None:
    request = _asked(plant)
    alice, bob = plant.visitor("alice"), plant.visitor("bob")
    alice.post(f"/bureau/warrants/requests/{request}/refuse", version="1", why="人已离职 <b>")
    page = bob.get(f"/enterprise/warrants/requests/{request}").text
    assert "人已离职 &lt;b&gt;" in page
    late = bob.post(f"/enterprise/warrants/requests/{request}/withdraw", version="1", why="x")
    assert late.status_code == 409


def test_the_certificate_is_printed_and_its_code_verified_offline(
    plant: Plant, tmp_path: Path
) -> None:
    carol = plant.visitor("carol")
    got = carol.get(f"/inspector/warrants/{plant.ids['warrant']}/certificate.pdf")
    assert got.mimetype == "application/pdf"
    assert got.data.startswith(b"%PDF")
    trust = tmp_path / "trust.json"
    plant.office.keys.server_keyring().save(trust)
    paper = warrant_paper.paper(
        plant.office, SYSTEM, Scope.of(plant.ids["a"]), plant.ids["warrant"]
    )
    printed = Printed(got.data)
    assert printed.codes(tmp_path, dpi=150) == [{paper.note}]
    assert "晨光机械厂" in printed.words()
    verdicts = {}
    for name, text, at in (
        ("now", paper.note, NOW),
        ("later", paper.note, NOW + timedelta(days=31)),
        ("earlier", paper.note, NOW - timedelta(days=2)),
        ("forged", paper.note.replace("Carol", "Mallory"), NOW),
        ("lengthened", paper.note.replace("term 1", "term 2"), NOW),
    ):
        told = CliRunner().invoke(
            verify_command, ["--trust", str(trust), "--at", at.isoformat(), text]
        )
        verdicts[name] = json.loads(told.stdout)["reasons"]
    assert verdicts == {
        "now": ["ok"],
        "later": ["expired"],
        "earlier": ["not_yet_valid"],
        "forged": ["bad_signature"],
        "lengthened": ["bad_signature"],
    }
    authorizing.revoke_warrant(plant.office, SYSTEM, plant.ids["warrant"], "离职")
    again = carol.get(f"/inspector/warrants/{plant.ids['warrant']}/certificate.pdf")
    assert again.status_code == 409


def test_what_ends_soon_is_shown_to_both_and_renewed_from_its_end(plant: Plant) -> None:
    alice, bob = plant.visitor("alice"), plant.visitor("bob")
    path = f"/bureau/warrants/{plant.ids['warrant']}"
    assert "30 天内到期" in alice.get("/bureau/warrants").text
    assert "30 天内到期" in bob.get("/enterprise/warrants").text
    assert "30 天内到期" not in plant.visitor("dave").get("/enterprise/warrants").text
    shown = bob.get(f"/enterprise/warrants/ask?renews={plant.ids['warrant']}").text
    assert 'value="2026-04-01"' in shown
    assert alice.post(path, valid_until="2026-06-30", why="续期").status_code == 302
    assert "30 天内到期" not in alice.get("/bureau/warrants").text
    (warrant_id,) = _warrants(plant)
    rows = authorizing.warrants(plant.office, Scope.whole_district())
    made = {row.warrant.warrant_id: row.warrant for row in rows}
    assert made[warrant_id].valid_from == made[plant.ids["warrant"]].valid_until


def test_many_are_previewed_counted_confirmed_and_granted(plant: Plant) -> None:
    alice, path = plant.visitor("alice"), "/bureau/warrants/many"
    training.confirm(plant.office, Actor(plant.ids["carol"], "inspector", "Carol"), "plant-a")
    page = alice.get(path).text
    assert "没有查验员账号" in page
    assert "确认授权 1 份" in page
    form: dict[str, Any] = {
        "valid_until": "2026-06-30",
        "why": "全区复工",
        "enterprise_id": ["plant-a", "plant-b"],
    }
    for changed in ({"confirmed": ""}, {"confirmed": "y", "count": "2"}, {"count": "1"}):
        assert alice.post(path, **form | changed).status_code == 200
    assert not _warrants(plant)
    nobody = form | {"enterprise_id": ["plant-b"], "confirmed": "y", "count": "1"}
    assert alice.post(path, **nobody).status_code == 200
    assert not _warrants(plant)
    twice = [alice.post(path, **form, confirmed="y", count="1") for _ in range(2)]
    assert [sent.status_code for sent in twice] == [302, 302]
    job = twice[0].headers["Location"]
    assert job.startswith("/own/jobs/")
    assert not _warrants(plant)
    assert jobs.turn(plant.app, plant.office)
    assert not jobs.turn(plant.app, plant.office), "pressed twice it is one job"
    assert "已授权 1 份" in alice.get(job).text
    assert len(_warrants(plant)) == 1
    assert alice.post(path, **form, confirmed="y", count="1").status_code == 200
    assert len(_warrants(plant)) == 1


@pytest.mark.parametrize("step", [{}, {"confirmed": "y", "count": "1"}])
def test_a_last_day_at_the_end_of_the_calendar_is_told_at_its_field(
    plant: Plant, step: dict[str, str]
) -> None:
    form: dict[str, Any] = {"valid_until": "9999-12-31", "why": "x", "enterprise_id": ["plant-a"]}
    told = plant.visitor("alice").post("/bureau/warrants/many", **form, **step)
    assert told.status_code == 200
    assert "年份须在 2000 至 2100" in told.text


def test_carol_is_reminded_on_the_list_that_she_works_with(plant: Plant) -> None:
    plant.clock.advance(timedelta(days=15, hours=1).total_seconds())
    carol = plant.visitor("carol")
    assert 'data-ending="1"' in carol.get("/inspector/entries").text
    plant.clock.advance(timedelta(days=10).total_seconds())
    carol = plant.visitor("carol")
    told = carol.get("/inspector/entries").text
    assert 'data-ending="3"' in told
    assert "还有 4 天到期" in told
    for who, page in (("alice", "/bureau/enterprises"), ("bob", "/enterprise/")):
        assert "1 份查验授权 30 天内到期" in plant.visitor(who).get(page).text


def test_somebody_without_an_account_is_invited_and_then_asked_for(plant: Plant) -> None:
    bob = plant.visitor("bob")
    assert "/enterprise/accounts/new" in bob.get("/enterprise/warrants/ask").text
    form = {"name": "Erin", "username": "erin", "role": "inspector"}
    invited = bob.post("/enterprise/accounts/new", **form).text
    link = re.search(r'href="(/enterprise/warrants/ask\?account=[0-9a-f]{16})"', invited)
    assert link
    account = link[1].rpartition("=")[2]
    assert f'<option selected value="{account}">Erin' in bob.get(link[1]).text


def test_an_inspector_with_a_warrant_is_not_told_that_none_can_be_granted(plant: Plant) -> None:
    page = plant.visitor("carol").get("/inspector/warrants").text
    assert "您已有的查验授权继续有效" in page
    assert "请阅读并确认操作指南，确认前区局不能授权" not in page
