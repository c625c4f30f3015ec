"""The bureau is told when its database was put back, and what is missing."""

from __future__ import annotations

from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.services import SYSTEM, receipt_log, restoring
from checkpoint.storage.head_store import Tips
from tests.admin.plant import Plant


def lose(plant: Plant) -> None:
    """As if receipts had been signed that this database does not hold."""
    receipt_log.ensure(plant.office)
    head = TreeHead.read(receipt_log.standing(plant.office).note)
    assert head is not None
    more = TreeHead(head.origin, head.size + 5, head.root)
    tips: Tips = {("K-LOST", 1): (5, b"\x01" * 32)}
    plant.office.heads.keep(more.sign(plant.office.keys.server), tips)


def test_alice_sees_that_receipts_are_refused_and_nobody_else_is_bothered(plant: Plant) -> None:
    lose(plant)
    assert "restore --here" in plant.visitor("alice").get("/bureau/enterprises").text
    assert "restore --here" not in plant.visitor("bob").get("/enterprise/").text


def test_alice_sees_what_is_missing_until_she_takes_it_as_lost(plant: Plant) -> None:
    lose(plant)
    restoring.begin(plant.office, SYSTEM, "the disk broke")
    assert plant.app.test_client().get("/healthz").json["receipts"] == "restored"  # type: ignore[index]
    alice = plant.visitor("alice")
    assert "/bureau/restoration" in alice.get("/bureau/enterprises").text
    page = alice.get("/bureau/restoration").text
    assert 'data-missing="K-LOST"' in page
    assert "重新登记" in page
    assert alice.post("/bureau/restoration/accept", why=" ").status_code == 400
    assert alice.post("/bureau/restoration/accept", why="the gate burnt").status_code == 302
    assert "/bureau/restoration" not in alice.get("/bureau/enterprises").text
    assert "data-missing" not in alice.get("/bureau/restoration").text
