"""An example of everything that a path of the pages or the API may name, of two enterprises.

`a` is Bob's and Carol's, `b` is Dave's. A path with an argument that has no example here fails
the tests that walk all paths: add one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import url_for
from werkzeug.routing import Rule as Route

from admin.auth import accounts, factors
from admin.forms.photo import made as made_photo
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.decision import Outcome
from checkpoint.domain.declaration import Arrival, Card, Housing, Origin, Transport
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind, Vehicle
from checkpoint.domain.hook_event import CHOSEN
from checkpoint.domain.inspection_case import CaseKind, StepKind
from checkpoint.domain.place import BUREAU
from checkpoint.domain.reason import Reason
from checkpoint.domain.token_scope import TokenScope
from checkpoint.services import (
    Actor,
    access_tokens,
    authorizing,
    cases,
    confirming,
    declaring,
    emergency_requests,
    issuing,
    issuing_roster,
    jobs,
    phone,
    photos,
    policy,
    policy_versions,
    roster,
    views,
    warrant_requests,
    webhooks,
)
from checkpoint.services.access_tokens import TokenForm
from checkpoint.services.asking import StepForm as GrantForm
from checkpoint.services.case_steps import Step
from checkpoint.services.cases import CaseForm, StepForm
from checkpoint.services.forms import PassForm, RosterForm, VehicleForm, WarrantForm
from checkpoint.services.health_forms import Declared
from checkpoint.services.jobs import JobForm
from checkpoint.services.photos import PhotoForm
from checkpoint.services.policy import Terms
from checkpoint.services.proposals import Wanted
from checkpoint.services.rows import EntryPlace
from checkpoint.services.view_filter import ViewFilter
from checkpoint.services.views import ViewForm
from checkpoint.services.warrant_requests import AskForm
from checkpoint.services.webhooks import HookForm
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import SecondFactor
from tests.admin.plant import NOW, Plant
from tests.admin.test_photo import picture, saved

Values = dict[str, Any]
MONTH = timedelta(days=30)
ALICE = Actor("a" * 16, "bureau", "Alice")
PLATES = {"a": "京A10001", "b": "京B20002"}
ANYBODYS: Values = {"code": "en", "filename": "admin.css"}
"""What belongs to nobody."""
FACE = saved(picture())
CARD = Card(
    Origin("湖北省", "孝感市", "云梦县"),
    Arrival(date(2026, 2, 27), Transport.TRAIN, "G1278", "05车12F"),
    Housing.DORMITORY,
    "三号宿舍楼 206",
    itinerary=("哈尔滨市南岗区", "武汉市", *[""] * 12),
)


@dataclass
class Examples:
    """The arguments by owner, those that mean another thing at some endpoints apart."""

    plant: Plant
    own: dict[str, Values]
    at: dict[str, dict[str, Values]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    shared: Values = field(default_factory=dict)
    """What belongs to the bureau, whoever's the rest is."""

    def values(self, route: Route, owner: str) -> Values:
        """The arguments of a path, of things of this owner."""
        known = ANYBODYS | self.shared | self.own[owner]
        if "emergency" in route.endpoint:
            known |= self.at[owner]["emergency"]
        known |= self.at.get(owner, {}).get(route.endpoint, {})
        area = route.endpoint.partition(".")[0]
        known |= self.at.get(owner, {}).get(f"{area}.", {}) if area == "bureau" else {}
        missing = route.arguments - known.keys()
        assert not missing, f"{route.rule}: no example of {missing}; add it to tests/admin/examples"
        return {name: known[name] for name in route.arguments}

    def path(self, route: Route, owner: str) -> str:
        """The address of a thing of this owner."""
        with self.plant.app.test_request_context():
            return url_for(route.endpoint, **self.values(route, owner))

    def owned(self, route: Route) -> bool:
        """Whether the path names something that belongs to one of them."""
        return bool(route.arguments - ANYBODYS.keys())


def made(plant: Plant) -> Examples:
    """One of everything for both owners."""
    examples = Examples(plant, {owner: _own(plant, owner) for owner in "ab"})
    _bureaus(plant, examples)
    for owner, who in (("a", "bob"), ("b", "dave")):
        by = Actor(plant.ids[who], "enterprise", who.title())
        form = TokenForm("HR", tuple(TokenScope), plant.clock.now() + MONTH)
        text, row = access_tokens.make(plant.office, by, plant.ids[owner], form)
        examples.tokens[owner] = text
        examples.own[owner]["token_id"] = row.token_id
    return examples


def _own(plant: Plant, owner: str) -> Values:
    office, home, who = plant.office, plant.ids[owner], {"a": "bob", "b": "dave"}[owner]
    by = Actor(plant.ids[who], "enterprise", who.title())
    worker = plant.ids[f"worker_{owner}"]
    vehicle = roster.add_vehicle(office, by, home, VehicleForm(PLATES[owner], "王师傅", 40, "东线"))
    form = PassForm(PassKind.COMMUTING_VEHICLE, NOW + MONTH, holder_id=vehicle)
    issued = issuing.issue_pass(office, by, home, form).health_pass
    issuing.issue_pass(office, by, home, PassForm(PassKind.WORKER, NOW + MONTH, holder_id=worker))
    batch = issuing_roster.issue_roster(office, by, home, RosterForm(NOW + MONTH, again=True))
    phone.make_link(office, by, home, PassForm(PassKind.WORKER, NOW + MONTH, holder_id=worker))
    kiosk = plant.kiosk(f"gate_{owner}")
    person = Personal("张三", "0012", worker)
    kiosk.record(kiosk.entry(NOW - timedelta(minutes=30)), person)
    refused: dict[str, Any] = {"outcome": Outcome.DENY, "reasons": (Reason.FEVER,)}
    kiosk.record(kiosk.entry(NOW - timedelta(minutes=20), **refused), person)
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    _secret, hook = webhooks.make(office, by, home, HookForm("https://hr.example/x", CHOSEN))
    webhooks.test(office, by, home, hook.hook_id)
    inspector = Actor(plant.ids["carol"], "inspector", "Carol")
    place = EntryPlace(kiosk.place.kiosk_id, 1, 2)
    assert photos.put(office, by, home, worker, PhotoForm(1, made_photo(FACE))) is None
    card = Declared(worker, CARD, 0, confirmed=True)
    assert declaring.declare(office, by, home, card) == 1
    case = CaseForm(fresh_id(), CaseKind.HEALTH, "夜班发热", (place,))
    case_id = cases.open_case(office, inspector, Scope.of(home), case)
    told = StepForm(case_id, Step(StepKind.RELEASED, "请说明"), seen=2)
    cases.add_step(office, inspector, Scope.of(home), told)
    return {
        "enterprise_id": home,
        "owner": home,
        "site_id": plant.ids[f"site_{owner}"],
        "gate_id": plant.ids[f"gate_{owner}"],
        "account_id": plant.ids[who],
        "warrant_id": _warrant(plant, owner),
        "request_id": _asked(plant, by, home),
        "holder_id": worker,
        "vehicle_id": vehicle,
        "pass_id": issued.pass_id,
        "number": batch.number,
        "kiosk_id": kiosk.place.kiosk_id,
        "epoch": 1,
        "seq": 2,
        "hook_id": hook.hook_id,
        "case_id": case_id,
        "view_id": _view(plant, owner),
        "job_id": jobs.begin(office, by, JobForm("roster", {}, home)),
        "factor_id": _factor(plant, "dave"),
        "key_id": office.keys.issuer(home).key_id,
    }


def _permitted(plant: Plant, owner: str) -> str:
    """A request for an emergency vehicle's pass that Alice granted."""
    request_id = _emergency(plant, owner, f"{PLATES[owner][:-1]}9")
    emergency_requests.issue(plant.office, ALICE, GrantForm(request_id, 1, ""))
    return request_id


def _emergency(plant: Plant, owner: str, plate: str) -> str:
    """A request for an emergency vehicle's pass."""
    by = Actor(plant.ids[{"a": "bob", "b": "dave"}[owner]], "enterprise", "Bob")
    term = (NOW, NOW + timedelta(days=1))
    form = emergency_requests.AskForm(plant.ids[owner], plate, "王师傅", *term, "oxygen")
    return emergency_requests.ask(plant.office, by, form)


def _warrant(plant: Plant, owner: str) -> str:
    """Carol's at `a`; at `b` one of somebody without an account."""
    if owner == "a":
        return plant.ids["warrant"]
    form = WarrantForm(plant.ids["b"], "Erin", NOW, NOW + MONTH)
    return authorizing.grant_warrant(plant.office, ALICE, form).warrant_id


def _asked(plant: Plant, by: Actor, home: str) -> str:
    """A request for a warrant that nobody has decided on."""
    wanted = WarrantForm(home, "Frank", NOW, NOW + MONTH, account_id=by.account_id)
    return warrant_requests.ask(plant.office, by, AskForm(wanted, "night shift"))


def _view(plant: Plant, owner: str) -> str:
    """Carol's at `a`; at `b` an inspector's of that enterprise."""
    by = Actor(plant.ids["carol"] if owner == "a" else "e" * 16, "inspector", "Carol")
    return views.save(plant.office, by, plant.ids[owner], ViewForm("night shift", ViewFilter()))


def _factor(plant: Plant, who: str) -> str:
    """A passkey of somebody who does not sign in here: it would be asked for."""
    account = accounts.by_username(plant.office, who)
    assert account is not None
    row = SecondFactor(
        factor_id=fresh_id(),
        account_id=account.account_id,
        kind="passkey",
        name="phone",
        seed_sealed=None,
        credential_id=fresh_id().encode(),
        public_key=b"k",
        counter=0,
        made_at=plant.office.now_ms(),
        used_at=None,
    )
    with plant.app.app_context():
        factors.add(plant.office, account, row)
    return str(row.factor_id)


def _bureaus(plant: Plant, examples: Examples) -> None:
    """What only the bureau has: an emergency vehicle and its pass."""
    office, vehicle = plant.office, Vehicle("京C30003")
    later = Terms(effective_at=NOW + timedelta(days=2), why="winter")
    policy.publish(office, ALICE, policy.in_force(office), later)
    newest = confirming.newest_version(office)
    terms = confirming.policy_terms(office, policy.in_force(office), None, newest)
    row = confirming.propose(office, ALICE, Wanted("publish_policy", terms, "winter"))
    form = PassForm(PassKind.EMERGENCY_VEHICLE, NOW + MONTH, name="赵六", vehicle=vehicle)
    issued = issuing.issue_pass(office, ALICE, BUREAU, form).health_pass
    examples.shared = {
        "version": policy_versions.history(office)[0].version,
        "proposal_id": row.proposal_id,
    }
    for owner in "ab":
        examples.at[owner] = {
            "bureau.": {"pass_id": issued.pass_id},
            "bureau.withdraw_phone_link": {"holder_id": issued.holder_id},
            "enterprise.print_health_card": {"number": 1},
            "emergency": {"request_id": _emergency(plant, owner, PLATES[owner])},
            "enterprise.emergency_permit": {"request_id": _permitted(plant, owner)},
        }
