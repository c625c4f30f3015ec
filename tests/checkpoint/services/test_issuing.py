"""Passes that verify, and are worthless when they should be."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from checkpoint.clock import FixedClock
from checkpoint.credential import Trust, verify
from checkpoint.domain.health_pass import PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.errors import ClaimError, NotFound, Refused
from checkpoint.keys import Keyring
from checkpoint.services import Office, authorizing, issuing, roster
from checkpoint.services.forms import PassForm, VehicleForm, WorkerForm
from checkpoint.services.office import KeyFolder
from checkpoint.storage import tables
from tests.checkpoint.services.district import ALICE, BOB, DAVE, NOON, District, id_number

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def worker(district: District, enterprise_id: str = "acme", serial: int = 1) -> str:
    form = WorkerForm("张三", id_number(serial))
    return roster.add_worker(district.office, BOB, enterprise_id, form)


def form_for(district: District, holder_id: str, **changes: object) -> PassForm:
    values = {"kind": PassKind.WORKER, "expires_at": district.clock.now() + DAY}
    return PassForm(**values | {"holder_id": holder_id} | changes)  # type: ignore[arg-type]


def trust(office: Office, issuer: str) -> Trust:
    return Trust(Keyring([office.keys.issuer(issuer).trusted]))


def test_a_workers_pass_verifies_and_tells_who(small: District) -> None:
    holder_id = worker(small)
    site_id = small.sites["acme"].site_id
    form = form_for(small, holder_id, sites=(site_id,))
    issued = issuing.issue_pass(small.office, BOB, "acme", form)
    found = verify(issued.text, trust(small.office, "acme"), small.clock.now())
    assert found.valid
    assert found.health_pass == issued.health_pass
    assert (issued.health_pass.holder_id, issued.health_pass.name) == (holder_id, "张三")
    assert issued.health_pass.id_tail == id_number()[-4:]
    assert issued.health_pass.sites == (site_id,)


def test_a_vehicles_pass_names_plate_and_driver(small: District) -> None:
    vehicle = VehicleForm("京A12345", "李四", 45, "Line 3")
    holder_id = roster.add_vehicle(small.office, BOB, "acme", vehicle)
    form = form_for(small, holder_id, kind=PassKind.COMMUTING_VEHICLE)
    issued = issuing.issue_pass(small.office, BOB, "acme", form).health_pass
    assert (issued.vehicle, issued.name) == (Vehicle("京A12345", 45, "Line 3"), "李四")


def test_a_visitors_pass_names_the_host(small: District) -> None:
    visit = {"kind": PassKind.VISITOR, "name": "王五", "expires_at": small.clock.now() + 12 * HOUR}
    form = form_for(small, "", host="Bob", id_tail="12x4", **visit)
    issued = issuing.issue_pass(small.office, BOB, "acme", form).health_pass
    assert (issued.name, issued.host, issued.id_tail) == ("王五", "Bob", "12X4")
    assert roster.holders(small.office, "acme").rows == ()
    with pytest.raises(Refused, match="host"):
        issuing.issue_pass(small.office, BOB, "acme", form_for(small, "", **visit))


def test_the_bureau_alone_issues_emergency_passes(small: District) -> None:
    form = form_for(
        small, "", kind=PassKind.EMERGENCY_VEHICLE, name="李四", vehicle=Vehicle("京a12345")
    )
    issued = issuing.issue_pass(small.office, ALICE, BUREAU, form)
    assert verify(issued.text, trust(small.office, BUREAU), small.clock.now()).valid
    with pytest.raises(Refused):
        issuing.issue_pass(small.office, BOB, "acme", form)
    with pytest.raises(Refused):
        issuing.issue_pass(small.office, ALICE, BUREAU, form_for(small, worker(small)))


def test_nobody_issues_for_another_enterprises_people_or_sites(small: District) -> None:
    holder_id = worker(small, "acme")
    with pytest.raises(NotFound):
        issuing.issue_pass(small.office, DAVE, "zenith", form_for(small, holder_id))
    elsewhere = (small.sites["zenith"].site_id,)
    form = form_for(small, holder_id, sites=elsewhere)
    with pytest.raises(NotFound):
        issuing.issue_pass(small.office, BOB, "acme", form)


def test_no_passes_for_the_blocked_the_suspended_or_the_past(small: District) -> None:
    holder_id = worker(small)
    past = form_for(small, holder_id, expires_at=small.clock.now())
    with pytest.raises(ClaimError):
        issuing.issue_pass(small.office, BOB, "acme", past)
    issuing.block_holder(small.office, BOB, "acme", holder_id, "left")
    with pytest.raises(Refused, match="blocked"):
        issuing.issue_pass(small.office, BOB, "acme", form_for(small, holder_id))
    issuing.unblock_holder(small.office, BOB, "acme", holder_id, "back")
    issuing.issue_pass(small.office, BOB, "acme", form_for(small, holder_id))
    authorizing.suspend(small.office, ALICE, "acme", "outbreak")
    with pytest.raises(Refused, match="suspended"):
        issuing.issue_pass(small.office, BOB, "acme", form_for(small, holder_id))


def test_a_pass_can_be_shown_again_after_a_restart_and_after_its_end(small: District) -> None:
    issued = issuing.issue_pass(small.office, BOB, "acme", form_for(small, worker(small)))
    small.clock.advance(3 * 86400)
    url = small.office.db.engine.url.render_as_string(hide_password=False)
    again = Office.open(url, small.office.keys.folder, small.clock)
    pass_id = issued.health_pass.pass_id
    assert issuing.text_of(again, "acme", pass_id) == issued
    issuing.revoke_pass(again, BOB, "acme", pass_id, "lost")
    assert issuing.text_of(again, "acme", pass_id).revoked
    with pytest.raises(NotFound):
        issuing.text_of(again, "zenith", pass_id)
    again.close()


def test_passes_are_listed_with_their_state(small: District) -> None:
    one, two = worker(small, serial=1), worker(small, serial=2)
    card = issuing.issue_pass(small.office, BOB, "acme", form_for(small, one)).health_pass
    small.clock.advance(1)
    issuing.issue_pass(small.office, BOB, "acme", form_for(small, two))
    issuing.revoke_pass(small.office, BOB, "acme", card.pass_id, "lost")
    issuing.block_holder(small.office, BOB, "acme", two, "left")
    rows = issuing.passes(small.office, "acme").rows
    states = [(row.holder_id, row.revoked, row.blocked) for row in rows]
    assert states == [(two, False, True), (one, True, False)]
    assert [row.holder_id for row in issuing.passes(small.office, "acme", None, one).rows] == [one]
    assert issuing.passes(small.office, "zenith").rows == ()
    with pytest.raises(NotFound):
        issuing.revoke_pass(small.office, DAVE, "zenith", card.pass_id, "mine")
    with pytest.raises(Refused):
        issuing.revoke_pass(small.office, BOB, "acme", card.pass_id, "again")


def test_every_signature_is_counted_with_who_asked_for_it(small: District) -> None:
    issued = issuing.issue_pass(small.office, BOB, "acme", form_for(small, worker(small)))
    with small.office.db.read() as session:
        passes = tables.Signature.purpose == "worker"
        (line,) = session.scalars(select(tables.Signature).where(passes))
    assert (line.subject, line.account_id) == (issued.health_pass.pass_id, "b1")
    assert (line.purpose, line.key_id) == ("worker", issued.health_pass.key_id)


def test_keys_are_made_once_and_are_their_owners_alone(small: District) -> None:
    issuing.issue_pass(small.office, BOB, "acme", form_for(small, worker(small)))
    folder = small.office.keys.folder
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))
    key_id, server = (small.office.keys.issuer(owner).key_id for owner in ("acme", "server"))
    wanted = [f"enterprise/acme/{key_id}.json", "sealing.json", f"server/{server}.json"]
    assert names == wanted
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))


def test_processes_that_start_together_make_one_key(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    folders = [KeyFolder(tmp_path / "keys", clock) for _ in range(8)]
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda held=folder: found.append(held.server.key_id))
        for folder in folders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
