"""A small district behind a real application: Alice, Bob, Carol, Dave, and a gate that talks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.app import create_app
from admin.auth import accounts
from admin.auth.account import Role
from admin.config import Settings
from admin.demo.district import fictional_id
from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import (
    Head,
    Link,
    commit,
    encode_entry,
    encode_personal,
    genesis,
    link,
    sign_head,
)
from checkpoint.keys import Purpose, SigningKey
from checkpoint.services import SYSTEM, Office, authorizing, enrolment, roster
from checkpoint.services.forms import EnterpriseForm, WarrantForm, WorkerForm
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentCode, EnrolmentRequest
from checkpoint.wire.entries import Batch, batch_of
from checkpoint.wire.request import SignedRequest

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Kiosk:
    """A kiosk with a real key, an own chain and signed requests."""

    key: SigningKey
    place: EnrolmentAnswer
    links: list[Link] = field(default_factory=list)

    @classmethod
    def enrol(cls, client: FlaskClient, code: EnrolmentCode) -> Kiosk:
        """Redeem a code over the API."""
        draft = SigningKey.generate("kiosk", frozenset({Purpose.HEAD}), NOW)
        request = EnrolmentRequest.model_construct(
            code=code.code, public_key=draft.trusted.public, software="test 1"
        )
        sent = client.post("/api/v1/enrolment", json=request.model_dump(mode="json"))
        assert sent.status_code == 200, sent.text
        place = EnrolmentAnswer.model_validate_json(sent.data)
        trusted = replace(draft.trusted, owner=place.kiosk_id)
        return cls(replace(draft, trusted=trusted), place)

    def entry(self, at: datetime, **more: Any) -> Entry:
        """A passage of 张三, admitted, unless told otherwise."""
        standard: dict[str, Any] = {
            "kind": EntryKind.PASSAGE,
            "kiosk_id": self.place.kiosk_id,
            "epoch": 1,
            "seq": len(self.links) + 1,
            "at": at,
            "clock_quality": ClockQuality.SYNCHRONISED,
            "policy_version": 1,
            "bundle_version": 1,
            "enterprise_id": self.place.enterprise_id,
            "site_id": self.place.site_id,
            "gate_id": self.place.gate_id,
            "direction": Direction.IN,
            "outcome": Outcome.ADMIT,
            "reasons": (Reason.OK,),
            "readings": (Reading(3640, 3650, "test", at),),
            "mask": Mask.WORN,
            "mask_source": "test",
        }
        return Entry(**standard | more)

    def record(self, entry: Entry, person: Personal | None = None) -> None:
        """Append an entry to the chain."""
        salt, blob = b"", b""
        if person is not None:
            salt, blob = b"s" * 16, encode_personal(person)
            entry = replace(entry, commitment=commit(blob, salt))
        body = encode_entry(entry)
        before = self.links[-1].hash if self.links else genesis(entry.kiosk_id, 1)
        linked = Link(entry.kiosk_id, 1, entry.seq, link(before, body), body, salt, blob)
        self.links.append(linked)

    def batch(self, at: datetime) -> Batch:
        """All entries under a signed head."""
        last = self.links[-1]
        head = sign_head(Head(last.kiosk_id, 1, last.seq, last.hash, at), self.key)
        return batch_of(self.links, head)

    def push(self, client: FlaskClient, at: datetime, batch: Batch | None = None) -> TestResponse:
        """Send the batch as the gate does."""
        body = (batch or self.batch(at)).model_dump_json().encode()
        signed = SignedRequest("POST", "/api/v1/entries", body).authorization(self.key, at)
        headers = {"Authorization": signed, "Content-Type": "application/json"}
        return client.post("/api/v1/entries", data=body, headers=headers)

    def bundle(self, client: FlaskClient, at: datetime, **headers: str) -> TestResponse:
        """Ask for the bundle as the gate does."""
        signed = SignedRequest("GET", "/api/v1/bundle", b"").authorization(self.key, at)
        return client.get("/api/v1/bundle", headers={"Authorization": signed, **headers})

    def held(self, client: FlaskClient, at: datetime, epoch: int = 1) -> TestResponse:
        """Ask how much is held as the gate does."""
        path = f"/api/v1/held/{epoch}"
        signed = SignedRequest("GET", path, b"").authorization(self.key, at)
        return client.get(path, headers={"Authorization": signed})

    def used_steps(self, client: FlaskClient, at: datetime, since: Any = 0) -> TestResponse:
        """Ask which steps of living codes were used."""
        path = f"/api/v1/steps?since={since}"
        signed = SignedRequest("GET", path, b"").authorization(self.key, at)
        return client.get(path, headers={"Authorization": signed})


class Visitor:
    """A browser without scripts: keeps cookies, sends the token of the last page."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self._token = ""

    def get(self, path: str) -> TestResponse:
        """Load a page."""
        return self._noted(self.client.get(path))

    def post(self, path: str, *, came_from: str = "", **data: Any) -> TestResponse:
        """Submit a form with the token, from a page where one is given."""
        if not self._token:
            self.get("/password" if self.get("/sign-in").status_code == 302 else "/sign-in")
        form = {"csrf_token": self._token, **data}
        headers = {"Referer": f"http://localhost{came_from}"} if came_from else {}
        return self._noted(self.client.post(path, data=form, headers=headers, buffered=True))

    def sign_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Sign in by the form."""
        self.get("/sign-in")
        done = self.post("/sign-in", username=username, password=password)
        if done.status_code == 302:
            self.get("/password")
        return done

    def _noted(self, answer: TestResponse) -> TestResponse:
        # A real server refuses to send other signs (RFC 9110 section 5.5); this client would.
        for _name, value in answer.headers:
            value.encode("latin-1")
        found = TOKEN.search(answer.text) if "html" in (answer.mimetype or "") else None
        self._token = found[1] if found else self._token
        return answer


@dataclass
class Plant:
    """The application, its office and clock, and the ids of what stands in the district."""

    app: Flask
    office: Office
    clock: FixedClock
    ids: dict[str, str]

    def visitor(self, username: str | None = None) -> Visitor:
        """Somebody at a browser, signed in as a person or not at all."""
        visitor = Visitor(self.app)
        if username:
            assert visitor.sign_in(username).status_code == 302
        return visitor

    def kiosk(self, gate: str = "gate_a") -> Kiosk:
        """A kiosk enrolled at a gate."""
        owner = self.ids["a" if gate == "gate_a" else "b"]
        code = enrolment.make_code(
            self.office, SYSTEM, owner, self.ids[gate], "http://127.0.0.1:8000"
        )
        return Kiosk.enrol(self.app.test_client(), code)


def opened(data: Path, ids: dict[str, str]) -> Plant:
    """The application on a folder."""
    clock = FixedClock(NOW)
    app = create_app(Settings(data=data), clock)
    office = app.extensions["sibao_office"]
    assert isinstance(office, Office)
    return Plant(app, office, clock, ids)


def build(data: Path) -> dict[str, str]:
    """Make the district in a folder; the answer is the ids of what stands in it."""
    plant = opened(data, {})
    app, office, ids = plant.app, plant.office, plant.ids
    office.db.upgrade()
    codes = {"a": "91999901MA0000001P", "b": "91999902MA00000029"}
    for key, name in (("a", "晨光机械厂"), ("b", "北河食品厂")):
        form = EnterpriseForm(f"plant-{key}", name, codes[key])
        ids[key] = authorizing.register_enterprise(office, SYSTEM, form).enterprise_id
        site = authorizing.add_site(office, SYSTEM, ids[key], "主厂区")
        gate = authorizing.add_gate(office, SYSTEM, ids[key], site.site_id, "一号门")
        ids[f"site_{key}"], ids[f"gate_{key}"] = site.site_id, gate.gate_id
        worker = WorkerForm("张三" if key == "a" else "李四", fictional_id("19900101", ord(key)))
        ids[f"worker_{key}"] = roster.add_worker(office, SYSTEM, ids[key], worker)
    people = (
        ("alice", Role.BUREAU, None),
        ("bob", Role.ENTERPRISE, ids["a"]),
        ("carol", Role.INSPECTOR, ids["a"]),
        ("dave", Role.ENTERPRISE, ids["b"]),
    )
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with app.app_context():
        for username, role, enterprise_id in people:
            new = accounts.NewAccount(username, username.title(), role, enterprise_id)
            ids[username] = accounts.add(office, SYSTEM, new, known).account_id
    term = (NOW - timedelta(days=1), NOW + timedelta(days=30))
    warrant = WarrantForm(ids["a"], "Carol", *term, account_id=ids["carol"])
    ids["warrant"] = authorizing.grant_warrant(office, SYSTEM, warrant).warrant_id
    office.close()
    return ids
