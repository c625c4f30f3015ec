"""Second factors: a code is good once, also after a restart, and nothing opens without it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from passlib.totp import TOTP

from admin.auth import factors, invitations
from admin.auth.account import Account
from admin.auth.accounts import account_of
from admin.auth.lockout import FREE_ATTEMPTS
from admin.config import Settings
from checkpoint.services import SYSTEM, resealing
from checkpoint.storage.tables import RecoveryCode, SecondFactor
from tests.admin.plant import PASSWORD, Plant, Visitor, opened

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP_S = 30


def code_of(plant: Plant, seed: str = SEED) -> str:
    """What an authenticator app shows now."""
    shown: str = TOTP(key=seed).generate(time=plant.clock.now().timestamp()).token
    return shown


def account(plant: Plant, who: str = "bob") -> Account:
    return account_of(plant.office, plant.ids[who])


def with_app(plant: Plant, who: str = "bob") -> None:
    """The person has an app since a while."""
    factors.add_app(plant.office, account(plant, who), "phone", SEED, code_of(plant))
    plant.clock.advance(STEP_S)


def half_in(plant: Plant, who: str = "bob") -> Visitor:
    """Somebody who has given the password, and nothing else yet."""
    visitor = Visitor(plant.app)
    assert visitor.sign_in(who).status_code == 302
    visitor.get("/sign-in/second")
    return visitor


def test_an_app_is_added_by_a_first_code_and_asked_for_at_the_next_sign_in(plant: Plant) -> None:
    bob = plant.visitor("bob")
    page = bob.get("/account/apps/new").text
    seed = re.search(r'name="seed"[^>]*value="([A-Z2-7]{32})"', page)
    assert seed
    wrong = bob.post("/account/apps/new", seed=seed[1], name="phone", code="000000")
    assert "验证码不正确" in wrong.text
    assert seed[1] in wrong.text
    right = bob.post("/account/apps/new", seed=seed[1], name="phone", code=code_of(plant, seed[1]))
    codes = re.findall(r"<li>([a-z2-9-]{14})</li>", right.text)
    assert len(set(codes)) == factors.RECOVERY_CODES
    assert codes[0] not in bob.get("/account").text
    plant.clock.advance(STEP_S)
    again = half_in(plant)
    assert again.get("/enterprise/").headers["Location"].startswith("/sign-in/second")
    done = again.post("/sign-in/second?next=/enterprise/roster", code=code_of(plant, seed[1]))
    assert done.headers["Location"] == "/enterprise/roster"
    assert again.get("/enterprise/roster").status_code == 200


@pytest.mark.parametrize(
    "path", ["/enterprise/", "/account", "/password", "/account/apps/new", "/"]
)
def test_without_the_second_factor_nothing_opens(plant: Plant, path: str) -> None:
    with_app(plant)
    bob = half_in(plant)
    assert bob.get(path).headers["Location"].startswith("/sign-in/second")
    assert "退出登录" in bob.get("/sign-in/second").text


def test_without_the_second_factor_nothing_is_changed(plant: Plant) -> None:
    with_app(plant)
    bob = half_in(plant)
    for path in ("/account/recovery-codes", "/account/sign-ins/end", "/enterprise/accounts/search"):
        assert bob.post(path).headers["Location"].startswith("/sign-in/second"), path
    assert factors.recovery_codes_left(plant.office, plant.ids["bob"]) == 0


def test_a_code_is_good_once(plant: Plant) -> None:
    with_app(plant)
    seen = code_of(plant)
    bob = half_in(plant)
    assert bob.post("/sign-in/second", code=seen).status_code == 302
    thief = half_in(plant)
    assert thief.post("/sign-in/second", code=seen).status_code == 200
    assert thief.get("/enterprise/").status_code == 302


def test_a_used_code_is_worth_nothing_after_a_restart(plant: Plant, tmp_path: Path) -> None:
    with_app(plant)
    assert factors.check_app(plant.office, plant.ids["bob"], code_of(plant))
    again = opened(tmp_path / "data", plant.ids)
    again.clock.advance(STEP_S)
    assert not factors.check_app(again.office, plant.ids["bob"], code_of(again))
    again.clock.advance(STEP_S)
    assert factors.check_app(again.office, plant.ids["bob"], code_of(again))
    again.office.close()


def test_a_code_of_before_the_last_used_one_is_worth_nothing(plant: Plant) -> None:
    with_app(plant)
    older = code_of(plant)
    plant.clock.advance(STEP_S)
    assert factors.check_app(plant.office, plant.ids["bob"], code_of(plant))
    assert not factors.check_app(plant.office, plant.ids["bob"], older)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(plant: Plant, steps: int) -> None:
    with_app(plant)
    plant.clock.advance(5 * STEP_S)
    at = plant.clock.now().timestamp() + steps * STEP_S
    assert not factors.check_app(plant.office, plant.ids["bob"], TOTP(key=SEED).generate(at).token)


def test_a_recovery_code_is_good_once(plant: Plant) -> None:
    with_app(plant)
    codes = factors.fresh_recovery_codes(plant.office, account(plant))
    bob = half_in(plant)
    assert bob.post("/sign-in/second", code=codes[3].upper()).status_code == 302
    assert bob.get("/enterprise/").status_code == 200
    thief = half_in(plant)
    assert thief.post("/sign-in/second", code=codes[3]).status_code == 200
    assert factors.recovery_codes_left(plant.office, plant.ids["bob"]) == 9


def test_guessed_codes_are_delayed_and_the_right_one_does_not_help_meanwhile(plant: Plant) -> None:
    with_app(plant)
    bob = half_in(plant)
    for number in range(FREE_ATTEMPTS):
        assert bob.post("/sign-in/second", code=f"00000{number}").status_code == 200
    assert "分钟后重试" in bob.post("/sign-in/second", code=code_of(plant)).text
    plant.clock.advance(61)
    assert bob.post("/sign-in/second", code=code_of(plant)).status_code == 302


def test_seeds_and_recovery_codes_are_sealed_and_outlive_a_rotation_of_the_key(
    plant: Plant,
) -> None:
    with_app(plant)
    codes = factors.fresh_recovery_codes(plant.office, account(plant))
    done = resealing.rotate(plant.office, lambda _seconds: None)
    assert done.unreadable == 0
    with plant.office.db.read() as session:
        sealed = [row.seed_sealed for row in session.query(SecondFactor)]
        sealed += [row.code_sealed for row in session.query(RecoveryCode)]
    assert {blob[1:5].hex() for blob in sealed if blob} == {done.key_id}
    for path in plant.app.config["SIBAO"].data.glob("sibao.db*"):
        held = path.read_bytes()
        assert SEED.encode() not in held
        assert not [code for code in codes if code.encode() in held]
    assert factors.check_app(plant.office, plant.ids["bob"], code_of(plant))
    assert factors.use_recovery_code(plant.office, account(plant), codes[0])


def test_what_lets_one_in_is_changed_only_soon_after_the_password_was_given(plant: Plant) -> None:
    bob = plant.visitor("bob")
    plant.clock.advance(11 * 60)
    assert bob.get("/account/apps/new").headers["Location"] == "/account/confirm?wanted=app"
    bob.get("/account/confirm")
    assert bob.post("/account/confirm?wanted=app", password="not it at all").status_code == 200
    led = bob.post("/account/confirm?wanted=app", password=PASSWORD)
    assert led.headers["Location"] == "/account/apps/new"
    assert bob.get("/account/apps/new").status_code == 200


def test_somebody_elses_factor_does_not_exist(plant: Plant) -> None:
    with_app(plant, "carol")
    (theirs,) = factors.held(plant.office, plant.ids["carol"])
    bob = plant.visitor("bob")
    bob.get("/account")
    for act in ("remove", "name"):
        answer = bob.post(f"/account/factors/{theirs.factor_id}/{act}", name="mine")
        assert answer.status_code == 404
    assert factors.held(plant.office, plant.ids["carol"]) == (theirs,)


def test_bob_names_and_removes_his_app_and_the_codes_go_with_it(plant: Plant) -> None:
    with_app(plant)
    factors.fresh_recovery_codes(plant.office, account(plant))
    (app,) = factors.held(plant.office, plant.ids["bob"])
    bob = half_in(plant)
    bob.post("/sign-in/second", code=code_of(plant))
    bob.get("/account")
    bob.post(f"/account/factors/{app.factor_id}/name", name="the old <phone>")
    assert "the old &lt;phone&gt;" in bob.get("/account").text
    bob.post(f"/account/factors/{app.factor_id}/remove")
    assert factors.held(plant.office, plant.ids["bob"]) == ()
    assert factors.recovery_codes_left(plant.office, plant.ids["bob"]) == 0


def test_an_officer_has_a_term_to_set_one_up_and_then_nothing_else_opens(plant: Plant) -> None:
    alice = plant.visitor("alice")
    assert "2026-03-16" in alice.get("/bureau/enterprises").text
    plant.clock.advance(14 * 86_400)
    alice = plant.visitor("alice")
    assert alice.get("/bureau/enterprises").headers["Location"] == "/account"
    assert alice.get("/account/apps/new").status_code == 200
    with_app(plant, "alice")
    assert alice.get("/bureau/enterprises").status_code == 200


def test_an_officers_last_second_factor_stays(plant: Plant) -> None:
    with_app(plant, "alice")
    alice = half_in(plant, "alice")
    alice.post("/sign-in/second", code=code_of(plant))
    (app,) = factors.held(plant.office, plant.ids["alice"])
    alice.get("/account")
    alice.post(f"/account/factors/{app.factor_id}/remove")
    assert factors.held(plant.office, plant.ids["alice"])


def test_the_settings_say_whose_role_needs_one(plant: Plant) -> None:
    data = plant.app.config["SIBAO"].data
    plant.app.config["SIBAO"] = Settings(
        data=data, second_factor_for=("enterprise",), second_factor_grace_days=0
    )
    assert plant.visitor("bob").get("/enterprise/").headers["Location"] == "/account"
    assert plant.visitor("alice").get("/bureau/enterprises").status_code == 200
    plant.app.config["SIBAO"] = Settings(
        data=data, second_factor_for=("bureau",), second_factor_grace_days=0, demo=True
    )
    assert plant.visitor("alice").get("/bureau/enterprises").status_code == 200


def test_who_invites_anew_may_end_the_lost_factors_too(plant: Plant) -> None:
    with_app(plant)
    with plant.app.app_context():
        invitations.again(plant.office, SYSTEM, plant.ids["bob"], "phone lost", factors_too=False)
        assert factors.held(plant.office, plant.ids["bob"])
        invitations.again(plant.office, SYSTEM, plant.ids["bob"], "phone lost", factors_too=True)
    assert factors.held(plant.office, plant.ids["bob"]) == ()


def test_a_changed_password_does_not_pass_by_the_second_factor(plant: Plant) -> None:
    with_app(plant)
    bob = half_in(plant)
    bob.post("/sign-in/second", code=code_of(plant))
    bob.get("/password")
    fresh = "another good passphrase"
    bob.post("/password", password=PASSWORD, new_password=fresh, new_password_confirm=fresh)
    assert bob.get("/enterprise/").status_code == 200
    other = Visitor(plant.app)
    assert other.sign_in("bob", fresh).status_code == 302
    assert other.get("/enterprise/").headers["Location"].startswith("/sign-in/second")


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_second_step_leads_to_our_own_pages_only(plant: Plant, wanted: str) -> None:
    with_app(plant)
    bob = half_in(plant)
    done = bob.post(f"/sign-in/second?next={wanted}", code=code_of(plant))
    assert done.headers["Location"] == "/"


ANSWERS = ["", "{}", "[]", "null", "[" * 9999, '{"rawId":1,"response":{"clientDataJSON":"e30"}}']


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_is_no_passkey_signs_nobody_in(plant: Plant, answer: str) -> None:
    visitor = Visitor(plant.app)
    visitor.get("/sign-in")
    led = visitor.post("/sign-in/passkey", answer=answer)
    assert led.headers["Location"] == "/sign-in"
    assert visitor.get("/enterprise/").status_code == 302
