"""Makes the demo district, or brings it up to date; safe to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from admin import config
from admin.app import create_app
from admin.auth.account import Account
from admin.db import office as current_office
from admin.demo import cast, desks, files, health, phones, places
from admin.demo.files import Ports
from checkpoint.clock import Clock, SystemClock, to_ms
from checkpoint.durable import make_folder
from checkpoint.services import SYSTEM, Actor, Office, enrolment, roster_search
from checkpoint.services.actions import sign_records
from checkpoint.wire.enrolment import EnrolmentCode

_CODE_AGE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Made:
    """What a script may want to know of the demo."""

    data: str
    server: str
    display: str
    passwords: dict[str, str]
    enrolled: bool
    script_changed: bool


def make(data: Path, ports: Ports | None = None, clock: Clock | None = None) -> Made:
    """Everything under `data` for `serve --data` and `kiosk run --config`.

    Raises SettingError, KeyFault or StorageFault when the folder can't be used.
    """
    ports = ports or Ports()
    make_folder(data)
    files.write(data / "admin.toml", files.admin_toml(ports))
    files.write(data / "kiosk.toml", files.kiosk_toml(ports))
    files.write(data / "kiosk-webcam.toml", files.webcam_toml(ports))
    settings = config.load(data / "admin.toml")
    app = create_app(settings, clock or SystemClock())
    with app.app_context():
        office = current_office()
        try:
            office.db.upgrade()
            sign_records(office)
            roster_search.keep_all(office)
            return _fill(office, data, ports)
        finally:
            office.close()


def _fill(office: Office, data: Path, ports: Ports) -> Made:
    past = cast.before(office)
    grounds = places.enterprises(past)
    holders = places.holders(past, grounds)
    health.declare(office, grounds.enterprise_id, holders)
    people = places.people(office, files.passwords_in(data / "README.txt"))
    places.warrant(office, people["alice"][0], people["carol"][0])
    places.record(office, grounds.enterprise_id)
    places.requests(office, people["bob"][0])
    _desks(office, grounds.enterprise_id, holders, people)
    texts, fresh = cast.passes(office, grounds, holders)
    changed = fresh or not (data / "script.json").exists()
    if changed:
        files.write(data / "script.json", cast.script(office, grounds, texts))
    passwords = {username: password for username, (_account, password) in people.items()}
    files.write(data / "README.txt", files.readme(ports, passwords), private=True)
    enrolled = places.is_enrolled(office, grounds)
    _code(office, data, grounds, ports, enrolled=enrolled)
    return Made(
        data=str(data),
        server=f"http://127.0.0.1:{ports.server}",
        display=f"http://127.0.0.1:{ports.display}",
        passwords=passwords,
        enrolled=enrolled,
        script_changed=changed,
    )


def _desks(
    office: Office, mine: str, holders: Mapping[str, str], people: Mapping[str, tuple[Account, str]]
) -> None:
    """What Bob, Carol and some workers did, each once."""
    bob, carol = (
        Actor(account.account_id, account.role, account.name)
        for account in (people["bob"][0], people["carol"][0])
    )
    phones.declare(office, bob, mine, holders)
    desks.statuses(office, bob, mine, holders)
    desks.token(office, bob, mine)
    desks.case(office, carol, mine)


def _code(
    office: Office, data: Path, grounds: places.Grounds, ports: Ports, *, enrolled: bool
) -> None:
    """A code for the first gate while no kiosk is enrolled there; a used one goes away."""
    path = data / "enrolment.txt"
    if enrolled:
        path.unlink(missing_ok=True)
        return
    url = f"http://127.0.0.1:{ports.server}"
    if path.exists() and _serves(path, url, to_ms(office.clock.now()) / 1000):
        return
    gate_id = grounds.east.gates[0].gate_id
    code = enrolment.make_code(office, SYSTEM, grounds.enterprise_id, gate_id, url)
    files.write(path, code.text() + "\n", private=True)


def _serves(path: Path, url: str, now: float) -> bool:
    """Whether the code in the file is fresh, and names the server where it listens now."""
    if now - path.stat().st_mtime >= _CODE_AGE.total_seconds():
        return False
    return EnrolmentCode.parse(path.read_text(encoding="utf-8")).server == url
