"""Many passes revoked together: those that an issuer signed within a time, or a batch of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.domain.place import BUREAU
from checkpoint.errors import Refused
from checkpoint.services import fields, jobs, phone_links
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.job_runs import Outcome, Progress, Run
from checkpoint.services.jobs import JobForm
from checkpoint.services.office import Office
from checkpoint.storage import batches, people, worth
from checkpoint.storage.worth import Signed

CHUNK = 100
"""Passes in one transaction: gates that report meanwhile wait a fraction of a second at most."""
JOB = "revoke_passes"


@dataclass(frozen=True, slots=True)
class Revoking:
    """Which passes, and why."""

    which: Signed
    why: str


def count(office: Office, which: Signed) -> int:
    """How many would be revoked now."""
    with office.db.read() as session:
        return len(worth.standing_ids(session, which, office.now_ms()))


def begun(office: Office, session: Session, by: Actor, asked: Revoking) -> str:
    """Within a transaction: let a job of the account revoke them; its id. Recorded with why.

    A pass that is issued later than now is none of them.
    """
    which, why = asked.which, fields.reason(asked.why)
    until = min(which.until or office.now_ms(), office.now_ms())
    terms = {"issuer": which.issuer, "kind": which.kind, "since": which.since, "until": until}
    record(office, session, by, Act("revoke_passes", which.issuer, _home(which.issuer), why))
    form = JobForm(JOB, {**terms, "why": why}, _own(by, which.issuer))
    return jobs.begun(office, session, by, form)


def begin_batch(office: Office, by: Actor, issuer: str, number: int, why: str) -> str:
    """Let a job revoke what still stands of an own batch; its id. Raises NotFound, Refused."""
    why = fields.reason(why)
    with office.db.write() as session:
        batches.batch(session, issuer, number)
        if not _of_batch(office, session, number):
            raise Refused("no pass of this batch is in force")
        record(office, session, by, Act("revoke_passes", f"{issuer}/{number}", _home(issuer), why))
        asked = {"issuer": issuer, "number": number, "why": why}
        return jobs.begun(office, session, by, JobForm(JOB, asked, _own(by, issuer)))


def work(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of such a job. Begun anew, it goes on where the run before it ended."""
    told = run.asked
    with office.db.read() as session:
        if number := told.get("number"):
            ids = _of_batch(office, session, number)
        else:
            which = Signed(told["issuer"], told["kind"], told["since"], told["until"])
            ids = worth.standing_ids(session, which, office.now_ms())
    return Outcome({"revoked": revoke(office, run.by, told, ids, progress)})


def revoke(
    office: Office, by: Actor, asked: dict[str, Any], ids: Sequence[str], progress: Progress
) -> int:
    """Revoke these passes of an issuer and their holders' unused links; how many."""
    issuer, why, done = asked["issuer"], asked["why"], 0
    home = _home(issuer)
    for begin in range(0, len(ids), CHUNK):
        progress(begin, len(ids))
        with office.db.write() as session:
            for pass_id in ids[begin : begin + CHUNK]:
                row = people.issued(session, issuer, pass_id, lock=True)
                if row.revoked_at is not None:
                    continue
                row.revoked_at, row.revoked_why = office.now_ms(), why
                record(office, session, by, Act("revoke_pass", pass_id, home, why))
                links = phone_links.ended(row.holder_id, home or None, why)
                phone_links.end(office, session, by, links)
                done += 1
    progress(len(ids), len(ids))
    return done


def _of_batch(office: Office, session: Session, number: int) -> Sequence[str]:
    return batches.standing(session, number, office.now_ms())


def _home(issuer: str) -> str:
    return "" if issuer == BUREAU else issuer


def _own(by: Actor, issuer: str) -> str:
    """The enterprise that a job belongs to: the issuer's own, none for an officer's."""
    return "" if by.role == "bureau" else _home(issuer)
