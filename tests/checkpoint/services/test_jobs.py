"""Background jobs: each runs once, whoever dies; what it holds is sealed, and gone in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from checkpoint.errors import KeyFault, NotFound, Refused, StorageFault
from checkpoint.keys.sealed_file import PIECE, read_sealed, write_sealed
from checkpoint.keys.sealing import SealingKey
from checkpoint.services import Office, job_files, job_runs, jobs, resealing
from checkpoint.services.job_runs import ATTEMPTS, LEASE, Outcome, Output, Progress, Run, run_next
from checkpoint.services.jobs import JobForm
from checkpoint.storage import sunset, tables
from checkpoint.storage.tables.jobs import JobState
from tests.checkpoint.services.district import BOB, DAVE, District
from tests.checkpoint.services.remains import remains, spellings

NAME = "欧阳小明"
FORM = JobForm("count", {"wanted": 3, "who": NAME}, "acme", NAME.encode())


def _count(office: Office, run: Run, progress: Progress) -> Outcome:
    for number in range(run.asked["wanted"]):
        progress(number, run.asked["wanted"])
    found = run.input().decode()
    return Outcome({"found": found}, Output("名单.txt", "text/plain", [found.encode(), b"!"]))


KINDS: dict[str, job_runs.Work] = {"count": _count}


def _folder(district: District) -> Path:
    return district.office.keys.folder.with_name("jobs")


def test_a_job_waits_runs_and_hands_out_its_file(district: District) -> None:
    office = district.office
    job_id = jobs.begin(office, BOB, FORM)
    assert jobs.job(office, BOB, job_id).state is JobState.WAITING
    assert run_next(office, KINDS)
    row = jobs.job(office, BOB, job_id)
    assert (row.state, row.told, row.asked) == (JobState.DONE, {"found": NAME}, dict(FORM.asked))
    shown, pieces = jobs.result(office, BOB, job_id)
    blob = b"".join(pieces)
    assert (blob.decode(), shown.size, shown.file) == (f"{NAME}!", len(blob), "名单.txt")
    assert not run_next(office, KINDS)


def test_another_account_and_another_role_have_no_such_job(district: District) -> None:
    office = district.office
    job_id = jobs.begin(office, BOB, FORM)
    run_next(office, KINDS)
    inspector = type(BOB)(BOB.account_id, "inspector", BOB.name)
    for other in (DAVE, inspector):
        assert jobs.mine(office, other).rows == ()
        for asked in (jobs.job, jobs.cancel, jobs.forget, jobs.result, jobs.input_of):
            with pytest.raises(NotFound):
                asked(office, other, job_id)
    assert [row.job_id for row in jobs.mine(office, BOB).rows] == [job_id]


def test_two_runners_do_a_job_once(district: District) -> None:
    office = district.office
    for number in range(4):
        jobs.begin(office, BOB, JobForm("mark", {"number": number}))
    done: list[int] = []

    def mark(_office: Office, run: Run, _progress: Progress) -> Outcome:
        done.append(run.asked["number"])
        return Outcome()

    def drain() -> None:
        while run_next(office, {"mark": mark}):
            pass

    runners = [threading.Thread(target=drain) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    drain()
    assert sorted(done) == [0, 1, 2, 3]
    assert {row.state for row in jobs.mine(office, BOB).rows} == {JobState.DONE}


def test_the_run_that_lost_its_job_writes_nothing(district: District) -> None:
    office = district.office
    job_id = jobs.begin(office, BOB, FORM)
    inner: list[JobState] = []

    def slow(_office: Office, run: Run, progress: Progress) -> Outcome:
        district.clock.advance((LEASE + timedelta(seconds=1)).total_seconds())
        run_next(office, KINDS)
        inner.append(jobs.job(office, BOB, job_id).state)
        with office.db.write() as session, pytest.raises(job_runs.Halted):
            run.hold(session)
        with pytest.raises(job_runs.Halted):
            progress(1, 2)
        return Outcome({"found": "the slow one"})

    run_next(office, {"count": slow})
    assert inner == [JobState.DONE]
    assert jobs.job(office, BOB, job_id).told == {"found": NAME}


DIES = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from checkpoint.clock import FixedClock
from checkpoint.services import Office
from checkpoint.services.job_runs import run_next

def die(office, run, progress):
    progress(1, 2)
    os.kill(os.getpid(), signal.SIGKILL)

clock = FixedClock(datetime.fromisoformat(sys.argv[3]))
office = Office.open(sys.argv[1], Path(sys.argv[2]), clock)
run_next(office, {"count": die})
"""


def _die(district: District, url: str) -> None:
    clock = district.clock.now().isoformat()
    line = [sys.executable, "-c", DIES, url, str(district.office.keys.folder), clock]
    environment = {**os.environ, "PYTHONPATH": "."}
    dead = subprocess.run(line, env=environment, check=False, capture_output=True)
    assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()


def test_a_job_whose_process_was_killed_is_done_by_the_next(
    district: District, database_url: str
) -> None:
    office = district.office
    job_id = jobs.begin(office, BOB, FORM)
    _die(district, database_url)
    assert jobs.job(office, BOB, job_id).state is JobState.RUNNING
    assert not run_next(office, KINDS)
    district.clock.advance(LEASE.total_seconds() + 1)
    assert run_next(office, KINDS)
    assert jobs.job(office, BOB, job_id).told == {"found": NAME}


def test_a_job_that_kills_its_process_again_and_again_is_given_up(small: District) -> None:
    job_id = jobs.begin(small.office, BOB, FORM)
    with small.office.db.write() as session:
        row = session.get_one(tables.Job, job_id)
        row.state, row.attempts, row.claim = "running", ATTEMPTS, "dead"
    assert run_next(small.office, KINDS)
    assert jobs.job(small.office, BOB, job_id).state is JobState.FAILED


def test_a_cancelled_job_stops_at_its_next_step_and_leaves_no_file(district: District) -> None:
    office = district.office
    waiting = jobs.begin(office, BOB, FORM)
    jobs.cancel(office, BOB, waiting)
    jobs.cancel(office, BOB, waiting)
    running = jobs.begin(office, BOB, JobForm("long", {}, input=b"x"))
    steps: list[int] = []

    def long(_office: Office, _run: Run, progress: Progress) -> Outcome:
        for number in range(10):
            district.clock.advance(2)
            progress(number, 10)
            steps.append(number)
            if number == 3:
                jobs.cancel(office, BOB, running)
                assert jobs.job(office, BOB, running).cancelling
        return Outcome()

    assert run_next(office, {"long": long})
    assert steps == [0, 1, 2, 3]
    for job_id in (waiting, running):
        assert jobs.job(office, BOB, job_id).state is JobState.CANCELLED
    assert list(_folder(district).iterdir()) == []


def test_how_far_a_job_is(small: District) -> None:
    job_id = jobs.begin(small.office, BOB, FORM)
    seen: list[tuple[int, int]] = []

    def slow(_office: Office, _run: Run, progress: Progress) -> Outcome:
        for number in (10, 20, 30):
            small.clock.advance(2)
            progress(number, 40)
            row = jobs.job(small.office, BOB, job_id)
            seen.append((row.done, row.total))
        return Outcome()

    run_next(small.office, {"count": slow})
    assert seen == [(10, 40), (20, 40), (30, 40)]


def test_what_a_job_refuses_its_owner_reads_and_a_fault_says_nothing(small: District) -> None:
    office = small.office

    def refuse(_office: Office, _run: Run, _progress: Progress) -> Outcome:
        raise Refused("plate is out of range")

    def break_(_office: Office, _run: Run, _progress: Progress) -> Outcome:
        raise ValueError(NAME)

    refused = jobs.begin(office, BOB, FORM)
    assert run_next(office, {"count": refuse})
    assert jobs.job(office, BOB, refused).refused == "plate is out of range"
    small.clock.advance(60)
    broken = jobs.begin(office, BOB, FORM)
    with pytest.raises(ValueError, match=NAME):
        run_next(office, {"count": break_})
    row = jobs.job(office, BOB, broken)
    assert (row.state, row.refused, row.told) == (JobState.FAILED, "", {})
    unknown = jobs.begin(office, BOB, JobForm("of an older program"))
    assert run_next(office, {})
    assert jobs.job(office, BOB, unknown).state is JobState.FAILED


def test_a_database_that_does_not_answer_only_delays_a_job(small: District) -> None:
    office = small.office

    def silent(_office: Office, _run: Run, _progress: Progress) -> Outcome:
        raise StorageFault("no answer")

    job_id = jobs.begin(office, BOB, FORM)
    with pytest.raises(StorageFault):
        run_next(office, {"count": silent})
    small.clock.advance(LEASE.total_seconds() + 1)
    assert run_next(office, KINDS)
    assert jobs.job(office, BOB, job_id).state is JobState.DONE


def test_a_question_asked_twice_is_one_job_and_later_another(district: District) -> None:
    office = district.office
    first = jobs.begin(office, BOB, FORM)
    assert jobs.begin(office, BOB, FORM) == first
    run_next(office, KINDS)
    assert jobs.begin(office, BOB, FORM) == first
    other = JobForm("count", FORM.asked, "acme", b"another file")
    assert jobs.begin(office, BOB, other) != first
    district.clock.advance(jobs.AGAIN.total_seconds() + 1)
    assert jobs.begin(office, BOB, FORM) != first


def test_an_account_has_only_so_many_jobs_open(small: District) -> None:
    for number in range(jobs.OPEN_MOST):
        jobs.begin(small.office, BOB, JobForm("count", {"number": number}))
    with pytest.raises(Refused, match="jobs are waiting"):
        jobs.begin(small.office, BOB, JobForm("count", {"number": "more"}))
    jobs.begin(small.office, DAVE, JobForm("count", {"number": "more"}))


def test_nothing_of_a_person_lies_open_and_nothing_is_left_in_time(
    district: District, tmp_path: Path
) -> None:
    office = district.office
    job_id = jobs.begin(office, BOB, FORM)
    wanted = spellings([NAME])
    assert remains(wanted, tmp_path, _folder(district)) == []
    run_next(office, KINDS)
    assert remains(wanted, tmp_path, _folder(district)) == []
    assert [path.name for path in _folder(district).iterdir()] == [f"{job_id}.output"]
    with pytest.raises(NotFound):
        jobs.input_of(office, BOB, job_id)
    district.clock.advance(jobs.KEPT.total_seconds() + 1)
    run_next(office, KINDS)
    assert list(_folder(district).iterdir()) == []
    with pytest.raises(NotFound):
        jobs.job(office, BOB, job_id)


def test_an_input_may_be_kept_for_the_next_job(small: District) -> None:
    office = small.office
    job_id = jobs.begin(office, BOB, FORM)
    run_next(office, {"count": lambda *_: Outcome(keeps_input=True)})
    assert jobs.input_of(office, BOB, job_id) == FORM.input
    jobs.forget(office, BOB, job_id)
    assert list(_folder(small).iterdir()) == []


def test_only_a_job_that_has_ended_is_removed(small: District) -> None:
    job_id = jobs.begin(small.office, BOB, FORM)
    with pytest.raises(Refused, match="has not ended"):
        jobs.forget(small.office, BOB, job_id)


def test_files_outlive_a_fresh_sealing_key(small: District) -> None:
    office = small.office
    job_id = jobs.begin(office, BOB, FORM)
    run_next(office, KINDS)
    resealing.rotate(office, lambda _s: None)
    assert b"".join(jobs.result(office, BOB, job_id)[1]).decode() == f"{NAME}!"


def test_no_job_runs_and_none_is_left_once_the_deployment_ends(small: District) -> None:
    office = small.office
    jobs.begin(office, BOB, FORM)
    with office.db.write() as session:
        session.add(
            tables.Sunset(
                id=1,
                begun_at=office.now_ms(),
                first_account="a1",
                second_account="a2",
                why="over",
                folder="/",
                with_persons=False,
                done="",
                facts="{}",
                note="",
            )
        )
    assert not run_next(office, KINDS)
    job_files.leave_none(office)
    with office.db.write() as session:
        assert sunset.personal(session)["jobs"] == 1
        sunset.forget(session)
        assert session.scalars(select(tables.Job)).all() == []
    assert list(_folder(small).iterdir()) == []


# ---------------------------------------------------------------- the files


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_sealed_file_gives_back_what_went_in(tmp_path: Path, size: int) -> None:
    key, blob = SealingKey.generate(), os.urandom(size)
    path = tmp_path / "file"
    assert write_sealed(path, key, "here", (blob[:7], blob[7:])) == size
    assert b"".join(read_sealed(path, key, "here")) == blob
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_sealed_file_cut_short_changed_or_moved_is_refused(tmp_path: Path) -> None:
    key, path = SealingKey.generate(), tmp_path / "file"
    write_sealed(path, key, "here", (os.urandom(2 * PIECE),))
    whole = path.read_bytes()
    first = 4 + int.from_bytes(whole[:4])
    swapped = whole[first:] + whole[:first]
    flipped = whole[:-1] + bytes([whole[-1] ^ 1])
    for wrong in (b"", whole[:3], whole[:-1], whole[:first], swapped, flipped, whole + b"\0"):
        path.write_bytes(wrong)
        with pytest.raises(KeyFault):
            list(read_sealed(path, key, "here"))
    path.write_bytes(whole)
    with pytest.raises(KeyFault):
        list(read_sealed(path, key, "there"))


def test_a_file_that_could_not_be_written_whole_is_not_there(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_sealed(tmp_path / "file", SealingKey.generate(), "here", broken())
    assert list(tmp_path.iterdir()) == []
