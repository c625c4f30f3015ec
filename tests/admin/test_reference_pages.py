"""The thermometer's daily check, as Carol and Alice see it."""

from __future__ import annotations

from datetime import timedelta

from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.services import policy as policies
from tests.admin.plant import NOW, Plant
from tests.admin.test_policy_page import form_of


def test_carol_reads_a_check_in_words(plant: Plant) -> None:
    kiosk = plant.kiosk()
    told = {"against": "black_body", "reference": "3500", "difference": "-62", "result": "failed"}
    fields = {"kind": EntryKind.REFERENCE, "outcome": None, "reasons": (), "details": told}
    entry = kiosk.entry(NOW + timedelta(minutes=1), **fields)
    kiosk.record(entry, Personal("赵六", "", ""))
    assert kiosk.push(plant.app.test_client(), NOW + timedelta(minutes=2)).status_code == 200
    carol = plant.visitor("carol")
    page = carol.get(f"/inspector/entries/{kiosk.place.kiosk_id}/1/1").text
    for words in ("测温仪核对", "黑体炉", "35.00 °C", "-0.62 °C", "不合格"):
        assert words in page
    assert "赵六" not in page, "masked until a reason is given"
    assert "测温仪核对" in carol.get("/inspector/entries").text


def test_alice_says_how_often_and_what_follows(plant: Plant) -> None:
    alice, now = plant.visitor("alice"), policies.in_force(plant.office)
    wanted = {"reference_s": 12, "reference_tolerance_c": "0.3", "reference_refers": "y"}
    assert alice.post("/bureau/policy/edit", **form_of(now) | wanted).status_code == 302
    held = policies.in_force(plant.office)
    assert (held.reference_s, held.reference_tolerance_c, held.reference_refers) == (
        12 * 3600,
        30,
        True,
    )
    assert "每 12 小时一次" in alice.get("/bureau/policy").text
