"""The phone's declaration over the wire: taken once, told what is wrong, nothing repeated."""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from checkpoint.clock import to_ms
from checkpoint.domain.declaration import Symptom
from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.services import SYSTEM, issuing, phone
from checkpoint.services.forms import PassForm
from tests.admin.plant import NOW, Plant
from tests.fixtures.phone import Phone

MINE = Phone.make(KeyAlgorithm.ED25519)
PATH = "/phone/declaration"


@pytest.fixture
def text(plant: Plant) -> str:
    """The pass on the phone of Bob's worker."""
    form = PassForm(PassKind.WORKER, NOW + timedelta(days=9), holder_id=plant.ids["worker_a"])
    link = phone.make_link(plant.office, SYSTEM, plant.ids["a"], form)
    return phone.register(plant.office, MINE.asks(link)).text


def message(text: str, **answers: Any) -> dict[str, Any]:
    said = MINE.says(text, NOW, **answers)
    signature = base64.b64encode(said.signature).decode()
    return {"text": text, "said": said.said, "signature": signature}


def send(plant: Plant, body: object) -> TestResponse:
    return plant.app.test_client().post(PATH, json=body)


def test_bob_sees_on_his_list_what_the_phone_said(plant: Plant, text: str) -> None:
    bob = plant.visitor("bob")
    assert "今日无人申报" in bob.get("/enterprise/health?show=declared").text
    answer = send(plant, message(text, symptoms=["cough"]))
    assert (answer.status_code, answer.json) == (200, {"at": to_ms(NOW), "needs_look": True})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    for page in ("/enterprise/health?show=declared", "/enterprise/health?show=yellow"):
        listed = bob.get(page).text
        assert "张三" in listed
        assert "本人手机申报" in listed
    shown = bob.get(f"/enterprise/roster/{plant.ids['worker_a']}/health").text
    assert "咳嗽" in shown
    assert "持证人手机" in plant.visitor("alice").get("/bureau/actions").text


def test_sent_again_it_is_one_declaration(plant: Plant, text: str) -> None:
    body = message(text)
    assert [send(plant, body).json for _ in range(2)] == [
        {"at": to_ms(NOW), "needs_look": False}
    ] * 2
    shown = plant.visitor("bob").get(f"/enterprise/roster/{plant.ids['worker_a']}/health").text
    assert shown.count("本人手机申报") == 1


@pytest.mark.parametrize(
    ("answers", "status", "why"),
    [
        ({"at": to_ms(NOW + timedelta(hours=1))}, 409, "clock"),
        ({"day": "2026-03-01"}, 409, "day"),
        ({"symptoms": ["<script>"]}, 422, "message"),
        ({"name": "张三"}, 422, "message"),
    ],
)
def test_what_is_refused_says_why_and_repeats_nothing(
    plant: Plant, text: str, answers: dict[str, Any], status: int, why: str
) -> None:
    answer = send(plant, message(text, **answers))
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["why"] == why
    assert answer.json.get("now", to_ms(NOW)) == to_ms(NOW)
    for sent in (text, "script", "张三", "2026"):
        assert sent not in answer.text


def test_a_pass_that_was_revoked_declares_nothing(plant: Plant, text: str) -> None:
    known = issuing.passes(plant.office, plant.ids["a"], None, plant.ids["worker_a"]).rows[0]
    issuing.revoke_pass(plant.office, SYSTEM, plant.ids["a"], known.pass_id, "丢失")
    answer = send(plant, message(text))
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["why"] == "pass"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "x" * 1025},
        {"text": 7},
        {"said": "张三发热"},
        {"said": '{"day":"\\ud800"}\n'},
        {"said": " " * 401},
        {"more": 1},
    ],
)
def test_a_message_of_another_form_is_refused(
    plant: Plant, text: str, change: dict[str, object]
) -> None:
    answer = send(plant, message(text) | change)
    assert answer.status_code == 422
    assert text not in answer.text


def test_a_body_has_a_limit_and_is_json(plant: Plant) -> None:
    client = plant.app.test_client()
    assert client.post(PATH, data={"text": "x"}).status_code == 415
    assert client.post(PATH, data="x" * 5000, content_type="application/json").status_code == 413
    assert client.get(PATH).status_code == 405


def test_nothing_of_it_is_logged(plant: Plant, text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(plant, message(text, symptoms=["diarrhoea"]))
    send(plant, message(text, symptoms=["<b>"]))
    for secret in (text, "diarrhoea", "<b>", "张三"):
        assert secret not in caplog.text


def test_one_address_is_held_back_at_last(plant: Plant) -> None:
    client = plant.app.test_client()
    body = {"text": "SB1:", "said": "{}", "signature": "AAAA"}
    for _ in range(600):
        client.post(PATH, json=body)
    assert client.post(PATH, json=body).status_code == 429


def test_the_page_asks_for_every_symptom_and_says_what_for(plant: Plant) -> None:
    page = plant.app.test_client().get("/phone/").text
    for symptom in Symptom:
        assert f'value="{symptom.value}"' in page
    assert "敏感个人信息" in page
    assert "sensitive" in page
