"""Background jobs: whose they are, which is next, and which run holds one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from checkpoint.errors import NotFound
from checkpoint.storage.keyset import page
from checkpoint.storage.tables.jobs import Job, JobState

PAGE = 30
_OPEN = (JobState.WAITING.value, JobState.RUNNING.value)


def own(session: Session, owner: tuple[str, str], job_id: str, *, lock: bool = False) -> Job:
    """A job of an account in its role. Raises NotFound for another's."""
    row = session.get(Job, job_id, with_for_update=lock or None)
    if row is None or (row.account_id, row.role) != owner:
        raise NotFound(f"no job {job_id!r} here")
    return row


def owned(
    session: Session, owner: tuple[str, str], after: str | None
) -> tuple[Sequence[Job], str | None]:
    """The jobs of an account in its role, the newest first."""
    rows = select(Job).where(Job.account_id == owner[0], Job.role == owner[1])
    return page(session, rows, (Job.made_at, Job.job_id), after, PAGE)


def open_count(session: Session, account_id: str) -> int:
    """How many jobs of an account have not ended."""
    rows = select(func.count()).select_from(Job)
    return session.scalar(rows.where(Job.account_id == account_id, Job.state.in_(_OPEN))) or 0


def same(session: Session, owner: tuple[str, str], mark: bytes, since: int) -> Job | None:
    """The account's job with this mark that has not ended, or was made since a time."""
    rows = select(Job).where(
        Job.account_id == owner[0],
        Job.role == owner[1],
        Job.mark == mark,
        or_(Job.state.in_(_OPEN), Job.made_at > since),
    )
    return session.scalars(rows.order_by(Job.made_at.desc()).limit(1)).first()


def anything(session: Session, now: int) -> bool:
    """Whether a job waits, lost its run, or is over."""
    rows = select(Job.job_id).where(or_(_next(now), _over(now)))
    return session.scalar(rows.limit(1)) is not None


def claim(session: Session, token: str, now: int, until: int) -> Job | None:
    """The oldest job that nobody runs, for the run that `token` names, until a time.

    Compare and set in one statement: of many processes that ask at once, one gets it.
    """
    chosen = session.scalar(
        select(Job.job_id).where(_next(now)).order_by(Job.made_at, Job.job_id).limit(1)
    )
    if chosen is None:
        return None
    claimed = update(Job).where(Job.job_id == chosen, _next(now))
    taken = session.scalar(
        claimed.values(
            state=JobState.RUNNING.value,
            claim=token,
            leased_until=until,
            attempts=Job.attempts + 1,
        ).returning(Job.job_id)
    )
    return session.get_one(Job, taken) if taken is not None else None


def held(session: Session, job_id: str, token: str) -> Job | None:
    """The job, locked, if this run holds it still."""
    row = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    mine = row is not None and (row.claim, row.state) == (token, JobState.RUNNING.value)
    return row if mine else None


def over(session: Session, now: int, limit: int) -> Sequence[Job]:
    """Jobs whose time is over, at most so many."""
    return session.scalars(select(Job).where(_over(now)).limit(limit)).all()


def ended(session: Session) -> Sequence[Job]:
    """All jobs that have ended and whose files may lie there."""
    return session.scalars(select(Job).where(Job.state.not_in(_OPEN), Job.key_sealed != b"")).all()


def _next(now: int) -> ColumnElement[bool]:
    lost = (Job.state == JobState.RUNNING.value) & (Job.leased_until < now)
    return (Job.state == JobState.WAITING.value) | lost


def _over(now: int) -> ColumnElement[bool]:
    return (Job.expires_at < now) & (Job.state != JobState.RUNNING.value)
