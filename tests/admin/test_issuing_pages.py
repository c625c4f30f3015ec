"""What Alice and Bob may not issue, and how they are told."""

from __future__ import annotations

from datetime import UTC, datetime

from checkpoint.domain.place import BUREAU
from checkpoint.services import issuing
from tests.admin.plant import Plant


def test_a_visit_is_of_its_day(plant: Plant) -> None:
    bob = plant.visitor("bob")
    form = {"name": "王五", "host": "Bob", "day": "2026-03-03", "sites": plant.ids["site_a"]}
    made = bob.post("/enterprise/visitors/new", **form)
    assert made.status_code == 302, made.text
    pass_id = made.headers["Location"].rpartition("/")[2]
    issued = issuing.text_of(plant.office, plant.ids["a"], pass_id).health_pass
    assert issued.not_before == datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert issued.expires_at == datetime(2026, 3, 3, 16, tzinfo=UTC)


def test_a_second_route_is_refused_with_the_number_of_the_first_pass(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = {"plate": "京A12345", "name": "王五", "enterprise_id": "", "until": "2026-03-04"}
    assert alice.post("/bureau/passes/new", route="送氧气", **form).status_code == 302
    (first,) = issuing.passes(plant.office, BUREAU).rows
    told = alice.post("/bureau/passes/new", route="送样本", **form)
    assert told.status_code == 200
    assert f"该车辆已有另一路线的有效通行证，请先吊销。 ({first.pass_id})" in told.text
