"""The shift window: where Bob gives it, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin.demo.district import fictional_id
from checkpoint.services import SYSTEM, issuing, roster
from checkpoint.services.forms import VehicleForm, WorkerForm
from tests.admin.plant import Plant
from tests.admin.printing import Printed

TERM = {"since": "2026-03-02", "until": "2026-03-31"}
NIGHT = {"shift_from": "22:00", "shift_until": "06:00"}


def shifts(plant: Plant) -> list[tuple[int, int] | None]:
    """The shifts of all passes of Bob's, as they are signed."""
    rows = issuing.passes(plant.office, plant.ids["a"]).rows
    return [
        issuing.text_of(plant.office, plant.ids["a"], row.pass_id).health_pass.shift for row in rows
    ]


def test_a_night_shift_goes_into_the_pass_and_onto_page_and_paper(plant: Plant) -> None:
    bob = plant.visitor("bob")
    made = bob.post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **TERM | NIGHT)
    assert made.status_code == 302, made.text
    assert shifts(plant) == [(22 * 60, 6 * 60)]
    page = made.headers["Location"]
    assert "22:00–06:00" in bob.get(page).text
    assert "22:00–06:00" in Printed(bob.get(f"{page}/card.pdf").data).words()


def test_without_a_shift_any_time_will_do(plant: Plant) -> None:
    path = f"/enterprise/roster/{plant.ids['worker_a']}/pass"
    assert plant.visitor("bob").post(path, **TERM).status_code == 302
    assert shifts(plant) == [None]


def test_midnight_may_be_an_end(plant: Plant) -> None:
    path = f"/enterprise/roster/{plant.ids['worker_a']}/pass"
    late = {"shift_from": "16:00", "shift_until": "00:00"}
    assert plant.visitor("bob").post(path, **TERM | late).status_code == 302
    assert shifts(plant) == [(16 * 60, 0)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"shift_from": "22:00"}, "shift_until"),
        ({"shift_until": "06:00"}, "shift_from"),
        ({"shift_from": "08:00", "shift_until": "08:00"}, "shift_until"),
        ({"shift_from": "25:00", "shift_until": "06:00"}, "shift_from"),
        ({"shift_from": "noon", "shift_until": "06:00"}, "shift_from"),
    ],
)
@pytest.mark.parametrize(
    "path", ["/enterprise/roster/{worker_a}/pass", "/enterprise/roster/passes"]
)
def test_half_a_shift_or_none_is_told_at_its_field(
    plant: Plant, path: str, given: dict[str, str], field: str
) -> None:
    form = {"kind": "worker", **TERM, **given}
    answer = plant.visitor("bob").post(path.format(**plant.ids), **form)
    assert answer.status_code == 200
    told = answer.text.split(f'id="{field}-told"')[1].split("</div>", maxsplit=1)[0]
    assert 'class="error"' in told
    assert shifts(plant) == []


def test_a_whole_roster_gets_the_shift(plant: Plant) -> None:
    worker = WorkerForm("王五", fictional_id("19900101", 7))
    roster.add_worker(plant.office, SYSTEM, plant.ids["a"], worker)
    form = {"kind": "worker", **TERM, **NIGHT}
    assert plant.visitor("bob").post("/enterprise/roster/passes", **form).status_code == 302
    assert shifts(plant) == [(22 * 60, 6 * 60)] * 2


def test_a_vehicle_has_no_shift(plant: Plant) -> None:
    bus = VehicleForm("京A12345", "李四")
    holder_id = roster.add_vehicle(plant.office, SYSTEM, plant.ids["a"], bus)
    bob = plant.visitor("bob")
    assert "shift_from" not in bob.get(f"/enterprise/roster/{holder_id}/pass").text
    answer = bob.post("/enterprise/roster/passes", kind="vehicle", **TERM, **NIGHT)
    assert answer.status_code == 200
    assert "只有员工有班次" in answer.text
    assert shifts(plant) == []
    made = bob.post(f"/enterprise/roster/{holder_id}/pass", **TERM, **NIGHT)
    assert made.status_code == 302
    assert shifts(plant) == [None]


def test_paper_says_no_shift_where_there_is_none(plant: Plant, tmp_path: Path) -> None:
    bob = plant.visitor("bob")
    made = bob.post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **TERM)
    printed = Printed(bob.get(f"{made.headers['Location']}/card.pdf").data)
    assert "班次" not in printed.words()
    assert len(printed.codes(tmp_path)[0]) == 1
