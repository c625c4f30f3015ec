"""Carol verifies a page of entries at a click, and reads what that means and what it does not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.admin.plant import NOW, Kiosk, Plant
from tests.admin.test_audit_page import ZHANG, audited, filled


def shown(page: str) -> list[str]:
    """The places that the page's button names."""
    return re.findall(r'name="place" value="([^"]+)"', page)


def test_the_list_of_entries_is_verified_and_explained(plant: Plant) -> None:
    filled(plant, 5)
    carol = plant.visitor("carol")
    named = shown(carol.get("/inspector/entries").text)
    assert len(named) == 5
    page = carol.post("/inspector/verify", place=named).text
    assert 'data-verdict="intact"' in page
    assert "这些记录与门岗写下时一致" in page
    assert "不能说明" in page
    assert "核验了记录" in carol.get("/inspector/lookups").text


def test_an_entry_is_verified_from_its_own_page(plant: Plant) -> None:
    kiosk = filled(plant, 5)
    carol = plant.visitor("carol")
    named = shown(carol.get(f"/inspector/entries/{kiosk.place.kiosk_id}/1/2").text)
    assert set(named) == {f"{kiosk.place.kiosk_id}/1/2"}
    assert 'data-verdict="intact"' in carol.post("/inspector/verify", place=named[:1]).text


def test_what_was_changed_is_named_with_its_entry(plant: Plant) -> None:
    kiosk = filled(plant)
    with plant.office.db.write() as session:
        session.execute(text("UPDATE entry SET outcome = 'DENY' WHERE seq = 2"))
    place = f"{kiosk.place.kiosk_id}/1/3"
    page = plant.visitor("carol").post("/inspector/verify", place=[place]).text
    assert 'data-verdict="tampered"' in page
    assert f"/inspector/entries/{kiosk.place.kiosk_id}/1/2" in page
    assert "存放的栏目与记录的原始字节不符" in page


def gapped(plant: Plant) -> Kiosk:
    """A gate that has not sent its second and third entry yet."""
    kiosk = plant.kiosk()
    for minute in range(5):
        kiosk.record(kiosk.entry(NOW + timedelta(minutes=minute)), ZHANG)
    whole = kiosk.links
    kiosk.links = [whole[0]]
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    kiosk.links = whole[3:]
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    return kiosk


def test_what_is_only_missing_accuses_nobody(plant: Plant) -> None:
    kiosk = gapped(plant)
    carol = plant.visitor("carol")
    pages = [
        carol.post("/inspector/verify", place=[f"{kiosk.place.kiosk_id}/1/4"]).text,
        audited(plant, carol),
    ]
    for page in pages:
        assert "不完整" in page
        assert "可能尚未上传" in page
        assert "被改动" not in page
        assert "第一条有问题的记录" not in page


@pytest.mark.parametrize("place", ["", "x", "K1/1/1", "K1/1/99999999999999999999", "<b>/1/1"])
def test_a_place_that_is_none_is_not_there(plant: Plant, place: str) -> None:
    filled(plant)
    assert plant.visitor("carol").post("/inspector/verify", place=[place]).status_code == 404


def test_another_enterprises_entry_is_not_there(plant: Plant) -> None:
    filled(plant)
    other = plant.kiosk("gate_b")
    other.record(other.entry(NOW))
    assert other.push(plant.app.test_client(), NOW).status_code == 200
    place = f"{other.place.kiosk_id}/1/1"
    assert plant.visitor("carol").post("/inspector/verify", place=[place]).status_code == 404
    assert plant.visitor("dave").post("/inspector/verify", place=[place]).status_code == 403
