"""What Alice, Bob and Carol do on their pages, and what they are told when it is wrong."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from admin.demo.district import fictional_id
from checkpoint.credential import Trust, verify
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.reason import Reason
from checkpoint.keys import Keyring
from checkpoint.services import issuing
from checkpoint.services import policy as policies
from tests.admin.plant import NOW, Kiosk, Plant


def test_alice_registers_an_enterprise_and_a_gate(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = {"name": "南山纺织厂", "credit_code": "91350100M000100Y43", "enterprise_id": "nanshan"}
    made = alice.post("/bureau/enterprises/new", **form)
    assert made.status_code == 302, made.text
    assert alice.post("/bureau/enterprises/nanshan/sites/new", name="老厂区").status_code == 302
    page = alice.get("/bureau/enterprises/nanshan").text
    assert "南山纺织厂" in page
    assert "老厂区" in page


@pytest.mark.parametrize(("typed", "kept"), [("", "nsfz"), (" NanShan ", "nanshan")])
def test_a_short_id_is_made_or_taken_in_small_letters(plant: Plant, typed: str, kept: str) -> None:
    form = {"name": "南山纺织厂", "credit_code": "91350100M000100Y43", "enterprise_id": typed}
    made = plant.visitor("alice").post("/bureau/enterprises/new", **form)
    assert made.headers["Location"] == f"/bureau/enterprises/{kept}"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("91350100M000100", "15 位"),
        ("9135O100M000100Y43", "I、O、S、V、Z"),
        ("91350100M000100Y44", "18 位"),
        ("91999901MA0000001P", '<a href="/bureau/enterprises/plant-a">晨光机械厂</a>'),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_said(plant: Plant, code: str, told: str) -> None:
    form = {"name": "厂", "credit_code": code, "enterprise_id": "fresh"}
    page = plant.visitor("alice").post("/bureau/enterprises/new", **form).text
    assert told in page.split('id="credit_code-told"')[1].split('class="hint"')[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_code", "123"),
        ("enterprise_id", "Bad Id"),
        ("enterprise_id", "plant-a"),
        ("name", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(plant: Plant, field: str, value: str) -> None:
    form = {"name": "厂", "credit_code": "91350100M000100Y43", "enterprise_id": "fresh"}
    answer = plant.visitor("alice").post("/bureau/enterprises/new", **form | {field: value})
    assert answer.status_code == 200
    told = answer.text.split(f'id="{field}-told"')[1].split("</div>")[0]
    assert 'class="error"' in told


def test_alice_changes_the_policy(plant: Plant) -> None:
    alice = plant.visitor("alice")
    numbers: dict[str, Any] = {
        "fever_threshold_c": "37.2",
        "implausible_below_c": "35.0",
        "implausible_above_c": "43",
        "remeasure": "3",
        "mask_required": "y",
        "declaration_s": "0",
        "status_max_age_s": "0",
        "trust_marked_s": "12",
        "trust_printed_refer_s": "48",
        "trust_all_refer_s": "96",
        "shift_grace_s": "30",
        "reference_s": "24",
        "reference_tolerance_c": "0.5",
        "entries_days": "20",
        "roster_days": "90",
        "links_days": "7",
        "declarations_days": "30",
        "lookups_days": "1096",
        "rules": ["credential", "temperature"],
        "why": "a new wave",
    }
    assert alice.post("/bureau/policy/edit", **numbers).status_code == 302
    now = policies.in_force(plant.office)
    assert (now.fever_threshold_c, now.remeasure, now.passback) == (3720, 3, False)
    wrong = alice.post("/bureau/policy/edit", **numbers | {"fever_threshold_c": "34"})
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.text


def test_alice_issues_an_emergency_pass_that_verifies(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = {"plate": "京A12345", "name": "赵六", "until": "2026-03-03", "enterprise_id": ""}
    made = alice.post("/bureau/passes/new", **form)
    assert made.status_code == 302, made.text
    pass_id = made.headers["Location"].rpartition("/")[2]
    assert "京A12345" in alice.get(made.headers["Location"]).text
    text = issuing.text_of(plant.office, "bureau", pass_id).text
    trust = Trust(Keyring([plant.office.keys.bureau.trusted]))
    assert verify(text, trust, NOW).valid


def test_bob_adds_a_worker_and_issues_a_pass(plant: Plant) -> None:
    bob = plant.visitor("bob")
    number = fictional_id("19950505", 321)
    added = bob.post("/enterprise/roster/workers/new", name="王五", id_number=number)
    assert added.status_code == 302
    holder = added.headers["Location"]
    assert number not in bob.get(holder).text
    issued = bob.post(f"{holder}/pass", since="2026-03-02", until="2026-03-31")
    page = issued.headers["Location"]
    assert "王五" in bob.get(page).text
    picture = bob.get(f"{page}/code.png")
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert bob.get(f"{page}/print").status_code == 200
    assert bob.post(f"{page}/revoke", why="lost").status_code == 302
    assert "已撤销" in bob.get(page).text


def test_a_wrong_id_number_is_not_echoed_in_the_refusal(plant: Plant) -> None:
    answer = plant.visitor("bob").post(
        "/enterprise/roster/workers/new", name="王五", id_number="110105194912310021"
    )
    told = answer.text.split('id="id_number-told"')[1].split("</div>")[0]
    assert "校验位" in told
    assert "110105194912310021" not in told


def test_bob_finds_by_the_whole_name(plant: Plant) -> None:
    bob = plant.visitor("bob")
    assert "张三" in bob.post("/enterprise/roster/search", search="张三").text
    assert "没有找到" in bob.post("/enterprise/roster/search", search="李四").text


def test_bob_blocks_and_unblocks(plant: Plant) -> None:
    bob = plant.visitor("bob")
    holder = f"/enterprise/roster/{plant.ids['worker_a']}"
    assert bob.post(f"{holder}/block", why="ill").status_code == 302
    refused = bob.post(f"{holder}/pass", since="2026-03-02", until="2026-03-31")
    assert refused.status_code == 200
    assert "持证人已停用" in refused.text
    assert bob.post(f"{holder}/unblock", why="well").status_code == 302


def test_a_code_is_shown_once_and_a_kiosk_revoked(plant: Plant) -> None:
    bob = plant.visitor("bob")
    page = bob.post(f"/enterprise/gates/{plant.ids['gate_a']}/code")
    assert "sibao://127.0.0.1:8000/enrol?" in page.text
    assert "sibao://" not in bob.get("/enterprise/kiosks").text
    kiosk = plant.kiosk()
    revoke = f"/enterprise/kiosks/{kiosk.place.kiosk_id}/revoke"
    assert bob.post(revoke, why="stolen").status_code == 302
    assert "已撤销" in bob.get("/enterprise/kiosks").text


@pytest.fixture
def kiosk(plant: Plant) -> Kiosk:
    kiosk = plant.kiosk()
    kiosk.record(
        kiosk.entry(NOW, warrant_id=plant.ids["warrant"], pass_kind=PassKind.WORKER),
        Personal("张三丰", "0017", plant.ids["worker_a"]),
    )
    fever = {"outcome": Outcome.DENY, "reasons": (Reason.FEVER, Reason.NO_MASK)}
    kiosk.record(kiosk.entry(NOW + timedelta(seconds=9), **fever), Personal("钱七", "0025", ""))
    assert kiosk.push(plant.app.test_client(), NOW + timedelta(seconds=10)).status_code == 200
    return kiosk


ALL = {"kind": "passage", "gate_id": "", "outcome": "", "reason": "", "direction": ""}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 2),
        ({"outcome": "DENY"}, 1),
        ({"reason": "fever"}, 1),
        ({"direction": "out"}, 0),
        ({"pass_kind": "worker"}, 1),
        ({"pass_kind": "commuting_vehicle"}, 0),
        ({"name": "张三丰"}, 1),
        ({"name": "张三"}, 0),
        ({"id_tail": "0025"}, 1),
        ({"temperature_from": "36.6"}, 0),
        ({"temperature_from": "36.5", "temperature_to": "36.5"}, 2),
        ({"since": "2026-03-02T09:30", "until": "2026-03-02T09:31"}, 2),
        ({"until": "2026-03-02T09:30"}, 0),
        ({"span": "today"}, 2),
        ({"span": "yesterday"}, 0),
        ({"span": "week", "until": "2026-01-01T00:00"}, 2),
        ({"clock_quality": "synchronised"}, 2),
        ({"clock_quality": "suspect"}, 0),
        ({"later": "annulled"}, 0),
        ({"degraded": "y"}, 0),
        ({"pass_id": "FFFFFFFFFFFFFFFF"}, 0),
        ({"plate": "京A12345"}, 0),
        ({"name": "张三丰", "outcome": "DENY", "drop": "outcome"}, 1),
        ({"name": "无名", "drop": "name"}, 2),
    ],
)
def test_carol_filters(plant: Plant, kiosk: Kiosk, asked: dict[str, str], found: int) -> None:
    page = plant.visitor("carol").post("/inspector/entries", **ALL | asked).text
    assert page.count("/inspector/entries/K-") == found


def test_a_filter_that_is_wrong_says_so_and_not_that_nobody_passed(
    plant: Plant, kiosk: Kiosk
) -> None:
    page = plant.visitor("carol").post("/inspector/entries", **ALL | {"plate": "A1"}).text
    assert "data-unasked" in page
    assert 'class="empty"' not in page
    assert "例如 京A12345" in page


def test_a_filter_is_told_in_words_with_a_way_to_drop_each(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    page = carol.post("/inspector/entries", **ALL | {"reason": "fever", "plate": "京a·12345"}).text
    chips = page.split('class="chips"')[1].split("</ul>")[0]
    assert "体温偏高" in chips
    assert "京A12345" in chips
    assert chips.count('name="drop"') == 3
    assert "没有符合条件的记录" in page


def test_names_are_masked_until_a_reason_is_given(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    assert "张三丰" not in carol.get("/inspector/entries").text
    place = f"/inspector/entries/{kiosk.place.kiosk_id}/1/1"
    page = carol.get(place).text
    assert "张三丰" not in page
    assert kiosk.links[0].hash.hex() in page
    assert "36.5 °C" in page
    assert carol.post(f"{place}/unmask", why="").status_code == 400
    assert "张三丰" in carol.post(f"{place}/unmask", why="contact tracing").text
    record = carol.get("/inspector/lookups").text
    assert "contact tracing" in record
    assert "查看本人信息" in record


def test_every_reason_of_an_entry_is_in_words(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    place = f"/inspector/entries/{kiosk.place.kiosk_id}/1/2"
    assert "体温偏高" in carol.get(place).text
    carol.post("/language/en")
    page = carol.get(place).text
    assert "Temperature is high" in page
    assert "No mask" in page


def test_a_pass_that_was_perhaps_copied_is_marked_in_list_and_entry(
    plant: Plant, kiosk: Kiosk
) -> None:
    twice = {"pass_id": "00112233445566aa"}
    for minute in (1, 2):
        kiosk.record(kiosk.entry(NOW + timedelta(minutes=minute), **twice))
    kiosk.push(plant.app.test_client(), NOW + timedelta(minutes=3))
    carol = plant.visitor("carol")
    assert carol.get("/inspector/entries").text.count("疑似复制") == 2
    place = f"/inspector/entries/{kiosk.place.kiosk_id}/1"
    assert "疑似复制" not in carol.get(f"{place}/1").text
    carol.post("/language/en")
    page = carol.get(f"{place}/3").text
    assert "Perhaps copied: The same pass came in twice" in page
    assert f'href="{place}/4"' in page


def test_the_list_comes_again_only_when_it_has_changed(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    carol.get("/inspector/entries")
    newest = f"{kiosk.place.kiosk_id}-1-2"
    assert carol.post("/inspector/entries/news", newest=newest, **ALL).status_code == 204
    assert carol.post("/inspector/entries/news", newest="", **ALL).status_code == 200


def test_an_export_is_downloaded(plant: Plant, kiosk: Kiosk) -> None:
    answer = plant.visitor("carol").post("/inspector/export")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as folder:
        assert kiosk.place.kiosk_id.encode() in folder.read("entries.jsonl")
        assert b"import checkpoint" not in folder.read("verify.py")


def test_bob_sees_todays_counts(plant: Plant, kiosk: Kiosk) -> None:
    page = plant.visitor("bob").get("/enterprise/").text
    assert "<b>1</b><span>放行</span>" in page
    assert "<b>1</b><span>拒绝</span>" in page


def test_what_alice_did_is_in_the_record(plant: Plant) -> None:
    alice = plant.visitor("alice")
    alice.post(f"/bureau/enterprises/{plant.ids['a']}/suspend", why="inspection failed")
    page = alice.get("/bureau/actions").text
    assert "inspection failed" in page
    assert "暂停企业" in page
    assert "暂停本企业，原因：inspection failed" in plant.visitor("bob").get("/enterprise/").text


def test_an_error_page_is_ours_and_in_the_persons_language(plant: Plant) -> None:
    bob = plant.visitor("bob")
    assert "这里什么也没有" in bob.get("/enterprise/roster/nobody").text
    bob.post("/language/en")
    answer = bob.get("/bureau/enterprises")
    assert answer.status_code == 403
    assert "This is not yours to open" in answer.text
