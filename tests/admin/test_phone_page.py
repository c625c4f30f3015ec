"""The phone's routes: a link and a key speak, and nothing that was sent is repeated."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.services import SYSTEM, phone
from checkpoint.services.forms import PassForm
from checkpoint.wire.phone import PhoneRegistration
from tests.admin.plant import NOW, Plant
from tests.fixtures.phone import Phone

MINE = Phone.make(KeyAlgorithm.ES256)


def link_of(plant: Plant) -> str:
    form = PassForm(PassKind.WORKER, NOW + timedelta(days=9), holder_id=plant.ids["worker_a"])
    return phone.make_link(plant.office, SYSTEM, plant.ids["a"], form)


def message(link: str) -> dict[str, Any]:
    draft = PhoneRegistration.model_construct(
        link=link, algorithm=MINE.algorithm, public=MINE.raw, proof=b""
    )
    return {
        "link": link,
        "algorithm": "ES256",
        "public": base64.b64encode(MINE.raw).decode(),
        "proof": base64.b64encode(MINE.sign(draft.proven)).decode(),
    }


def sent(plant: Plant, body: object) -> TestResponse:
    return plant.app.test_client().post("/phone/pass", json=body)


def test_a_link_and_a_key_get_the_pass_without_a_sign_in(plant: Plant) -> None:
    answer = sent(plant, message(link_of(plant)))
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["name"] == "张三"
    assert answer.json["text"].startswith("SB1:")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"link": "no-such-link"}, 422),
        ({"proof": "AAAA"}, 422),
        ({"public": "AAAA"}, 422),
        ({"algorithm": "RS256"}, 422),
        ({"public": "***"}, 422),
        ({"link": "x" * 65}, 422),
        ({"more": 1}, 422),
    ],
)
def test_what_is_wrong_is_refused_and_not_repeated(
    plant: Plant, change: dict[str, object], status: int
) -> None:
    body = message(link_of(plant)) | change
    answer = sent(plant, body)
    assert answer.status_code == status
    assert body["link"] not in answer.text
    assert body["proof"] not in answer.text


def test_an_unknown_link_is_refused(plant: Plant) -> None:
    assert sent(plant, message("no-such-link")).status_code == 403


def test_only_json_is_taken(plant: Plant) -> None:
    client = plant.app.test_client()
    assert client.post("/phone/pass", data={"link": "x"}).status_code == 415
    assert sent(plant, []).status_code == 422


def test_the_page_is_the_same_for_everybody_and_loads_nothing_from_outside(plant: Plant) -> None:
    alone = plant.app.test_client().get("/phone/")
    assert alone.text == plant.visitor("bob").get("/phone/").text
    assert "script-src 'self'" in alone.headers["Content-Security-Policy"]
    assert "style=" not in alone.text
    assert "onclick" not in alone.text
    assert "Set-Cookie" not in alone.headers


def test_a_link_is_made_for_ones_own_holders(plant: Plant) -> None:
    path = f"/phone/links/{plant.ids['worker_a']}"
    assert plant.visitor("dave").get(path).status_code == 404
    bob = plant.visitor("bob")
    until = (NOW + timedelta(days=3)).date().isoformat()
    assert "http://127.0.0.1:8000/phone/#" in bob.post(path, until=until).text
    past = (NOW - timedelta(days=3)).date().isoformat()
    assert "/phone/#" not in bob.post(path, until=past).text
    assert bob.post(f"/phone/links/{plant.ids['worker_b']}", until=until).status_code == 404


def test_what_made_the_link_is_on_record(plant: Plant) -> None:
    bob = plant.visitor("bob")
    until = (NOW + timedelta(days=3)).date().isoformat()
    bob.post(f"/phone/links/{plant.ids['worker_a']}", until=until)
    assert "made a link for a phone" in english(plant.visitor("alice")).text


def english(visitor: Any) -> TestResponse:
    visitor.post("/language/en")
    answer: TestResponse = visitor.get("/bureau/actions")
    return answer
