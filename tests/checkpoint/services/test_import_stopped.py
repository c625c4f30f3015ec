"""An import whose process is killed leaves nothing of itself, and the next run brings all of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkpoint.errors import StorageFault
from checkpoint.services import jobs, roster, roster_import
from checkpoint.services.forms import WorkerForm
from checkpoint.services.job_runs import LEASE, Outcome, Progress, Run, run_next
from checkpoint.services.jobs import JobForm
from checkpoint.services.office import Office
from checkpoint.services.roster_import import Upload
from checkpoint.storage import engine, tables
from checkpoint.storage.tables.jobs import JobState
from tests.checkpoint.services.district import BOB, District, id_number
from tests.checkpoint.services.sheets_made import good, xlsx

ROWS = 1200
DIES = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from checkpoint.clock import FixedClock
from checkpoint.services import Office, roster_import
from checkpoint.services.job_runs import run_next
from tests.checkpoint.services.test_import_stopped import work

def die(*_told):
    os.kill(os.getpid(), signal.SIGKILL)

roster_import.record = die
clock = FixedClock(datetime.fromisoformat(sys.argv[3]))
office = Office.open(sys.argv[1], Path(sys.argv[2]), clock)
run_next(office, {"roster": work})
"""


def work(office: Office, run: Run, progress: Progress) -> Outcome:
    upload = Upload(run.enterprise_id, run.job_id, run.input())
    roster_import.import_holders(office, run.by, upload, run.hold, progress)
    return Outcome()


def _workers(district: District) -> int:
    with district.office.db.read() as session:
        return session.scalar(select(func.count()).select_from(tables.Holder)) or 0


def test_a_process_killed_while_it_writes_leaves_nothing_and_the_next_brings_all(
    district: District, database_url: str
) -> None:
    office = district.office
    blob = xlsx([good(serial) for serial in range(ROWS)])
    job_id = jobs.begin(office, BOB, JobForm("roster", {}, "acme", blob))
    clock = district.clock.now().isoformat()
    line = [sys.executable, "-c", DIES, database_url, str(office.keys.folder), clock]
    environment = {**os.environ, "PYTHONPATH": "."}
    dead = subprocess.run(line, env=environment, check=False, capture_output=True)
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()
    assert _workers(district) == 0, "every row was written, and nothing of it stays"
    district.clock.advance((LEASE + timedelta(seconds=1)).total_seconds())
    assert run_next(office, {"roster": work})
    assert jobs.job(office, BOB, job_id).state is JobState.DONE
    assert _workers(district) == ROWS
    assert [row.name for row in roster.holders(office, "acme", good(700)[1]).rows] == ["张三700"]


def test_who_writes_while_an_import_does_is_told_to_try_again_and_then_has_it(
    small: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = [line.replace(f"{engine.BUSY_S}000", "20") for line in engine._SETTINGS]
    monkeypatch.setattr(engine, "_SETTINGS", patience)
    small.office.db.close()
    form = WorkerForm("王五", id_number(900))

    def hold(session: Session) -> None:
        session.execute(select(1))
        with pytest.raises(StorageFault, match="did not take it"):
            roster.add_worker(small.office, BOB, "acme", form)

    upload = Upload("acme", "0" * 16, xlsx([good(1)]))
    roster_import.import_holders(small.office, BOB, upload, hold, lambda _done, _of: None)
    roster.add_worker(small.office, BOB, "acme", form)
    assert _workers(small) == 2


def test_an_import_that_was_sealed_under_a_key_of_before_is_made_anew(small: District) -> None:
    upload = Upload("acme", "0" * 16, xlsx([good(1)]))
    quiet = lambda _done, _of: None  # noqa: E731
    made = roster_import.plan(small.office, "acme", upload.blob, quiet)
    ready = roster_import.prepare(small.office, BOB, upload, made, quiet)
    small.office.keys.begin_resealing()
    hold = lambda _session: None  # noqa: E731
    assert not roster_import.carry_out(small.office, BOB, upload, (made, ready), hold)
    assert _workers(small) == 0
    roster_import.import_holders(small.office, BOB, upload, hold, quiet)
    assert [row.name for row in roster.holders(small.office, "acme", "zs").rows] == ["张三1"]
