"""Words instead of codes, names instead of ids, and what is worthless is not handed out."""

from __future__ import annotations

from datetime import timedelta

from admin.auth.lockout import FREE_ATTEMPTS, FREE_FROM_ALL, Lockout
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Reading
from checkpoint.domain.reason import Reason
from tests.admin.plant import NOW, Kiosk, Plant, Visitor

EMERGENCY = {"plate": "京A12345", "name": "赵六", "until": "2026-03-03", "enterprise_id": ""}
TERM = {"since": "2026-03-02", "until": "2026-03-31"}


def test_the_bureau_frees_a_locked_account(plant: Plant) -> None:
    bob = Visitor(plant.app)
    for _ in range(FREE_ATTEMPTS + 1):
        bob.sign_in("bob", "not the password")
    assert "失败次数过多" in bob.sign_in("bob").text
    plant.visitor("alice").post(f"/bureau/accounts/{plant.ids['bob']}/enable", why="locked")
    assert bob.sign_in("bob").status_code == 302


def test_who_guesses_elsewhere_locks_nobody_out(plant: Plant) -> None:
    lockout = Lockout(plant.office, "secret")
    for _ in range(FREE_ATTEMPTS + 1):
        lockout.attempt("alice", "198.51.100.7")
    assert lockout.attempt("alice", "198.51.100.7") > timedelta()
    assert lockout.attempt("alice", "192.0.2.1") == timedelta()


def test_guessing_from_many_addresses_ends_as_well(plant: Plant) -> None:
    lockout = Lockout(plant.office, "secret")
    waits = [lockout.attempt("alice", f"198.51.100.{n}") for n in range(FREE_FROM_ALL + 1)]
    assert not any(waits[:-1])
    assert waits[-1] > timedelta()
    lockout.forget("alice")
    assert lockout.attempt("alice", "198.51.100.1") == timedelta()


def test_another_plants_site_is_told_at_its_field(plant: Plant) -> None:
    form = {"valid_from": "2026-03-02", "valid_until": "2026-03-09"}
    answer = plant.visitor("alice").post(
        "/bureau/warrants/new", account_id=plant.ids["carol"], sites=plant.ids["site_b"], **form
    )
    assert answer.status_code == 200
    assert 'class="error"' in answer.text.split('id="sites-told"')[1].split("</div>")[0]
    assert 'value="2026-03-09"' in answer.text


def test_for_a_person_only_the_sites_of_their_own_enterprise_are_offered(plant: Plant) -> None:
    alice, (carol, theirs, others) = (
        plant.visitor("alice"),
        (plant.ids[name] for name in ("carol", "site_a", "site_b")),
    )
    page = alice.get(f"/bureau/warrants/new?account={carol}").text
    assert f'value="{theirs}"' in page
    assert f'value="{others}"' not in page
    page = alice.get("/bureau/warrants/new").text
    assert "北河食品厂 · " in page.partition(f'value="{others}"')[2].partition("</label>")[0]


def test_the_warrants_last_day_is_labelled_as_such(plant: Plant) -> None:
    page = plant.visitor("alice").get("/bureau/warrants/new").text
    assert '<label for="valid_until">至' in page


def test_a_past_day_is_told_in_words_at_its_field(plant: Plant) -> None:
    alice = plant.visitor("alice")
    page = alice.post("/bureau/passes/new", **EMERGENCY | {"until": "2026-03-01"}).text
    assert "截止日期已过" in page.split('id="until-told"')[1].split("</div>")[0]
    assert "expires_at" not in page


def test_a_card_names_the_enterprise_and_the_bureau(plant: Plant) -> None:
    bob, alice = plant.visitor("bob"), plant.visitor("alice")
    worker = bob.post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **TERM)
    page = bob.get(worker.headers["Location"]).text
    assert "<small>晨光机械厂</small>" in page
    assert "由 晨光机械厂 的密钥" in page
    assert "证件尾号" in page
    vehicle = alice.post("/bureau/passes/new", **EMERGENCY)
    page = alice.get(vehicle.headers["Location"]).text
    assert "由 区发展改革工信局 的密钥" in page
    assert "核对车牌和驾驶员" in page
    assert "核对姓名" not in page


def test_the_last_day_of_a_pass_is_the_one_that_was_chosen(plant: Plant) -> None:
    bob, holder = plant.visitor("bob"), f"/enterprise/roster/{plant.ids['worker_a']}"
    made = bob.post(f"{holder}/pass", **TERM).headers["Location"]
    for path in (made, holder, "/enterprise/passes"):
        page = bob.get(path).text
        assert "2026-03-31" in page
        assert "2026-04-01" not in page


def test_the_last_day_of_a_warrant_is_the_one_that_was_chosen(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = {"valid_from": "2026-03-02", "valid_until": "2026-03-09"}
    alice.post("/bureau/warrants/new", account_id=plant.ids["carol"], **form)
    page = alice.get("/bureau/warrants").text
    assert '<td data-label="至" class="time">2026-03-09</td>' in page


def test_a_revoked_pass_is_not_handed_out(plant: Plant) -> None:
    bob = plant.visitor("bob")
    made = bob.post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **TERM).headers["Location"]
    assert bob.post(f"{made}/revoke", why="lost").status_code == 302
    for path in (f"{made}/code.png", f"{made}/print"):
        answer = bob.get(path)
        assert answer.status_code == 409
        assert "通行证已撤销" in answer.text
    page = bob.get(made).text
    assert "/code.png" not in page
    assert f'{made}/print"' not in page


def test_who_did_what_is_in_words(plant: Plant) -> None:
    page = plant.visitor("alice").get("/bureau/actions").text
    assert "<span>系统</span>" in page
    assert "晨光机械厂" in page


def _kiosk(plant: Plant) -> Kiosk:
    kiosk = plant.kiosk()
    readings = (Reading(3640, 3650, "film", NOW),)
    denied = {"outcome": Outcome.DENY, "reasons": (Reason.NO_MASK,), "mask_source": "film"}
    kiosk.record(kiosk.entry(NOW, issuer=plant.ids["a"], readings=readings, **denied))
    details = {"epoch": "1", "seq": "1", "hash": "a" * 16, "words": "masks were handed out"}
    cited = {"kind": EntryKind.OVERRIDE, "reasons": (Reason.OVERRIDDEN,), "details": details}
    kiosk.record(kiosk.entry(NOW + timedelta(seconds=5), **cited))
    for second, kind in enumerate((EntryKind.EMERGENCY, EntryKind.BOOT, EntryKind.FAULT), 6):
        kiosk.record(kiosk.entry(NOW + timedelta(seconds=second), kind=kind))
    assert kiosk.push(plant.app.test_client(), NOW + timedelta(seconds=10)).status_code == 200
    return kiosk


def test_an_override_links_to_the_entry_it_is_about(plant: Plant) -> None:
    chain = f"/inspector/entries/{_kiosk(plant).place.kiosk_id}/1"
    carol = plant.visitor("carol")
    page = carol.get(f"{chain}/2").text
    assert f'href="{chain}/1"' in page
    assert "<dt>理由</dt><dd>masks were handed out</dd>" in page
    assert not [key for key in ("seq", "hash", "epoch", "words") if f"<dt>{key}</dt>" in page]
    page = carol.get(f"{chain}/1").text
    assert "演示影片" in page
    assert "film" not in page
    assert "<dt>签发者</dt><dd>晨光机械厂</dd>" in page


def test_the_list_begins_with_all_that_people_did(plant: Plant) -> None:
    kiosk_id = _kiosk(plant).place.kiosk_id
    carol = plant.visitor("carol")
    page = carol.get("/inspector/entries").text
    shown = [seq for seq in range(1, 6) if f"/inspector/entries/{kiosk_id}/1/{seq}" in page]
    assert shown == [1, 2, 3]
    assert "通行与门卫操作" in carol.get("/inspector/lookups").text


def test_all_that_is_wrong_is_told_at_once(plant: Plant) -> None:
    form = {"name": "厂", "credit_code": "123", "enterprise_id": "Bad Id"}
    page = plant.visitor("alice").post("/bureau/enterprises/new", **form).text
    for field in ("credit_code", "enterprise_id"):
        assert 'class="error"' in page.split(f'id="{field}-told"')[1].split("</div>")[0]
