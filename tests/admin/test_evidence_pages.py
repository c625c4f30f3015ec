"""Carol takes evidence with her: the proof of an entry."""

from __future__ import annotations

import json
from datetime import timedelta

from checkpoint.domain.entry import Personal
from checkpoint.entrylog.proof_audit import audit_proof
from checkpoint.entrylog.report import Verdict
from tests.admin.plant import NOW, Kiosk, Plant

ZHANG = Personal("张三", "283X", "00000000000000aa")


def sent(plant: Plant, count: int = 3) -> Kiosk:
    kiosk = plant.kiosk()
    for n in range(count):
        kiosk.record(kiosk.entry(NOW - timedelta(minutes=count - n)), ZHANG)
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    return kiosk


def test_carol_takes_a_proof_without_the_person(plant: Plant) -> None:
    page = f"/inspector/entries/{sent(plant).place.kiosk_id}/1/2"
    carol = plant.visitor("carol")
    assert f"{page}/proof" in carol.get(page).text
    taken = carol.post(f"{page}/proof")
    assert taken.status_code == 200
    assert "2.sibao-proof" in taken.headers["Content-Disposition"]
    trust = plant.office.keys.server_keyring()
    assert audit_proof(taken.data, trust, ()).verdict is Verdict.INTACT
    assert "person" not in json.loads(taken.data)
    assert "领取" in carol.get("/inspector/lookups").text


def test_the_person_goes_with_it_for_a_reason_alone(plant: Plant) -> None:
    page = f"/inspector/entries/{sent(plant).place.kiosk_id}/1/2"
    carol = plant.visitor("carol")
    assert carol.post(f"{page}/proof-with-person", why=" ").status_code == 400
    taken = carol.post(f"{page}/proof-with-person", why="法院调取")
    assert "张三".encode().hex() in taken.text
    assert audit_proof(taken.data, None, ()).verdict is Verdict.INTACT
    assert "法院调取" in carol.get("/inspector/lookups").text


def test_nobody_takes_a_proof_of_another_enterprise(plant: Plant) -> None:
    kiosk = plant.kiosk("gate_b")
    kiosk.record(kiosk.entry(NOW))
    kiosk.push(plant.app.test_client(), NOW)
    carol = plant.visitor("carol")
    assert carol.post(f"/inspector/entries/{kiosk.place.kiosk_id}/1/1/proof").status_code == 404
