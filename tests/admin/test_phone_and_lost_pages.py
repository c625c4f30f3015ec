"""Phone passes of every kind on the pages, batches printed again, lost passes issued again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checkpoint.domain.health_pass import HealthPass, KeyAlgorithm, PassKind
from checkpoint.domain.place import BUREAU
from checkpoint.errors import Refused
from checkpoint.services import SYSTEM, issuing, phone, roster
from checkpoint.services.forms import VehicleForm
from checkpoint.services.rows import IssuedPass
from tests.admin.plant import Plant, Visitor
from tests.admin.printing import Printed
from tests.fixtures.phone import Phone

TERM = {"since": "2026-03-02", "until": "2026-03-31"}
LINK = re.compile(r"http://127\.0\.0\.1:8000/phone/#([\w-]+)")
VISITOR = {"name": "王五", "host": "采购部", "day": "2026-03-03", "carrier": "phone"}
EMERGENCY = {"plate": "京A12345", "name": "赵六", "enterprise_id": "", "carrier": "phone"}


def fetched(plant: Plant, page: str) -> IssuedPass:
    """The pass that a phone gets by the link on a page."""
    found = LINK.search(page)
    assert found, page
    return phone.register(plant.office, Phone.make(KeyAlgorithm.ED25519).asks(found[1]))


def phone_pass(plant: Plant, bob: Visitor) -> HealthPass:
    path = f"/phone/links/{plant.ids['worker_a']}"
    return fetched(plant, bob.post(path, **TERM).text).health_pass


def test_the_link_asks_for_begin_shift_and_sites(plant: Plant) -> None:
    bob = plant.visitor("bob")
    path = f"/phone/links/{plant.ids['worker_a']}"
    form = {"since": "2026-03-05", "until": "2026-03-31", "sites": plant.ids["site_a"]}
    answer = bob.post(path, shift_from="22:00", shift_until="06:00", **form)
    known = fetched(plant, answer.text).health_pass
    assert known.not_before.isoformat() == "2026-03-04T16:00:00+00:00"
    assert (known.shift, known.sites) == ((22 * 60, 6 * 60), (plant.ids["site_a"],))
    bus = VehicleForm("京A12345", "李四")
    holder_id = roster.add_vehicle(plant.office, SYSTEM, plant.ids["a"], bus)
    assert "shift_from" not in bob.get(f"/phone/links/{holder_id}").text


def test_bob_withdraws_a_link_that_nobody_has_used(plant: Plant) -> None:
    bob, dave = plant.visitor("bob"), plant.visitor("dave")
    holder = plant.ids["worker_a"]
    page = bob.post(f"/phone/links/{holder}", **TERM).text
    withdraw = f"/enterprise/passes/links/{holder}/withdraw"
    assert "未使用的手机链接" in bob.get("/enterprise/passes").text
    assert withdraw in bob.get("/enterprise/passes/links").text
    assert withdraw not in dave.get("/enterprise/passes/links").text
    assert dave.post(withdraw, why="mine").status_code == 404
    assert bob.post(withdraw, why="发错了人").status_code == 302
    listed = bob.get("/enterprise/passes/links").text
    assert withdraw not in listed
    assert "链接已撤下" in listed
    with pytest.raises(Refused, match="unknown, used or expired"):
        fetched(plant, page)
    assert bob.post(withdraw, why="again").status_code == 404
    assert "撤下了未使用的手机链接" in plant.visitor("alice").get("/bureau/actions").text


def test_alice_withdraws_the_link_of_an_emergency_vehicle(plant: Plant) -> None:
    alice = plant.visitor("alice")
    alice.post("/bureau/passes/new", until="2026-03-04", **EMERGENCY)
    assert "未使用的手机链接" in alice.get("/bureau/passes").text
    found = re.search(r"/bureau/passes/links/\w+/withdraw", alice.get("/bureau/passes/links").text)
    assert found
    alice.post(found[0], why="another driver")
    assert "赵六" not in alice.get("/bureau/passes/links").text


def test_lists_and_page_say_that_a_phone_holds_it(plant: Plant) -> None:
    bob = plant.visitor("bob")
    known = phone_pass(plant, bob)
    mark = '<span class="badge-idle">手机</span>'
    assert mark in bob.get("/enterprise/passes").text
    assert mark in bob.get(f"/enterprise/roster/{known.holder_id}").text
    page = bob.get(f"/enterprise/passes/{known.pass_id}").text
    assert "仅在持证人手机上出示" in page
    assert "不能打印" in page
    for path in ("card.pdf", "code.png", "print"):
        assert path not in page


@pytest.mark.parametrize("path", ["card.pdf", "permit.pdf", "code.png", "print"])
def test_a_phone_pass_is_not_printed_and_the_reason_is_told(plant: Plant, path: str) -> None:
    bob = plant.visitor("bob")
    known = phone_pass(plant, bob)
    answer = bob.get(f"/enterprise/passes/{known.pass_id}/{path}")
    assert answer.status_code == 409
    assert "手机通行证不能打印" in answer.text


def test_a_visitor_fetches_the_pass_with_the_phone(plant: Plant) -> None:
    bob = plant.visitor("bob")
    answer = bob.post("/enterprise/visitors/new", **VISITOR)
    assert answer.status_code == 200
    known = fetched(plant, answer.text).health_pass
    assert (known.kind, known.name, known.host) == (PassKind.VISITOR, "王五", "采购部")
    assert known.not_before.isoformat() == "2026-03-02T16:00:00+00:00"
    assert "手机" in bob.get("/enterprise/passes").text


def test_the_driver_of_an_emergency_vehicle_fetches_it_with_the_phone(plant: Plant) -> None:
    alice = plant.visitor("alice")
    answer = alice.post("/bureau/passes/new", until="2026-03-04", **EMERGENCY)
    known = fetched(plant, answer.text).health_pass
    assert (known.kind, known.issuer) == (PassKind.EMERGENCY_VEHICLE, BUREAU)
    assert '<span class="badge-idle">手机</span>' in alice.get("/bureau/passes").text
    assert alice.get(f"/bureau/passes/{known.pass_id}/permit.pdf").status_code == 409


@pytest.mark.parametrize("how", ["card.pdf", "code.png"])
def test_a_lost_card_is_issued_again_and_the_old_one_is_worthless(
    plant: Plant, how: str, tmp_path: Path
) -> None:
    bob = plant.visitor("bob")
    old = bob.post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **TERM).headers["Location"]
    page = bob.get(old).text
    assert "遗失补发" in page
    assert "不能撤回" in page
    done = bob.post(f"{old}/lost")
    new = done.headers["Location"]
    assert new != old
    assert bob.get(f"{new}/{how}").status_code == 200
    assert bob.get(f"{old}/{how}").status_code == 409
    assert "已撤销" in bob.get(old).text
    again = bob.post(f"{old}/lost")
    assert again.status_code == 409
    assert "已撤销" in again.text
    record = plant.visitor("alice").get("/bureau/actions").text
    assert "遗失补发" in record


def test_a_lost_phone_gets_a_new_link(plant: Plant) -> None:
    bob = plant.visitor("bob")
    old = phone_pass(plant, bob)
    page = f"/enterprise/passes/{old.pass_id}"
    assert "手机遗失" in bob.get(page).text
    new = fetched(plant, bob.post(f"{page}/lost").text).health_pass
    assert new.holder_id == old.holder_id
    assert issuing.text_of(plant.office, plant.ids["a"], old.pass_id).revoked


def test_nobody_reissues_anothers(plant: Plant) -> None:
    bob = plant.visitor("bob")
    mine = bob.post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **TERM).headers["Location"]
    assert plant.visitor("dave").post(f"{mine}/lost").status_code == 404
    assert plant.visitor("alice").post(f"{mine}/lost").status_code == 403
    assert plant.visitor("carol").post(f"{mine}/lost").status_code == 403


def test_an_emergency_permit_is_issued_again(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = EMERGENCY | {"carrier": "paper", "until": "2026-03-04", "route": "送氧气"}
    old = alice.post("/bureau/passes/new", **form).headers["Location"]
    new = alice.post(f"{old}/lost").headers["Location"]
    assert "送氧气" in alice.get(new).text


def test_a_batch_is_found_again_and_printed_again(plant: Plant, tmp_path: Path) -> None:
    bob = plant.visitor("bob")
    assert "还没有批次" in bob.get("/enterprise/passes/batches").text
    made = bob.post("/enterprise/roster/passes", kind="worker", **TERM).headers["Location"]
    page = bob.get("/enterprise/passes/batches").text
    assert f'href="{made}/sheets.pdf"' in page
    assert "与通行证一一对应" in bob.get(made).text
    once, again = (Printed(bob.get(f"{made}/sheets.pdf").data).codes(tmp_path) for _ in range(2))
    assert once == again
    assert made not in plant.visitor("dave").get("/enterprise/passes/batches").text
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    bob.post(f"/enterprise/passes/{row.pass_id}/revoke", why="lost")
    assert "sheets.pdf" not in bob.get("/enterprise/passes/batches").text
    refused = bob.get(f"{made}/sheets.pdf")
    assert refused.status_code == 409
    assert "本批次已没有有效的通行证" in refused.text


def test_what_ends_soon_is_listed_until_it_is_renewed(plant: Plant) -> None:
    bob = plant.visitor("bob")
    path = f"/enterprise/roster/{plant.ids['worker_a']}/pass"
    assert "近期没有到期" in bob.get("/enterprise/passes/expiring").text
    bob.post(path, since="2026-03-02", until="2026-03-05")
    assert "张三" in bob.get("/enterprise/passes/expiring").text
    bob.post(path, **TERM)
    assert "近期没有到期" in bob.get("/enterprise/passes/expiring").text
