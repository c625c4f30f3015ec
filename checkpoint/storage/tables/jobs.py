"""Background jobs: what an account asked for that takes longer than a page may."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import (
    STRICT,
    Base,
    Blob,
    Millis,
    Number,
    String,
    Switch,
    length,
    one_of,
)


class JobState(StrEnum):
    """How far a job is. Stored, never renamed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """A job 后台作业 of one account in one role.

    `key_sealed` is the job's own key under the sealing key; `asked`, `told` and the files of the
    job are under the job's own key and die with it. `mark` is the same for the same question by the
    same account. `claim` names the run that holds it, until `leased_until`.
    """

    __tablename__ = "job"
    __table_args__ = (
        length("job_id", 16, 16),
        length("kind", 1, 40),
        one_of("state", JobState),
        Index("ix_job_account_made", "account_id", "made_at", "job_id"),
        Index("ix_job_state", "state", "made_at"),
        STRICT,
    )

    job_id: Mapped[String] = mapped_column(primary_key=True)
    kind: Mapped[String]
    account_id: Mapped[String]
    role: Mapped[String]
    name: Mapped[String]
    enterprise_id: Mapped[String]
    state: Mapped[String]
    done: Mapped[Number]
    total: Mapped[Number]
    made_at: Mapped[Millis]
    finished_at: Mapped[Millis | None]
    expires_at: Mapped[Millis]
    claim: Mapped[String]
    leased_until: Mapped[Millis]
    attempts: Mapped[Number]
    cancelling: Mapped[Switch]
    mark: Mapped[Blob]
    key_sealed: Mapped[Blob]
    asked: Mapped[Blob]
    told: Mapped[Blob]
