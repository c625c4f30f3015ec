"""Accounts: invited by a link that serves once, looked after by whose they are and nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from admin.auth import accounts, browsers, invitations, passwords
from admin.auth.account import Account, Role
from admin.auth.lockout import FREE_ATTEMPTS, FREE_FROM_ALL, LONGEST_DELAY, Lockout
from admin.auth.sign_ins import end_everywhere
from admin.cli import main
from checkpoint.errors import ClaimError, NotFound, Refused
from checkpoint.services import SYSTEM, Actor, Scope, lookup
from tests.admin.plant import PASSWORD, Plant, Visitor

OWN = "four plain words here"
LINK = re.compile(r'id="link">[^<]*#([a-z2-9-]{29})<')


def invited(visitor: Visitor, path: str, **form: str) -> str:
    """The secret of the invitation that a form led to."""
    visitor.get(path.rpartition("/")[0] if path.endswith("/invitation") else path)
    answer = visitor.post(path, **form)
    found = LINK.search(answer.text)
    assert found, answer.text
    return found[1]


def take_up(plant: Plant, secret: str, password: str = OWN) -> tuple[Visitor, str]:
    """A person with an invitation chooses a password; what the last page says."""
    person = Visitor(plant.app)
    person.get("/invitation")
    answer = person.post("/invitation", code=secret)
    if answer.status_code != 302:
        return person, answer.text
    person.get("/invitation/password")
    chosen = person.post("/invitation/password", password=password, again=password)
    return person, chosen.headers.get("Location", chosen.text)


def verbs(plant: Plant) -> list[str]:
    return [row.verb for row in lookup.actions(plant.office, Scope.whole_district(), None).rows]


def test_bob_invites_a_colleague_who_chooses_the_password(plant: Plant) -> None:
    bob = plant.visitor("bob")
    form = {"name": "Erin", "username": "erin", "role": "enterprise"}
    secret = invited(bob, "/enterprise/accounts/new", **form)
    assert Visitor(plant.app).sign_in("erin").status_code == 200
    erin, led = take_up(plant, secret)
    assert led == "/sign-in"
    assert erin.sign_in("erin", OWN).status_code == 302
    assert erin.get("/enterprise/").status_code == 200
    assert verbs(plant)[:2] == ["accept_invitation", "add_account"]


def test_an_invitation_serves_once(plant: Plant) -> None:
    form = {"name": "Erin", "username": "erin", "role": "inspector"}
    secret = invited(plant.visitor("bob"), "/enterprise/accounts/new", **form)
    _erin, led = take_up(plant, secret)
    assert led == "/sign-in"
    _thief, told = take_up(plant, secret, "words of somebody else")
    assert "此邀请" in told
    assert Visitor(plant.app).sign_in("erin", "words of somebody else").status_code == 200


def test_of_two_who_open_one_invitation_the_first_has_it(plant: Plant) -> None:
    form = {"name": "Erin", "username": "erin", "role": "inspector"}
    secret = invited(plant.visitor("bob"), "/enterprise/accounts/new", **form)
    late = Visitor(plant.app)
    late.get("/invitation")
    assert late.post("/invitation", code=secret).headers["Location"] == "/invitation/password"
    late.get("/invitation/password")
    take_up(plant, secret)
    answer = late.post(
        "/invitation/password", password="quite other words", again="quite other words"
    )
    assert answer.headers["Location"] == "/invitation"
    assert Visitor(plant.app).sign_in("erin", OWN).status_code == 302


def test_an_invitation_runs_out(plant: Plant) -> None:
    form = {"name": "Erin", "username": "erin", "role": "inspector"}
    secret = invited(plant.visitor("bob"), "/enterprise/accounts/new", **form)
    plant.clock.advance(invitations.TERM.total_seconds())
    assert "此邀请" in take_up(plant, secret)[1]


def test_the_secret_of_an_invitation_is_in_no_address_and_not_in_the_database(
    plant: Plant,
) -> None:
    form = {"name": "Erin", "username": "erin", "role": "inspector"}
    secret = invited(plant.visitor("bob"), "/enterprise/accounts/new", **form)
    folder = plant.app.config["SIBAO"].data
    database = b"".join(path.read_bytes() for path in folder.glob("sibao.db*"))
    assert b"erin" in database
    assert secret.encode() not in database
    person = Visitor(plant.app)
    person.get("/invitation")
    assert secret not in person.post("/invitation", code=secret).headers["Location"]


def test_alice_invites_bob_anew_and_his_password_and_sign_ins_end(plant: Plant) -> None:
    bob, alice = plant.visitor("bob"), plant.visitor("alice")
    path = f"/bureau/accounts/{plant.ids['bob']}/invitation"
    alice.get("/bureau/accounts")
    found = LINK.search(alice.post(path, why="forgot").text)
    assert found
    assert bob.get("/enterprise/").status_code == 302
    assert Visitor(plant.app).sign_in("bob").status_code == 200
    assert take_up(plant, found[1])[1] == "/sign-in"
    assert Visitor(plant.app).sign_in("bob", OWN).status_code == 302


def test_a_newer_invitation_ends_the_older_one(plant: Plant) -> None:
    alice = plant.visitor("alice")
    alice.get("/bureau/accounts")
    path = f"/bureau/accounts/{plant.ids['bob']}/invitation"
    older, newer = (LINK.search(alice.post(path, why="forgot").text) for _ in range(2))
    assert older
    assert newer
    assert "此邀请" in take_up(plant, older[1])[1]
    assert take_up(plant, newer[1])[1] == "/sign-in"


def test_no_officer_takes_another_officers_account(plant: Plant) -> None:
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with plant.app.app_context():
        new = accounts.NewAccount("fay", "Fay", Role.BUREAU)
        fay = accounts.add(plant.office, SYSTEM, new, known).account_id
    alice = plant.visitor("alice")
    alice.get("/bureau/accounts")
    assert alice.post(f"/bureau/accounts/{fay}/invitation", why="mine").status_code == 409
    assert Visitor(plant.app).sign_in("fay").status_code == 302


@pytest.mark.parametrize("act", ["disable", "enable", "invitation", "role"])
def test_another_enterprises_account_does_not_exist(plant: Plant, act: str) -> None:
    bob = plant.visitor("bob")
    page = bob.get("/enterprise/accounts").text
    assert "carol" in page
    assert "dave" not in page
    assert "alice" not in page
    answers = [
        bob.post(f"/enterprise/accounts/{account_id}/{act}", why="mine now").status_code
        for account_id in (plant.ids["dave"], plant.ids["alice"], "0" * 16)
    ]
    assert answers == [404, 404, 404]
    assert Visitor(plant.app).sign_in("dave").status_code == 302


@pytest.mark.parametrize("act", ["disable", "invitation", "role"])
def test_nobody_changes_the_account_in_use(plant: Plant, act: str) -> None:
    bob = plant.visitor("bob")
    bob.get("/enterprise/accounts")
    path = f"/enterprise/accounts/{plant.ids['bob']}/{act}"
    assert bob.post(path, why="by mistake").status_code == 409
    assert bob.get("/enterprise/").status_code == 200


def test_the_terminal_invites_an_officer_anew(plant: Plant, tmp_path: Path) -> None:
    alice = plant.visitor("alice")
    words = ["account", "invite", "alice", "--why", "phone lost", "--factors-too"]
    done = CliRunner().invoke(main, [*words, "--data", str(tmp_path / "data")])
    assert done.exit_code == 0, done.output
    assert alice.get("/bureau/enterprises").status_code == 302
    secret = done.output.splitlines()[0].partition("/invitation#")[2]
    with plant.app.app_context():
        found = invitations.found(plant.office, secret)
    assert found is not None
    assert found.username == "alice"


def test_an_older_database_brings_back_no_sign_in_and_no_invitation(plant: Plant) -> None:
    bob = plant.visitor("bob")
    form = {"name": "Erin", "username": "erin", "role": "inspector"}
    secret = invited(bob, "/enterprise/accounts/new", **form)
    end_everywhere(plant.office)
    assert bob.get("/enterprise/").status_code == 302
    assert "此邀请" in take_up(plant, secret)[1]


def test_another_role_holds_at_once_and_is_recorded(plant: Plant) -> None:
    bob, carol = plant.visitor("bob"), plant.visitor("carol")
    bob.get("/enterprise/accounts")
    path = f"/enterprise/accounts/{plant.ids['carol']}/role"
    assert bob.post(path, why="runs the office now").status_code == 302
    assert carol.get("/inspector/entries").status_code == 302
    again = plant.visitor("carol")
    assert again.get("/inspector/entries").status_code == 403
    assert again.get("/enterprise/").status_code == 200
    assert verbs(plant)[0] == "make_enterprise"


def test_an_officers_role_stays(plant: Plant) -> None:
    bob = Actor("b", "enterprise", "Bob")
    with plant.app.app_context(), pytest.raises(Refused, match="officer"):
        accounts.set_role(plant.office, bob, plant.ids["alice"], Role.INSPECTOR, "why")
    with plant.app.app_context(), pytest.raises(Refused, match="officer"):
        accounts.set_role(plant.office, bob, plant.ids["bob"], Role.BUREAU, "why")


def test_an_act_on_an_account_without_a_reason_is_not_done(plant: Plant) -> None:
    bob = plant.visitor("bob")
    bob.get("/enterprise/accounts")
    bob.post(f"/enterprise/accounts/{plant.ids['carol']}/disable", why=" ")
    assert Visitor(plant.app).sign_in("carol").status_code == 302


def test_a_search_finds_by_a_part_of_the_name_and_tells_when_nobody_is_found(
    plant: Plant,
) -> None:
    alice = plant.visitor("alice")
    alice.get("/bureau/accounts")
    page = alice.post("/bureau/accounts/search", q="AVE").text
    assert "dave" in page
    assert "carol" not in page
    assert "没有找到" in alice.post("/bureau/accounts/search", q="%").text


def test_a_long_list_of_accounts_is_shown_page_by_page(plant: Plant) -> None:
    actor = Actor("b", "enterprise", "Bob")
    with plant.app.app_context(), plant.office.db.write() as session:
        once = accounts.insert(
            plant.office,
            session,
            actor,
            accounts.NewAccount("p000", "P", Role.INSPECTOR, plant.ids["a"]),
            accounts.InitialPassword(PASSWORD),
        )
        for number in range(1, 150):
            row = {c.key: getattr(once, c.key) for c in Account.__table__.columns}
            row |= dict.fromkeys(("account_id", "fs_uniquifier"), f"{number:03}")
            session.add(Account(**row | {"username": f"p{number:03}"}))
    bob = plant.visitor("bob")
    first = bob.get("/enterprise/accounts").text
    more = re.search(r'href="(/enterprise/accounts\?after=[^"]+)"', first)
    assert more
    names = [re.findall(r"\bp\d{3}\b", page) for page in (first, bob.get(more[1]).text)]
    assert sorted(names[0] + names[1]) == [f"p{number:03}" for number in range(150)]


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("short", passwords.Weakness.SHORT),
        ("x" * 129, passwords.Weakness.LONG),
        ("password123", passwords.Weakness.GUESSED),
        ("woaini1314520", passwords.Weakness.GUESSED),
        ("1qaz2wsx3edc", passwords.Weakness.GUESSED),
        ("carol likes long walks", passwords.Weakness.ABOUT),
        ("王小明的很长很长的密码", passwords.Weakness.ABOUT),
        ("correct horse battery staple", None),
    ],
)
def test_a_password_is_judged_by_how_it_would_be_guessed(
    password: str, weak: passwords.Weakness | None
) -> None:
    assert passwords.weakness(password, ("carol", "王小明")) is weak


@given(st.text(max_size=300))
def test_every_text_can_be_judged(password: str) -> None:
    assert passwords.weakness(password, ("carol", "Carol")) in {None, *passwords.Weakness}


@pytest.mark.parametrize("password", ["password123", "carol and a longer text"])
def test_a_weak_password_is_not_taken_and_the_person_is_told(plant: Plant, password: str) -> None:
    carol = plant.visitor("carol")
    carol.get("/password")
    answer = carol.post(
        "/password", password=PASSWORD, new_password=password, new_password_confirm=password
    )
    assert answer.status_code == 200
    assert 'class="error"' in answer.text
    assert password not in answer.text
    assert Visitor(plant.app).sign_in("carol").status_code == 302


def test_alice_sees_on_the_enterprises_page_who_has_not_come_in_yet(plant: Plant) -> None:
    alice = plant.visitor("alice")
    path = "/bureau/enterprises/plant-a/admins/new"
    secret = invited(alice, path, name="Erin", username="erin")
    line = alice.get("/bureau/enterprises/plant-a").text.partition(">erin<")[2]
    assert "已邀请" in line.partition("</tr>")[0]
    assert "至 2026-03-05" in line.partition("</tr>")[0]
    take_up(plant, secret)
    line = alice.get("/bureau/enterprises/plant-a").text.partition(">erin<")[2]
    assert "已邀请" not in line.partition("</tr>")[0]


def test_the_page_of_a_link_says_how_to_get_another_one(plant: Plant) -> None:
    alice, form = plant.visitor("alice"), {"name": "Erin", "username": "erin"}
    path = "/bureau/enterprises/plant-a/admins/new"
    alice.get(path)
    first, reloaded = (alice.post(path, **form).text for _ in range(2))
    assert LINK.search(first)
    for page in (first, reloaded.split('id="username-told"')[1].split("</div>")[0]):
        assert "重新邀请" in page


def test_a_password_with_the_username_is_told_in_plain_words_at_the_terminal(plant: Plant) -> None:
    new = accounts.NewAccount("erin", "Erin", Role.BUREAU)
    told = "password holds the username"
    with plant.app.app_context(), pytest.raises(ClaimError, match=told):
        accounts.add(plant.office, SYSTEM, new, accounts.InitialPassword("erin likes long walks"))


def test_one_text_in_two_forms_is_one_password(plant: Plant) -> None:
    """A keyboard may send é as one character or as two."""
    composed, parted = "caf\u00e9 au lait tr\u00e8s chaud", "cafe\u0301 au lait tre\u0300s chaud"
    fresh = accounts.InitialPassword(composed, must_change=False)
    with plant.app.app_context():
        accounts.set_password(plant.office, SYSTEM, plant.ids["bob"], fresh, "why")
    assert Visitor(plant.app).sign_in("bob", parted).status_code == 302


def test_no_stranger_keeps_out_a_browser_that_is_known(plant: Plant) -> None:
    bob = plant.visitor("bob")
    bob.post("/sign-out")
    with plant.app.app_context():
        for number in range(FREE_FROM_ALL):
            plant.app.extensions["sibao_lockout"].attempt("bob", f"203.0.113.{number}")
    assert Visitor(plant.app).sign_in("bob").status_code == 200
    assert bob.sign_in("bob").status_code == 302


def test_a_known_browser_guesses_no_more_than_another(plant: Plant) -> None:
    lockout = Lockout(plant.office, "secret")
    mark = lockout.mark("bob")
    waits = [lockout.attempt("bob", "", mark) for _ in range(FREE_ATTEMPTS + 1)]
    assert waits[-1] > timedelta()
    for_another = [lockout.attempt("carol", "", mark) for _ in range(FREE_ATTEMPTS + 1)]
    assert for_another[-1] > timedelta()


def test_no_mark_can_be_made_up(plant: Plant) -> None:
    lockout = Lockout(plant.office, "secret")
    waits = [
        lockout.attempt("bob", f"198.51.100.{n}", f"{n}.{'0' * 64}")
        for n in range(FREE_FROM_ALL + 1)
    ]
    assert timedelta() < waits[-1] <= LONGEST_DELAY


def test_all_addresses_of_one_ipv6_caller_are_one(plant: Plant) -> None:
    lockout = Lockout(plant.office, "secret")
    waits = [lockout.attempt("bob", f"2001:db8::{n:x}") for n in range(FREE_ATTEMPTS + 1)]
    assert waits[-1] > timedelta()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("127.0.0.1", "loopback"),
        ("192.168.7.31", "local 192.168.7.0/24"),
        ("8.8.4.4", "outside 8.8.0.0/16"),
        ("::ffff:10.1.2.3", "local 10.1.2.0/24"),
        ("2a00:1450:4001:830::200e", "outside 2a00:1450:4001::/48"),
        ("", ""),
    ],
)
def test_of_an_address_only_its_neighbourhood_is_kept(address: str, told: str) -> None:
    assert browsers.network(address) == told


def test_a_browser_is_told_in_words() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
    wechat = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537 MicroMessenger/8.0"
    assert browsers.browser(edge) == "Edge, Windows"
    assert browsers.browser(wechat) == "WeChat, Android"
    assert browsers.browser("curl/8") == ""


def test_bob_sees_his_sign_ins_and_ends_the_others(plant: Plant) -> None:
    here, there = plant.visitor("bob"), plant.visitor("bob")
    assert here.get("/account").text.count("服务器本机") == 4
    here.post("/account/sign-ins/end")
    assert there.get("/enterprise/").status_code == 302
    assert here.get("/enterprise/").status_code == 200


def test_a_disabled_account_can_not_be_invited(plant: Plant) -> None:
    with plant.app.app_context():
        accounts.set_active(plant.office, SYSTEM, plant.ids["bob"], active=False, why="left")
        with pytest.raises(Refused, match="disabled"):
            invitations.again(plant.office, SYSTEM, plant.ids["bob"], "why", factors_too=False)
        with pytest.raises(NotFound):
            invitations.accept(plant.office, "aaaa-aaaa-aaaa-aaaa-aaaa-aaaa", OWN)
