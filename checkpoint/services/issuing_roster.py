"""Passes for a whole roster in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from checkpoint.clock import to_ms
from checkpoint.domain.health_pass import PassKind
from checkpoint.errors import Refused
from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm, RosterForm
from checkpoint.services.issuing_desk import Desk
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
    wanted, held = _wanted(office, enterprise_id, form)
    issued: list[IssuedPass] = []
    number = 0
    progress(0, len(wanted))
    for begin in range(0, len(wanted), CHUNK):
        chunk = wanted[begin : begin + CHUNK]
        with office.db.write() as session:
            desk = Desk(office, session, by, enterprise_id, now)
            number = number or _open_batch(desk, _KINDS[form.kind])
            issued += [desk.issue(_single(form, holder_id, now)) for holder_id in chunk]
        progress(len(issued), len(wanted))
    return IssuedMany(now.replace(microsecond=0), tuple(issued), held, number)


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
        held = people.held_until(session, enterprise_id, to_ms(form.expires_at))
    if form.again:
        return ids, 0
    wanted = [holder_id for holder_id in ids if holder_id not in held]
    return wanted, len(ids) - len(wanted)


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
