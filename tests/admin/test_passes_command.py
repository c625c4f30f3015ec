"""`passes issue` and `passes tally` as an operator runs them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete

from admin.cli import main
from admin.forms.fields import begin_of, end_of, today
from checkpoint.cli import main as verifier
from checkpoint.clock import SystemClock
from checkpoint.domain.health_pass import PassKind
from checkpoint.keys import Keyring
from checkpoint.services import SYSTEM, issuing, phone, roster
from checkpoint.services.forms import PassForm, VehicleForm
from checkpoint.storage import tables
from tests.admin.plant import NOW, Plant
from tests.admin.printing import Printed


@pytest.fixture
def data(plant: Plant, tmp_path: Path) -> Path:
    return tmp_path / "data"


def passes(data: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["passes", words[0], "--data", str(data), *words[1:]])


def issue(data: Path, *words: str) -> Result:
    out = str(data.parent / "sheet.pdf")
    return passes(data, "issue", "--enterprise", "plant-a", "--out", out, "--json", *words)


def test_a_roster_becomes_a_sheet(plant: Plant, data: Path, tmp_path: Path) -> None:
    done = issue(data, "--all", "--days", "7")
    assert done.exit_code == 0, done.output
    out = tmp_path / "sheet.pdf"
    assert json.loads(done.stdout) == {"file": str(out), "issued": 1, "held": 0}
    assert out.stat().st_mode & 0o777 == 0o600
    rows = issuing.passes(plant.office, plant.ids["a"]).rows
    texts = {issuing.text_of(plant.office, plant.ids["a"], row.pass_id).text for row in rows}
    assert Printed(out.read_bytes()).codes(tmp_path) == [texts]


def test_a_shift_over_midnight(plant: Plant, data: Path) -> None:
    assert issue(data, "--all", "--shift", "22:00-06:00").exit_code == 0
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    issued = issuing.text_of(plant.office, plant.ids["a"], row.pass_id).health_pass
    assert issued.shift == (22 * 60, 6 * 60)


@pytest.mark.parametrize("shift", ["22:00", "8:00-17:00", "08:00-24:00", "08:00-08:00", "a-b-c"])
def test_what_is_no_shift_costs_no_signature(plant: Plant, data: Path, shift: str) -> None:
    done = issue(data, "--all", "--shift", shift)
    assert done.exit_code == 2
    assert "22:00-06:00" in done.stderr
    assert issuing.passes(plant.office, plant.ids["a"]).rows == ()


def test_it_may_be_repeated(data: Path) -> None:
    assert json.loads(issue(data, "--all").stdout)["issued"] == 1
    assert json.loads(issue(data, "--all").stdout)["issued"] == 0
    assert json.loads(issue(data, "--all", "--again").stdout)["issued"] == 1


def test_single_holders_and_vehicles(plant: Plant, data: Path, tmp_path: Path) -> None:
    assert json.loads(issue(data, "--holder", plant.ids["worker_a"]).stdout)["issued"] == 1
    roster.add_vehicle(plant.office, SYSTEM, plant.ids["a"], VehicleForm("京A12345", "李四"))
    assert json.loads(issue(data, "--all", "--kind", "vehicle").stdout)["issued"] == 1
    assert Printed((tmp_path / "sheet.pdf").read_bytes()).sizes_mm() == [(210.0, 148.0)]


@pytest.mark.parametrize("words", [(), ("--all", "--holder", "0" * 16)])
def test_for_whom_must_be_said(data: Path, words: tuple[str, ...]) -> None:
    assert issue(data, *words).exit_code == 2


def test_a_folder_that_is_not_there_costs_no_signature(plant: Plant, data: Path) -> None:
    wrong = str(data / "none" / "sheet.pdf")
    assert issue(data, "--all", "--out", wrong).exit_code == 2
    assert issuing.passes(plant.office, plant.ids["a"]).rows == ()


def test_nobody_of_another_enterprise(plant: Plant, data: Path) -> None:
    done = issue(data, "--holder", plant.ids["worker_b"])
    assert done.exit_code == 2
    assert "no holder" in done.stderr


def test_the_tally(plant: Plant, data: Path) -> None:
    issue(data, "--all")
    equal = passes(data, "tally", "--json")
    assert equal.exit_code == 0, equal.output
    assert json.loads(equal.stdout) == {
        "equal": True, "issued": 1, "logged": 1, "unlogged": [], "unknown": [],
    }  # fmt: skip
    with plant.office.db.write() as session:
        session.execute(delete(tables.Signature))
    told = passes(data, "tally")
    assert told.exit_code == 2
    assert "without its signature logged" in told.stderr


def test_unused_phone_links_are_listed_and_withdrawn(plant: Plant, data: Path) -> None:
    holder, issuer = plant.ids["worker_a"], plant.ids["a"]
    plant.clock.advance((SystemClock().now() - NOW).total_seconds())
    form = PassForm(PassKind.WORKER, plant.clock.now() + timedelta(days=9), holder_id=holder)
    phone.make_link(plant.office, SYSTEM, issuer, form)
    assert passes(data, "links", "--enterprise", issuer).stdout.startswith(
        f"{holder}  worker  until "
    )
    told = json.loads(passes(data, "links", "--enterprise", issuer, "--json").stdout)
    assert (told["holder_id"], told["kind"]) == (holder, "worker")
    words = ("withdraw-link", holder, "--enterprise", issuer, "--why", "sent to a wrong number")
    assert "is withdrawn" in passes(data, *words).stdout
    assert passes(data, "links", "--enterprise", issuer).stdout == ""
    again = passes(data, *words)
    assert again.exit_code == 2
    assert "no unused phone link" in again.stderr


def test_a_site_and_a_first_day(plant: Plant, data: Path) -> None:
    first = today(SystemClock().now()) + timedelta(days=3)
    words = ("--all", "--site", plant.ids["site_a"], "--from", str(first), "--days", "7")
    assert issue(data, *words).exit_code == 0
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    issued = issuing.text_of(plant.office, plant.ids["a"], row.pass_id).health_pass
    assert issued.sites == (plant.ids["site_a"],)
    terms = (issued.not_before, issued.expires_at)
    assert terms == (begin_of(first), end_of(first + timedelta(days=6)))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "2026-03-01"), "--from 2026-03-01 is past"),
        (("--enterprise", "plant-aa"), "those known: plant-a"),
        (("--site", "nowhere"), "has no site 'nowhere'"),
    ],
)
def test_what_is_mistyped_is_named_and_costs_no_signature(
    plant: Plant, data: Path, words: tuple[str, ...], told: str
) -> None:
    done = issue(data, "--all", *words)
    assert done.exit_code != 0
    assert told in done.stderr
    assert issuing.passes(plant.office, plant.ids["a"]).rows == ()


def test_after_a_key_was_stolen_the_command_says_who_needs_a_new_pass(
    plant: Plant, data: Path
) -> None:
    plant.office.keys.issuer(plant.ids["a"])  # long before the theft
    assert issue(data, "--all").exit_code == 0
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    key_id = issuing.text_of(plant.office, plant.ids["a"], row.pass_id).health_pass.key_id
    assert passes(data, "needed", "--enterprise", "plant-a").output == ""
    run = ["keys", "withdraw", "--data", str(data), key_id, "--why", "stolen"]
    assert CliRunner().invoke(main, run).exit_code == 0
    done = passes(data, "needed", "--enterprise", "plant-a", "--json")
    told = json.loads(done.output)
    assert (told["pass"], told["holder"]) == (row.pass_id, row.holder_id)


def test_outside_the_server_a_withdrawn_keys_pass_is_revoked_as_well(
    plant: Plant, data: Path
) -> None:
    plant.office.keys.issuer(plant.ids["a"])  # long before the theft
    assert issue(data, "--all").exit_code == 0
    (row,) = issuing.passes(plant.office, plant.ids["a"]).rows
    issued = issuing.text_of(plant.office, plant.ids["a"], row.pass_id)
    run = ["keys", "withdraw", "--data", str(data), issued.health_pass.key_id, "--why", "stolen"]
    assert CliRunner().invoke(main, run).exit_code == 0
    trust = data.parent / "trust.json"
    run = ["keys", "export", "--data", str(data), "--out", str(trust)]
    assert CliRunner().invoke(main, run).exit_code == 0
    asked = ["verify", "--trust", str(trust), issued.text]
    assert json.loads(CliRunner().invoke(verifier, asked).output)["reasons"] == ["revoked"]
    assert not Keyring.load(trust).by_id(issued.health_pass.key_id), "nothing else believes it"
