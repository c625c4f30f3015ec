"""Background jobs 后台作业: asked for by an account, run one at a time by `services.job_runs`.

What was asked, what it found and its files are under a key of the job's own, which lies sealed in
the job's row: with the row all of it is gone, wherever a copy of a file may lie.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential.issue import fresh_id
from checkpoint.errors import KeyFault, NotFound, Refused
from checkpoint.services import job_files, sealed
from checkpoint.services.actor import Actor
from checkpoint.services.job_files import INPUT, OUTPUT
from checkpoint.services.office import Office
from checkpoint.storage import jobs as stored
from checkpoint.storage import sunset, tables
from checkpoint.storage.scope import Page
from checkpoint.storage.tables.jobs import JobState

KEPT = timedelta(days=3)
"""How long a job and its files stay after it ended."""
AGAIN = timedelta(seconds=10)
"""The same question within this time is the same job: a button that was pressed twice."""
OPEN_MOST = 5
"""Jobs of one account that may wait or run at the same time."""


@dataclass(frozen=True, slots=True)
class JobForm:
    """What a job is to do: its kind, what was asked (JSON values), a file to work on."""

    kind: str
    asked: Mapping[str, Any] = field(default_factory=dict, repr=False)
    enterprise_id: str = ""
    input: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as its owner sees it.

    `told` is what its run said at the end, `refused` why it could not be done ('' otherwise, or
    for a fault), `file` the name of what may be downloaded until `expires_at`, '' for none;
    `has_input` whether the file that it worked on is kept.
    """

    job_id: str
    kind: str
    enterprise_id: str
    state: JobState
    done: int
    total: int
    made_at: datetime
    finished_at: datetime | None
    expires_at: datetime
    cancelling: bool
    asked: dict[str, Any] = field(repr=False)
    told: dict[str, Any] = field(repr=False)
    refused: str = ""
    file: str = ""
    media_type: str = ""
    size: int = 0
    has_input: bool = False

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


def begin(office: Office, by: Actor, form: JobForm) -> str:
    """Let a job wait for its turn; its id.

    The same question again, while it waits or runs or was asked just now, is the same job. Raises
    Refused when the account has `OPEN_MOST` that have not ended, StorageFault without room.
    """
    with office.db.write() as session:
        return begun(office, session, by, form)


def begun(office: Office, session: Session, by: Actor, form: JobForm) -> str:
    """The same within a transaction."""
    office.db.alone(session, f"jobs {by.account_id}")
    mark, now = _mark(office, form), office.now_ms()
    known = stored.same(session, _owner(by), mark, now - AGAIN // timedelta(milliseconds=1))
    if known is not None:
        return known.job_id
    if stored.open_count(session, by.account_id) >= OPEN_MOST:
        raise Refused("jobs are waiting already", remedy="wait until one has ended")
    row = _new(office, by, form, mark)
    session.add(row)
    session.flush()
    if form.input:
        job_files.put_file(office, row, INPUT, iter((form.input,)))
    return row.job_id


def _new(office: Office, by: Actor, form: JobForm, mark: bytes) -> tables.Job:
    now, key = office.clock.now(), job_files.fresh_key()
    row = tables.Job(
        job_id=fresh_id(),
        kind=form.kind,
        account_id=by.account_id,
        role=by.role,
        name=by.name,
        enterprise_id=form.enterprise_id,
        state=JobState.WAITING.value,
        done=0,
        total=0,
        made_at=to_ms(now),
        expires_at=to_ms(now + KEPT),
        claim="",
        leased_until=0,
        attempts=0,
        cancelling=False,
        mark=mark,
        told=b"",
    )
    row.key_sealed = sealed.seal(
        office, base64.b64encode(key).decode(), job_files.key_place(row.job_id)
    )
    row.asked = job_files.put_away(job_files.key_from(key), row.job_id, "asked", form.asked)
    return row


def mine(office: Office, by: Actor, after: str | None = None) -> Page[JobRow]:
    """The account's own jobs, the newest first."""
    with office.db.read() as session:
        rows, cursor = stored.owned(session, _owner(by), after)
        return Page(tuple(shown(office, row) for row in rows), cursor)


def job(office: Office, by: Actor, job_id: str) -> JobRow:
    """One job. Raises NotFound for another account's, or in another role."""
    with office.db.read() as session:
        return shown(office, stored.own(session, _owner(by), job_id))


def cancel(office: Office, by: Actor, job_id: str) -> None:
    """Let a job end without a result; one that runs stops at its next step. May be repeated."""
    with office.db.write() as session:
        row = stored.own(session, _owner(by), job_id, lock=True)
        now = office.now_ms()
        running = row.state == JobState.RUNNING and row.leased_until >= now
        if running:
            row.cancelling = True
        elif row.state in (JobState.WAITING, JobState.RUNNING):
            end(office, row, JobState.CANCELLED)


def forget(office: Office, by: Actor, job_id: str) -> None:
    """Remove a job that has ended, with its files, before its time. Raises Refused, NotFound."""
    with office.db.write() as session:
        row = stored.own(session, _owner(by), job_id, lock=True)
        if row.state in (JobState.WAITING, JobState.RUNNING):
            raise Refused("the job has not ended", remedy="cancel it first")
        _drop(office, session, row)


def runs(office: Office, job_id: str) -> bool:
    """Whether a job runs now, whoever asked for it."""
    with office.db.read() as session:
        row = session.get(tables.Job, job_id)
        return row is not None and row.state == JobState.RUNNING.value


def result(office: Office, by: Actor, job_id: str) -> tuple[JobRow, Iterator[bytes]]:
    """The file that a job made, piece by piece. Raises NotFound where there is none any more."""
    return _file(office, by, job_id, OUTPUT)


def input_of(office: Office, by: Actor, job_id: str) -> bytes:
    """The file that a job worked on, while it is kept. Raises NotFound."""
    return b"".join(_file(office, by, job_id, INPUT)[1])


def drop_input(office: Office, by: Actor, job_id: str) -> None:
    """Remove the file that a job worked on. May be repeated; nothing for another's job."""
    with office.db.read() as session, suppress(NotFound):
        stored.own(session, _owner(by), job_id)
        job_files.path_of(office, job_id, INPUT).unlink(missing_ok=True)


def forget_files(office: Office) -> None:
    """Remove every job that has ended: their files may name a person who was erased."""
    with office.db.write() as session:
        for row in stored.ended(session):
            _drop(office, session, row)


def forget_over(office: Office, limit: int = 20) -> int:
    """Remove jobs whose time is over, with their files; how many."""
    with office.db.write() as session:
        rows = stored.over(session, office.now_ms(), limit)
        for row in rows:
            _drop(office, session, row)
    return len(rows)


def end(office: Office, row: tables.Job, state: JobState, *, keeps: tuple[str, ...] = ()) -> None:
    """Let a job be over, with the files that are to be kept."""
    now = office.clock.now()
    row.state, row.claim, row.leased_until, row.cancelling = state.value, "", 0, False
    row.finished_at, row.expires_at = to_ms(now), to_ms(now + KEPT)
    for name in {INPUT, OUTPUT} - set(keeps):
        job_files.path_of(office, row.job_id, name).unlink(missing_ok=True)


def shown(office: Office, row: tables.Job) -> JobRow:
    """A row as its owner sees it."""
    try:
        key = job_files.key_of(office, row)
        asked, told = (job_files.taken_out(key, row, column) for column in ("asked", "told"))
    except KeyFault:  # put back from a backup that is older than the sealing key
        asked, told = {}, {}
    made = told.get("file", {})
    return JobRow(
        job_id=row.job_id,
        kind=row.kind,
        enterprise_id=row.enterprise_id,
        state=JobState(row.state),
        done=row.done,
        total=row.total,
        made_at=from_ms(row.made_at),
        finished_at=None if row.finished_at is None else from_ms(row.finished_at),
        expires_at=from_ms(row.expires_at),
        cancelling=row.cancelling,
        asked=asked,
        told=told.get("told", {}),
        refused=told.get("refused", ""),
        file=made.get("name", ""),
        media_type=made.get("media_type", ""),
        size=made.get("size", 0),
        has_input=job_files.path_of(office, row.job_id, INPUT).is_file(),
    )


def _drop(office: Office, session: Session, row: tables.Job) -> None:
    for path in job_files.folder_of(office).glob(f"{row.job_id}.*"):
        path.unlink(missing_ok=True)
    session.delete(row)


def _file(office: Office, by: Actor, job_id: str, name: str) -> tuple[JobRow, Iterator[bytes]]:
    with office.db.read() as session:
        if sunset.held(session):
            raise NotFound("the deployment ended")
        row = stored.own(session, _owner(by), job_id)
        return shown(office, row), job_files.file_of(office, row, name)


def _owner(by: Actor) -> tuple[str, str]:
    return by.account_id, by.role


def _mark(office: Office, form: JobForm) -> bytes:
    digest = hashlib.sha256(form.input).hexdigest()
    text = json.dumps([form.kind, form.enterprise_id, dict(form.asked), digest], sort_keys=True)
    return sealed.index(office, "job", text)
