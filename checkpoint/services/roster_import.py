"""Workers from a sheet into the roster: first what would happen, then all of it at once.

A worker is known by the ID number. A cell that is empty leaves what the roster says; nobody is
removed. What is written stands in one transaction, so the same file may be imported again and
again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.services import roster, roster_search, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.job_runs import Halted
from checkpoint.services.office import Office
from checkpoint.services.roster_sheet import LAYOUT, Worker, site_key, worker_of
from checkpoint.services.rows import HolderKind
from checkpoint.services.sheet_faults import Fault
from checkpoint.services.sheet_import import CHUNK, Hold, Looked, Progress, Verdict, bring_in
from checkpoint.services.sheets import read, table
from checkpoint.storage import erasures, holders, people, places, tables


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be imported: whose roster it is for, and what the action record names.

    `only_valid` leaves out rows that are wrong; else one such row refuses all.
    """

    enterprise_id: str
    subject: str
    blob: bytes = field(repr=False)
    only_valid: bool = False


@dataclass(frozen=True, slots=True)
class Plan(Looked):
    """What an import would do: besides the look, the workers to write.

    `basis` is the roster that it was made from: holder id → version.
    """

    workers: tuple[tuple[Worker, str], ...] = field(repr=False)
    basis: dict[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    holder_id: str
    version: int
    left: bool
    line: tuple[Any, ...] = field(repr=False)


def plan(office: Office, enterprise_id: str, blob: bytes, progress: Progress) -> Plan:
    """What importing a file would do now; nothing is changed. Raises Refused for a bad file."""
    found = table(read(blob), LAYOUT)
    known, sites = _known(office, enterprise_id), _sites(office, enterprise_id)
    now, total = office.clock.now(), len(found.rows)
    verdicts: dict[int, Verdict] = {}
    faults: list[Fault] = []
    workers: list[tuple[Worker, str]] = []
    first: dict[str, int] = {}
    for at, row in enumerate(found.rows):
        if at % CHUNK == 0:
            progress(at, total)
        read_ = worker_of(row, sites, now)
        if isinstance(read_, Worker):
            before = _before(office, known, read_)
            wrong = _collision(read_, before, first)
        else:
            before, wrong = None, read_
        if wrong or isinstance(read_, list):
            faults += wrong
            verdicts[row.number] = Verdict.WRONG
            continue
        verdicts[row.number] = _verdict(office, before, read_)
        if verdicts[row.number] is not Verdict.SAME:
            workers.append((read_, before.holder_id if before else ""))
    progress(total, total)
    basis = {one.holder_id: one.version for one in known.values()}
    return Plan(found, verdicts, tuple(faults), tuple(workers), basis)


def carry_out(office: Office, by: Actor, upload: Upload, made: Plan, hold: Hold) -> bool:
    """Write what a plan says, in one transaction; False when the roster changed since, then again.

    `hold` is called first in the transaction.
    """
    home = upload.enterprise_id
    fresh = [_fresh(office, home, worker) for worker, known in made.workers if not known]
    edits = {known: worker for worker, known in made.workers if known}
    with office.db.write() as session:
        hold(session)
        places.enterprise(session, home, lock=True)
        if _basis(session, home) != made.basis:
            return False
        for begin in range(0, len(fresh), CHUNK):
            session.add_all(fresh[begin : begin + CHUNK])
            session.flush()
        _edit(office, session, by, edits)
        if made.workers:
            record(office, session, by, Act("import_roster", upload.subject, home))
    if edits:
        office.db.scrub(*erasures.TOUCHED)
    return True


def import_workers(
    office: Office, by: Actor, upload: Upload, hold: Hold, progress: Progress
) -> Plan:
    """Import a file; what was done.

    Raises Refused where a row is wrong, unless `only_valid`; nothing was written then.
    """
    made = bring_in(
        lambda: plan(office, upload.enterprise_id, upload.blob, progress),
        lambda made: carry_out(office, by, upload, made, hold),
        only_valid=upload.only_valid,
    )
    _let_be_found(office, made, progress)
    return made


def _let_be_found(office: Office, made: Plan, progress: Progress) -> None:
    """Make the search's keys, which takes longer than the rest; nothing stops the import any more.

    Of a run that died here as well.
    """
    total = len(made.workers)

    def tell(done: int) -> None:
        with suppress(Halted):
            progress(min(done, total), total)

    roster_search.keep_all(office, tell)


def _fresh(office: Office, enterprise_id: str, worker: Worker) -> tables.Holder:
    row = roster.blank_holder(office, HolderKind.WORKER, worker.name)
    row.enterprise_id = enterprise_id
    roster.set_id(office, row, worker.number)
    row.phone_sealed = roster.sealed_phone(office, worker.phone, row.holder_id)
    row.job, row.site_id = worker.job, worker.site_id
    roster.set_shift(row, worker.shift)
    return row


def _edit(office: Office, session: Session, by: Actor, edits: dict[str, Worker]) -> None:
    ids = sorted(edits)
    for begin in range(0, len(ids), CHUNK):
        rows = people.holders_by_id(session, set(ids[begin : begin + CHUNK]))
        for holder_id, row in rows.items():
            worker = edits[holder_id]
            if worker.name != roster.name_of(office, row):
                roster.set_name(office, row, worker.name)
            if worker.phone:
                row.phone_sealed = roster.sealed_phone(office, worker.phone, holder_id)
            row.job = worker.job or row.job
            row.site_id = worker.site_id or row.site_id
            roster.set_shift(row, worker.shift or roster.shift_in(row))
            row.version += 1
            row.changed_at, row.changed_by = office.now_ms(), by.account_id
        session.flush()
        holders.drop_keys(session, list(rows))


def _known(office: Office, enterprise_id: str) -> dict[bytes, _Known]:
    """The workers of the roster by the blind index of their ID number."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        rows = session.execute(
            select(
                tables.Holder.holder_id,
                tables.Holder.version,
                tables.Holder.left_at,
                tables.Holder.id_index,
                tables.Holder.name_sealed,
                tables.Holder.phone_sealed,
                tables.Holder.job,
                tables.Holder.site_id,
                tables.Holder.shift_begin,
                tables.Holder.shift_end,
            ).where(*_workers(enterprise_id))
        ).all()
    return {
        row.id_index: _Known(row.holder_id, row.version, row.left_at is not None, tuple(row[4:]))
        for row in rows
    }


def _basis(session: Session, enterprise_id: str) -> dict[str, int]:
    rows = select(tables.Holder.holder_id, tables.Holder.version).where(*_workers(enterprise_id))
    return {row.holder_id: row.version for row in session.execute(rows)}


def _workers(enterprise_id: str) -> tuple[Any, ...]:
    holder = tables.Holder
    return (
        holder.enterprise_id == enterprise_id,
        holder.kind == HolderKind.WORKER.value,
        holder.id_index.is_not(None),
    )


def _sites(office: Office, enterprise_id: str) -> dict[str, str]:
    with office.db.read() as session:
        sites = places.sites(session, enterprise_id)
        named = {site_key(site.name): site.site_id for site in sites}
        return named | {site_key(site.site_id): site.site_id for site in sites}


def _before(office: Office, known: dict[bytes, _Known], worker: Worker) -> _Known | None:
    for index in sealed.indexes(office, "id_number", worker.number):
        if index in known:
            return known[index]
    return None


def _collision(worker: Worker, before: _Known | None, first: dict[str, int]) -> list[Fault]:
    shown = f"{'*' * 16}{worker.number[-2:]}"
    other = first.setdefault(worker.number, worker.row)
    if other != worker.row:
        return [Fault(worker.row, "id_number", "twice", shown, other)]
    if before is not None and before.left:
        return [Fault(worker.row, "id_number", "left", shown)]
    return []


def _verdict(office: Office, before: _Known | None, worker: Worker) -> Verdict:
    if before is None:
        return Verdict.NEW
    name_sealed, phone_sealed, job, site_id, begin, end = before.line
    place = f"holder/{before.holder_id}"
    same = (
        worker.name == sealed.unseal(office, name_sealed, f"{place}/name")
        and worker.job in ("", job)
        and worker.site_id in ("", site_id)
        and worker.shift in (None, (begin, end))
        and worker.phone in ("", sealed.unseal(office, phone_sealed, f"{place}/phone"))
    )
    return Verdict.SAME if same else Verdict.CHANGED
