"""Running background jobs: one at a time, each by one process, taken up again where one died.

A run holds its job for `LEASE`, and longer each time it tells how far it is. A job whose process
died is begun anew by the next one; so the work of a job must bear being repeated, or do what it
changes in one transaction that begins with `Run.hold`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.errors import ClaimError, NotFound, PolicyError, Refused, SibaoError, StorageFault
from checkpoint.services import job_files, jobs
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import jobs as stored
from checkpoint.storage import sunset, tables
from checkpoint.storage.tables.jobs import JobState

LEASE = timedelta(minutes=2)
"""How long a run may say nothing before another one takes its job."""
TELL = timedelta(seconds=1)
"""How often the row says how far it is, at most."""
ATTEMPTS = 3
"""Runs that may die of one job."""


class Halted(SibaoError):
    """The job was cancelled, or another run has it: stop, and leave nothing half-done."""


@dataclass(frozen=True, slots=True)
class Output:
    """The file that a job makes, as it is downloaded; `pieces` may be a generator."""

    name: str
    media_type: str
    pieces: Iterable[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job found (JSON values) and made; `keeps_input` lets another job work on its input."""

    told: Mapping[str, Any] = field(default_factory=dict, repr=False)
    output: Output | None = None
    keeps_input: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job, as its work sees it: who asked, for what, with which file."""

    job_id: str
    by: Actor
    enterprise_id: str
    made_at: datetime
    asked: dict[str, Any] = field(repr=False)
    _office: Office = field(repr=False)
    _row: tables.Job = field(repr=False)

    def input(self) -> bytes:
        """The file that came with the job. Raises NotFound where none did."""
        return b"".join(job_files.file_of(self._office, self._row, job_files.INPUT))

    def hold(self, session: Session) -> None:
        """Within a transaction: nobody else does this job until it ends. Raises Halted."""
        if stored.held(session, self.job_id, self._row.claim) is None:
            raise Halted("another run has this job")


Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much. Not within a transaction. Raises Halted."""
Work = Callable[[Office, Run, Progress], Outcome]
"""The work of one kind of job. What it refuses (Refused, ClaimError, PolicyError, NotFound) its
owner reads; Halted and any fault pass through it."""


def run_next(office: Office, kinds: Mapping[str, Work]) -> bool:
    """Do the job whose turn it is, if there is one; whether there was.

    Raises what its work raises beside refusals; the job has failed then, or is taken up again
    after the lease where the database did not answer.
    """
    with office.db.read() as session:
        if not stored.anything(session, office.now_ms()) or sunset.held(session):
            return False
    jobs.forget_over(office)
    row = _claimed(office)
    if row is None:
        return False
    work = kinds.get(row.kind)
    if work is None or row.attempts > ATTEMPTS:
        _ended(office, row, JobState.FAILED, {})
        return True
    try:
        _done(office, row, work(office, _run(office, row), _progress(office, row)))
    except Halted:
        _ended(office, row, JobState.CANCELLED, {})
    except (Refused, ClaimError, PolicyError, NotFound) as fault:
        _ended(office, row, JobState.FAILED, {"refused": fault.message})
    except StorageFault:
        raise
    except Exception:
        _ended(office, row, JobState.FAILED, {})
        raise
    return True


def _claimed(office: Office) -> tables.Job | None:
    now = office.clock.now()
    with office.db.write() as session:
        row = stored.claim(session, secrets.token_hex(8), to_ms(now), to_ms(now + LEASE))
        if row is not None and row.cancelling:
            jobs.end(office, row, JobState.CANCELLED)
            return None
        return row


def _run(office: Office, row: tables.Job) -> Run:
    by = Actor(row.account_id, row.role, row.name)
    asked = job_files.taken_out(job_files.key_of(office, row), row, "asked")
    return Run(row.job_id, by, row.enterprise_id, from_ms(row.made_at), asked, office, row)


def _progress(office: Office, row: tables.Job) -> Progress:
    last: list[datetime] = []

    def tell(done: int, total: int) -> None:
        now = office.clock.now()
        if last and now - last[0] < TELL and done < total:
            return
        last[:] = [now]
        with office.db.write() as session:
            held = stored.held(session, row.job_id, row.claim)
            if held is None or held.cancelling:
                raise Halted("the job was cancelled, or taken by another run")
            held.done, held.total = done, total
            held.leased_until = to_ms(now + LEASE)

    return tell


def _done(office: Office, row: tables.Job, outcome: Outcome) -> None:
    told: dict[str, Any] = {"told": dict(outcome.told)}
    keeps: tuple[str, ...] = (job_files.INPUT,) if outcome.keeps_input else ()
    if outcome.output is not None:
        made = outcome.output
        size = job_files.put_file(office, row, job_files.OUTPUT, _each(made.pieces))
        told["file"] = {"name": made.name, "media_type": made.media_type, "size": size}
        keeps += (job_files.OUTPUT,)
    _ended(office, row, JobState.DONE, told, keeps)


def _each(pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield from pieces


def _ended(
    office: Office,
    row: tables.Job,
    state: JobState,
    told: Mapping[str, Any],
    keeps: tuple[str, ...] = (),
) -> None:
    """Write the end of a run, unless another one has the job."""
    with office.db.write() as session:
        held = stored.held(session, row.job_id, row.claim)
        if held is None:
            return
        if told:
            held.told = job_files.put_away(
                job_files.key_of(office, held), held.job_id, "told", told
            )
        jobs.end(office, held, state, keeps=keeps)
