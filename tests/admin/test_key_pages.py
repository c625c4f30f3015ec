"""Alice sees which keys there are, lets another one sign, and withdraws one that was stolen."""

from __future__ import annotations

from datetime import date

from checkpoint.services import issuing, keys
from tests.admin.plant import Plant


def test_alice_rotates_and_withdraws_a_key(plant: Plant) -> None:
    bob, alice, mine = plant.visitor("bob"), plant.visitor("alice"), plant.ids["a"]
    terms = {"since": str(date(2026, 3, 2)), "until": str(date(2026, 3, 9))}
    assert bob.post(f"/enterprise/roster/{plant.ids['worker_a']}/pass", **terms).status_code == 302
    (row,) = issuing.passes(plant.office, mine).rows
    old = issuing.text_of(plant.office, mine, row.pass_id).health_pass.key_id
    assert old in alice.get("/bureau/keys").text
    plant.clock.advance(60)
    assert alice.post(f"/bureau/keys/rotate/{mine}", why="年度更换").status_code == 302
    found = {key.key.key_id: key for key in keys.keys(plant.office) if key.key.owner == mine}
    assert (len(found), found[old].signs, found[old].passes) == (2, False, 1)
    path = f"/bureau/keys/{old}/withdraw"
    assert "1 张有效通行证" in alice.get(path).text
    alice.post(path, why="电脑被盗")
    assert not keys.whole(plant.office, old)[0].withdrawn, "only with the tick"
    assert alice.post(path, why="电脑被盗", sure="y").status_code == 302
    assert keys.whole(plant.office, old)[0].withdrawn
    assert "已撤下" in alice.get("/bureau/keys").text
    assert issuing.text_of(plant.office, mine, row.pass_id).withdrawn


def test_keys_are_the_bureaus_alone_and_unknown_ones_are_told(plant: Plant) -> None:
    assert plant.visitor("bob").get("/bureau/keys").status_code == 403
    assert plant.visitor("carol").post("/bureau/keys/rotate/bureau", why="x").status_code == 403
    assert plant.visitor("alice").get("/bureau/keys/00000000/withdraw").status_code == 404
    assert plant.visitor("alice").post("/bureau/keys/rotate/nobody", why="x").status_code == 404


def test_a_rotation_pressed_twice_makes_one_key_and_says_so(plant: Plant) -> None:
    alice, mine = plant.visitor("alice"), plant.ids["a"]
    plant.clock.advance(60)
    before = len(plant.office.keys.ring(mine).keys)
    assert alice.post(f"/bureau/keys/rotate/{mine}", why="年度更换").status_code == 302
    again = alice.post(f"/bureau/keys/rotate/{mine}", why="年度更换")
    assert again.status_code == 409
    assert "刚刚" in again.text
    assert len(plant.office.keys.ring(mine).keys) == before + 1


def test_bob_is_told_that_his_key_is_gone_and_who_needs_a_pass(plant: Plant) -> None:
    bob, alice, mine = plant.visitor("bob"), plant.visitor("alice"), plant.ids["a"]
    terms = {"since": str(date(2026, 3, 2)), "until": str(date(2026, 3, 9))}
    path = f"/enterprise/roster/{plant.ids['worker_a']}/pass"
    assert bob.post(path, **terms).status_code == 302
    assert "data-notice" not in bob.get("/enterprise/").text
    plant.clock.advance(60)
    key = plant.office.keys.issuer(mine).key_id
    alice.post(f"/bureau/keys/{key}/withdraw", why="电脑<i>被盗", sure="y")
    told = bob.get("/enterprise/").text
    assert 'data-notice="withdraw_key"' in told
    assert "电脑&lt;i&gt;被盗" in told
    assert key in told
    assert 'data-in-need="1"' in told
    assert "/enterprise/passes/needed" in told
    assert "data-notice" not in plant.visitor("dave").get("/enterprise/").text
    bob.post(path, **terms)
    assert "data-in-need" not in bob.get("/enterprise/").text


def test_alice_reads_which_emergency_passes_her_own_key_took_with_it(plant: Plant) -> None:
    alice = plant.visitor("alice")
    form = {"plate": "京A12345", "name": "赵六", "until": "2026-03-09", "enterprise_id": ""}
    issued = alice.post("/bureau/passes/new", **form, since="2026-03-02").headers["Location"]
    assert "data-in-need" not in alice.get("/bureau/passes").text
    plant.clock.advance(60)
    key = plant.office.keys.issuer("bureau").key_id
    alice.post(f"/bureau/keys/{key}/withdraw", why="电脑被盗", sure="y")
    told = alice.get("/bureau/passes").text.partition("data-in-need")[2].partition("</div>")[0]
    assert f'href="{issued}"' in told
    alice.post(f"{issued}/lost")
    assert "data-in-need" not in alice.get("/bureau/passes").text
