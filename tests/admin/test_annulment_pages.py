"""Nobody walked through: what Carol and Bob see of it, and that the first entry stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkpoint.domain.entry import EntryKind
from tests.admin.plant import NOW, Kiosk, Plant


@pytest.fixture
def kiosk(plant: Plant) -> Kiosk:
    """A gate that admitted two people; nobody walked through by the first entry."""
    made = plant.kiosk()
    for minute in (1, 2):
        made.record(made.entry(NOW + timedelta(minutes=minute)))
    cited = {"epoch": "1", "seq": "1", "inside_since": "0"}
    fields = {"kind": EntryKind.ANNULMENT, "outcome": None, "details": cited}
    made.record(made.entry(NOW + timedelta(minutes=3), **fields))
    assert made.push(plant.app.test_client(), NOW + timedelta(minutes=4)).status_code == 200
    return made


def test_carol_goes_from_an_entry_to_its_annulment_and_back(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    assert carol.get("/inspector/entries").text.count(">已作废<") == 1
    place = f"/inspector/entries/{kiosk.place.kiosk_id}/1"
    annulled, other, annulment = (carol.get(f"{place}/{seq}").text for seq in (1, 2, 3))
    assert "data-annulled" in annulled
    assert f'href="{place}/3"' in annulled
    assert "data-annulled" not in other
    assert f'href="{place}/1"' in annulment
    assert "不在厂内" in annulment


def test_bob_counts_who_walked_through(plant: Plant, kiosk: Kiosk) -> None:
    assert len(kiosk.links) == 3
    page = plant.visitor("bob").get("/enterprise/").text
    assert "<b>1</b><span>入厂" in page
