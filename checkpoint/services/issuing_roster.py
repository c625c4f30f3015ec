"""Passes for a whole roster in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.health_pass import PassKind
from checkpoint.errors import Refused
from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm, RosterForm
from checkpoint.services.issuing_desk import Desk
from checkpoint.services.job_runs import Outcome, Run
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind, IssuedMany, IssuedPass
from checkpoint.storage import batches, people, places, tables

CHUNK = 100
"""Passes in one transaction: gates that report meanwhile wait a fraction of a second at most."""
_KINDS = {
    HolderKind.WORKER: PassKind.WORKER,
    HolderKind.VEHICLE: PassKind.COMMUTING_VEHICLE,
}

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""


def issue_roster(
    office: Office,
    by: Actor,
    enterprise_id: str,
    form: RosterForm,
    progress: Progress = lambda _done, _of: None,
) -> IssuedMany:
    """Sign a pass for each wanted holder, all with the same time of issue.

    Durable chunk by chunk: after an interruption the same call goes on where it ended. Raises
    NotFound for a holder of another enterprise before anything is signed, else as
    `issuing.issue_pass`.
    """
    if form.kind not in _KINDS:
        raise Refused(f"kind {form.kind} is not of the roster", remedy="give worker or vehicle")
    now = office.clock.now()
    ids, held = _wanted(office, enterprise_id, form)
    issued: list[IssuedPass] = []
    number = 0
    progress(0, len(ids))
    for begin in range(0, len(ids), CHUNK):
        chunk = ids[begin : begin + CHUNK]
        with office.db.write() as session:
            desk = Desk(office, session, by, enterprise_id, now)
            number = number or _open_batch(desk, _KINDS[form.kind])
            issued += [desk.issue(_single(form, holder_id, now)) for holder_id in chunk]
        progress(len(issued), len(ids))
    return IssuedMany(now.replace(microsecond=0), tuple(issued), held, number)


def wanted(office: Office, enterprise_id: str, form: RosterForm) -> int:
    """How many would get a pass now."""
    return len(_wanted(office, enterprise_id, form)[0])


def asked(form: RosterForm) -> dict[str, Any]:
    """The question of a job of kind `issue_roster`; of all holders of a kind."""
    return {
        "expires_at": to_ms(form.expires_at),
        "kind": form.kind.value,
        "not_before": None if form.not_before is None else to_ms(form.not_before),
        "sites": list(form.sites),
        "shift": form.shift,
        "again": form.again,
    }


def work(office: Office, run: Run, progress: Progress) -> Outcome:
    """The work of such a job. Begun anew, it goes on where the run before it ended."""
    told = run.asked
    form = RosterForm(
        from_ms(told["expires_at"]),
        HolderKind(told["kind"]),
        None if told["not_before"] is None else from_ms(told["not_before"]),
        sites=tuple(told["sites"]),
        shift=tuple(told["shift"]) if told["shift"] else None,
        again=told["again"],
        since=run.made_at.replace(microsecond=0),
    )
    made = issue_roster(office, run.by, run.enterprise_id, form, progress)
    return Outcome({"issued": len(made.passes), "held": made.held, "number": made.number})


def _open_batch(desk: Desk, kind: PassKind) -> int:
    """The number of the batch of this moment, which stands or falls with its first passes."""
    at = to_ms(desk.now.replace(microsecond=0))
    desk.office.db.alone(desk.session, f"batch {desk.issuer}")
    row = batches.known(desk.session, desk.issuer, kind.value, at)
    if row is None:
        row = tables.PassBatch(
            issuer=desk.issuer, kind=kind.value, at=at, account_id=desk.by.account_id
        )
        desk.session.add(row)
        desk.session.flush()
    return row.id


def _wanted(office: Office, enterprise_id: str, form: RosterForm) -> tuple[Sequence[str], int]:
    """Who gets a pass, and how many hold one for long enough already."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        if form.holder_ids is None:
            ids = [row.holder_id for row in people.ready(session, enterprise_id, form.kind)]
        else:
            named = dict.fromkeys(form.holder_ids)
            rows = [people.holder(session, enterprise_id, holder_id) for holder_id in named]
            # By plate, as above: two enterprises that lock plates then wait for each other never.
            ids = [row.holder_id for row in sorted(rows, key=lambda row: row.plate)]
        since = to_ms(form.since) if form.again and form.since else 0
        held = people.held_until(session, enterprise_id, to_ms(form.expires_at), since)
    if form.again and form.since is None:
        return ids, 0
    left = [holder_id for holder_id in ids if holder_id not in held]
    return left, len(ids) - len(left)


def _single(form: RosterForm, holder_id: str, now: datetime) -> PassForm:
    later = form.not_before if form.not_before and form.not_before > now else None
    return PassForm(
        _KINDS[form.kind],
        form.expires_at,
        later,
        holder_id,
        sites=form.sites,
        shift=form.shift,
    )
