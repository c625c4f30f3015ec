"""The inspector's audit: at a click, in words, within the warrants, and recorded."""

from __future__ import annotations

from sqlalchemy import select, text

from admin.inspector.audit import _runs
from checkpoint.domain.entry import Personal
from checkpoint.storage import tables
from tests.admin.plant import NOW, Kiosk, Plant, Visitor

ZHANG = Personal("张三", "283X", "00000000000000aa")


def filled(plant: Plant, entries: int = 3) -> Kiosk:
    """A kiosk of Carol's plant with some entries at the server."""
    kiosk = plant.kiosk()
    for _ in range(entries):
        kiosk.record(kiosk.entry(NOW), ZHANG)
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    return kiosk


def audited(plant: Plant, carol: Visitor) -> str:
    """What the page says once the audit has ended."""
    assert carol.post("/inspector/audit").status_code == 302
    for run in _runs(plant.app).values():
        assert run.ended.wait(30)
    return carol.get("/inspector/audit").text


def test_carol_audits_her_chains_and_it_is_recorded(plant: Plant) -> None:
    kiosk = filled(plant)
    page = audited(plant, plant.visitor("carol"))
    assert "完好" in page
    assert kiosk.place.kiosk_id in page
    with plant.office.db.read() as session:
        acts = session.scalars(select(tables.Action).where(tables.Action.verb == "audit")).all()
    assert [(act.name, act.role) for act in acts] == [("Carol", "inspector")]


def test_the_first_bad_entry_is_named_and_explained(plant: Plant) -> None:
    kiosk = filled(plant)
    with plant.office.db.write() as session:
        session.execute(text("UPDATE entry SET outcome = 'DENY' WHERE seq = 2"))
    page = audited(plant, plant.visitor("carol"))
    assert "被改动" in page
    assert f"/inspector/entries/{kiosk.place.kiosk_id}/1/2" in page
    assert "存放的栏目与记录的原始字节不符" in page


def test_another_enterprises_chains_stay_unseen(plant: Plant) -> None:
    filled(plant)
    other = plant.kiosk("gate_b")
    other.record(other.entry(NOW))
    assert other.push(plant.app.test_client(), NOW).status_code == 200
    assert other.place.kiosk_id not in audited(plant, plant.visitor("carol"))


def test_only_an_inspector_audits(plant: Plant) -> None:
    assert plant.visitor("bob").post("/inspector/audit").status_code == 403
    assert plant.visitor().post("/inspector/audit").status_code in (302, 401)
