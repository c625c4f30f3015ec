"""Bob sees how his gates are; Alice those of the whole district; the list renews itself."""

from __future__ import annotations

from datetime import timedelta

from checkpoint.domain.entry import EntryKind
from tests.admin.plant import NOW, Plant


def test_a_fault_is_shown_with_its_code_and_how_the_gate_goes_on(plant: Plant) -> None:
    kiosk = plant.kiosk()
    down = {"device": "camera", "state": "failed", "code": "C-01", "message": "<b>unplugged</b>"}
    kiosk.record(kiosk.entry(NOW, kind=EntryKind.FAULT, details=down))
    kiosk.push(plant.app.test_client(), NOW)
    for username, path in (("bob", "/enterprise/kiosks"), ("alice", "/bureau/kiosks")):
        page = plant.visitor(username).get(path).text
        assert 'data-level="bad"' in page
        assert "C-01" in page
        assert "由门卫人工代替" in page
        assert f'hx-get="{path}"' in page
        assert "<b>unplugged" not in page
    assert "晨光机械厂" in plant.visitor("alice").get("/bureau/kiosks").text
    assert kiosk.place.kiosk_id not in plant.visitor("dave").get("/enterprise/kiosks").text


def test_a_silent_gate_is_told_since_when(plant: Plant) -> None:
    kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW))
    kiosk.push(plant.app.test_client(), NOW)
    bob = plant.visitor("bob")
    assert "失联" not in bob.get("/enterprise/kiosks").text
    plant.clock.advance(timedelta(minutes=31).total_seconds())
    assert "自 2026-03-02 09:30 起失联" in bob.get("/enterprise/kiosks").text


def test_without_a_kiosk_the_pages_say_what_to_do(plant: Plant) -> None:
    for username, path in (("bob", "/enterprise/kiosks"), ("alice", "/bureau/kiosks")):
        assert "hx-get" not in plant.visitor(username).get(path).text


def test_alice_revokes_a_kiosk_and_bob_reads_why(plant: Plant) -> None:
    kiosk = plant.kiosk()
    gate, alice, bob = kiosk.place.kiosk_id, plant.visitor("alice"), plant.visitor("bob")
    path = f"/bureau/kiosks/{gate}/revoke"
    assert path in alice.get("/bureau/kiosks").text
    assert "/bureau/" not in bob.get("/enterprise/kiosks").text
    assert "晨光机械厂" in alice.get(path).text
    assert "请填写" in alice.post(path, why=" ").text
    assert alice.post(path, why="设备<b>被盗").status_code == 302
    assert kiosk.bundle(plant.app.test_client(), NOW).status_code == 403
    assert "已撤销" in alice.post(path, why="again").text
    assert path not in alice.get("/bureau/kiosks").text
    told = bob.get("/enterprise/").text
    assert 'data-notice="revoke_kiosk"' in told
    assert "设备&lt;b&gt;被盗" in told
    assert "设备&lt;b&gt;被盗" in bob.get("/enterprise/kiosks").text
    assert "data-notice" not in plant.visitor("dave").get("/enterprise/").text
    plant.clock.advance(timedelta(days=8).total_seconds())
    assert "data-notice" not in plant.visitor("bob").get("/enterprise/").text


def test_what_bob_revoked_himself_is_no_news_to_him(plant: Plant) -> None:
    gate, bob = plant.kiosk().place.kiosk_id, plant.visitor("bob")
    assert bob.post(f"/enterprise/kiosks/{gate}/revoke", why="replaced").status_code == 302
    assert "data-notice" not in bob.get("/enterprise/").text
    assert "replaced" in bob.get("/enterprise/kiosks").text
