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
