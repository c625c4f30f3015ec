"""The district's enterprises, people and accounts in the database, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from admin.auth import accounts
from admin.auth.account import Account, Role
from admin.demo import district
from checkpoint.services import (
    SYSTEM,
    Actor,
    Office,
    Scope,
    authorizing,
    emergency_requests,
    enrolment,
    enterprise_record,
    manifests,
    roster,
)
from checkpoint.services.forms import VehicleForm, WarrantForm, WorkerForm
from checkpoint.services.rows import SiteRow

LIFE = timedelta(days=90)
SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Grounds:
    """The places of the first enterprise that the film needs."""

    enterprise_id: str
    east: SiteRow
    west: SiteRow


def enterprises(office: Office) -> Grounds:
    """Register what is not registered yet, with keys of the time that the office has."""
    for plant in district.PLANTS:
        office.keys.enterprise(plant.form.enterprise_id)
    known = {
        r.enterprise.enterprise_id for r in authorizing.enterprises(office, Scope.whole_district())
    }
    for plant in district.PLANTS:
        if plant.form.enterprise_id not in known:
            authorizing.register_enterprise(office, SYSTEM, plant.form)
        _sites(office, plant)
    mine = district.CHENGUANG.form.enterprise_id
    by_name = {row.site.name: row for row in authorizing.places(office, mine)}
    east, west = (by_name[name] for name, _gates in district.CHENGUANG.sites)
    return Grounds(mine, east, west)


def _sites(office: Office, plant: district.Plant) -> None:
    owner = plant.form.enterprise_id
    for name, gates in plant.sites:
        held = {row.site.name: row for row in authorizing.places(office, owner)}
        if name in held:
            site_id, there = held[name].site.site_id, {g.name for g in held[name].gates}
        else:
            site_id, there = authorizing.add_site(office, SYSTEM, owner, name).site_id, set()
        for gate in gates:
            if gate not in there:
                authorizing.add_gate(office, SYSTEM, owner, site_id, gate)


def holders(office: Office, grounds: Grounds) -> dict[str, str]:
    """The part that each holder plays → their id; added to the roster where they are missing."""
    enterprise_id = grounds.enterprise_id
    parts = {part: _worker(office, enterprise_id, form) for part, form in district.WORKERS.items()}
    for part, form in night_shift(grounds).items():
        parts[part] = _worker(office, enterprise_id, form)
    parts["bus"] = _vehicle(office, enterprise_id, district.BUS)
    _manifest(office, enterprise_id, parts["bus"], [parts[part] for part in district.RIDERS])
    for form in district.ELSEWHERE:
        _worker(office, district.BEIHE.form.enterprise_id, form)
    return parts


def night_shift(grounds: Grounds) -> dict[str, WorkerForm]:
    """The night shift, with where and when it works."""
    at = grounds.west.site.site_id
    return {
        part: replace(form, site_id=at, shift=district.NIGHT)
        for part, form in district.NIGHT_SHIFT.items()
    }


def _worker(office: Office, enterprise_id: str, form: WorkerForm) -> str:
    found = roster.holders(office, enterprise_id, form.name).rows
    return found[0].holder_id if found else roster.add_worker(office, SYSTEM, enterprise_id, form)


def _vehicle(office: Office, enterprise_id: str, form: VehicleForm) -> str:
    found = roster.holders(office, enterprise_id, form.plate).rows
    return found[0].holder_id if found else roster.add_vehicle(office, SYSTEM, enterprise_id, form)


def _manifest(office: Office, enterprise_id: str, bus: str, riders: list[str]) -> None:
    if not manifests.count(office, enterprise_id, bus):
        version = roster.holder(office, enterprise_id, bus).version
        form = manifests.ManifestForm(version, tuple(riders))
        manifests.put_on(office, SYSTEM, enterprise_id, bus, form)


def people(office: Office, passwords: Mapping[str, str]) -> dict[str, tuple[Account, str]]:
    """The accounts with their passwords: kept where known, else given anew.

    Needs the application's context.
    """
    made = {}
    for person in district.PEOPLE:
        account = accounts.by_username(office, person.username)
        password = passwords.get(person.username)
        if account is None:
            password = password or accounts.initial_password()
            new = accounts.NewAccount(
                person.username, person.name, Role(person.role), person.enterprise_id
            )
            account = accounts.add(office, SYSTEM, new, _known(password))
        elif password is None:
            password = accounts.initial_password()
            why = "the demo's passwords were lost"
            account = accounts.set_password(
                office, SYSTEM, account.account_id, _known(password), why
            )
        made[person.username] = (account, password)
    return made


def _known(password: str) -> accounts.InitialPassword:
    return accounts.InitialPassword(password, must_change=False)


def warrant(office: Office, by: Account, inspector: Account) -> None:
    """A warrant in force for at least two days more."""
    now = office.clock.now()
    held = authorizing.warrants(office, Scope.of(inspector.enterprise_id or ""))
    lasting = [r for r in held if not r.warrant.revoked and r.warrant.valid_until > now + SOON]
    if any(r.account_id == inspector.account_id for r in lasting):
        return
    form = WarrantForm(
        inspector.enterprise_id or "",
        inspector.name,
        now - timedelta(hours=1),
        now + LIFE,
        account_id=inspector.account_id,
    )
    authorizing.grant_warrant(office, Actor(by.account_id, by.role, by.name), form)


def record(office: Office, enterprise_id: str) -> None:
    """Address, head, contacts, medical contact and isolation room of the first enterprise."""
    if enterprise_record.record_of(office, enterprise_id).version == 0:
        form = enterprise_record.ChangeForm(enterprise_id, district.RECORD, 0)
        enterprise_record.change(office, SYSTEM, form)


def requests(office: Office, asker: Account) -> None:
    """Something for the bureau to decide: a vehicle that must come in."""
    mine = asker.enterprise_id or ""
    scope, now = Scope.of(mine), office.clock.now()
    if any(emergency_requests.some(office, scope, still_open=one).rows for one in (True, False)):
        return
    plate, driver, why, goods = district.EMERGENCY
    form = emergency_requests.AskForm(mine, plate, driver, now, now + SOON, why, goods)
    emergency_requests.ask(office, Actor(asker.account_id, asker.role, asker.name), form)


def is_enrolled(office: Office, grounds: Grounds) -> bool:
    """Whether a trusted kiosk stands at the first gate."""
    gate = grounds.east.gates[0].gate_id
    rows = enrolment.kiosks(office, Scope.of(grounds.enterprise_id))
    return any(row.gate_id == gate and row.revoked_at is None for row in rows)
