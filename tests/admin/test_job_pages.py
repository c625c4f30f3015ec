"""The pages of one's own background jobs."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from admin.app import jobs as running
from admin.demo.district import fictional_id
from admin.enterprise import batches
from admin.forms import job_words
from checkpoint.errors import Refused, StorageFault
from checkpoint.services import (
    SYSTEM,
    Actor,
    Office,
    issuing,
    issuing_roster,
    job_runs,
    jobs,
    roster,
)
from checkpoint.services.forms import WorkerForm
from checkpoint.services.issuing_desk import Desk
from checkpoint.services.job_runs import Outcome, Output, Progress, Run, Work
from checkpoint.services.jobs import JobForm
from tests.admin.plant import Plant

FILE = "人员😀.csv"


def _made(_office: Office, run: Run, _progress: Progress) -> Outcome:
    return Outcome({}, Output(FILE, "text/csv", [run.asked["text"].encode()]))


def _refused(_office: Office, _run: Run, _progress: Progress) -> Outcome:
    raise Refused("enterprise is suspended")


def _broken(_office: Office, run: Run, _progress: Progress) -> Outcome:
    raise ValueError(run.asked["text"])


KINDS: dict[str, Work] = {"made": _made, "refused": _refused, "broken": _broken}


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "KINDS", KINDS)


def _begin(plant: Plant, kind: str = "made") -> str:
    bob = Actor(plant.ids["bob"], "enterprise", "Bob")
    return jobs.begin(plant.office, bob, JobForm(kind, {"text": "张三"}, plant.ids["a"]))


def test_bob_watches_a_job_and_takes_its_file(plant: Plant) -> None:
    bob, job_id = plant.visitor("bob"), _begin(plant)
    path = f"/own/jobs/{job_id}"
    waits = bob.get(path).text
    assert "<progress" in waits
    assert f'hx-get="{path}/progress"' in waits
    assert "<progress" in bob.get(f"{path}/progress").text
    assert bob.get(f"{path}/file").status_code == 404
    assert running.turn(plant.app, plant.office)
    ended = bob.get(f"{path}/progress")
    assert (ended.status_code, ended.headers["HX-Refresh"]) == (286, "true")
    done = bob.get(path).text
    assert "<progress" not in done
    assert FILE in done
    assert "保留至" in done
    file = bob.get(f"{path}/file")
    assert file.text == "张三"
    assert "UTF-8''%E4%BA%BA" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
    assert path in bob.get("/own/jobs").text


def test_anothers_job_does_not_exist(plant: Plant) -> None:
    job_id = _begin(plant)
    running.turn(plant.app, plant.office)
    for name in ("dave", "alice", "carol"):
        other = plant.visitor(name)
        assert job_id not in other.get("/own/jobs").text
        for end in ("", "/progress", "/file"):
            assert other.get(f"/own/jobs/{job_id}{end}").status_code == 404
        for end in ("cancel", "forget"):
            assert other.post(f"/own/jobs/{job_id}/{end}").status_code == 404


def test_bob_cancels_a_job_and_removes_it(plant: Plant) -> None:
    bob, job_id = plant.visitor("bob"), _begin(plant)
    assert bob.post(f"/own/jobs/{job_id}/forget").status_code == 409
    assert bob.post(f"/own/jobs/{job_id}/cancel").status_code == 302
    assert "已取消" in bob.get(f"/own/jobs/{job_id}").text
    assert bob.post(f"/own/jobs/{job_id}/forget").status_code == 302
    assert bob.get(f"/own/jobs/{job_id}").status_code == 404


def test_why_a_job_failed_is_told_in_the_persons_language(plant: Plant) -> None:
    bob, job_id = plant.visitor("bob"), _begin(plant, "refused")
    running.turn(plant.app, plant.office)
    assert (
        "企业" in re.findall(r'note-danger"[^>]*>([^<]+)', bob.get(f"/own/jobs/{job_id}").text)[0]
    )


def test_a_fault_of_a_job_is_logged_without_anybodys_data(
    plant: Plant, caplog: pytest.LogCaptureFixture
) -> None:
    job_id, stop = _begin(plant, "broken"), threading.Event()

    class Once(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    stop = Once()
    with caplog.at_level(logging.INFO):
        running.run(plant.app, plant.office, stop)
    assert "ValueError" in caplog.text
    assert "张三" not in caplog.text
    assert "出现了问题" in plant.visitor("bob").get(f"/own/jobs/{job_id}").text


def test_every_kind_has_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert running.KINDS.keys() == job_words.KINDS.keys()
    assert running.KINDS.keys() >= job_words.WHOLE


def test_passes_for_many_are_issued_by_a_job_and_once_however_often_it_is_begun(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(batches, "AT_ONCE", 2)
    monkeypatch.setattr(issuing_roster, "CHUNK", 2)
    for serial in range(4):
        worker = WorkerForm(f"员工{serial}", fictional_id("19900101", 100 + serial))
        roster.add_worker(plant.office, SYSTEM, plant.ids["a"], worker)
    bob = plant.visitor("bob")
    form = {"kind": "worker", "since": "2026-03-02", "until": "2026-03-31", "again": "y"}
    path = bob.post("/enterprise/roster/passes", **form).headers["Location"]
    plant.clock.advance(3)
    assert bob.post("/enterprise/roster/passes", **form).headers["Location"] == path
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "issue", _dies_at(3, Desk.issue))
        with pytest.raises(StorageFault):
            running.turn(plant.app, plant.office)
    assert "<progress" in bob.get(path).text
    plant.clock.advance(job_runs.LEASE.total_seconds() + 1)
    assert running.turn(plant.app, plant.office)
    page = bob.get(path).text
    (batch,) = re.findall(r'href="(/enterprise/passes/batches/\d+)"', page)
    assert bob.get(batch).status_code == 200
    issued = issuing.passes(plant.office, plant.ids["a"]).rows
    assert len({row.holder_id for row in issued}) == len(issued) == 5


def _dies_at(number: int, issue: Callable[..., Any]) -> Callable[..., Any]:
    left = iter(range(number - 1))

    def dying(*told: Any) -> Any:
        if next(left, None) is None:
            raise StorageFault("the power went")
        return issue(*told)

    return dying
