"""Workers from a sheet into the roster: first what would happen, then all of it at once.

A worker is known by the ID number. A cell that is empty leaves what the roster says; nobody is
removed. What is written stands in one transaction, so the same file may be imported again and
again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.services import sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.roster_sheet import LAYOUT, Worker, site_key, worker_of
from checkpoint.services.roster_writing import Known, Ready
from checkpoint.services.rows import HolderKind
from checkpoint.services.sheet_faults import Fault
from checkpoint.services.sheet_import import CHUNK, Hold, Looked, Progress, Verdict, bring_in
from checkpoint.services.sheets import read, table
from checkpoint.storage import erasures, places, tables


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

    workers: tuple[tuple[Worker, Known | None], ...] = field(repr=False)
    basis: dict[str, int] = field(repr=False)


def plan(office: Office, enterprise_id: str, blob: bytes, progress: Progress) -> Plan:
    """What importing a file would do now; nothing is changed. Raises Refused for a bad file."""
    found = table(read(blob), LAYOUT)
    known, sites = _known(office, enterprise_id), _sites(office, enterprise_id)
    now, total = office.clock.now(), len(found.rows)
    verdicts: dict[int, Verdict] = {}
    faults: list[Fault] = []
    workers: list[tuple[Worker, Known | None]] = []
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
            workers.append((read_, before))
    progress(total, total)
    basis = {one.holder_id: one.version for one in known.values()}
    return Plan(found, verdicts, tuple(faults), tuple(workers), basis)


def prepare(office: Office, by: Actor, upload: Upload, made: Plan, progress: Progress) -> Ready:
    """Seal and index what a plan says, which takes most of the time; nothing is locked yet."""
    ready, total = Ready(office, by, upload.enterprise_id), len(made.workers)
    for at, (worker, known) in enumerate(made.workers):
        if at % CHUNK == 0:
            progress(at, total)
        ready.put(worker, known)
    progress(total, total)
    return ready


def carry_out(
    office: Office, by: Actor, upload: Upload, made: tuple[Plan, Ready], hold: Hold
) -> bool:
    """Write what a plan says, in one transaction, in which `hold` is called first.

    False when the roster changed since, or the sealing key: then again.
    """
    home, (planned, ready) = upload.enterprise_id, made
    with office.db.write() as session:
        hold(session)
        places.enterprise(session, home, lock=True)
        if _basis(session, home) != planned.basis or office.keys.sealing.key_id != ready.key_id:
            return False
        ready.store(session)
        if planned.workers:
            record(office, session, by, Act("import_roster", upload.subject, home))
    if ready.edits:
        office.db.scrub(*erasures.TOUCHED)
    return True


def import_workers(
    office: Office, by: Actor, upload: Upload, hold: Hold, progress: Progress
) -> Plan:
    """Import a file; what was done. The look is half of the `progress`.

    Raises Refused where a row is wrong, unless `only_valid`; nothing was written then.
    """

    def look() -> Plan:
        first = lambda done, total: progress(done // 2, total)  # noqa: E731
        return plan(office, upload.enterprise_id, upload.blob, first)

    def write(made: Plan) -> bool:
        then = lambda done, total: progress((total + done) // 2, total)  # noqa: E731
        return carry_out(office, by, upload, (made, prepare(office, by, upload, made, then)), hold)

    return bring_in(look, write, only_valid=upload.only_valid)


def _known(office: Office, enterprise_id: str) -> dict[bytes, Known]:
    """The workers of the roster by the blind index of their ID number."""
    holder = tables.Holder
    said = (holder.name_sealed, holder.phone_sealed, holder.job, holder.site_id)
    shift = (holder.shift_begin, holder.shift_end)
    rows = select(holder.id_index, holder.holder_id, holder.version, holder.left_at, *said, *shift)
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        found = session.execute(rows.where(*_workers(enterprise_id))).all()
    return {
        row.id_index: Known(row[1], row[2], row[3] is not None, *row[4:8], (row[8], row[9]))
        for row in found
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


def _before(office: Office, known: dict[bytes, Known], worker: Worker) -> Known | None:
    for index in sealed.indexes(office, "id_number", worker.number):
        if index in known:
            return known[index]
    return None


def _collision(worker: Worker, before: Known | None, first: dict[str, int]) -> list[Fault]:
    shown = f"{'*' * 16}{worker.number[-2:]}"
    other = first.setdefault(worker.number, worker.row)
    if other != worker.row:
        return [Fault(worker.row, "id_number", "twice", shown, other)]
    if before is not None and before.left:
        return [Fault(worker.row, "id_number", "left", shown)]
    return []


def _verdict(office: Office, before: Known | None, worker: Worker) -> Verdict:
    if before is None:
        return Verdict.NEW
    ring = office.keys.sealing
    same = (
        worker.name == before.name(ring)
        and worker.job in ("", before.job)
        and worker.site_id in ("", before.site_id)
        and worker.shift in (None, before.shift)
        and worker.phone in ("", before.phone(ring))
    )
    return Verdict.SAME if same else Verdict.CHANGED
