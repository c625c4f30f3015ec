"""What a kiosk and the server promise each other over the network."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.reason import Reason
from checkpoint.keys import Keyring
from checkpoint.services import SYSTEM, enrolment
from checkpoint.storage import engine
from checkpoint.wire.bundle import open_bundle
from checkpoint.wire.entries import Receipt, Standing
from tests.admin.plant import NOW, Kiosk, Plant


@pytest.fixture
def kiosk(plant: Plant) -> Kiosk:
    return plant.kiosk()


def test_enrolment_gives_a_place_and_the_servers_keys(plant: Plant, kiosk: Kiosk) -> None:
    assert kiosk.place.gate_id == plant.ids["gate_a"]
    assert kiosk.place.enterprise_id == plant.ids["a"]
    assert Keyring.from_json(kiosk.place.keyring).keys


def test_a_code_serves_once(plant: Plant) -> None:
    code = enrolment.make_code(
        plant.office, SYSTEM, plant.ids["a"], plant.ids["gate_a"], "http://127.0.0.1:8000"
    )
    client = plant.app.test_client()
    Kiosk.enrol(client, code)
    again = client.post("/api/v1/enrolment", json={"code": code.code, "public_key": "AAAA"})
    assert again.status_code in (403, 422)
    assert again.json is not None
    assert set(again.json) == {"error", "remedy"}
    assert code.code not in again.text


def test_enrolment_is_limited(plant: Plant) -> None:
    client = plant.app.test_client()
    wrong = {"code": "no-such-code", "public_key": "A" * 43 + "="}
    answers = [client.post("/api/v1/enrolment", json=wrong).status_code for _ in range(25)]
    assert answers[0] == 403
    assert answers[-1] == 429


def test_the_bundle_is_signed_for_this_kiosk_and_has_a_tag(plant: Plant, kiosk: Kiosk) -> None:
    client = plant.app.test_client()
    answer = kiosk.bundle(client, NOW)
    assert answer.status_code == 200
    assert answer.mimetype == "application/cose"
    bundle = open_bundle(answer.data, Keyring.from_json(kiosk.place.keyring))
    assert bundle.kiosk_id == kiosk.place.kiosk_id
    assert bundle.gate.gate_id == plant.ids["gate_a"]
    tag = answer.headers["ETag"]
    assert kiosk.bundle(client, NOW, **{"If-None-Match": tag}).status_code == 304


def test_nobody_gets_a_bundle_without_a_signature(plant: Plant, kiosk: Kiosk) -> None:
    client = plant.app.test_client()
    other = plant.kiosk("gate_b")
    kiosk.key = other.key
    assert client.get("/api/v1/bundle").status_code == 401
    forged = client.get(
        "/api/v1/bundle",
        headers={
            "Authorization": f"Sibao kiosk={kiosk.place.kiosk_id}, at=1, signature={'A' * 86}=="
        },
    )
    assert forged.status_code == 401


def test_a_batch_is_answered_by_a_signed_receipt_and_stored_once(
    plant: Plant, kiosk: Kiosk
) -> None:
    client = plant.app.test_client()
    kiosk.record(kiosk.entry(NOW), Personal("张三", "0017", plant.ids["worker_a"]))
    fever = {"outcome": Outcome.DENY, "reasons": (Reason.FEVER,)}
    kiosk.record(kiosk.entry(NOW + timedelta(seconds=9), **fever))
    notes = [kiosk.push(client, NOW + timedelta(seconds=s)) for s in (10, 11)]
    keyring = Keyring.from_json(kiosk.place.keyring)
    for answer in notes:
        assert answer.status_code == 200, answer.text
        receipt = Receipt.open(json.loads(answer.data)["receipt"], keyring)
        assert [line.standing for line in receipt.lines] == [Standing.ACCEPTED] * 2
        assert [line.hash for line in receipt.lines] == [item.hash for item in kiosk.links]


def test_a_batch_while_others_write_is_to_be_sent_again_and_nothing_is_lost(
    plant: Plant, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, office = plant.app.test_client(), plant.office
    kiosk.record(kiosk.entry(NOW), Personal("张三", "0017", plant.ids["worker_a"]))
    patience = [line.replace(f"{engine.BUSY_S}000", "20") for line in engine._SETTINGS]
    monkeypatch.setattr(engine, "_SETTINGS", patience)
    office.db.close()
    with office.db.write() as session:
        session.execute(select(1))
        answer = kiosk.push(client, NOW + timedelta(seconds=10))
    assert answer.status_code == 503
    assert "try again" in json.loads(answer.data)["remedy"]
    again = kiosk.push(client, NOW + timedelta(seconds=11))
    keyring = Keyring.from_json(kiosk.place.keyring)
    receipt = Receipt.open(json.loads(again.data)["receipt"], keyring)
    assert [line.standing for line in receipt.lines] == [Standing.ACCEPTED]


def test_a_batch_of_another_kiosk_is_refused(plant: Plant, kiosk: Kiosk) -> None:
    other = plant.kiosk("gate_b")
    other.record(other.entry(NOW))
    answer = kiosk.push(plant.app.test_client(), NOW, other.batch(NOW))
    assert answer.status_code == 403


def test_a_changed_body_is_refused(plant: Plant, kiosk: Kiosk) -> None:
    kiosk.record(kiosk.entry(NOW))
    client = plant.app.test_client()
    honest = kiosk.push(client, NOW)
    assert honest.status_code == 200
    other = client.post(
        "/api/v1/entries",
        data=b"{}",
        headers={"Authorization": honest.request.headers["Authorization"]},
        content_type="application/json",
    )
    assert other.status_code == 401


def test_a_revoked_kiosk_may_hand_in_what_it_holds_but_gets_no_bundle(
    plant: Plant, kiosk: Kiosk
) -> None:
    client = plant.app.test_client()
    plant.clock.advance(60)
    enrolment.revoke_kiosk(plant.office, SYSTEM, plant.ids["a"], kiosk.place.kiosk_id, "stolen")
    later = plant.clock.now() + timedelta(seconds=60)
    kiosk.record(kiosk.entry(later))
    plant.clock.advance(120)
    answer = kiosk.push(client, later)
    assert answer.status_code == 200, answer.text
    receipt = Receipt.open(
        json.loads(answer.data)["receipt"], Keyring.from_json(kiosk.place.keyring)
    )
    assert receipt.lines[0].standing is Standing.FLAGGED
    refused = kiosk.bundle(client, later)
    assert refused.status_code == 403


def test_a_wrong_message_names_the_field_and_echoes_nothing(plant: Plant, kiosk: Kiosk) -> None:
    client = plant.app.test_client()
    secret = "11010519491231002X"
    for body in ({"code": {"id": secret}, "public_key": 5, secret: 1}, [secret], secret):
        answer = client.post("/api/v1/enrolment", json=body)
        assert answer.status_code == 422
        assert secret not in answer.text
        assert answer.json is not None
        assert set(answer.json) == {"error", "remedy"}


def test_too_much_is_refused_before_it_is_read(plant: Plant) -> None:
    client = plant.app.test_client()
    answer = client.post(
        "/api/v1/enrolment", data=b"x" * (9 << 20), content_type="application/json"
    )
    assert answer.status_code == 413
    assert answer.mimetype == "application/json"


def test_only_json_is_taken(plant: Plant) -> None:
    answer = plant.app.test_client().post("/api/v1/enrolment", data={"code": "x"})
    assert answer.status_code == 415


def test_health_and_description_are_open(plant: Plant) -> None:
    client = plant.app.test_client()
    assert client.get("/healthz").json == {"status": "ok", "database": "ok", "receipts": "ok"}
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    assert document["openapi"].startswith("3.1")
    of_enterprises = {path for path in document["paths"] if path.startswith("/api/v1/enterprise/")}
    assert of_enterprises >= {"/api/v1/enterprise/holders", "/api/v1/enterprise/entries"}
    assert document["paths"].keys() - of_enterprises == {
        "/api/v1/enrolment",
        "/api/v1/bundle",
        "/api/v1/entries",
        "/api/v1/steps",
        "/api/v1/held/{epoch}",
        "/healthz",
    }


def test_used_steps_are_asked_for_with_a_time_of_the_server(plant: Plant, kiosk: Kiosk) -> None:
    client = plant.app.test_client()
    assert kiosk.used_steps(client, NOW).json == {"at": to_ms(NOW), "steps": []}
    assert client.get("/api/v1/steps?since=0").status_code == 401
    for wrong in ("-1", "x", "1e9", str(1 << 60)):
        refused = kiosk.used_steps(client, NOW, wrong)
        assert refused.status_code == 422
        assert wrong not in refused.text
    enrolment.revoke_kiosk(plant.office, SYSTEM, plant.ids["a"], kiosk.place.kiosk_id, "stolen")
    assert kiosk.used_steps(client, NOW).status_code == 403
