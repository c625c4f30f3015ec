"""What Alice and Bob issue and print, what they may not, and how they are told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from admin.demo.district import fictional_id
from checkpoint.domain.place import BUREAU
from checkpoint.services import SYSTEM, issuing, keys, roster
from checkpoint.services.forms import VehicleForm, WorkerForm
from checkpoint.services.keys import WithdrawalForm
from tests.admin.plant import Plant, Visitor
from tests.admin.printing import Printed


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
    assert f"该车辆已有另一路线的有效通行证，请先撤销。 ({first.pass_id})" in told.text


def issue_to_all(plant: Plant, **more: str) -> tuple[Visitor, str]:
    bob = plant.visitor("bob")
    form = {"kind": "worker", "since": "2026-03-02", "until": "2026-03-31", **more}
    made = bob.post("/enterprise/roster/passes", **form)
    assert made.status_code == 302, made.text
    return bob, made.headers["Location"]


def test_bob_issues_to_everybody_and_prints_the_sheets(plant: Plant, tmp_path: Path) -> None:
    form = WorkerForm("𠮷田", fictional_id("19900101", 7))
    roster.add_worker(plant.office, SYSTEM, plant.ids["a"], form)
    bob, batch = issue_to_all(plant)
    assert "已签发 2 张通行证" in bob.get(batch).text
    document = bob.get(f"{batch}/sheets.pdf")
    assert document.mimetype == "application/pdf"
    sheet = Printed(document.data)
    rows = issuing.passes(plant.office, plant.ids["a"]).rows
    texts = {issuing.text_of(plant.office, plant.ids["a"], row.pass_id).text for row in rows}
    assert sheet.codes(tmp_path) == [texts]
    assert "𠮷田" in sheet.words()


def test_a_second_time_nobody_gets_another_one_unless_asked(plant: Plant) -> None:
    issue_to_all(plant)
    _bob, again = issue_to_all(plant)
    assert again == "/enterprise/roster/passes"
    _bob, again = issue_to_all(plant, again="y")
    assert "/batches/" in again


def test_vehicles_get_permits(plant: Plant) -> None:
    roster.add_vehicle(plant.office, SYSTEM, plant.ids["a"], VehicleForm("京A12345", "李四"))
    bob, batch = issue_to_all(plant, kind="vehicle")
    assert Printed(bob.get(f"{batch}/sheets.pdf").data).sizes_mm() == [(210.0, 148.0)]


def test_a_batch_of_another_enterprise_does_not_exist(plant: Plant) -> None:
    _bob, batch = issue_to_all(plant)
    dave = plant.visitor("dave")
    assert dave.get(batch).status_code == 404
    assert dave.get(f"{batch}/sheets.pdf").status_code == 404


def test_one_pass_is_printed_until_it_is_revoked(plant: Plant) -> None:
    bob, _batch = issue_to_all(plant)
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    path = f"/enterprise/passes/{row.pass_id}"
    assert Printed(bob.get(f"{path}/card.pdf").data).sizes_mm() == [(85.6, 54.0)]
    assert bob.get(f"{path}/permit.pdf").status_code == 404
    assert plant.visitor("dave").get(f"{path}/card.pdf").status_code == 404
    assert bob.post(f"{path}/revoke", why="lost").status_code == 302
    assert bob.get(f"{path}/card.pdf").status_code == 409


def test_alice_prints_an_emergency_permit(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = {"plate": "京A12345", "name": "王五", "enterprise_id": "", "until": "2026-03-04"}
    place = alice.post("/bureau/passes/new", route="送氧气", **form).headers["Location"]
    assert "全区企业" in Printed(alice.get(f"{place}/permit.pdf").data).words()
    assert Printed(alice.get(f"{place}/card.pdf").data).sizes_mm() == [(85.6, 54.0)]


def one_pass(plant: Plant) -> tuple[Visitor, str, str]:
    """Bob, the id of the one pass, and its address."""
    bob, _batch = issue_to_all(plant)
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    return bob, row.pass_id, f"/enterprise/passes/{row.pass_id}"


def test_a_withdrawn_keys_pass_is_shown_as_such_and_not_printed(plant: Plant) -> None:
    bob, pass_id, path = one_pass(plant)
    key_id = issuing.text_of(plant.office, plant.ids["a"], pass_id).health_pass.key_id
    plant.clock.advance(1)
    keys.withdraw(plant.office, SYSTEM, WithdrawalForm(key_id, "laptop stolen"))
    assert "签发密钥已撤下" in bob.get("/enterprise/passes").text
    shown = bob.get(path).text
    assert "签发密钥已撤下" in shown
    assert "laptop stolen" in shown
    assert "可在手机上出示或打印" not in shown
    for sheet in ("card.pdf", "code.png", "print"):
        refused = bob.get(f"{path}/{sheet}")
        assert (refused.status_code, "密钥已撤下" in refused.text) == (409, True)
    assert pass_id in bob.get("/enterprise/passes/needed").text
    _bob, batch = issue_to_all(plant)
    assert "/batches/" in batch, "the holder gets another one"
    assert pass_id not in bob.get("/enterprise/passes/needed").text


def test_a_revoked_pass_says_when_why_and_by_whom(plant: Plant) -> None:
    bob, _pass_id, path = one_pass(plant)
    assert bob.post(f"{path}/revoke", why="丢在车上").status_code == 302
    shown = bob.get(path).text
    assert "丢在车上" in shown
    assert "Bob" in shown
    assert "可在手机上出示或打印" not in shown
    assert bob.get(f"{path}/code.png").status_code == 409


def test_a_lost_pass_leads_to_the_one_in_its_place(plant: Plant) -> None:
    bob, _pass_id, path = one_pass(plant)
    made = bob.post(f"{path}/lost").headers["Location"]
    assert f'href="{made}"' in bob.get(path).text


def test_a_blocked_holders_pass_is_no_picture(plant: Plant) -> None:
    bob, _pass_id, path = one_pass(plant)
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    assert bob.post(f"/enterprise/roster/{row.holder_id}/block", why="离职").status_code == 302
    holder = bob.get(f"/enterprise/roster/{row.holder_id}").text
    assert "离职" in holder
    assert f"/enterprise/roster/{row.holder_id}" in bob.get(path).text
    assert "离职" in bob.get(path).text
    assert bob.get(f"{path}/code.png").status_code == 409


def test_a_lost_pass_may_take_the_holders_others_with_it(plant: Plant) -> None:
    bob, pass_id, path = one_pass(plant)
    _bob, _batch = issue_to_all(plant, again="y")
    assert "持证人另有有效通行证" in bob.get(path).text
    made = bob.post(f"{path}/lost", others="y").headers["Location"]
    states = {row.pass_id: row.revoked for row in issuing.passes(plant.office, plant.ids["a"]).rows}
    assert states.pop(made.rpartition("/")[2]) is False
    assert (len(states), set(states.values()), pass_id in states) == (2, {True}, True)


def test_the_others_are_revoked_from_the_page_of_the_one_that_stays(plant: Plant) -> None:
    bob, _pass_id, path = one_pass(plant)
    issue_to_all(plant, again="y")
    assert plant.visitor("dave").post(f"{path}/others", why="x").status_code == 404
    assert bob.post(f"{path}/others", why="一张就够").status_code == 302
    rows = issuing.passes(plant.office, plant.ids["a"]).rows
    assert sorted(row.revoked for row in rows) == [False, True]


def test_who_holds_a_pass_is_told_before_another_one_is_issued(plant: Plant) -> None:
    bob, pass_id, _path = one_pass(plant)
    form = f"/enterprise/roster/{plant.ids['worker_a']}/pass"
    assert pass_id in bob.get(form).text
    terms = {"since": "2026-03-02", "until": "2026-04-02"}
    made = bob.post(form, **terms).headers["Location"]
    assert pass_id in bob.get(made).text
    latest = bob.post(form, since="2026-03-02", until="2026-04-03", others="y").headers["Location"]
    rows = issuing.passes(plant.office, plant.ids["a"]).rows
    assert [row.pass_id for row in rows if not row.revoked] == [latest.rpartition("/")[2]]


def test_a_pass_is_for_a_year_and_a_day_at_most(plant: Plant) -> None:
    bob = plant.visitor("bob")
    form = f"/enterprise/roster/{plant.ids['worker_a']}/pass"
    assert "366" in bob.post(form, since="2026-03-02", until="2027-03-03").text
    assert bob.post(form, since="2026-03-02", until="2027-03-02").status_code == 302
