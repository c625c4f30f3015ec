"""Erasing a person: by the enterprise, by the bureau, from the command line; the policy's days."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from admin.app import daily
from admin.cli import main
from admin.demo.district import fictional_id
from checkpoint.domain.entry import Personal
from checkpoint.services import SYSTEM, Scope, erasing, lookup, policy, retaining, roster
from checkpoint.services.erasures import record_of
from checkpoint.services.forms import WorkerForm
from checkpoint.storage.entry_filter import EntryFilter
from tests.admin.plant import NOW, Plant

NAME, ID = "诸葛试删除", fictional_id("19890102", 77)


@pytest.fixture
def worker(plant: Plant) -> str:
    form = WorkerForm(NAME, ID, "13900001234", "")
    holder_id = roster.add_worker(plant.office, SYSTEM, plant.ids["a"], form)
    kiosk = plant.kiosk()
    for _ in range(3):
        kiosk.record(kiosk.entry(NOW), Personal(NAME, ID[-4:], holder_id))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    return holder_id


def test_bob_erases_a_worker_in_two_steps(plant: Plant, worker: str) -> None:
    bob = plant.visitor("bob")
    page = bob.get(f"/enterprise/roster/{worker}/erase").text
    assert NAME in page
    assert "3" in page
    assert bob.post(f"/enterprise/roster/{worker}/erase", ground="request").status_code == 200
    assert erasing.entries_of(plant.office, worker) == 3
    done = bob.post(f"/enterprise/roster/{worker}/erase", ground="consent", meant="y")
    assert done.status_code == 302
    assert NAME not in bob.get("/enterprise/roster").text
    for page in ("", "/edit", "/pass", "/health", "/photo", "/erase"):
        assert bob.get(f"/enterprise/roster/{worker}{page}").status_code == 404, page
    assert erasing.entries_of(plant.office, worker) == 0
    (row,) = record_of(plant.office).rows
    assert (row.entries, row.ground) == (3, "consent")


def test_dave_can_not_erase_bobs_people(plant: Plant, worker: str) -> None:
    dave = plant.visitor("dave")
    assert dave.get(f"/enterprise/roster/{worker}/erase").status_code == 404
    answer = dave.post(f"/enterprise/roster/{worker}/erase", ground="request", meant="y")
    assert answer.status_code == 404
    assert erasing.entries_of(plant.office, worker) == 3


def test_alice_finds_a_person_by_the_whole_number_and_erases(plant: Plant, worker: str) -> None:
    alice = plant.visitor("alice")
    assert worker not in alice.get("/bureau/personal").text
    found = alice.post("/bureau/personal", id_number=ID)
    assert worker in found.text
    assert ID not in found.headers.get("Location", "")
    assert worker in alice.post("/bureau/personal", id_number=worker).text
    nobody = alice.post("/bureau/personal", id_number=fictional_id("19890103", 5)).text
    assert worker not in nobody
    assert "error" in nobody
    slip = alice.post("/bureau/personal", id_number="123").text
    assert "任何花名册里都没有" not in slip
    assert "17 位数字" in slip
    done = alice.post(f"/bureau/personal/{worker}/erase", ground="unlawful", meant="y")
    assert done.status_code == 302
    assert erasing.entries_of(plant.office, worker) == 0
    page = alice.get("/bureau/personal").text
    assert NAME not in page


def test_a_person_gets_their_own_record_and_who_looked(plant: Plant, worker: str) -> None:
    carol = plant.visitor("carol")
    kiosk = lookup.find(plant.office, SYSTEM, Scope.whole_district(), EntryFilter()).rows[0].place
    looked = carol.post(
        f"/inspector/entries/{kiosk.kiosk_id}/{kiosk.epoch}/{kiosk.seq}/unmask", why="查一查"
    )
    assert looked.status_code == 200
    bob = plant.visitor("bob")
    assert bob.post(f"/enterprise/roster/{worker}/record", why="").status_code != 200
    answer = bob.post(f"/enterprise/roster/{worker}/record", why="本人申请")
    assert NAME not in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        told = json.loads(packed.read("record.json"))
        page = packed.read("record.html").decode()
    assert (told["roster"]["name"], told["roster"]["id_number"]) == (NAME, ID)
    assert [entry["name"] for entry in told["entries"]] == [NAME] * 3
    assert [(look["verb"], look["why"]) for look in told["who_looked"]] == [("unmask", "查一查")]
    assert "查一查" in page
    assert "http" not in page
    assert NAME in page
    done = lookup.actions(plant.office, Scope.whole_district()).rows[0]
    assert (done.verb, done.subject, done.why) == ("export_person", worker, "本人申请")
    assert (
        plant.visitor("dave").post(f"/enterprise/roster/{worker}/record", why="x").status_code
        == 404
    )
    alice = plant.visitor("alice").post(f"/bureau/personal/{worker}/record", why="本人申请")
    assert alice.status_code == 200


def test_the_record_comes_from_the_command_line_too(
    plant: Plant, worker: str, tmp_path: Path
) -> None:
    out = tmp_path / "record.zip"
    told = run(plant, "person", "--holder", worker, "--why", "本人申请", "--out", str(out))
    assert "3 entries" in told
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as packed:
        assert json.loads(packed.read("record.json"))["roster"]["holder_id"] == worker


def test_alice_sets_how_long_what_is_kept(plant: Plant) -> None:
    alice = plant.visitor("alice")
    page = alice.get("/bureau/policy/edit").text
    assert 'name="entries_days"' in page
    kept = policy.in_force(plant.office).retention
    assert (kept.entries_days, kept.lookups_days) == (30, 1096)


def data_of(plant: Plant) -> Path:
    return Path(plant.app.config["SIBAO"].data)


def run(plant: Plant, *line: str, text: str = "") -> str:
    done = CliRunner().invoke(main, [*line, "--data", str(data_of(plant))], input=text)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_erases_by_a_number_that_is_no_argument(plant: Plant, worker: str) -> None:
    told = run(plant, "erase", "--id-number", "--ground", "request", text=f"{ID}\ny\n")
    assert "3 entries" in told
    assert ID not in told
    again = CliRunner().invoke(
        main, ["erase", "--holder", "0" * 16, "--ground", "request", "--data", str(data_of(plant))]
    )
    assert again.exit_code == 2


def test_retain_says_what_is_due_and_then_does_it(plant: Plant, worker: str) -> None:
    due = json.loads(run(plant, "retain", "--dry-run", "--json"))
    assert (due["entries"], due["dry_run"]) == (3, True)
    assert erasing.entries_of(plant.office, worker) == 3
    assert json.loads(run(plant, "retain", "--json"))["entries"] == 3
    assert erasing.entries_of(plant.office, worker) == 0
    assert "nothing" in run(plant, "retain")


def test_the_server_does_it_by_itself_once_a_day(plant: Plant, worker: str, tmp_path: Path) -> None:
    class Once:
        """An event that is set after one turn."""

        turns = 0

        def is_set(self) -> bool:
            return self.turns > 0

        def wait(self, seconds: float) -> None:
            self.turns += 1

    plant.clock.advance(timedelta(days=31).total_seconds())
    daily.run(plant.app, plant.office, Once())  # type: ignore[arg-type]
    assert erasing.entries_of(plant.office, worker) == 0
    assert retaining.retain_daily(plant.office) is None
