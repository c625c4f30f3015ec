"""An enterprise's own systems by token: what each may, and that nobody else's is there."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from admin.app import webhooks
from admin.demo.district import fictional_id
from checkpoint.domain.entry import Personal
from checkpoint.domain.observation import Direction
from checkpoint.domain.token_scope import TokenScope
from checkpoint.errors import Refused
from checkpoint.services import Actor, access_tokens, asking_once, authorizing
from checkpoint.services.access_tokens import TokenForm
from checkpoint.services.asking_once import Asked
from checkpoint.storage import tables
from tests.admin.plant import NOW, Plant

ALL = tuple(TokenScope)
NUMBER = fictional_id("19850612", 7)


@dataclass
class System:
    """A program that holds a token."""

    plant: Plant
    text: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._ask("GET", path, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self._ask("POST", path, headers, json={} if body is None else body)

    def patch(self, path: str, body: Any) -> TestResponse:
        return self._ask("PATCH", path, {}, json=body)

    def _ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        bearer = {"Authorization": f"Bearer {self.text}"} if self.text else {}
        return self.plant.app.test_client().open(
            f"/api/v1/enterprise{path}", method=method, headers=bearer | named, **more
        )


def system(
    plant: Plant, *scopes: TokenScope, owner: str = "a", name: str = "HR", maker: str = "bob"
) -> System:
    by = Actor(plant.ids[maker], "enterprise", maker.title())
    form = TokenForm(name, scopes or ALL, plant.clock.now() + timedelta(days=30))
    text, _row = access_tokens.make(plant.office, by, plant.ids[owner], form)
    return System(plant, text)


def problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json", answer.text
    return answer.status_code, answer.get_json(force=True)["code"]


def test_bob_makes_a_token_sees_it_once_and_revokes_it(plant: Plant) -> None:
    bob = plant.visitor("bob")
    made = bob.post(
        "/enterprise/systems/tokens/new",
        name="HR system",
        scopes=["roster:read", "entries:read"],
        expires_at="2026-06-30",
    )
    (text,) = re.findall(r"sibao_[0-9A-Z]{6}_[0-9a-f]{64}", made.text)
    assert System(plant, text).get("/holders").status_code == 200
    page = bob.get("/enterprise/systems").text
    assert text not in page
    assert "HR system" in page
    assert "127.0.0.1" in page
    with plant.office.db.read() as session:
        (row,) = session.scalars(select(tables.AccessToken)).all()
    assert text.encode() not in bytes(row.secret_hash)
    assert text[-64:] not in str(vars(row))
    path = f"/enterprise/systems/tokens/{row.token_id}/revoke"
    assert plant.visitor("dave").post(path, why="mine").status_code == 404
    assert bob.post(path, why="the system is gone").status_code == 302
    assert problem(System(plant, text).get("/holders")) == (401, "token_revoked")
    acts = plant.visitor("alice").get("/bureau/actions").text
    assert "生成访问令牌" in acts
    assert "撤销访问令牌" in acts


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "x", "expires_at": "2026-06-30"}, "scopes"),
        ({"name": "x", "scopes": "roster:read", "expires_at": "2027-06-30"}, "expires_at"),
        ({"name": "x", "scopes": "roster:read", "expires_at": "2026-03-01"}, "expires_at"),
        ({"name": "", "scopes": "roster:read", "expires_at": "2026-06-30"}, "name"),
    ],
)
def test_a_token_that_can_not_be_is_told_at_its_field(
    plant: Plant, form: dict[str, str], field: str
) -> None:
    page = plant.visitor("bob").post("/enterprise/systems/tokens/new", **form).text
    assert 'class="error"' in page.split(f'id="{field}-told"')[1].split("</div>")[0]
    assert "sibao_" not in page


def test_who_shows_no_valid_token_is_told_alike(plant: Plant) -> None:
    real = system(plant).text
    wrong = real[:-1] + ("0" if real[-1] != "0" else "1")
    for text in ("", "x", real + "0", wrong, real.upper(), f"sibao_ZZZZZZ_{'0' * 64}"):
        answer = System(plant, text).get("/holders")
        assert problem(answer) == (401, "token_unknown")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    bob = plant.visitor("bob")
    assert problem(bob.get("/api/v1/enterprise/holders")) == (401, "token_unknown")


def test_a_token_ends_with_its_term_its_maker_and_its_enterprise(plant: Plant) -> None:
    one = system(plant)
    authorizing.suspend(plant.office, Actor("x", "bureau", "Alice"), plant.ids["a"], "fire")
    assert problem(one.get("/holders")) == (403, "enterprise_suspended")
    authorizing.restore(plant.office, Actor("x", "bureau", "Alice"), plant.ids["a"], "out")
    assert one.get("/holders").status_code == 200
    alice = plant.visitor("alice")
    alice.post(f"/bureau/accounts/{plant.ids['bob']}/disable", why="left")
    assert problem(one.get("/holders")) == (403, "token_maker_gone")
    alice.post(f"/bureau/accounts/{plant.ids['bob']}/enable", why="came back")
    assert one.get("/holders").status_code == 200
    plant.clock.advance(31 * 86_400)
    assert problem(one.get("/holders")) == (401, "token_expired")


@pytest.mark.parametrize("scope", ALL)
def test_a_token_opens_what_its_scope_says_and_nothing_else(
    plant: Plant, scope: TokenScope
) -> None:
    one = system(plant, scope)
    asked = {
        "/holders": TokenScope.ROSTER_READ,
        "/passes": TokenScope.PASSES_READ,
        "/entries": TokenScope.ENTRIES_READ,
        "/inside": TokenScope.ENTRIES_READ,
        "/kiosks": TokenScope.KIOSKS_READ,
    }
    for path, wanted in asked.items():
        answer = one.get(path)
        if wanted is scope:
            assert answer.status_code == 200, path
        else:
            assert problem(answer) == (403, "scope_missing"), path
            assert answer.get_json(force=True)["field"] == wanted.value
    added = one.post("/holders", {"kind": "vehicle", "name": "王五", "plate": "京A12345"})
    assert (added.status_code == 201) == (scope is TokenScope.ROSTER_WRITE)


def test_hr_adds_a_worker_once_and_the_number_is_never_told(plant: Plant) -> None:
    hr = system(plant)
    body = {"kind": "worker", "name": "𠮷田", "id_number": NUMBER, "job": "钳工"}
    first = hr.post("/holders", body, Idempotency_Key="a-1")
    assert first.status_code == 201
    again = hr.post("/holders", body, Idempotency_Key="a-1")
    assert again.get_json() == first.get_json()
    assert first.get_json()["id_tail"] == NUMBER[-4:]
    assert NUMBER not in first.text
    other = hr.post("/holders", body | {"job": "电工"}, Idempotency_Key="a-1")
    assert problem(other) == (409, "key_reused")
    taken = hr.post("/holders", body, Idempotency_Key="a-2")
    assert problem(taken) == (409, "taken")
    assert taken.get_json(force=True)["field"] == "id_number"
    assert NUMBER not in taken.text
    found = hr.post("/holders/search", {"text": NUMBER}).get_json()["holders"]
    assert [one["name"] for one in found] == ["𠮷田"]
    with plant.office.db.read() as session:
        act = session.scalars(
            select(tables.Action).where(tables.Action.verb == "add_worker")
        ).all()[-1]
    assert (act.role, act.name) == ("token", "HR")
    assert act.account_id.startswith("T-")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (
            {
                "kind": "worker",
                "name": "王五",
                "id_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"),
            },
            409,
            "id_number",
        ),
        ({"kind": "vehicle", "name": "王五", "plate": "nonsense"}, 409, "plate"),
        ({"kind": "worker"}, 422, "name"),
        ({"kind": "worker", "name": "x", "secret": NUMBER}, 422, "its form"),
        ({"kind": "worker", "name": "x", NUMBER: 1}, 422, "its form"),
        (["worker"], 422, "body"),
    ],
)
def test_a_wrong_field_is_named_and_never_repeated(
    plant: Plant, body: Any, code: int, field: str
) -> None:
    answer = system(plant).post("/holders", body)
    assert answer.status_code == code
    told = answer.get_json(force=True)
    assert told["field"] == field
    assert told["remedy"]
    assert NUMBER not in answer.text


def test_problems_are_told_in_chinese_to_who_asks_for_it(plant: Plant) -> None:
    answer = system(plant).get(f"/holders/{'0' * 16}", Accept_Language="zh-CN,zh;q=0.9")
    assert problem(answer) == (404, "not_found")
    assert re.search("[一-鿿]", answer.get_json(force=True)["problem"])
    assert answer.headers["Content-Language"] == "zh-CN"


def test_a_pass_is_issued_printed_and_revoked(plant: Plant) -> None:
    card = system(plant)
    until = (NOW + timedelta(days=30)).isoformat()
    body = {"holder_id": plant.ids["worker_a"], "expires_at": until, "shift": [480, 1020]}
    made = card.post("/passes", body, Idempotency_Key="p1")
    assert made.status_code == 201
    pass_id = made.get_json()["pass_id"]
    assert card.post("/passes", body, Idempotency_Key="p1").get_json()["pass_id"] == pass_id
    assert made.get_json()["standing"] == "in_force"
    assert card.get(f"/passes/{pass_id}/text").get_json()["text"].startswith("SB1:")
    of_holder = card.get(f"/holders/{plant.ids['worker_a']}/passes").get_json()["passes"]
    assert [one["pass_id"] for one in of_holder] == [pass_id]
    assert problem(card.post(f"/passes/{pass_id}/revoke", {"why": ""})) == (422, "invalid")
    gone = card.post(f"/passes/{pass_id}/revoke", {"why": "lost"})
    assert gone.get_json()["standing"] == "revoked"
    assert problem(card.post(f"/passes/{pass_id}/revoke", {"why": "lost"})) == (
        409,
        "done_already",
    )
    assert problem(card.get(f"/passes/{pass_id}/text")) == (409, "pass_worthless")
    blocked = card.post(f"/holders/{plant.ids['worker_a']}/block", {"why": "ill"})
    assert blocked.get_json()["blocked"] is True
    assert problem(card.post("/passes", body)) == (409, "holder_blocked")


def test_hr_changes_a_line_unless_somebody_else_did(plant: Plant) -> None:
    hr, path = system(plant), f"/holders/{plant.ids['worker_a']}"
    read = hr.get(path).get_json()
    changed = hr.patch(path, {"version": read["version"], "job": "班长", "shift": [480, 1020]})
    assert (changed.get_json()["job"], changed.get_json()["shift"]) == ("班长", [480, 1020])
    assert changed.get_json()["name"] == read["name"]
    late = hr.patch(path, {"version": read["version"], "job": "钳工"})
    assert problem(late) == (409, "changed")
    assert hr.get(path).get_json()["job"] == "班长"
    cleared = hr.patch(path, {"version": changed.get_json()["version"], "shift": None})
    assert cleared.get_json()["shift"] is None
    assert hr.post(f"{path}/leave", {"why": "resigned"}).get_json()["left"] is True
    assert problem(hr.post(f"{path}/leave", {"why": "resigned"})) == (409, "done_already")


def test_bob_adds_a_webhook_tries_it_and_sees_how_it_went(plant: Plant) -> None:
    bob = plant.visitor("bob")
    made = bob.post(
        "/enterprise/systems/webhooks/new", url="https://127.0.0.1/x", events=["entry.fever"]
    )
    assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", made.text.replace("&#43;", "+"))
    (hook_id,) = set(re.findall(r"H-[0-9A-Z]{6}", made.text))
    page = f"/enterprise/systems/webhooks/{hook_id}"
    assert "whsec_" not in bob.get(page).text
    assert bob.post(f"{page}/test").status_code == 302
    with ThreadPoolExecutor(1) as pool:
        webhooks.turn(plant.app, plant.office, pool)
    watch = system(plant, TokenScope.WEBHOOKS)
    (told,) = watch.get(f"/webhooks/{hook_id}/deliveries").get_json()["deliveries"]
    assert (told["event"], told["attempts"], told["state"]) == ("test", 1, "waiting")
    assert watch.post(f"/webhooks/{hook_id}/test").status_code == 202
    other = system(plant, TokenScope.WEBHOOKS, owner="b", maker="dave")
    assert problem(other.get(f"/webhooks/{hook_id}/deliveries")) == (404, "not_found")
    assert problem(other.post(f"/webhooks/{hook_id}/test")) == (404, "not_found")
    assert plant.visitor("dave").get(page).status_code == 404
    bob.post(f"{page}/stop", why="moving")
    assert problem(watch.post(f"/webhooks/{hook_id}/test")) == (409, "hook_stopped")
    (listed,) = watch.get("/webhooks").get_json()["webhooks"]
    assert listed["stopped"] is True
    assert bob.post(f"{page}/begin").status_code == 302
    assert bob.post(f"{page}/remove", why="moved").status_code == 302
    assert bob.get(page).status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"url": "https://x.example/", "events": ""}, "events"),
        ({"url": "javascript:alert(1)", "events": "entry.fever"}, "url"),
        ({"url": "https://u:p@x.example/", "events": "entry.fever"}, "url"),
    ],
)
def test_a_webhook_that_can_not_be_is_told_at_its_field(
    plant: Plant, form: dict[str, str], field: str
) -> None:
    page = plant.visitor("bob").post("/enterprise/systems/webhooks/new", **form).text
    assert 'class="error"' in page.split(f'id="{field}-told"')[1].split("</div>")[0]


def test_a_visitor_gets_a_pass_of_one_day(plant: Plant) -> None:
    desk = system(plant)
    body = {"name": "赵六", "host": "Bob", "expires_at": (NOW + timedelta(hours=6)).isoformat()}
    assert desk.post("/passes", body).get_json()["kind"] == "visitor"
    long = body | {"expires_at": (NOW + timedelta(days=3)).isoformat()}
    assert problem(desk.post("/passes", long)) == (409, "wrong_value")


def test_another_enterprises_objects_do_not_exist(plant: Plant) -> None:
    own, other = system(plant), system(plant, owner="b", maker="dave")
    until = (NOW + timedelta(days=3)).isoformat()
    theirs = other.post("/passes", {"holder_id": plant.ids["worker_b"], "expires_at": until})
    pass_id, holder_id = theirs.get_json()["pass_id"], plant.ids["worker_b"]
    reason = {"why": "mine now"}
    for answer in (
        own.get(f"/holders/{holder_id}"),
        own.get(f"/holders/{holder_id}/passes"),
        own.get(f"/passes/{pass_id}"),
        own.get(f"/passes/{pass_id}/text"),
        own.post(f"/holders/{holder_id}/block", reason),
        own.post(f"/holders/{holder_id}/unblock", reason),
        own.post(f"/passes/{pass_id}/revoke", reason),
        own.post("/passes", {"holder_id": holder_id, "expires_at": until}),
    ):
        assert problem(answer) == (404, "not_found")
    assert other.get(f"/passes/{pass_id}").get_json()["standing"] == "in_force"


def test_entries_come_once_each_in_the_order_of_their_coming(plant: Plant) -> None:
    gates, kiosk, other = system(plant), plant.kiosk(), plant.kiosk("gate_b")
    person = Personal("张三", "0012", plant.ids["worker_a"])
    cursor, seen = "", []
    for seq in range(1, 8):
        kiosk.record(kiosk.entry(NOW + timedelta(seconds=seq)), person)
        assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
        other.record(other.entry(NOW), Personal("李四", "9", plant.ids["worker_b"]))
        other.push(plant.app.test_client(), NOW)
        if seq % 3 == 0:
            page = gates.get(f"/entries?cursor={cursor}&limit=2").get_json()
            cursor = page["cursor"]
            seen += [one["seq"] for one in page["entries"]]
    while True:
        page = gates.get(f"/entries?cursor={cursor}&limit=2").get_json()
        cursor, told = page["cursor"], page["entries"]
        seen += [one["seq"] for one in told]
        assert all(one["kiosk_id"] == kiosk.place.kiosk_id for one in told)
        assert all(one["person"] == "张*" for one in told)
        if not page["more"]:
            break
    assert seen == list(range(1, 8))
    assert gates.get(f"/entries?cursor={cursor}").get_json()["entries"] == []
    for wrong in ("x", "1.2.3", "１.2", "0.0%0A"):
        answer = gates.get(f"/entries?cursor={wrong}")
        assert problem(answer) == (422, "invalid")
        assert answer.get_json()["field"] == "cursor"
    assert "张三" not in gates.get("/entries").text
    with plant.office.db.read() as session:
        noted = session.scalars(select(tables.Lookup)).all()
    assert {row.role for row in noted} == {"token"}


def test_who_came_in_and_did_not_leave_is_inside(plant: Plant) -> None:
    gates, kiosk = system(plant), plant.kiosk()
    for number, way in enumerate((Direction.IN, Direction.IN, Direction.OUT)):
        who = plant.ids["worker_a"] if number == 0 else "00000000000000aa"
        kiosk.record(
            kiosk.entry(NOW - timedelta(minutes=9 - number), direction=way),
            Personal("张三", "0012", who),
        )
    kiosk.push(plant.app.test_client(), NOW)
    told = gates.get("/inside").get_json()["inside"]
    assert [(one["holder_id"], one["person"]) for one in told] == [(plant.ids["worker_a"], "张*")]
    (one,) = gates.get("/kiosks").get_json()["kiosks"]
    assert one["kiosk_id"] == kiosk.place.kiosk_id
    assert one["gate"] == "一号门"


def test_a_token_that_asks_too_often_waits(plant: Plant) -> None:
    settings = plant.app.config["SIBAO"]
    plant.app.config["SIBAO"] = settings.model_copy(update={"api_per_minute": 3})
    one, other = system(plant), system(plant, name="doors")
    assert [one.get("/kiosks").status_code for _ in range(3)] == [200] * 3
    assert problem(one.get("/kiosks")) == (429, "rate_limited")
    assert other.get("/kiosks").status_code == 200


def test_a_lost_settling_leaves_no_key_taken_for_ever(plant: Plant) -> None:
    token_id = f"T-{system(plant).text[6:12]}"
    asked = Asked(token_id, "t", "k", b"said")

    def dies() -> str:
        with pytest.raises(Refused, match="being served"):
            asking_once.once(plant.office, asked, lambda: "other")
        raise Refused("not now")

    with pytest.raises(Refused, match="not now"):
        asking_once.once(plant.office, asked, dies)
    assert asking_once.once(plant.office, asked, lambda: "made") == "made"
    assert asking_once.once(plant.office, asked, lambda: "again") == "made"
    plant.clock.advance(86_401)
    assert asking_once.once(plant.office, asked, lambda: "next day") == "next day"


def test_bob_renews_the_secret_of_a_webhook_once(plant: Plant) -> None:
    bob = plant.visitor("bob")
    made = bob.post(
        "/enterprise/systems/webhooks/new", url="https://hr.example/x", events=["entry.fever"]
    )
    page = f"/enterprise/systems/webhooks/{re.findall(r'H-[0-9A-Z]{6}', made.text)[0]}"
    plant.clock.advance(60)
    (at,) = re.findall(r'name="secret_at" value="(\d+)"', bob.get(page).text)
    renewed = bob.post(f"{page}/secret", secret_at=at, why="一台电脑丢失")
    first, second = (re.findall(r"whsec_[\w+/=]+", found.text) for found in (made, renewed))
    assert len(first) == len(second) == 1
    assert first != second
    assert "原密钥" in renewed.text
    assert "whsec_" not in bob.get(page).text
    again = bob.post(f"{page}/secret", secret_at=at, why="一台电脑丢失")
    assert again.status_code == 409
    assert "whsec_" not in again.text


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/nothing", (404, "not_found")),
        ("GET", "/holders/a/b/c", (404, "not_found")),
        ("DELETE", "/holders", (405, "wrong_method")),
    ],
)
def test_a_path_that_is_none_is_told_to_a_program_in_its_own_way(
    plant: Plant, method: str, path: str, told: tuple[int, str]
) -> None:
    hr = system(plant)
    answer = hr._ask(method, path, {})
    assert problem(answer) == told
    assert answer.get_json(force=True)["remedy"].isascii()
    chinese = hr._ask(method, path, {"Accept_Language": "zh-CN"})
    assert not chinese.get_json(force=True)["remedy"].isascii()
    assert ("POST" in answer.headers.get("Allow", "")) is (told[0] == 405)
